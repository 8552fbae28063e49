"""Notices in the ledger: news of feeds for the operators, retried until each channel accepts it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from core.ledger.outboxes import NOTICES, Delivery
from core.ledger.tables import notices
from core.records import Notice


class Bundle(Delivery):
    """All notices to deliver to one channel now, oldest first."""

    notices: tuple[Notice, ...]


def add(tx: Connection, notice: Notice) -> None:
    """Record a notice, in the transaction of the poll that gave rise to it."""
    tx.execute(insert(notices).values(notice.model_dump()))


def enqueue(tx: Connection, channels: Sequence[str], now: datetime) -> None:
    """Put all new notices into the outbox for the operators' channels.

    Without channels they are only recorded: a channel named later does not get old ones.
    """
    new = list(tx.execute(select(notices.c.id).where(notices.c.addressed_at.is_(None))).scalars())
    if new:
        NOTICES.enqueue(tx, new, channels, now)
        tx.execute(update(notices).where(notices.c.addressed_at.is_(None)).values(addressed_at=now))


def outbox(tx: Connection, now: datetime) -> list[Bundle]:
    """What is to be delivered now, one bundle per channel."""
    bundles: dict[str, list[Row[Any]]] = {}
    for row in NOTICES.due(tx, now):
        bundles.setdefault(row.channel, []).append(row)
    return [
        Bundle(
            channel=channel,
            ids=tuple(row.id for row in rows),
            attempts=max(row.attempts for row in rows),
            notices=tuple(map(_notice, rows)),
        )
        for channel, rows in bundles.items()
    ]


def _notice(row: Row[Any]) -> Notice:
    return Notice.model_validate(row, from_attributes=True)
