"""Channels in the ledger: how each is doing, and what waits for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, select, update

from core.ledger.ledger import upsert
from core.ledger.tables import channels, deliveries, message_deliveries, notice_deliveries
from core.records import ChannelHealth, Record

_OUTBOXES = (deliveries, message_deliveries, notice_deliveries)


class DeliveryStatus(Record):
    """Where the delivery of an alert, a message or a notice to a channel stands, for people to
    see."""

    channel: str
    delivered_at: datetime | None
    attempts: int
    next_attempt_at: datetime
    reason: str | None
    closed_at: datetime | None = None


def status_of(row: Row[Any]) -> DeliveryStatus:
    """Where the delivery of a row of an outbox stands."""
    return DeliveryStatus(**{name: row._mapping[name] for name in DeliveryStatus.model_fields})


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


def divide(tx: Connection, name: str, lanes: Collection[str], now: datetime) -> None:
    """Have what waits for a channel wait for each of its lanes instead."""
    for outbox in _OUTBOXES:
        what = next(column for column in outbox.primary_key if column.name != "channel")
        mine = (outbox.c.channel == name, *waits(outbox))
        rows = [
            {what.name: one, "channel": lane, "attempts": 0, "next_attempt_at": now}
            for one in tx.execute(select(what).where(*mine)).scalars()
            for lane in lanes
        ]
        if rows:
            # A lane that has had it, or that it waits for already, stays as it is.
            tx.execute(upsert(tx, outbox).on_conflict_do_nothing(), rows)
            tx.execute(delete(outbox).where(*mine))


def close(tx: Connection, name: str, *, reason: str, now: datetime) -> int:
    """Give up what waits for a channel, and say why; how many messages that were."""
    closed = 0
    for outbox in _OUTBOXES:
        mine = update(outbox).where(outbox.c.channel == name, *waits(outbox))
        closed += tx.execute(mine.values(closed_at=now, reason=reason)).rowcount
    return closed
