"""Feeds whose entries no longer bring articles. Each entry ends with its reason, and the feed is
well all the same: it may be the outlet's pages that nobody can read any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, case, func, literal, select

from core.ledger import feeds
from core.ledger.tables import entries, entry_feeds
from core.ledger.utc import Utc
from core.records import ENDS, Feed, State

PERIOD = timedelta(days=7)
"""How far back entries are looked at."""

FEWEST = 5
"""The fewest entries in a row without an article from which anything is concluded."""

LEAST = timedelta(days=1)
"""How long ago the first of them was seen at least: a site may fail for hours."""

_WITHOUT = (State.QUARANTINED, State.REJECTED)


class Unread(NamedTuple):
    """A feed, how many of its entries ended without an article since one brought any, when the
    first of these was seen, and why the last of them has none."""

    feed: Feed
    number: int
    since: datetime
    reason: str


def listed(tx: Connection, now: datetime) -> list[Unread]:
    """The feeds that are polled and whose last entries all ended without an article."""
    start = now - PERIOD
    seen = entries.c.first_seen
    # Expressions: the indexes of feeds and states would lead through all entries there are.
    feed, state = entry_feeds.c.feed.concat(""), entries.c.state.concat("")
    lately = (
        select(feed.label("feed"), seen.label("seen"), state.in_(_WITHOUT).label("bad"))
        .join(entry_feeds, entry_feeds.c.entry == entries.c.id)
        # A feed's history, which a person asked for, may be long gone.
        .where(seen >= start, entries.c.historic.is_(False), state.in_(ENDS))
    ).cte("lately")
    read_at = func.max(case((lately.c.bad.is_(False), lately.c.seen))).label("read_at")
    last = select(lately.c.feed, read_at).group_by(lately.c.feed).subquery()
    unread = (
        select(lately.c.feed, func.count().label("number"), func.min(lately.c.seen).label("since"))
        .join(last, last.c.feed == lately.c.feed)
        .where(lately.c.bad, lately.c.seen > func.coalesce(last.c.read_at, literal(start, Utc)))
        .group_by(lately.c.feed)
        .having(func.count() >= FEWEST, func.min(lately.c.seen) <= now - LEAST)
    )
    found = {row.feed: row for row in tx.execute(unread)}
    why = (
        select(entries.c.reason)
        .join(entry_feeds, entry_feeds.c.entry == entries.c.id)
        .where(entries.c.state.in_(_WITHOUT))
        .order_by(seen.desc(), entries.c.id)
        .limit(1)
    )
    return [
        Unread(
            one,
            found[one.id].number,
            found[one.id].since,
            tx.execute(why.where(entry_feeds.c.feed == one.id)).scalar() or "",
        )
        for one in feeds.get(tx, found)
        if one.paused_at is None
    ]
