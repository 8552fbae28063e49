"""Messages in the ledger beside alerts, and their outbox: digests, and news of channels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from core.ledger.channels import waits
from core.ledger.ledger import upsert
from core.ledger.tables import message_deliveries, messages
from core.records import ChannelNews, Digest, Record

_KINDS: dict[str, type[Digest] | type[ChannelNews]] = {"digest": Digest, "channel": ChannelNews}


class MessageDelivery(Record):
    """One message on its way to one channel."""

    message_id: int
    channel: str
    attempts: int
    record: Digest | ChannelNews


def add(
    tx: Connection, record: Digest | ChannelNews, channels: Sequence[str], now: datetime
) -> bool:
    """Put a message into the outbox of its channels, unless its key was there already."""
    kind = "digest" if isinstance(record, Digest) else "channel"
    statement = (
        upsert(tx, messages)
        .values(key=record.key, kind=kind, record=record.model_dump(mode="json"), created_at=now)
        .on_conflict_do_nothing()
        .returning(messages.c.id)
    )
    message = tx.execute(statement).scalar()
    if message is None:
        return False
    rows = [
        {"message": message, "channel": channel, "attempts": 0, "next_attempt_at": now}
        for channel in dict.fromkeys(channels)
    ]
    if rows:
        tx.execute(insert(message_deliveries), rows)
    return True


def outbox(tx: Connection, now: datetime) -> list[MessageDelivery]:
    """What is to be delivered now, oldest first."""
    query = (
        select(message_deliveries, messages.c.kind, messages.c.record)
        .join(messages, messages.c.id == message_deliveries.c.message)
        .where(*waits(message_deliveries, now))
        .order_by(messages.c.id, message_deliveries.c.channel)
    )
    return [
        MessageDelivery(
            message_id=row.message,
            channel=row.channel,
            attempts=row.attempts,
            record=_KINDS[row.kind].model_validate(row.record),
        )
        for row in tx.execute(query)
    ]


def set_delivered(
    tx: Connection, delivery: MessageDelivery, now: datetime, *, note: str | None = None
) -> None:
    """The channel took the message; `note` is what a person should know all the same."""
    _update(tx, delivery, delivered_at=now, reason=note)


def set_failed(
    tx: Connection, delivery: MessageDelivery, *, reason: str, retry_at: datetime
) -> None:
    """The channel did not take the message; it is tried again."""
    _update(tx, delivery, attempts=delivery.attempts + 1, reason=reason, next_attempt_at=retry_at)


def _update(tx: Connection, delivery: MessageDelivery, **values: object) -> None:
    tx.execute(
        update(message_deliveries)
        .where(
            message_deliveries.c.message == delivery.message_id,
            message_deliveries.c.channel == delivery.channel,
        )
        .values(**values)
    )
