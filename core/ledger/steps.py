"""Steps in the ledger: the states that each entry went through, and how long each step took."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select

from core.ledger.chunks import chunks
from core.ledger.tables import steps
from core.records import State, Step


class StepRef(NamedTuple):
    """A step by its number, which grows with time, and when it was taken."""

    number: int
    at: datetime


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
    return [Step.model_validate(row, from_attributes=True) for row in tx.execute(query)]


def last(tx: Connection, ids: Iterable[str], state: State) -> dict[str, StepRef]:
    """For each of some entries, its last step to a state; those without one are left out."""
    found: dict[str, StepRef] = {}
    for some in chunks(ids):
        came = steps.c.entry.in_(some), steps.c.state == state
        newest = select(func.max(steps.c.id)).where(*came).group_by(steps.c.entry)
        query = select(steps.c.entry, steps.c.id, steps.c.at).where(steps.c.id.in_(newest))
        found |= {entry: StepRef(number, at) for entry, number, at in tx.execute(query)}
    return found


def left_between(tx: Connection, first: StepRef, second: StepRef, state: State) -> bool:
    """Whether any entry's step to another state lies between two steps to this one."""
    between = steps.c.id > first.number, steps.c.id < second.number
    query = select(steps.c.id).where(*between, steps.c.state != state).limit(1)
    return tx.execute(query).scalar() is not None
