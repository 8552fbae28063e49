"""Deliver: outbox → reader."""

from __future__ import annotations

from alert import delivery
from core.ledger import alerts
from wirewatch.house import House
from wirewatch.progress import Progress, silent


def deliver(house: House, progress: Progress = silent) -> int:
    """Hand the outbox's alerts to their channels; how many were taken.

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
    return delivered
