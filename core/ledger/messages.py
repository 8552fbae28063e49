"""Messages in the ledger beside alerts, and their outbox: digests, and news of channels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from core.ledger.outboxes import MESSAGES
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
    return MESSAGES.add(
        tx, channels, now, key=record.key, kind=kind, record=record.model_dump(mode="json")
    )


def outbox(tx: Connection, now: datetime) -> list[MessageDelivery]:
    """What is to be delivered now, oldest first."""
    return [
        MessageDelivery(
            message_id=row.id,
            channel=row.channel,
            attempts=row.attempts,
            record=_KINDS[row.kind].model_validate(row.record),
        )
        for row in MESSAGES.due(tx, now)
    ]


def set_delivered(
    tx: Connection, delivery: MessageDelivery, now: datetime, *, note: str | None = None
) -> None:
    """The channel took the message; `note` is what a person should know all the same."""
    MESSAGES.set_delivered(tx, delivery.channel, [delivery.message_id], now, note=note)


def set_failed(
    tx: Connection, delivery: MessageDelivery, *, reason: str, retry_at: datetime
) -> None:
    """The channel did not take the message; it is tried again."""
    ids = [delivery.message_id]
    MESSAGES.set_failed(tx, delivery.channel, ids, reason=reason, retry_at=retry_at)
