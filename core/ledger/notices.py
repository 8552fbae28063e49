"""Notices in the ledger: news of feeds for the operators, retried until each channel accepts it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from core.ledger.outboxes import NOTICES, Delivery
from core.ledger.tables import notices
from core.records import Notice


def add(tx: Connection, notice: Notice) -> None:
    """Record a notice, in the transaction of the poll that gave rise to it."""
    tx.execute(insert(notices).values(notice.model_dump()))


def told_of(tx: Connection, feed: str, words: str, since: datetime) -> bool:
    """Whether a notice of a feed whose reason begins with some words was recorded since a time."""
    begins = notices.c.reason.startswith(words, autoescape=True)
    query = select(notices.c.id).where(notices.c.feed == feed, notices.c.created_at >= since)
    return tx.execute(query.where(begins).limit(1)).first() is not None


def enqueue(tx: Connection, channels: Sequence[str], now: datetime) -> None:
    """Put all new notices into the outbox for the operators' channels.

    Without channels they are only recorded: a channel named later does not get old ones.
    """
    new = update(notices).where(notices.c.addressed_at.is_(None)).values(addressed_at=now)
    # In one statement: a poll may record another notice at any moment.
    NOTICES.enqueue(tx, tx.execute(new.returning(notices.c.id)).scalars(), channels, now)


def outbox(
    tx: Connection, now: datetime, to: Collection[str] | None = None
) -> list[Delivery[tuple[Notice, ...]]]:
    """What is to be delivered now, to all channels or some: all notices for a channel together,
    oldest first."""
    by_channel: dict[str, list[Delivery[Notice]]] = defaultdict(list)
    for one in NOTICES.due(tx, now, to, _notice):
        by_channel[one.channel].append(one)
    return [
        Delivery(
            channel,
            ids=tuple(key for one in several for key in one.ids),
            attempts=max(one.attempts for one in several),
            payload=tuple(one.payload for one in several),
        )
        for channel, several in by_channel.items()
    ]


def _notice(row: Row[Any]) -> Notice:
    return Notice.model_validate(row, from_attributes=True)
