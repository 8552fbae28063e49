"""Deliver: outbox → readers and operators."""

from __future__ import annotations

from alert import delivery, operators
from core.ledger import alerts, notices
from wirewatch.house import House
from wirewatch.progress import Progress, silent


def deliver(house: House, progress: Progress = silent) -> int:
    """Hand the outbox's alerts to their channels, and the operators what is to be told of feeds;
    how many alerts were taken.

    At least once: a run that dies between a channel's yes and the ledger delivers again, with the
    same key.
    """
    delivered = 0
    with house.lease("deliver") as taken:
        if not taken:
            return 0
        with house.ledger.read() as tx:
            outbox = alerts.outbox(tx, house.now())
        for number, one in enumerate(outbox, 1):
            reason = delivery.deliver(one.alert, one.channel, house.rules.channels)
            now = house.now()
            with house.ledger.write() as tx:
                if reason is None:
                    delivered += 1
                    alerts.set_delivered(tx, one, now)
                else:
                    retry_at = delivery.retry_at(one.attempts, now)
                    alerts.set_failed(tx, one, reason=reason, retry_at=retry_at)
            progress("deliver", number, len(outbox))
        _tell_operators(house)
    return delivered


def _tell_operators(house: House) -> None:
    """Hand each of the operators' channels all its notices as one message."""
    with house.ledger.write() as tx:
        notices.address(tx, house.rules.operators, house.now())
        outbox = notices.outbox(tx, house.now())
    for bundle in outbox:
        subject, body = operators.subject(bundle.notices), operators.body(bundle.notices)
        reason = delivery.send(subject, body, bundle.channel, house.rules.channels)
        now = house.now()
        with house.ledger.write() as tx:
            if reason is None:
                notices.set_delivered(tx, bundle, now)
            else:
                retry_at = delivery.retry_at(bundle.attempts, now)
                notices.set_failed(tx, bundle, reason=reason, retry_at=retry_at)
