"""Steps in the ledger: the way that each entry went, and how long each step took."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select

from core.ledger.tables import steps
from core.records import State, Step


def record(
    tx: Connection,
    ids: Iterable[str],
    state: State,
    *,
    now: datetime,
    seconds: float = 0.0,
    reason: str | None = None,
) -> None:
    """Record that entries came to a state; `seconds` is the time spent on each."""
    rows = [
        {"entry": key, "at": now, "state": state, "seconds": seconds, "reason": reason}
        for key in ids
    ]
    if rows:
        tx.execute(insert(steps), rows)


def of(tx: Connection, entry: str) -> list[Step]:
    """The steps of an entry, in the order they were taken."""
    query = select(steps).where(steps.c.entry == entry).order_by(steps.c.id)
    return [
        Step(at=row.at, state=State(row.state), seconds=row.seconds, reason=row.reason)
        for row in tx.execute(query)
    ]
