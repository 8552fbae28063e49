"""A feed's own rhythm: learnt from what its polls bring, and what silence means by it. Pure.

What counts is an entry that was not listed before, at the time that it says it came out; where it
says nothing of use, at the time that it was first seen. So a feed that gives all its entries a new
date at each poll, or lists old ones again, does not pass for alive.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.records import FeedItem, Rhythm

HALF_LIFE = 30 * 86_400.0
"""Seconds of a feed's own time after which what it did counts half."""

LAG = timedelta(days=2)
"""An entry may be dated so far before the newest known one and be news all the same: some feeds
list an article long after its date."""

ENOUGH = 5
"""Gaps that make a rhythm; of fewer, nothing is concluded."""

RARE = 100
"""A feed is stale at a silence as one would see once in so many of its histories."""

DAY, WEEK = timedelta(days=1), timedelta(days=7)

FIRST_WEEK = timedelta(days=4)
"""The least silence that is news of a feed whose weekends are not known yet: a long one."""

UNKNOWN, LONGEST = timedelta(days=60), timedelta(days=120)
"""The silence that is news of a feed without a rhythm; and of the slowest one with a rhythm."""

_BREAK = 10
"""On a first sight: what is older than a gap so many times longer than all later ones (of a day
at least) is a pinned entry or a slip of a date, not rhythm."""

_MARK = 3
_MAX_MARKS = 500


def marks_of(items: Sequence[FeedItem]) -> bytes:
    """Three bytes of what each entry is known by, of the newest 500: two entries are taken for one
    once in some tens of thousands of polls."""
    if len(items) > _MAX_MARKS:
        dated = sorted(
            items, key=lambda item: item.published.timestamp() if item.published else -math.inf
        )
        # Sorting is stable: without dates, the first listed are the newest.
        items = (dated[::-1] if dated[-1].published else list(items))[:_MAX_MARKS]
    return b"".join(map(_mark, items))


def marked(marks: bytes | None) -> int:
    """How many entries the marks stand for."""
    return len(marks or b"") // _MARK


def fresh_items(marks: bytes | None, items: Sequence[FeedItem]) -> list[FeedItem]:
    """The items that the marks do not know."""
    known = {marks[at : at + _MARK] for at in range(0, len(marks), _MARK)} if marks else set()
    return [item for item in items if _mark(item) not in known]


def merged_marks(marks: bytes | None, items: Sequence[FeedItem]) -> bytes:
    """Marks of what a poll brought besides what was known: of a feed that sends changes only."""
    fresh = marks_of(fresh_items(marks, items))
    return (fresh + (marks or b""))[: _MARK * _MAX_MARKS]


def learn(rhythm: Rhythm, fresh: Sequence[FeedItem], now: datetime) -> Rhythm:
    """The rhythm with entries that were not listed before.

    Args:
        rhythm: what is known of the feed; of a new one, nothing.
        fresh: the items, in any order.
        now: when they were first seen.
    """
    newest = rhythm.newest_at
    if newest is None:
        return _first_sight(fresh, now)
    came = sorted({moment for item in fresh if (moment := _came(item, newest, now))})
    for moment in came:
        rhythm = _with_gap(rhythm, (moment - newest).total_seconds())
        newest = moment
    return rhythm.model_copy(update={"newest_at": newest})


def silence(rhythm: Rhythm, now: datetime) -> timedelta:
    """For how long the feed has had nothing new."""
    return max(now - rhythm.newest_at, timedelta()) if rhythm.newest_at else timedelta()


def overdue_after(rhythm: Rhythm) -> timedelta:
    """The silence that is longer than all known ones: worth a closer look, not yet a word."""
    if rhythm.gaps < ENOUGH:
        return WEEK
    return max(DAY, timedelta(seconds=rhythm.longest))


def stale_after(rhythm: Rhythm) -> timedelta:
    """The silence that the feed's history makes unlikely.

    Were gaps distributed as e^-t, the longest of n would be about ln n; and one that is
    1 + ln 100 / ln n times as long would come once in 100 times n. So short histories are judged
    more mildly: 5 gaps allow 3.9 times their longest, 1,000 allow 1.7 times.
    """
    if rhythm.gaps < ENOUGH:
        return UNKNOWN
    factor = 1 + math.log(RARE) / math.log(rhythm.gaps)
    least = DAY if rhythm.span >= WEEK.total_seconds() else FIRST_WEEK
    return min(max(least, timedelta(seconds=rhythm.longest * factor)), LONGEST)


def _mark(item: FeedItem) -> bytes:
    # An address that is new at each poll is none of a new entry.
    return bytes.fromhex((item.known_by or item.id)[: 2 * _MARK])


def _came(item: FeedItem, newest: datetime, now: datetime) -> datetime | None:
    """When a fresh entry came out; None if it is an old one that is listed again."""
    if item.published is None or item.published > now:
        return now
    if item.published > newest:
        return item.published
    return now if item.published > newest - LAG else None


def _first_sight(items: Sequence[FeedItem], now: datetime) -> Rhythm:
    dates = sorted({item.published for item in items if item.published and item.published <= now})
    if not dates:
        return Rhythm(newest_at=now if items else None)
    kept = [dates[-1]]
    longest = DAY
    for date in reversed(dates[:-1]):
        gap = kept[-1] - date
        if len(kept) > ENOUGH and gap > longest * _BREAK:
            break
        longest = max(longest, gap)
        kept.append(date)
    rhythm = Rhythm()
    for later, earlier in zip(kept[-2::-1], kept[:0:-1], strict=True):
        rhythm = _with_gap(rhythm, (later - earlier).total_seconds())
    return rhythm.model_copy(update={"newest_at": dates[-1]})


def _with_gap(rhythm: Rhythm, gap: float) -> Rhythm:
    # A longer silence than would have been alarming teaches no more than an alarming one: an
    # outage must not make the next one pass for usual.
    gap = min(gap, stale_after(rhythm).total_seconds())
    fade = 2 ** (-gap / HALF_LIFE)
    return Rhythm(
        gaps=rhythm.gaps * fade + 1,
        span=rhythm.span * fade + gap,
        longest=max(rhythm.longest * fade, gap),
        newest_at=rhythm.newest_at,
    )
