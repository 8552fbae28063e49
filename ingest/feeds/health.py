"""Judge a feed's health from what a poll showed and what was known before. Pure.

A state begins with the first poll that shows it. Operators are told once two polls have shown it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

from core.records import Feed, FeedState, Notice, Rhythm
from ingest.feeds.rhythm import ENOUGH, overdue_after, silence, stale_after
from ingest.web.answers import REFUSALS

WELL = (FeedState.NEW, FeedState.OK, FeedState.MOVED)
"""States that need nobody's attention."""

WORST_FIRST = (
    FeedState.GONE,
    FeedState.NOT_A_FEED,
    FeedState.BLOCKED,
    FeedState.FAILING,
    FeedState.FROZEN,
    FeedState.EMPTY,
    FeedState.STALE,
    FeedState.MOVED,
    FeedState.NEW,
    FeedState.OK,
)
"""The states, those that most need a person first."""

HOLD = 2
"""Polls in a row that a change must last before it is told: one failure means nothing."""

AT_ONCE = (FeedState.GONE, FeedState.FROZEN)
"""States that are told at once: the server said so, or there is proof."""

UNSEEN = timedelta(days=2)
"""If the next poll is further off than this, a change is told at once: a feed that asks to be let
alone for a month would be down for two months before anybody heard."""

LONG_LIMITED = 5
"""Failures in a row that make "too many requests" a refusal: by then we ask less than daily."""

PAUSED = "paused"
"""What is shown of a paused feed instead of its state, which it keeps until it is polled again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is shown of a feed: its state, or that it is paused; since when, and why."""

    state: str
    since: datetime
    why: str


def standing(feed: Feed) -> Standing:
    """How a feed stands."""
    if feed.paused_at is not None:
        return Standing(PAUSED, feed.paused_at, feed.paused_why or "")
    why = feed.reason or ""
    if feed.failures > 1:
        why += f" ({feed.failures} polls in a row)"
    return Standing(feed.state.value, feed.since, why)


def is_unwell(feed: Feed) -> bool:
    """Whether a feed needs somebody's attention. A paused one has had it."""
    return feed.paused_at is None and feed.state not in WELL


def by_health(feed: Feed) -> tuple[int, int, datetime, str]:
    """A sort key for feeds: by how much they need a person, then by how long they have. Paused ones
    stand between those that need one and those that do not."""
    if feed.paused_at is not None:
        return 1, 0, feed.paused_at, feed.url
    needs = 0 if is_unwell(feed) else 2
    return needs, WORST_FIRST.index(feed.state), feed.since, feed.url


@dataclass(frozen=True, slots=True)
class Facts:
    """What one poll showed.

    `failure` says why no answer came; `status` is that of the answer, if one came. `moved_to` is
    where permanent redirects led, if anywhere; `follow`, whether that is the feed's address from
    now on. `challenge` and `not_a_feed` say what came instead of a feed. `unasked`: a 304 to a
    request without conditions. `untrue` says what shows that earlier 304s were untrue. `empty`: a
    feed without entries. `fault` says what is wrong with a feed that could be read. `rhythm` is the
    feed's, this poll included; `full_at`, when its last whole body came.
    """

    status: int | None = None
    failure: str | None = None
    moved_to: str | None = None
    follow: bool = False
    challenge: str | None = None
    not_a_feed: str | None = None
    wait: timedelta | None = None
    unasked: bool = False
    untrue: str | None = None
    empty: bool = False
    fault: str | None = None
    rhythm: Rhythm = field(default_factory=Rhythm)
    full_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A feed's state with the evidence for it, and whether the poll failed."""

    state: FeedState
    reason: str | None
    failed: bool = False


def judge_health(before: Feed, facts: Facts, now: datetime) -> Verdict:
    """What a poll's facts mean for a feed."""
    return _failed(before, facts) or _answered(before, facts, now)


def announce(before: Feed, after: Feed, now: datetime) -> tuple[Feed, Notice | None]:
    """The feed, with what operators were told of it, and a notice of its change, if one is due.

    A change is told once it has held for `HOLD` polls, or at once if it is certain or the next
    poll is days away. So a feed that flaps is not told at each flap. That a new feed is well is
    not news.
    """
    moved = after.url != before.url
    state = FeedState.OK if after.state in WELL else after.state
    announced = (
        FeedState.OK if before.told is FeedState.NEW and state is FeedState.OK else before.told
    )
    if not moved:
        if state is announced:
            return after.model_copy(update={"told": announced}), None
        # Until a failure is told, failures of all kinds count together; then each has to hold.
        held = max(after.held, after.failures) if announced in WELL else after.held
        if held < HOLD and state not in AT_ONCE and after.next_poll_at - now <= UNSEEN:
            return after, None
    notice = Notice(
        feed=after.id,
        url=after.url,
        outlet=after.outlet,
        before=announced,
        state=FeedState.MOVED if moved else state,
        reason=after.reason,
        since=after.since,
        created_at=now,
    )
    return after.model_copy(update={"told": state}), notice


def _failed(before: Feed, facts: Facts) -> Verdict | None:
    """The verdict on a poll that brought nothing useful; None if it brought something."""
    if facts.failure is not None:
        return Verdict(FeedState.FAILING, facts.failure, failed=True)
    status = facts.status or 0
    answer = f"answered {status}{_phrase(status)}"
    if facts.moved_to:
        answer = f"moved for good to {facts.moved_to}, which {answer}"
    if facts.wait:
        answer += f", asks us to wait {format_period(facts.wait)}"
    if facts.challenge:
        reason = f"a bot check instead of the feed ({answer}; {facts.challenge})"
        return Verdict(FeedState.BLOCKED, reason, failed=True)
    if status == 410:
        return Verdict(FeedState.GONE, answer, failed=True)
    if status in REFUSALS:
        return Verdict(FeedState.BLOCKED, f"{answer}: the site refuses us", failed=True)
    if status == 429 and before.failures + 1 >= LONG_LIMITED:
        times = f"no usable answer {before.failures + 1} times in a row"
        return Verdict(FeedState.BLOCKED, f"{answer}; {times}", failed=True)
    if facts.unasked:
        reason = f"{answer} to a request for the whole feed: its entries cannot be read"
        return Verdict(FeedState.FROZEN, reason, failed=True)
    if status != 304 and not 200 <= status < 300:
        return Verdict(FeedState.FAILING, answer, failed=True)
    if facts.not_a_feed:
        answer = f"moved for good to {facts.moved_to}, which is " if facts.moved_to else ""
        return Verdict(FeedState.NOT_A_FEED, f"{answer}not a feed: {facts.not_a_feed}", failed=True)
    return None


def _answered(before: Feed, facts: Facts, now: datetime) -> Verdict:
    """The verdict on a poll that got a usable answer."""
    if facts.untrue:
        return Verdict(
            FeedState.FROZEN, f"{facts.untrue}; from now on the whole feed is fetched each time"
        )
    if facts.empty:
        return Verdict(FeedState.EMPTY, _joined("a feed without entries", facts.fault))
    if silence(facts.rhythm, now) > stale_after(facts.rhythm) and _confirmed(facts):
        return Verdict(FeedState.STALE, _silent(facts.rhythm, now))
    if facts.moved_to:
        move = f"moved for good to {facts.moved_to}, according to its server"
        if facts.follow:
            move = f"moved here for good from {before.url}"
        return Verdict(FeedState.MOVED, _joined(move, facts.fault))
    caution = (
        "the whole feed is fetched each time: its server once wrongly said nothing had changed"
    )
    return Verdict(FeedState.OK, _joined(caution if before.distrusted else None, facts.fault))


def _confirmed(facts: Facts) -> bool:
    """Whether a whole body showed the silence: "not modified" alone may be untrue."""
    newest = facts.rhythm.newest_at
    if newest is None or facts.full_at is None:
        return False
    return facts.full_at - newest > overdue_after(facts.rhythm)


def _silent(rhythm: Rhythm, now: datetime) -> str:
    quiet = format_period(silence(rhythm, now))
    reason = f"nothing new for {quiet}, since {rhythm.newest_at:%Y-%m-%d %H:%M}"
    if rhythm.gaps < ENOUGH or rhythm.interval is None:
        return reason
    average = format_period(timedelta(seconds=rhythm.interval))
    longest = format_period(timedelta(seconds=rhythm.longest))
    return f"{reason}; before that, on average every {average} and at least every {longest}"


def format_period(period: timedelta) -> str:
    """A period for people to read: in the largest unit of which it has at least two."""
    seconds = period.total_seconds()
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""


def _joined(*parts: str | None) -> str | None:
    return "; ".join(filter(None, parts)) or None
