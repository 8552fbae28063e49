"""Replays: entries that came to an end, or whose pages were lost, are sent on their way again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from core.ledger import steps, tables
from core.ledger.chunks import chunks
from core.ledger.edits import RESTARTED
from core.ledger.entries import lock
from core.ledger.segments import Segment
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
    """Send entries that came to an end on their way again; returns how many.

    Args:
        now: the time of the step.
        states: the ends to choose from.
        reason: words in their reason, in upper or lower case; any, if None.
        feed: the address of a feed that lists them; any, if None.
        since: first seen not before this; any time, if None.
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
    return _send(tx, chosen, now=now, reason="replayed")


def fetch_again(tx: Connection, pages: Segment, *, now: datetime) -> int:
    """Send entries on their way again whose pages were in a file that is lost; returns how many.

    They are found by time: they became `fetched` at the moment when the file was recorded.
    """
    step, segment = tables.steps.c, tables.segments.c
    when = select(segment.created_at).where(segment.id == pages.id).scalar_subquery()
    in_file = select(step.entry).where(step.state == State.FETCHED, step.at == when)
    lost = [entries.c.state == State.FETCHED, entries.c.id.in_(in_file)]
    return _send(tx, lost, now=now, reason="its page was lost with its archive file")


def _send(
    tx: Connection, chosen: Sequence[ColumnElement[bool]], *, now: datetime, reason: str
) -> int:
    ids = list(tx.execute(select(entries.c.id).where(*chosen)).scalars())
    lock(tx, ids)
    for chunk in chunks(ids):
        again = update(entries).where(entries.c.id.in_(chunk))
        tx.execute(again.values(**RESTARTED, reason=reason, updated_at=now))
    steps.record(tx, ids, State.FOUND, now=now, reason=reason)
    return len(ids)
