"""Channels in the ledger: how each is doing, and what waits for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from core.ledger.ledger import upsert
from core.ledger.outboxes import OUTBOXES
from core.ledger.tables import channels
from core.records import ChannelHealth


def by_name(tx: Connection) -> dict[str, ChannelHealth]:
    """The channels that anything was ever sent to, by name."""
    return {
        row.name: ChannelHealth.model_validate(row, from_attributes=True)
        for row in tx.execute(select(channels).order_by(channels.c.name))
    }


def save(tx: Connection, health: ChannelHealth) -> None:
    """Record how a channel is doing."""
    values = health.model_dump()
    new = upsert(tx, channels).values(values)
    tx.execute(new.on_conflict_do_update(index_elements=["name"], set_=values))


def waiting(tx: Connection) -> Mapping[str, int]:
    """How many messages wait for each channel."""
    counts: Counter[str] = Counter()
    for outbox in OUTBOXES:
        channel = outbox.deliveries.c.channel
        query = select(channel, func.count()).where(outbox.is_pending()).group_by(channel)
        for name, number in tx.execute(query):
            counts[name] += number
    return counts


def refused(tx: Connection) -> Mapping[str, str]:
    """Why a message waits for each channel, of those that have a message which was refused."""
    reasons: dict[str, str] = {}
    for outbox in OUTBOXES:
        table = outbox.deliveries.c
        query = select(table.channel, table.reason).where(outbox.is_pending(), table.attempts > 0)
        reasons |= {name: reason for name, reason in tx.execute(query) if reason}
    return reasons


def release(tx: Connection, name: str, now: datetime) -> None:
    """Make everything that waits for a channel due at once: it takes messages again."""
    for outbox in OUTBOXES:
        mine = update(outbox.deliveries).where(outbox.is_pending(name))
        tx.execute(mine.values(next_attempt_at=now))


def split(tx: Connection, name: str, lanes: Collection[str], now: datetime) -> None:
    """Make what waits for a channel wait for each of its lanes instead."""
    for outbox in OUTBOXES:
        mine = tx.execute(select(outbox.payload_id).where(outbox.is_pending(name))).scalars().all()
        if mine and lanes:
            outbox.enqueue(tx, mine, lanes, now)
            tx.execute(delete(outbox.deliveries).where(outbox.is_pending(name)))


def close(tx: Connection, name: str, *, reason: str, now: datetime) -> int:
    """Give up what waits for a channel, with a reason; returns how many messages that were."""
    closed = 0
    for outbox in OUTBOXES:
        mine = update(outbox.deliveries).where(outbox.is_pending(name))
        closed += tx.execute(mine.values(closed_at=now, reason=reason)).rowcount
    return closed
