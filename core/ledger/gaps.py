"""Gaps in the ledger: when feeds may have had entries that nobody saw."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from core.ledger.tables import gaps
from core.records import Feed, FeedGap, Gap

ONE_PERIOD = timedelta(days=7)
"""Gaps of a feed that are no further apart than this are one news: a short list of a busy outlet
may show one at each poll."""


def add(tx: Connection, feed: Feed, gap: Gap, now: datetime) -> bool:
    """Record a gap, in the transaction of the poll that showed it; returns whether that is news,
    since the feed has shown none in `ONE_PERIOD`."""
    lately = gaps.c.noticed_at >= now - ONE_PERIOD, gaps.c.feed == feed.id
    is_news = tx.execute(select(gaps.c.id).where(*lately).limit(1)).first() is None
    where = {"feed": feed.id, "url": feed.url, "outlet": feed.outlet, "noticed_at": now}
    tx.execute(insert(gaps).values(**gap.model_dump(), **where))
    return is_news


def listed(tx: Connection, since: datetime) -> list[FeedGap]:
    """The gaps that were noticed since a time, the last first."""
    query = select(gaps).where(gaps.c.noticed_at >= since).order_by(gaps.c.id.desc())
    return [FeedGap.model_validate(row, from_attributes=True) for row in tx.execute(query)]
