"""Outboxes in the ledger: what is on its way to channels, retried until accepted or given up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, Table, and_, select, update

from core.ledger.chunks import change_with, chunks
from core.ledger.ledger import upsert
from core.ledger.tables import (
    alerts,
    deliveries,
    message_deliveries,
    messages,
    notice_deliveries,
    notices,
)
from core.ledger.utc import has_come
from core.records import LONGEST_WAIT, Record

Payload = TypeVar("Payload")


class DeliveryStatus(Record):
    """How far the delivery of an alert, a message or a notice to a channel has come, for people to
    see."""

    channel: str
    delivered_at: datetime | None
    attempts: int
    next_attempt_at: datetime
    reason: str | None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery(Generic[Payload]):
    """A payload on its way to a channel, by the ids of what it is made of. `attempts` is how often
    these were refused; of several, the highest."""

    channel: str
    ids: tuple[int, ...]
    attempts: int
    payload: Payload


class Outbox:
    """A table of what is to be delivered, and one with a row for each channel that it goes to."""

    def __init__(self, payloads: Table, deliveries: Table, payload_id: Column[Any]) -> None:
        """`payload_id` is the column of `deliveries` with the id of what is delivered."""
        self.payloads = payloads
        self.deliveries = deliveries
        self.payload_id = payload_id

    def add(self, tx: Connection, channels: Sequence[str], now: datetime, **values: object) -> bool:
        """Record a payload and put it on its way, unless its key was there already."""
        new = upsert(tx, self.payloads).values(created_at=now, **values).on_conflict_do_nothing()
        payload_id = tx.execute(new.returning(self.payloads.c.id)).scalar()
        if payload_id is None:
            return False
        self.enqueue(tx, [payload_id], channels, now)
        return True

    def enqueue(
        self, tx: Connection, ids: Iterable[int], channels: Iterable[str], now: datetime
    ) -> None:
        """Put payloads on their way to channels; deliveries that exist already stay as they are."""
        rows = [
            {self.payload_id.name: one, "channel": channel, "attempts": 0, "next_attempt_at": now}
            for one in ids
            for channel in dict.fromkeys(channels)
        ]
        if rows:
            tx.execute(upsert(tx, self.deliveries).on_conflict_do_nothing(), rows)

    def is_pending(self, channel: str | None = None) -> ColumnElement[bool]:
        """The SQL condition for a delivery still to be made, to a channel if one is named."""
        table = self.deliveries.c
        pending = and_(table.delivered_at.is_(None), table.closed_at.is_(None))
        return pending if channel is None else and_(table.channel == channel, pending)

    def due(
        self,
        tx: Connection,
        now: datetime,
        to: Collection[str] | None,
        read: Callable[[Row[Any]], Payload | None],
    ) -> list[Delivery[Payload]]:
        """What is to be delivered now, to all channels or some, the oldest first; `read` makes a
        payload of its row, or None if nothing of it is left to deliver."""
        table = self.deliveries.c
        query = (
            select(table.channel, table.attempts, self.payloads)
            .join_from(self.deliveries, self.payloads)
            .where(self.is_pending(), has_come(table.next_attempt_at, now, LONGEST_WAIT))
            .order_by(self.payloads.c.id, table.channel)
        )
        if to is not None:
            query = query.where(table.channel.in_(to))
        return [
            Delivery(row.channel, (row.id,), row.attempts, payload)
            for row in tx.execute(query)
            if (payload := read(row)) is not None
        ]

    def set_delivered(
        self, tx: Connection, delivery: Delivery[Any], now: datetime, *, note: str | None = None
    ) -> bool:
        """Record that the channel accepted it; `note` is what a person should know all the same.
        False, with nothing changed, if it had accepted it before."""
        unknown = self.deliveries.c.delivered_at.is_(None)
        return self._update(tx, delivery, unknown, delivered_at=now, reason=note)

    def set_failed(
        self, tx: Connection, delivery: Delivery[Any], *, reason: str, retry_at: datetime
    ) -> bool:
        """Record that the channel did not accept it; it is tried again at `retry_at`. False, with
        nothing changed, if it waits no more."""
        values = {"attempts": self.deliveries.c.attempts + 1, "reason": reason}
        return self._update(tx, delivery, self.is_pending(), next_attempt_at=retry_at, **values)

    def with_statuses(
        self, tx: Connection, chosen: Select[Any]
    ) -> Iterator[tuple[Row[Any], tuple[DeliveryStatus, ...]]]:
        """Chosen payloads, each with the status of its deliveries."""
        for rows in chunks(tx.execute(chosen).all()):
            query = select(self.deliveries).where(self.payload_id.in_([row.id for row in rows]))
            statuses: dict[int, list[DeliveryStatus]] = {row.id: [] for row in rows}
            for row in tx.execute(query.order_by(self.deliveries.c.channel)):
                status = DeliveryStatus.model_validate(row, from_attributes=True)
                statuses[row._mapping[self.payload_id]].append(status)
            for row in rows:
                yield row, tuple(statuses[row.id])

    def _update(
        self, tx: Connection, delivery: Delivery[Any], *where: ColumnElement[bool], **values: object
    ) -> bool:
        mine = update(self.deliveries).where(self.deliveries.c.channel == delivery.channel, *where)
        return change_with(tx, mine.values(**values), self.payload_id, delivery.ids) > 0


ALERTS = Outbox(alerts, deliveries, deliveries.c.alert)
MESSAGES = Outbox(messages, message_deliveries, message_deliveries.c.message)
NOTICES = Outbox(notices, notice_deliveries, notice_deliveries.c.notice)
OUTBOXES = (ALERTS, MESSAGES, NOTICES)
