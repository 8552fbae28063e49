"""Replays: entries that came to an end, or whose pages were lost, are sent on their way again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from core.ledger import steps, stopped, tables
from core.ledger.chunks import change_with, chunks, rows_with
from core.ledger.edits import RESTARTED
from core.ledger.tables import entries, entry_feeds, feeds
from core.ledger.utc import within
from core.records import ENDS, SEARCHABLE, Segment, SegmentKind, State

_HELD: dict[SegmentKind, tuple[State, ...]] = {
    "pages": (State.FETCHED,),
    "articles": (State.EXTRACTED, State.LINKED, *SEARCHABLE),
}
"""The states in which entries stand whose pages or articles are in a file that a stage waits for.
Rules read a file after, before or while it is indexed."""


def replay(
    tx: Connection,
    *,
    now: datetime,
    states: Collection[State] = (State.QUARANTINED,),
    reason: str | None = None,
    feed: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    entry: str | None = None,
) -> int:
    """Send entries that came to an end on their way again; returns how many.

    Args:
        now: the time of the step.
        states: the ends to choose from.
        reason: words in their reason, in upper or lower case; any, if None.
        feed: the address of a feed that lists them; any, if None.
        since: first seen not before this; any time, if None.
        until: first seen before this; any time, if None.
        entry: the id of the only one; any, if None.
    """
    chosen: list[ColumnElement[bool]] = [
        entries.c.state.in_([state for state in states if state in ENDS]),
        *within(entries.c.first_seen, since, until),
    ]
    if reason is not None:
        chosen.append(entries.c.reason.icontains(reason, autoescape=True))
    if entry is not None:
        chosen.append(entries.c.id == entry)
    if feed is not None:
        listing = (
            select(entry_feeds.c.entry)
            .join(feeds, feeds.c.id == entry_feeds.c.feed)
            .where(feeds.c.url == feed)
        )
        chosen.append(entries.c.id.in_(listing))
    return _send(tx, chosen, now=now, reason="replayed")


def fetch_again(tx: Connection, lost: Segment, *, now: datetime) -> int | None:
    """Send entries on their way again whose pages, or present articles, were in a file that is
    lost; returns how many. None, with nothing changed, if all were at their end: then their
    articles were only tagged again.

    They are found by time: they became `fetched`, or `extracted`, at the moment when the file was
    recorded. Of a file that was merged of several, this is so of the newest only.
    """
    pages = lost.kind == "pages"
    step, segment = tables.steps.c, tables.segments.c
    when = select(segment.created_at).where(segment.id == lost.id).scalar_subquery()
    came = State.FETCHED if pages else State.EXTRACTED
    written = select(step.entry, step.at).where(step.state == came, step.at == when)
    moments = {row.entry: row.at for row in tx.execute(written)}
    newest = steps.last(tx, moments, came)
    # In the order of their ids, in which they are locked.
    ids = sorted(entry for entry, at in moments.items() if newest[entry].at == at)
    if not pages and _are_done(tx, lost, ids):
        return None
    what = "page" if pages else "text"
    # Its text is new to the stages after extraction, even if it is the same.
    values: dict[str, None] = {} if pages else {"text_hash": None}
    return sum(
        _send(
            tx,
            [entries.c.state.in_(_HELD[lost.kind]), entries.c.id.in_(some)],
            now=now,
            reason=f"its {what} was lost with its archive file",
            **values,
        )
        for some in chunks(ids)
    )


def _are_done(tx: Connection, articles: Segment, ids: Collection[str]) -> bool:
    """Whether all rules have read a file of articles, and the index has those that it waited
    for."""
    if articles.position is None or articles.position > stopped.read_by_all(tx):
        return False
    waiting = select(entries.c.id).where(entries.c.state == State.LINKED)
    return not any(rows_with(tx, waiting, entries.c.id, ids))


def _send(
    tx: Connection,
    chosen: Sequence[ColumnElement[bool]],
    *,
    now: datetime,
    reason: str,
    **values: Any,
) -> int:
    # One that a person erases meanwhile is waited for, and then no longer chosen.
    locked = select(entries.c.id).where(*chosen).order_by(entries.c.id).with_for_update()
    ids = list(tx.execute(locked).scalars())
    again = update(entries).values(**RESTARTED, reason=reason, updated_at=now, **values)
    change_with(tx, again, entries.c.id, ids)
    steps.record(tx, ids, State.FOUND, now=now, reason=reason)
    return len(ids)
