"""Sketches in the ledger: what recent texts' copies are recognised by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from core.ledger.tables import sketches
from core.records import Sketched


def add(tx: Connection, sketched: Sketched) -> None:
    """Remember an article's sketch."""
    tx.execute(insert(sketches).values(**sketched.model_dump()))


def window(tx: Connection, since: datetime) -> Iterator[Sketched]:
    """The sketches of articles first seen since a time, in the order they were linked."""
    query = select(sketches).where(sketches.c.first_seen >= since).order_by(sketches.c.id)
    for row in tx.execute(query):
        yield Sketched.model_validate(row, from_attributes=True)


def forget(tx: Connection, before: datetime) -> int:
    """Drop the sketches of articles first seen before a time; returns how many."""
    return tx.execute(delete(sketches).where(sketches.c.first_seen < before)).rowcount
