"""Operations: what each pass reports to those who run wirewatch, as documents for Kibana. Pure.

Entries and feeds live in the ledger, which Kibana cannot read. These small documents say how they
are doing, and can be thrown away. They differ by `kind`:

- `pass`: one per pass: the sums, the delays of new articles, the share that needs a person;
- `state`, `reason`: how many entries are in a state, and for what reason;
- `stage`: how long a stage's work on an entry took;
- `health`: how many feeds are in each state of health, or paused;
- `entry`, `feed`: an entry in quarantine and an unwell feed, as they are now.

All but `entry` and `feed` are kept for a while, so that a dashboard shows how they change; the next
pass replaces those two. Each list has a limit, so a bad day costs no more than a good one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

from numpy import quantile

from core.ledger.accounting import Accounting
from core.ledger.operations import Quarantined, StepReport
from core.records import ENDS, SEARCHABLE, Feed, FeedState, State
from ingest.feeds.health import PAUSED, WELL

KEEP = timedelta(days=90)
"""How long documents of past passes are kept: with hourly passes, some 100,000 of a few hundred
bytes."""

DAY = timedelta(days=1)
"""`entries_day` and the shares count the entries that came within this time."""

MAX_STEPS = 50_000
"""Most steps that delays and durations are computed from; the newest of a larger pass."""

MAX_ENTRIES = 1_000
"""Most entries in quarantine that are listed, newest first; counts cover all."""

MAX_FEEDS = 500
"""Most unwell feeds that are listed, latest to become unwell first; counts cover all."""

MAX_REASONS = 100
"""Most reasons that are counted separately, most frequent first."""

MAX_TEXT = 500
"""Most characters of a title or reason."""

_STAGES = {
    State.FETCHED: "fetch",
    State.EXTRACTED: "extract",
    State.LINKED: "link",
    State.INDEXED: "index",
}
"""The stage that leads to a state."""


class Document(NamedTuple):
    """A document and its id; a document with the same id is replaced."""

    id: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Observed:
    """What the ledger showed at the end of a pass.

    `health` counts the feeds in each state, `paused` those that are paused instead. `of_day` is the
    accounting of the entries that came within the last `DAY`; `taken` are the steps since the last
    pass that was reported.
    """

    at: datetime
    accounting: Accounting
    of_day: Accounting
    health: Mapping[FeedState, int]
    paused: int = 0
    taken: Sequence[StepReport] = ()
    quarantined: Sequence[Quarantined] = ()
    unwell: Sequence[Feed] = ()


def documents(observed: Observed) -> list[Document]:
    """The documents of a pass."""
    moment = observed.at.isoformat()
    of_pass = [
        _pass(observed),
        *_states(observed),
        *_reasons(observed),
        *_stages(observed.taken),
        *_health(observed),
    ]
    return [
        *(
            Document(f"{moment}/{number}", {"at": moment, "written": moment, **fields})
            for number, fields in enumerate(of_pass)
        ),
        *(_entry(one, moment) for one in observed.quarantined[:MAX_ENTRIES]),
        *(_feed(one, moment) for one in observed.unwell[:MAX_FEEDS]),
    ]


def _pass(observed: Observed) -> dict[str, Any]:
    accounting, day = observed.accounting, observed.of_day
    polled = sum(observed.health.values())
    unwell = sum(n for state, n in observed.health.items() if state not in WELL)
    ended = sum(day.count(state) for state in ENDS)
    new = [one for one in observed.taken if one.fresh and one.state in SEARCHABLE]
    return {
        "kind": "pass",
        "seen": accounting.seen,
        "waiting": accounting.waiting,
        **{state.value: accounting.count(state) for state in ENDS},
        "quarantined_share": day.count(State.QUARANTINED) / ended if ended else 0.0,
        "feeds": polled + observed.paused,
        "feeds_unwell": unwell,
        "feeds_unwell_share": unwell / polled if polled else 0.0,
        "articles": len(new),
        **_delay("lag_seen", [one.at - one.first_seen for one in new]),
        **_delay("lag_published", [one.at - one.published for one in new if one.published]),
    }


def _delay(name: str, delays: Sequence[timedelta]) -> dict[str, float]:
    """Median and 95th percentile of delays; articles dated in the future are left out."""
    seconds = [delay.total_seconds() for delay in delays if delay >= timedelta()]
    if not seconds:
        return {}
    return {f"{name}_median": median(seconds), f"{name}_p95": _p95(seconds)}


def _p95(values: Sequence[float]) -> float:
    """The smallest value that 95% of the values do not exceed."""
    return float(quantile(values, 0.95, method="inverted_cdf"))


def _health(observed: Observed) -> Iterator[dict[str, Any]]:
    for state, number in observed.health.items():
        yield {"kind": "health", "health": state, "feeds": number}
    if observed.paused:
        yield {"kind": "health", "health": PAUSED, "feeds": observed.paused}


def _states(observed: Observed) -> Iterator[dict[str, Any]]:
    for state in State:
        total, day = observed.accounting.count(state), observed.of_day.count(state)
        if total or state in ENDS:
            yield {"kind": "state", "state": state, "entries": total, "entries_day": day}


def _reasons(observed: Observed) -> list[dict[str, Any]]:
    """States with a reason, most frequent first: by the day's count, then in total."""
    found: list[dict[str, Any]] = [
        {
            "kind": "reason",
            "state": state,
            "reason": reason[:MAX_TEXT],
            "entries": total,
            "entries_day": observed.of_day.states.get(state, {}).get(reason, 0),
        }
        for state, reasons in observed.accounting.states.items()
        for reason, total in reasons.items()
        if reason
    ]
    found.sort(key=lambda one: (-one["entries_day"], -one["entries"], one["reason"]))
    return found[:MAX_REASONS]


def _stages(taken: Sequence[StepReport]) -> Iterator[dict[str, Any]]:
    for state, stage in _STAGES.items():
        seconds = [one.seconds for one in taken if one.state is state]
        if seconds:
            yield {
                "kind": "stage",
                "stage": stage,
                "entries": len(seconds),
                "seconds": sum(seconds),
                "seconds_median": median(seconds),
                "seconds_p95": _p95(seconds),
            }


def _entry(one: Quarantined, moment: str) -> Document:
    fields = {
        "kind": "entry",
        "at": one.at.isoformat(),
        "written": moment,
        "entry": one.id,
        "url": one.url,
        "outlet": one.outlet,
        "title": one.title[:MAX_TEXT],
        "state": State.QUARANTINED,
        "reason": (one.reason or "")[:MAX_TEXT],
    }
    return Document(f"entry/{one.id}", fields)


def _feed(one: Feed, moment: str) -> Document:
    fields = {
        "kind": "feed",
        "at": moment,
        "written": moment,
        "url": one.url,
        "outlet": one.outlet or one.site,
        "health": one.state,
        "reason": (one.reason or "")[:MAX_TEXT],
        "since": one.since.isoformat(),
    }
    return Document(f"feed/{one.id}", fields)
