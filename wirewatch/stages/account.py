"""Account: how every entry ended, which ends a pass; and those who run wirewatch are told of it."""

from __future__ import annotations

import logging

from core.index import IndexUnavailableError
from core.ledger import accounting, cursors, operations
from core.ledger.accounting import Accounting
from ingest.health import WELL
from wirewatch.house import House
from wirewatch.operations import (
    DAY,
    KEEP,
    MAX_ENTRIES,
    MAX_FEEDS,
    MAX_STEPS,
    Observed,
    documents,
)

log = logging.getLogger("wirewatch.operations")


def account(house: House) -> Accounting:
    """The accounting of all entries; with an Elasticsearch, Kibana's operations dashboard is told.

    Where it cannot be told, that is logged and the pass is none the worse: the next one tells of
    the same steps again.

    Raises:
        LedgerError: an entry was lost.
    """
    ended = house.account()
    if house.operations is not None:
        observed, last = _observe(house, ended)
        try:
            house.operations.write(
                ((one.id, one.fields) for one in documents(observed)),
                written=observed.at,
                keep_since=observed.at - KEEP,
            )
        except IndexUnavailableError as error:
            log.warning(
                "Kibana's operations dashboard does not know of this pass (%s). All else went as "
                "it should, and the next pass tells it; check that Elasticsearch answers and that "
                "wirewatch's key may write to %s.",
                error,
                house.settings.elasticsearch_operations,
            )
        else:
            with house.ledger.write() as tx:
                cursors.move(tx, cursors.OPERATIONS, last)
    return ended


def _observe(house: House, ended: Accounting) -> tuple[Observed, int]:
    """What the ledger shows now, and the number of the last step in it."""
    now = house.now()
    with house.ledger.read() as tx:
        before = cursors.read(tx, cursors.OPERATIONS)
        taken = operations.taken(tx, after=before, limit=MAX_STEPS)
        observed = Observed(
            at=now,
            accounting=ended,
            of_day=accounting.account(tx, since=now - DAY),
            health=operations.health(tx),
            taken=taken,
            quarantined=operations.quarantined(tx, MAX_ENTRIES),
            unwell=operations.unwell(tx, WELL, MAX_FEEDS),
        )
    return observed, taken[-1].number if taken else before
