"""Messages in the ledger other than alerts, with their outbox: digests, news of channels and of
rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, select

from core.ledger.erasures import left_of_digest
from core.ledger.outboxes import MESSAGES, Delivery, DeliveryStatus
from core.ledger.tables import messages
from core.records import ChannelNews, Digest, RulesNews

Sent: TypeAlias = Digest | ChannelNews | RulesNews

_RECORDS: dict[str, type[Sent]] = {"digest": Digest, "channel": ChannelNews, "rules": RulesNews}
_KINDS = {record: kind for kind, record in _RECORDS.items()}


def add(tx: Connection, record: Sent, channels: Sequence[str], now: datetime) -> bool:
    """Put a message into the outbox of its channels, unless its key was there already."""
    kind, written = _KINDS[type(record)], record.model_dump(mode="json")
    return MESSAGES.add(tx, channels, now, key=record.key, kind=kind, record=written)


def outbox(
    tx: Connection, now: datetime, to: Collection[str] | None = None
) -> list[Delivery[Sent]]:
    """What is to be delivered now, to all channels or some, oldest first; of digests, what erasures
    have left."""
    return MESSAGES.due(tx, now, to, _left_of)


def _left_of(row: Row[Any]) -> Sent | None:
    record = _RECORDS[row.kind].model_validate(row.record)
    return left_of_digest(record) if isinstance(record, Digest) else record


def deliveries_of(tx: Connection, key: str) -> tuple[DeliveryStatus, ...]:
    """How far the delivery of a message has come, channel by channel."""
    ((_, statuses),) = MESSAGES.with_statuses(tx, select(messages).where(messages.c.key == key))
    return statuses


def digests(tx: Connection, name: str, *, since: datetime) -> Iterator[Digest]:
    """The digests of a name that were composed since a moment."""
    of_all = messages.c.kind == _KINDS[Digest], messages.c.created_at >= since
    for record in tx.execute(select(messages.c.record).where(*of_all)).scalars():
        if record["name"] == name:
            yield Digest.model_validate(record)


def last_of_rules(tx: Connection) -> RulesNews | None:
    """The last news of rules; None if there was none."""
    query = select(messages.c.record).where(messages.c.kind == _KINDS[RulesNews])
    record = tx.execute(query.order_by(messages.c.id.desc()).limit(1)).scalar()
    return None if record is None else RulesNews.model_validate(record)
