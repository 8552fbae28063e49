"""Messages in the ledger other than alerts, with their outbox: digests, and news of channels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from core.ledger.outboxes import MESSAGES, Delivery
from core.records import ChannelNews, Digest

_KINDS: dict[str, type[Digest] | type[ChannelNews]] = {"digest": Digest, "channel": ChannelNews}


def add(
    tx: Connection, record: Digest | ChannelNews, channels: Sequence[str], now: datetime
) -> bool:
    """Put a message into the outbox of its channels, unless its key was there already."""
    kind = "digest" if isinstance(record, Digest) else "channel"
    return MESSAGES.add(
        tx, channels, now, key=record.key, kind=kind, record=record.model_dump(mode="json")
    )


def outbox(tx: Connection, now: datetime) -> list[Delivery[Digest | ChannelNews]]:
    """What is to be delivered now, oldest first."""
    return MESSAGES.due(tx, now, lambda row: _KINDS[row.kind].model_validate(row.record))
