"""Digests in the ledger: which alerts each has covered, so that it covers each alert once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, func, select

from core.ledger.ledger import upsert
from core.ledger.tables import alerts, digests
from core.records import Alert, Record


class Progress(Record):
    """How far a digest has come: `position` is the last alert that it covered."""

    name: str
    position: int
    until: datetime


def progress(tx: Connection, name: str, *, since: datetime) -> Progress:
    """How far a digest has come; a new one begins with the alerts after `since`."""
    row = tx.execute(select(digests).where(digests.c.name == name)).one_or_none()
    if row is not None:
        return Progress.model_validate(row, from_attributes=True)
    before = select(func.max(alerts.c.id)).where(alerts.c.created_at <= since)
    return Progress(name=name, position=tx.execute(before).scalar() or 0, until=since)


def alerts_after(tx: Connection, after: int) -> Iterator[tuple[int, Alert]]:
    """The alerts after a position, in order, each with its position."""
    query = select(alerts.c.id, alerts.c.record).where(alerts.c.id > after).order_by(alerts.c.id)
    for row in tx.execute(query):
        yield row.id, Alert.model_validate(row.record)


def save(tx: Connection, reached: Progress) -> None:
    """Record how far a digest has come, in the transaction that puts it into the outbox."""
    values = reached.model_dump()
    new = upsert(tx, digests).values(values)
    tx.execute(new.on_conflict_do_update(index_elements=["name"], set_=values))
