"""Entries that came to an end, sent on their way again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from core.ledger import steps
from core.ledger.chunks import chunks
from core.ledger.entries import AGAIN
from core.ledger.tables import entries, entry_feeds, feeds
from core.records import ENDS, State


def replay(
    tx: Connection,
    *,
    now: datetime,
    states: Collection[State] = (State.QUARANTINED,),
    reason: str | None = None,
    feed: str | None = None,
    since: datetime | None = None,
) -> int:
    """Send entries that came to an end on their way again; how many.

    Args:
        now: the time of the step.
        states: the ends of those that are meant.
        reason: words in their reason, in upper or lower case; any.
        feed: the address of a feed that lists them; any.
        since: first seen not before this; any time.
    """
    chosen: list[ColumnElement[bool]] = [
        entries.c.state.in_([state for state in states if state in ENDS])
    ]
    if reason is not None:
        chosen.append(entries.c.reason.icontains(reason, autoescape=True))
    if since is not None:
        chosen.append(entries.c.first_seen >= since)
    if feed is not None:
        listing = (
            select(entry_feeds.c.entry)
            .join(feeds, feeds.c.id == entry_feeds.c.feed)
            .where(feeds.c.url == feed)
        )
        chosen.append(entries.c.id.in_(listing))
    ids = list(tx.execute(select(entries.c.id).where(*chosen)).scalars())
    for chunk in chunks(ids):
        tx.execute(
            update(entries)
            .where(entries.c.id.in_(chunk))
            .values(**AGAIN, reason="replayed", updated_at=now)
        )
    steps.record(tx, ids, State.FOUND, now=now, reason="replayed")
    return len(ids)
