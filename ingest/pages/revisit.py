"""Decide when to fetch a page again, to see whether it was edited. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.records import Entry

AGES = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
"""Ages of an article at which its page is looked at again: corrections mostly come soon."""

LIVE_EVERY = timedelta(hours=1)
LIVE_FOR = timedelta(days=3)
"""How often a live blog on topic is looked at, and for how long after it was first seen."""


def revisit_at(
    news_at: datetime,
    published: datetime | None,
    visits: int,
    *,
    matters: bool,
    live: bool,
    now: datetime,
) -> datetime | None:
    """When a page is fetched next, always after `now`; None for never again.

    Articles on topic are looked at again at each of `AGES`, live blogs on topic hourly. A live
    blog on another topic may turn to ours as it grows, so it is visited like an article. All other
    pages, nearly the whole stream, are fetched once.

    Args:
        news_at: when its entry was found; of one from a feed's history, when it was published.
        published: when its article was published, if known.
        visits: how often its page has been fetched, at least once.
        matters: whether it is on topic.
        live: whether it is a live blog that is still going on.
        now: the current time. Visits that were missed are not made up for.

    The age counts from `published` if that is earlier than `news_at` by less than the last of
    `AGES`: an article found late has only its late visits left, and one whose date is wrong by
    years loses none. If `news_at` is later than now, as the clock was wrong, it counts as now, and
    only then do `visits` count: it would be new for years. Otherwise they may be many by evening,
    as of a live blog, or of an article whose item changes at each poll.
    """
    ages = AGES if news_at <= now else AGES[max(visits, 1) - 1 :]
    news_at = min(news_at, now)
    if not matters and not live:
        return None
    if matters and live:
        end = news_at + LIVE_FOR
        return min(now + LIVE_EVERY, end) if now < end else None
    born = news_at
    if published is not None and news_at - AGES[-1] < published < news_at:
        born = published
    left = (born + age for age in ages)
    return next((moment for moment in left if moment > now), None)


def next_try_at(entry: Entry, now: datetime) -> datetime | None:
    """When to fetch a page next after a revisit failed; None for never again.

    A wall may be there for only an hour, and the outlet may correct its article behind it. What is
    revisited at all was on topic or edited, or somebody asked for it.
    """
    if not entry.revision:
        return None  # another address of an article that is revisited at its own
    at, published = entry.news_at, entry.published
    return revisit_at(at, published, entry.visits + 1, matters=True, live=False, now=now)
