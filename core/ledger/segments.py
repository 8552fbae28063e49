"""Segments in the ledger: archive files on their way from stage to stage."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    select,
    true,
    update,
)

from core.ledger import cursors, stopped
from core.ledger.chunks import change_with, rows_with
from core.ledger.tables import forgotten, segments
from core.records import Segment


def add(tx: Connection, segment: Segment, now: datetime) -> None:
    """Record a segment whose file is in the archive."""
    tx.execute(insert(segments).values(**segment.model_dump(), created_at=now))


def get(tx: Connection, ids: Collection[str]) -> list[Segment]:
    """Segments by id; those that have been replaced or removed are left out."""
    return _read(tx, segments.c.id.in_(ids))


def to_extract(tx: Connection) -> list[Segment]:
    """Page segments that are not extracted yet, oldest first."""
    return _read(tx, segments.c.kind == "pages", segments.c.done_at.is_(None))


def to_link(tx: Connection) -> list[Segment]:
    """Article segments that have no place in the recorded order yet, oldest first."""
    return _read(tx, segments.c.kind == "articles", segments.c.position.is_(None))


def to_index(tx: Connection) -> list[Segment]:
    """Linked article segments that are not fully indexed, in recorded order."""
    return _read(
        tx,
        segments.c.kind == "articles",
        segments.c.position.is_not(None),
        segments.c.done_at.is_(None),
    )


def linked(tx: Connection, *, after: int = 0, upto: int | None = None) -> list[Segment]:
    """Linked article segments after a position, up to another if one is given, in recorded
    order."""
    is_within = true() if upto is None else segments.c.position <= upto
    return _read(tx, segments.c.position > after, is_within)


def of_articles(tx: Connection, *, since: datetime, limit: int) -> list[Segment]:
    """Some article segments recorded at a time or later, oldest first. A file made of several
    counts as recorded with the newest of them."""
    recorded = and_(segments.c.kind == "articles", segments.c.created_at >= since)
    query = select(segments).where(recorded).order_by(segments.c.created_at, segments.c.position)
    return [_segment(row) for row in tx.execute(query.limit(limit))]


def since(tx: Connection, moment: datetime) -> list[Segment]:
    """The segments recorded at a time or later, pages and articles."""
    return _read(tx, segments.c.created_at >= moment)


def set_done(tx: Connection, segment: Segment, now: datetime) -> None:
    """Record that a segment is done: its pages are all extracted, or its articles all indexed."""
    tx.execute(update(segments).where(segments.c.id == segment.id).values(done_at=now))


def set_position(tx: Connection, segment: Segment) -> None:
    """Give a segment the next place in the recorded order, unless it has one. Linking runs one at a
    time; one that was paused until it lost its lease must not make rules read a segment again."""
    known = tx.execute(select(func.coalesce(func.max(segments.c.position), 0))).scalar_one()
    # The last one may be gone, if all its articles were erased. Rules would not look there again.
    last = max(known, cursors.read(tx, cursors.RULES))
    unplaced = segments.c.id == segment.id, segments.c.position.is_(None)
    tx.execute(update(segments).where(*unplaced).values(position=last + 1))


def old_pages(tx: Connection, before: datetime) -> list[Segment]:
    """Page segments that were recorded before a time, and are extracted."""
    is_old = and_(segments.c.created_at < before, segments.c.done_at.is_not(None))
    return _read(tx, segments.c.kind == "pages", is_old)


def settled(tx: Connection, before: datetime) -> list[list[Segment]]:
    """Article segments that no stage needs any more and that were recorded before a time, in runs:
    neighbours in the recorded order, so that a file that replaces them does not span any other."""
    is_settled = and_(
        segments.c.done_at.is_not(None),
        segments.c.created_at < before,
        segments.c.position <= stopped.read_by_all(tx),
    )
    query = (
        select(segments, is_settled.label("settled"))
        .where(segments.c.kind == "articles")
        .order_by(segments.c.position, segments.c.created_at, segments.c.id)
    )
    runs = groupby(tx.execute(query), key=lambda row: bool(row.settled))
    return [[_segment(row) for row in rows] for ready, rows in runs if ready]


def replace(
    tx: Connection, old: Sequence[Segment], new: Segment, now: datetime, *, done: bool = True
) -> bool:
    """Replace several settled segments by one of their kind, which takes the place of the last. If
    it is not `done`, the index stage writes its articles again; rules have read it.

    False, with nothing changed, if one of them is gone or still needed.
    """
    last = select(segments).where(segments.c.id.in_([one.id for one in old]))
    newest = func.max(segments.c.created_at), func.max(segments.c.done_at)
    created_at, done_at = tx.execute(last.with_only_columns(*newest)).one()
    if not remove(tx, old, now):
        return False
    positions = [one.position for one in old if one.position is not None]
    values = new.model_dump() | {"position": max(positions, default=None)}
    values |= {"created_at": created_at, "done_at": done_at if done else None}
    tx.execute(insert(segments).values(values))
    return True


def remove(tx: Connection, old: Sequence[Segment], now: datetime) -> bool:
    """Forget settled segments, and note since when nothing names their files.

    False, with nothing changed, if one of them is gone or still needed.
    """
    ids = [one.id for one in old]
    done = select(segments.c.id).where(segments.c.done_at.is_not(None))
    if sum(1 for _ in rows_with(tx, done, segments.c.id, ids)) != len(ids):
        return False
    change_with(tx, delete(segments), segments.c.id, ids)
    tx.execute(insert(forgotten), [{"path": one.path, "at": now} for one in old])
    return True


def let_go(tx: Connection) -> dict[str, datetime]:
    """The archive files that were let go, and when: nothing names them any more."""
    return {row.path: row.at for row in tx.execute(select(forgotten))}


def set_deleted(tx: Connection, paths: Collection[str]) -> None:
    """Note no longer that some archive files were let go: they are deleted."""
    change_with(tx, delete(forgotten), forgotten.c.path, paths)


def paths(tx: Connection) -> frozenset[str]:
    """The archive files of all segments."""
    return frozenset(tx.execute(select(segments.c.path)).scalars())


def _read(tx: Connection, *conditions: ColumnElement[bool]) -> list[Segment]:
    query = (
        select(segments)
        .where(*conditions)
        .order_by(segments.c.position, segments.c.created_at, segments.c.id)
    )
    return [_segment(row) for row in tx.execute(query)]


def _segment(row: Row[Any]) -> Segment:
    return Segment.model_validate(row, from_attributes=True)
