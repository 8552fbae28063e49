"""Learn a feed's own rhythm from what its polls bring, and judge its silence by it. Pure.

What counts is an entry that was not listed before, at its own time of publication or, if it gives
no useful one, at the time when it was first seen. So a feed that gives all its entries a new date
at each poll, or lists old ones again, does not pass for alive.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.records import FeedItem, Gap, Rhythm
from ingest.feeds.identity import mark_of

HALF_LIFE = 30 * 86_400.0
"""Seconds of a feed's history after which what it did counts half."""

LAG = timedelta(days=2)
"""An entry dated up to this long before the newest known one is still news: some feeds list an
article long after its date."""

ENOUGH = 5
"""The fewest gaps that make a rhythm; nothing is concluded from fewer."""

RARE = 100
"""A feed is stale at a silence that would come once in this many histories like its own."""

DAY, WEEK = timedelta(days=1), timedelta(days=7)

FIRST_WEEK = timedelta(days=4)
"""The least silence that makes a feed stale before its weekends are known: a long weekend."""

UNKNOWN, LONGEST = timedelta(days=60), timedelta(days=120)
"""The silence that makes a feed stale without a rhythm; and with the slowest one."""

_BREAK = 10
"""At first sight: what is older than a gap this many times as long as all later ones (and as a
day) is a pinned entry or a wrong date, not rhythm."""

_MARK = 3
_MAX_MARKS = 500


def marks_of(items: Sequence[FeedItem]) -> bytes:
    """Three bytes of what each entry is known by, for the newest 500. Two entries are taken for one
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
    """The items that are not among the marks."""
    known = {marks[at : at + _MARK] for at in range(0, len(marks), _MARK)} if marks else set()
    return [item for item in items if _mark(item) not in known]


def merged_marks(marks: bytes | None, fresh: Sequence[FeedItem]) -> bytes:
    """The marks known before and those of fresh items, for a feed that sends changes."""
    return (marks_of(fresh) + (marks or b""))[: _MARK * _MAX_MARKS]


def learn(
    rhythm: Rhythm, fresh: Sequence[FeedItem], now: datetime, gap: Gap | None = None
) -> Rhythm:
    """The rhythm updated with entries that were not listed before.

    Args:
        rhythm: what is known of the feed; nothing if it is new.
        fresh: the items, in any order.
        now: when they were first seen.
        gap: the time in which entries came that nobody saw, if there is one. It was no silence.
    """
    newest = rhythm.newest_at
    if newest is None:
        return _first_sight(fresh, now)
    if gap is not None:
        if gap.since > newest:
            rhythm = _with_gap(rhythm, (gap.since - newest).total_seconds())
        newest = gap.until
        fresh = [item for item in fresh if item.published is None or item.published > newest]
    times = sorted({moment for item in fresh if (moment := _news_time(item, newest, now))})
    for moment in times:
        rhythm = _with_gap(rhythm, (moment - newest).total_seconds())
        newest = moment
    return rhythm.model_copy(update={"newest_at": newest})


def silence(rhythm: Rhythm, now: datetime) -> timedelta:
    """How long the feed has had nothing new."""
    return max(now - rhythm.newest_at, timedelta()) if rhythm.newest_at else timedelta()


def overdue_after(rhythm: Rhythm) -> timedelta:
    """The silence that is longer than all known ones: worth a closer look, not yet a report."""
    if rhythm.gaps < ENOUGH:
        return WEEK
    return max(DAY, timedelta(seconds=rhythm.longest))


def stale_after(rhythm: Rhythm) -> timedelta:
    """The silence that the feed's history makes unlikely.

    If gaps were distributed as e^-t, the longest of n would be about ln n, and one that is
    1 + ln 100 / ln n times as long would come once in 100 times n. So short histories are judged
    more mildly: 5 gaps allow 3.9 times their longest, 1,000 allow 1.7 times.
    """
    if rhythm.gaps < ENOUGH:
        return UNKNOWN
    factor = 1 + math.log(RARE) / math.log(rhythm.gaps)
    least = DAY if rhythm.span >= WEEK.total_seconds() else FIRST_WEEK
    return min(max(least, timedelta(seconds=rhythm.longest * factor)), LONGEST)


def _mark(item: FeedItem) -> bytes:
    return bytes.fromhex(mark_of(item)[: 2 * _MARK])


def _news_time(item: FeedItem, newest: datetime, now: datetime) -> datetime | None:
    """When a fresh entry was published; None if it is an old one that is listed again."""
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
    # A gap counts no longer than the silence that makes the feed stale: an outage must not make
    # the next one pass for usual.
    gap = min(gap, stale_after(rhythm).total_seconds())
    fade = 2 ** (-gap / HALF_LIFE)
    return Rhythm(
        gaps=rhythm.gaps * fade + 1,
        span=rhythm.span * fade + gap,
        longest=max(rhythm.longest * fade, gap),
    )
