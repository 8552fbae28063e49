"""Visits in the ledger: whose pages may be fetched now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update

from core.ledger.chunks import change_with
from core.ledger.entries import lock, with_feeds
from core.ledger.tables import entries, entry_feeds, feeds
from core.ledger.utc import has_come, ways_to_come
from core.records import SEARCHABLE, Entry, State
from core.sites import SLOTS


def due(
    tx: Connection,
    slots: Collection[int],
    now: datetime,
    limit: int,
    *,
    without: Collection[str] = (),
    without_feeds: Collection[str] = (),
) -> list[Entry]:
    """Entries of these slots whose pages may be fetched now, in the order they were seen; those
    from the history of feeds come last, as they may be thousands and nobody waits for them.

    They are new, or due for another try, or have an article that is due for another visit. Those of
    sites in `without` are left out, as are those that only feeds in `without_feeds` list.
    """
    query = (
        select(entries)
        .where(entries.c.site.not_in(without), _is_due(now, slots))
        .where(*_not_only_in(without_feeds))
        .order_by(entries.c.historic, entries.c.first_seen, entries.c.id)
        .limit(limit)
    )
    return with_feeds(tx, list(tx.execute(query)))


def _not_only_in(urls: Collection[str]) -> Iterator[ColumnElement[bool]]:
    """That an entry is listed by another feed than these, or by none."""
    if urls:
        by = exists().where(entry_feeds.c.entry == entries.c.id, feeds.c.id == entry_feeds.c.feed)
        yield or_(~by.where(feeds.c.url.in_(urls)), by.where(feeds.c.url.not_in(urls)))


def count_due(tx: Connection, now: datetime) -> int:
    """How many entries' pages may be fetched now."""
    query = select(func.count()).select_from(entries).where(_is_due(now, range(SLOTS)))
    return tx.execute(query).scalar_one()


def _is_due(now: datetime, slots: Collection[int]) -> ColumnElement[bool]:
    """Whether an entry of these slots is due.

    In these words SQLite looks up the few entries whose time has come. If the slots stood beside
    the `or_`, if the ways to come were one condition, or with `state IN`, it would read all
    articles there are.
    """
    never_tried = entries.c.next_attempt_at.is_(None)
    waiting = or_(never_tried, has_come(entries.c.next_attempt_at, now))
    has_article = entries.c.state.not_in([one for one in State if one not in SEARCHABLE])
    ours = entries.c.slot.in_(slots)
    return or_(
        and_(ours, entries.c.state == State.FOUND, waiting),
        *(and_(ours, has_article, way) for way in ways_to_come(entries.c.revisit_at, now)),
    )


def claim(tx: Connection, claimed: Iterable[Entry], until: datetime) -> None:
    """Postpone entries whose pages are about to be fetched: if we die before the answers are
    recorded, no server has to answer a second request before that time."""
    ids = [entry.id for entry in claimed]
    lock(tx, ids)
    new = update(entries).where(entries.c.state == State.FOUND).values(next_attempt_at=until)
    known = update(entries).where(entries.c.state != State.FOUND).values(revisit_at=until)
    for change in (new, known):
        change_with(tx, change, entries.c.id, ids)
