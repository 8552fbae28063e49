"""Gaps: times in which a feed may have had entries that nobody saw. Pure.

A feed lists its newest entries only. After a weekend without passes, a failure of days or a burst
of news, its list may no longer reach back to the newest entry that is known: what came between the
two was listed at no poll. Some feeds have pages of older entries, which are then read until they
reach back (`ingest.feeds.older`). What is still missing is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.records import Feed, FeedItem, Gap
from ingest.feeds.rhythm import ENOUGH, fresh_items, marked

PINNED = timedelta(days=7)
"""An entry that is older than the newest known one by this much is pinned to the top of a list, and
does not show that the list reaches back."""


def gap_of(feed: Feed, items: Sequence[FeedItem], now: datetime) -> Gap | None:
    """The gap between a feed's newest known entry and its list; None if the list reaches back, or
    if nothing is likely to be missing.

    Lists without dates, of one date, or much shorter than the last one, such as those that begin
    anew each day, do not tell. After a pause, what came meanwhile is not missed.

    Args:
        feed: as it was before the poll.
        items: all that the poll brought.
        now: the time of the poll.
    """
    newest = feed.rhythm.newest_at
    dates = sorted({one.published for one in items if one.published and one.published <= now})
    if newest is None or len(dates) < 2 or 2 * len(items) < marked(feed.marks):
        return None
    if not feed.marks or _was_paused(feed) or _reaches_back(feed, items, newest):
        return None
    until = next((date for date in dates if date > newest), None)
    if until is None:
        return None
    # As many intervals as the gap is long have one entry less between them.
    missed = round((until - newest).total_seconds() / _interval(feed, dates)) - 1
    return Gap(since=newest, until=until, missed=missed) if missed > 0 else None


def describe(gap: Gap) -> str:
    """A gap in words."""
    entries = "an entry" if gap.missed == 1 else f"some {gap.missed:,} entries"
    return (
        f"{entries} may be missing between {gap.since:%Y-%m-%d %H:%M} and "
        f"{gap.until:%Y-%m-%d %H:%M}: the list no longer reached back to the newest known entry"
    )


def _was_paused(feed: Feed) -> bool:
    """Whether a person kept the feed from being polled since its list was last seen."""
    seen = max(filter(None, (feed.full_at, feed.denied_at)), default=None)
    return seen is not None and feed.resumed_at is not None and feed.resumed_at > seen


def _reaches_back(feed: Feed, items: Sequence[FeedItem], newest: datetime) -> bool:
    fresh = {one.id for one in fresh_items(feed.marks, items)}
    return any(
        (one.id not in fresh or (one.published is not None and one.published <= newest))
        and not (one.published is not None and one.published < newest - PINNED)
        for one in items
    )


def _interval(feed: Feed, dates: Sequence[datetime]) -> float:
    """The mean seconds between two entries: by the feed's rhythm, if it has one, else by its
    list."""
    known = feed.rhythm.interval if feed.rhythm.gaps >= ENOUGH else None
    listed = (dates[-1] - dates[0]).total_seconds() / (len(dates) - 1)
    return max(known or listed, 1.0)
