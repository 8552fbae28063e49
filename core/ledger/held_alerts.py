"""Alerts that wait for their rule's rate."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from core.ledger.chunks import change_with
from core.ledger.ledger import upsert
from core.ledger.tables import held_alerts
from core.records import Alert, Record


class HeldAlert(Record):
    """An alert that waits because of its rule's rate, and since when."""

    alert: Alert
    held_at: datetime


def listed(
    tx: Connection, *, rule: str | None = None, of_stories: Collection[str] | None = None
) -> list[HeldAlert]:
    """Alerts that wait, oldest first: all, or those of a rule or of some stories."""
    query = select(held_alerts.c.record.label("alert"), held_alerts.c.held_at)
    if rule is not None:
        query = query.where(held_alerts.c.rule == rule)
    if of_stories is not None:
        query = query.where(held_alerts.c.record["story"].as_string().in_(of_stories))
    rows = tx.execute(query.order_by(held_alerts.c.id))
    return [HeldAlert.model_validate(row, from_attributes=True) for row in rows]


def hold(tx: Connection, alert: Alert, now: datetime) -> None:
    """Make an alert wait; one with its key that waits already is updated, and keeps its place."""
    record = alert.model_dump(mode="json")
    statement = upsert(tx, held_alerts).values(
        key=alert.key, rule=alert.rule, record=record, held_at=now
    )
    tx.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"record": record}))


def release(tx: Connection, keys: Sequence[str]) -> None:
    """End the wait of alerts."""
    change_with(tx, delete(held_alerts), held_alerts.c.key, keys)


def give_up(tx: Connection, rule: str) -> list[Alert]:
    """End the wait of a rule's alerts, even if the rule is gone; returns them, oldest first. The
    rule goes on following their stories, as after any alert."""
    waited = [one.alert for one in listed(tx, rule=rule)]
    release(tx, [alert.key for alert in waited])
    return waited
