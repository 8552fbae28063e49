"""Cursors: how far each reader has come in records that the ledger keeps in order."""

from __future__ import annotations

from sqlalchemy import Connection, select

from core.ledger.ledger import upsert
from core.ledger.tables import cursors

RULES = "match"
"""The rules' cursor: the position of the last segment that they have read. Those that cannot be
used have positions of their own (`core.ledger.stopped`)."""

OPERATIONS = "operations"
"""The cursor of reports on the work itself: the number of the last step that was reported."""


def read(tx: Connection, name: str) -> int:
    """Where a reader stands; 0 at first."""
    query = select(cursors.c.position).where(cursors.c.name == name)
    return tx.execute(query).scalar() or 0


def move(tx: Connection, name: str, position: int, *, since: int) -> bool:
    """Record how far a reader has come who stood at `since`. False, with nothing changed, if
    another has read on from there meanwhile."""
    moved = upsert(tx, cursors).values(name=name, position=position)
    moved = moved.on_conflict_do_update(
        index_elements=["name"], set_={"position": position}, where=cursors.c.position == since
    )
    return tx.execute(moved.returning(cursors.c.name)).scalar() is not None
