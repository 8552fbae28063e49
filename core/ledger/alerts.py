"""Alerts in the ledger, and their outbox: each alert once, retried until its channels accept it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select, update

from core.ledger.chunks import rows_with
from core.ledger.erasures import left_of
from core.ledger.outboxes import ALERTS, Delivery, DeliveryStatus
from core.ledger.prefixes import begins
from core.ledger.tables import alerts, channels, deliveries, held_alerts
from core.records import Alert


def add(tx: Connection, alert: Alert, channels: Sequence[str], now: datetime) -> bool:
    """Record an alert and put it into the outbox, unless its key was there already."""
    record = alert.model_dump(mode="json")
    return ALERTS.add(
        tx, channels, now, key=alert.key, rule=alert.rule, story=alert.story, record=record
    )


def sent_since(tx: Connection, rules: Mapping[str, datetime]) -> dict[str, list[datetime]]:
    """When the alerts of some rules went into the outbox, each rule's after a time of its own."""
    sent = select(alerts.c.created_at)
    queries = {
        name: sent.where(alerts.c.rule == name, alerts.c.created_at > since)
        for name, since in rules.items()
    }
    return {name: list(tx.execute(query).scalars()) for name, query in queries.items()}


def alerted_stories(tx: Connection, rule: str, named: Iterable[str]) -> set[str]:
    """Those of some stories that a rule has sent an alert of, by the ids they had then."""
    query = select(alerts.c.story).where(_with_stories(rule))
    return {row.story for row in rows_with(tx, query, alerts.c.story, named)}


def first_alerted_as(tx: Connection, rule: str, ids: Collection[str]) -> str | None:
    """The id that a story had when a rule sent its first alert of it; None if it has sent none.
    `ids` are all that the story went by (`stories.ids_of`)."""
    query = select(alerts.c.story).where(*_filters(rule, ids)).order_by(alerts.c.id).limit(1)
    return tx.execute(query).scalar()


def outbox(
    tx: Connection, now: datetime, to: Collection[str] | None = None
) -> list[Delivery[Alert]]:
    """What is to be delivered now, to all channels or some, oldest alert first; of each, what
    erasures have left."""
    return ALERTS.due(tx, now, to, lambda row: left_of(Alert.model_validate(row.record)))


def listed(
    tx: Connection,
    *,
    rule: str | None = None,
    of_stories: Collection[str] | None = None,
    last: int | None = None,
    before: int = 0,
) -> Iterator[tuple[Alert, tuple[DeliveryStatus, ...]]]:
    """Alerts in order of time, each with the status of its deliveries: all, those of a rule, or of
    stories by all ids that each went by (`stories.ids_of`); only the `last` so many, or of those
    before so many newest ones."""
    newest = select(alerts.c.id).where(*_filters(rule, of_stories)).order_by(alerts.c.id.desc())
    # By their ids: SQLite would sort all alerts of a rule with what they tell.
    chosen = alerts.c.id.in_(newest.limit(last).offset(before))
    for row, statuses in ALERTS.with_statuses(
        tx, select(alerts).where(chosen).order_by(alerts.c.id)
    ):
        yield Alert.model_validate(row.record), statuses


def count(
    tx: Connection, *, rule: str | None = None, of_stories: Collection[str] | None = None
) -> int:
    """How many alerts there are, of a rule and of stories, chosen as for `listed`."""
    query = select(func.count()).select_from(alerts).where(*_filters(rule, of_stories))
    return tx.execute(query).scalar_one()


def has_any(tx: Connection, rule: str) -> bool:
    """Whether a rule has alerts, if only such as are held back."""
    told = [exists().where(one.c.rule == rule) for one in (alerts, held_alerts)]
    return bool(tx.execute(select(or_(*told))).scalar())


def by_rule(tx: Connection, *, since: datetime) -> dict[str, int]:
    """How many alerts each rule sent since a time; rules without any are left out."""
    query = select(alerts.c.rule, func.count().label("sent")).where(alerts.c.created_at >= since)
    return {row.rule: row.sent for row in tx.execute(query.group_by(alerts.c.rule))}


def _filters(rule: str | None, of_stories: Collection[str] | None) -> Iterator[ColumnElement[bool]]:
    if rule is not None:
        yield alerts.c.rule == rule if of_stories is None else _with_stories(rule)
    if of_stories is not None:
        yield alerts.c.story.in_(of_stories)


def _with_stories(rule: str) -> ColumnElement[bool]:
    """The SQL condition for alerts of a rule, beside one for their stories. By an expression:
    SQLite would read all alerts of the rule, instead of the few of the stories."""
    return alerts.c.rule.concat("") == rule


def find(tx: Connection, prefix: str) -> list[str]:
    """Keys that begin with a prefix, two at most: enough to tell one from several."""
    query = select(alerts.c.key).where(begins(alerts.c.key, prefix)).limit(2)
    return list(tx.execute(query).scalars())


def close(tx: Connection, rule: str, *, reason: str, now: datetime) -> int:
    """Give up the waiting deliveries of a rule's alerts, with a reason; returns how many."""
    mine = ALERTS.payload_id.in_(select(alerts.c.id).where(alerts.c.rule == rule))
    given_up = update(deliveries).where(ALERTS.is_pending(), mine)
    return tx.execute(given_up.values(closed_at=now, reason=reason)).rowcount


def channels_of(tx: Connection, key: str) -> list[str]:
    """The channels that an alert was to be delivered to, by name."""
    query = select(deliveries.c.channel).where(_of_alert(key)).order_by(deliveries.c.channel)
    return list(tx.execute(query).scalars())


def _of_alert(key: str) -> ColumnElement[bool]:
    return deliveries.c.alert == select(alerts.c.id).where(alerts.c.key == key).scalar_subquery()


def is_left(tx: Connection, key: str) -> bool:
    """Whether an alert has anything left to tell after erasures."""
    record = tx.execute(select(alerts.c.record).where(alerts.c.key == key)).scalar_one()
    return left_of(Alert.model_validate(record)) is not None


def resend(tx: Connection, key: str, now: datetime, channel: str | None = None) -> list[str]:
    """Put an alert into the outbox again, for one of its channels or for all; returns these.

    Channels that were being left alone are tried in the next pass as well: a person asks for it.
    """
    again = [one for one in channels_of(tx, key) if channel in (None, one)]
    tx.execute(
        update(deliveries)
        .where(_of_alert(key), deliveries.c.channel.in_(again))
        .values(delivered_at=None, closed_at=None, attempts=0, next_attempt_at=now, reason=None)
    )
    tx.execute(update(channels).where(channels.c.name.in_(again)).values(next_attempt_at=now))
    return again
