"""Notices in the ledger: what operators are to hear of feeds, delivered until taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from core.ledger.channels import DeliveryStatus, status_of, waits
from core.ledger.chunks import chunks
from core.ledger.ledger import upsert
from core.ledger.tables import notice_deliveries, notices
from core.records import Notice, Record


class Bundle(Record):
    """All notices that are to be delivered to one channel now, oldest first.

    `attempts` is how often the most tried of them was refused.
    """

    channel: str
    attempts: int
    ids: tuple[int, ...]
    notices: tuple[Notice, ...]


def add(tx: Connection, notice: Notice) -> None:
    """Record a notice; it belongs into the transaction of the poll that gave rise to it."""
    tx.execute(insert(notices).values(notice.model_dump()))


def address(tx: Connection, channels: Sequence[str], now: datetime) -> None:
    """Put all new notices into the outbox of the operators' channels.

    Without channels they are recorded only: whoever is named later does not get old ones.
    """
    new = list(tx.execute(select(notices.c.id).where(notices.c.addressed_at.is_(None))).scalars())
    rows = [
        {"notice": notice, "channel": channel, "attempts": 0, "next_attempt_at": now}
        for notice in new
        for channel in dict.fromkeys(channels)
    ]
    if rows:
        tx.execute(upsert(tx, notice_deliveries).on_conflict_do_nothing(), rows)
    if new:
        tx.execute(update(notices).where(notices.c.addressed_at.is_(None)).values(addressed_at=now))


def outbox(tx: Connection, now: datetime) -> list[Bundle]:
    """What is to be delivered now, a bundle for each channel."""
    query = (
        select(notice_deliveries.c.channel, notice_deliveries.c.attempts, notices)
        .join(notices, notices.c.id == notice_deliveries.c.notice)
        .where(*waits(notice_deliveries, now))
        .order_by(notice_deliveries.c.channel, notices.c.id)
    )
    bundles: dict[str, list[tuple[int, int, Notice]]] = {}
    for row in tx.execute(query):
        fields = {name: row._mapping[name] for name in Notice.model_fields}
        one = (row.id, row.attempts, Notice.model_validate(fields))
        bundles.setdefault(row.channel, []).append(one)
    return [
        Bundle(
            channel=channel,
            attempts=max(attempts for _, attempts, _ in told),
            ids=tuple(notice for notice, _, _ in told),
            notices=tuple(notice for _, _, notice in told),
        )
        for channel, told in bundles.items()
    ]


def set_delivered(tx: Connection, bundle: Bundle, now: datetime) -> None:
    """The channel took the bundle."""
    _update(tx, bundle, delivered_at=now, reason=None)


def set_failed(tx: Connection, bundle: Bundle, *, reason: str, retry_at: datetime) -> None:
    """The channel did not take the bundle; it is tried again, with what came since."""
    attempts = notice_deliveries.c.attempts + 1
    _update(tx, bundle, attempts=attempts, reason=reason, next_attempt_at=retry_at)


def listed(tx: Connection) -> list[tuple[Notice, tuple[DeliveryStatus, ...]]]:
    """All notices in order of time, each with where its deliveries stand."""
    known: dict[int, list[DeliveryStatus]] = {}
    for row in tx.execute(select(notice_deliveries).order_by(notice_deliveries.c.channel)):
        known.setdefault(row.notice, []).append(status_of(row))
    return [
        (
            Notice.model_validate({name: row._mapping[name] for name in Notice.model_fields}),
            tuple(known.get(row.id, ())),
        )
        for row in tx.execute(select(notices).order_by(notices.c.id))
    ]


def _update(tx: Connection, bundle: Bundle, **values: object) -> None:
    for some in chunks(bundle.ids):
        tx.execute(
            update(notice_deliveries)
            .where(
                notice_deliveries.c.notice.in_(some),
                notice_deliveries.c.channel == bundle.channel,
            )
            .values(**values)
        )
