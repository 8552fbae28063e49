"""Gaps in the ledger: when feeds may have had entries that nobody saw."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from core.ledger.tables import gaps
from core.records import Feed, FeedGap, Gap


def add(tx: Connection, feed: Feed, gap: Gap, now: datetime) -> None:
    """Record a gap, in the transaction of the poll that showed it."""
    where = {"feed": feed.id, "url": feed.url, "outlet": feed.outlet, "noticed_at": now}
    tx.execute(insert(gaps).values(**gap.model_dump(), **where))


def listed(tx: Connection, since: datetime) -> list[FeedGap]:
    """The gaps that were noticed since a time, the last first."""
    query = select(gaps).where(gaps.c.noticed_at >= since).order_by(gaps.c.id.desc())
    return [FeedGap.model_validate(row, from_attributes=True) for row in tx.execute(query)]
