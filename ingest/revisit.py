"""When a page is fetched again to see whether it was edited. Pure."""

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
"""A live blog on topic is looked at so often, and no longer than this after it was first seen."""


def revisit_at(
    first_seen: datetime,
    published: datetime | None,
    visits: int,
    *,
    matters: bool,
    live: bool,
    now: datetime,
) -> datetime | None:
    """When a page is fetched next, always after `now`; None for never again.

    Articles on topic are looked at again at each of `AGES`, live blogs on topic hourly. A live
    blog on another topic may come to ours as it grows, so it has the visits of an article. All
    others, nearly the whole stream, are fetched once.

    Args:
        first_seen: when its entry was found.
        published: when its article came out, as far as one knows.
        visits: how often its page was fetched already, at least once.
        matters: whether it is on topic.
        live: whether it is a live blog that goes on.
        now: the moment. Ages that passed meanwhile are not made up for.

    The age counts from `published` where that is earlier than `first_seen` by less than the last
    of `AGES`: an article found late has only its late visits left, and one whose date is wrong
    by years does not lose them. One that was seen later than now, while the clock was wrong, is
    of now.
    """
    first_seen = min(first_seen, now)
    if not matters and not live:
        return None
    if matters and live:
        end = first_seen + LIVE_FOR
        return min(now + LIVE_EVERY, end) if now < end else None
    born = first_seen
    if published is not None and first_seen - AGES[-1] < published < first_seen:
        born = published
    left = (born + age for age in AGES[max(visits, 1) - 1 :])
    return next((moment for moment in left if moment > now), None)


def next_try_at(entry: Entry, now: datetime) -> datetime | None:
    """When a page is fetched next that was not to be had again; None for never again.

    A wall may stand there for an hour, and the outlet correct its article behind it. What is
    fetched again at all was on topic, or edited, or somebody asked for it. How often that was does
    not matter: a live blog has had more visits by the evening than an article ever has.
    """
    if not entry.revision:
        return None  # another address of an article that is looked at by its own
    if entry.first_seen > now:
        return None  # by a clock that was wrong: of now for years, it would be tried for as long
    return revisit_at(entry.first_seen, entry.published, 1, matters=True, live=False, now=now)
