"""Channels in the ledger: how each is doing, and what waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, func, select, update

from core.ledger.ledger import upsert
from core.ledger.tables import channels, deliveries, message_deliveries, notice_deliveries
from core.records import ChannelHealth

_OUTBOXES = (deliveries, message_deliveries, notice_deliveries)


def waits(outbox: Table, now: datetime | None = None) -> tuple[ColumnElement[bool], ...]:
    """What holds for a row of an outbox that is still to be delivered, by `now` if that is said."""
    conditions = (outbox.c.delivered_at.is_(None), outbox.c.closed_at.is_(None))
    return conditions if now is None else (*conditions, outbox.c.next_attempt_at <= now)


def known(tx: Connection) -> dict[str, ChannelHealth]:
    """The channels that something was ever sent to, by name."""
    rows = tx.execute(select(channels).order_by(channels.c.name))
    return {row.name: ChannelHealth(**row._mapping) for row in rows}


def put(tx: Connection, health: ChannelHealth) -> None:
    """Record how a channel is doing."""
    values = health.model_dump()
    new = upsert(tx, channels).values(values)
    tx.execute(new.on_conflict_do_update(index_elements=["name"], set_=values))


def waiting(tx: Connection) -> Mapping[str, int]:
    """How many messages wait for each channel."""
    counts: dict[str, int] = {}
    for outbox in _OUTBOXES:
        query = select(outbox.c.channel, func.count()).where(*waits(outbox))
        for name, number in tx.execute(query.group_by(outbox.c.channel)):
            counts[name] = counts.get(name, 0) + number
    return counts


def release(tx: Connection, name: str, now: datetime) -> None:
    """Have all that waits for a channel tried at once: it takes messages again."""
    for outbox in _OUTBOXES:
        mine = update(outbox).where(outbox.c.channel == name, *waits(outbox))
        tx.execute(mine.values(next_attempt_at=now))


def close(tx: Connection, name: str, *, reason: str, now: datetime) -> int:
    """Give up what waits for a channel, and say why; how many messages that were."""
    closed = 0
    for outbox in _OUTBOXES:
        mine = update(outbox).where(outbox.c.channel == name, *waits(outbox))
        closed += tx.execute(mine.values(closed_at=now, reason=reason)).rowcount
    return closed
