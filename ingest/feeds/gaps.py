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
from ingest.feeds.ask import conditions
from ingest.feeds.rhythm import ENOUGH, LAG, fresh_items, marked

PINNED = timedelta(days=7)
PINNED_INTERVALS = 10
"""An entry that is older than the newest known one by this much, and by this many of the feed's
intervals, is pinned to the top of a list, and does not show that the list reaches back."""


def unlisted_since(
    feed: Feed, items: Sequence[FeedItem], now: datetime, covers: timedelta | None = None
) -> datetime | None:
    """Since when a feed may have had entries that its list no longer has; None if the list reaches
    back, or if nothing is likely to be missing, neither by the feed's rhythm nor by how close the
    listed entries follow each other: a burst keeps to no rhythm.

    Lists without dates, or much shorter than the last one, do not tell. What came out before the
    list was last seen is not missed, even if none of it is listed any more: some lists begin anew
    each day or with each issue. After a pause, what came meanwhile is not missed. If the last poll
    left older pages unread, its list does not count as seen. A list that covers all the time since
    it was last seen misses nothing.

    Args:
        feed: as it was before the poll.
        items: all that the poll brought.
        now: the time of the poll.
        covers: the time before the poll of which the list has all entries, if there is one.
    """
    newest = _newest_known(feed)
    dates = _dates(items, now)
    seen = seen_until(feed)
    if covers is not None and seen is not None and now - seen <= covers:
        return None
    if newest is None or not dates or not feed.marks or 2 * len(items) < marked(feed.marks):
        return None
    interval = _interval(feed, dates)
    if _reaches_back(feed, items, newest, interval, now):
        return None
    since = _begin(feed, newest)
    new = [date for date in dates if date > since]
    return since if new and _missed(since, new[0], min(interval, _pace(new))) > 0 else None


def gap_of(
    feed: Feed, since: datetime | None, items: Sequence[FeedItem], now: datetime
) -> Gap | None:
    """The gap between what is known of a feed and its list; None if by the feed's rhythm nothing is
    likely to be missing. A list of one date does not tell.

    `since` is what `unlisted_since` says, the other arguments are as there.
    """
    dates = _dates(items, now)
    if since is None or len(dates) < 2:
        return None
    until = next(date for date in dates if date > since)
    missed = _missed(since, until, _interval(feed, dates))
    return Gap(since=since, until=until, missed=missed) if missed > 0 else None


def in_gap(feed: Feed, older: Sequence[FeedItem]) -> list[FeedItem]:
    """The items of older pages that may have come out since the newest known entry. The page that
    reaches back may go on with those of years, which nobody asked for.

    Args:
        feed: as it was before the poll.
        older: all items of the older pages.
    """
    newest = _newest_known(feed)
    return [
        one
        for one in older
        if newest is None or one.published is None or one.published > newest - LAG
    ]


def seen_until(feed: Feed) -> datetime | None:
    """When a feed's list was last seen: what came out later is for its next poll. None if no poll
    has brought it yet. "Not modified" says that it was as before, unless that word is being checked
    by asking without conditions. If older pages are still to be read, the list before counts."""
    if feed.unread_since is not None:
        return feed.unread_since
    said = feed.denied_at if conditions(feed) else None
    return max(filter(None, [feed.full_at, said]), default=None)


def describe(gap: Gap) -> str:
    """A gap in words."""
    entries = "an entry" if gap.missed == 1 else f"some {gap.missed:,} entries"
    return (
        f"{entries} may be missing between {gap.since:%Y-%m-%d %H:%M} and "
        f"{gap.until:%Y-%m-%d %H:%M}: the list no longer reached back to the newest known entry"
    )


def _dates(items: Sequence[FeedItem], now: datetime) -> list[datetime]:
    """When items came out, the oldest first, each time once; without those that are to come."""
    return sorted({one.published for one in items if one.published and one.published <= now})


def _newest_known(feed: Feed) -> datetime | None:
    """When the newest entry came out up to which nothing is missing."""
    return feed.unread_since or feed.rhythm.newest_at


def _begin(feed: Feed, newest: datetime) -> datetime:
    """From when on entries may be missing: since the newest one, since the list was last seen or
    since a person let it be polled again, whatever came last."""
    return max(filter(None, [newest, seen_until(feed), feed.resumed_at]))


def _reaches_back(
    feed: Feed, items: Sequence[FeedItem], newest: datetime, interval: float, now: datetime
) -> bool:
    """Whether an item is known, or came out before the newest known entry did. Neither one that is
    pinned to the top counts, nor one with a date to come, which stays there as well."""
    pinned = newest - max(PINNED, PINNED_INTERVALS * timedelta(seconds=interval))
    marks = feed.marks if feed.unread_since is None else None
    fresh = {one.id for one in fresh_items(marks, items)}
    return any(
        one.id not in fresh
        if one.published is None
        else pinned <= one.published <= now and (one.id not in fresh or one.published <= newest)
        for one in items
    )


def _interval(feed: Feed, dates: Sequence[datetime]) -> float:
    """The mean seconds between two entries: by the feed's rhythm, if it has one, else by the dates
    of its list."""
    known = feed.rhythm.interval if feed.rhythm.gaps >= ENOUGH else None
    return max(known, 1.0) if known else _pace(dates)


def _pace(dates: Sequence[datetime]) -> float:
    """The mean seconds between two of these dates."""
    return max((dates[-1] - dates[0]).total_seconds() / max(len(dates) - 1, 1), 1.0)


def _missed(since: datetime, until: datetime, interval: float) -> int:
    """About how many entries came between two moments. As many intervals as there are between
    these have one entry less between them."""
    return round((until - since).total_seconds() / interval) - 1
