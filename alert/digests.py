"""Digests: the alerts of several rules in one message, from `[[digest]]` in `rules.toml`.

[[digest]]
name = "morning"
rules = ["spyware", "police"]    # all by default
every = "day"                    # or "weekday", or a day such as "monday"
at = "07:30"
timezone = "Europe/Paris"        # UTC by default
to = ["desk"]
empty = true                     # send it even if nothing happened; false by default
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alert.channels import TERMINAL
from alert.checks import Mistake, RulesError, check_known, check_names, read_blocks
from alert.schedule import DAYS, Schedule
from core.records import Alert, AlertKind, Digest, content_id

_NAMES = ("name", "rules", "every", "at", "timezone", "to", "empty")


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """What goes into a digest, when it is sent and where to. `rules` is None for all of them."""

    name: str
    rules: frozenset[str] | None
    schedule: Schedule
    to: tuple[str, ...]
    empty: bool = False

    def holds(self, rule: str) -> bool:
        """Whether the alerts of a rule belong in it."""
        return self.rules is None or rule in self.rules


def compose(
    plan: DigestPlan, alerts: Sequence[Alert], *, since: datetime, now: datetime
) -> Digest | None:
    """The digest of what happened since a moment; None if it would say nothing.

    Its key comes from its name and what it covers, so that a later digest never has the same one.
    """
    if not alerts and not plan.empty:
        return None
    last = alerts[-1].key if alerts else ""
    return Digest(
        key=content_id(f"digest\n{plan.name}\n{now.isoformat()}\n{last}"),
        name=plan.name,
        timezone=str(plan.schedule.zone),
        since=since,
        until=now,
        alerts=tuple(alerts),
        created_at=now,
    )


def untold(alerts: Iterable[Alert], told: Iterable[Alert]) -> list[Alert]:
    """What alerts tell besides those that a digest told before. Two rules may tell the same news on
    different days: if a rate held one of them back, say."""
    known = {one for alert in told for one in _news(alert)}
    left = []
    for alert in alerts:
        new = tuple(
            one for one in alert.developments if (one.what, one.told_by.article) not in known
        )
        opens = alert.kind is AlertKind.STORY and ("", alert.article) not in known
        if opens or new:
            kind = AlertKind.STORY if opens else AlertKind.DEVELOPMENT
            left.append(alert.model_copy(update={"kind": kind, "developments": new}))
    return left


def _news(alert: Alert) -> Iterator[tuple[str, str]]:
    """What an alert tells, each with the article that brought it; the story itself is ""."""
    if alert.kind is AlertKind.STORY:
        yield "", alert.article
    for one in alert.developments:
        yield one.what, one.told_by.article


def read_digests(
    tables: Sequence[Mapping[str, Any]], rules: Sequence[str], channels: Sequence[str], source: str
) -> tuple[tuple[DigestPlan, ...], list[Mistake]]:
    """The digests of the file named `source`, which may name these rules and channels, and the
    mistakes of those that cannot be used."""

    def read(name: str, table: Mapping[str, Any], place: str) -> DigestPlan:
        return _digest(name, table, rules, channels, place)

    digests, mistakes = read_blocks("digest", tables, read, source)
    return tuple(digests.values()), mistakes


def _digest(
    name: str,
    table: Mapping[str, Any],
    rules: Sequence[str],
    channels: Sequence[str],
    place: str,
) -> DigestPlan:
    check_names(table, _NAMES, place)
    named = table.get("rules")
    if named is not None:
        if not isinstance(named, list) or not named:
            raise RulesError(
                f"{place}: rules is a list of names of rules; leave it out for all rules"
            )
        check_known(named, rules, "rule", place)
    to = table.get("to", [TERMINAL])
    if not isinstance(to, list) or not to:
        raise RulesError(f'{place}: to is a list of channels, such as ["{TERMINAL}"]')
    check_known(to, channels, "channel", place)
    empty = table.get("empty", False)
    if not isinstance(empty, bool):
        raise RulesError(f"{place}: empty is true or false")
    chosen = None if named is None else frozenset(named)
    return DigestPlan(name, chosen, _schedule(table, place), tuple(to), empty)


def _schedule(table: Mapping[str, Any], place: str) -> Schedule:
    every = table.get("every", "day")
    if not isinstance(every, str) or every not in DAYS:
        raise RulesError(f"{place}: every is one of {', '.join(DAYS)}, not {every!r}")
    at = table.get("at", "07:30")
    try:
        clock = time.fromisoformat(at)
        fits = clock.tzinfo is None and clock.second == clock.microsecond == 0
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise RulesError(f'{place}: at is a time of day such as "07:30", not {at!r}')
    name = table.get("timezone", "UTC")
    try:
        zone = ZoneInfo(name)
    except (TypeError, ValueError, OSError, ZoneInfoNotFoundError):
        raise RulesError(
            f'{place}: timezone is a name such as "Europe/Paris", not {name!r}'
        ) from None
    return Schedule(DAYS[every], clock, zone)
