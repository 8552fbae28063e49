"""Account: how every entry ended. It is the last stage of a pass, and reports to operations."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from core.faults import tried
from core.index import IndexUnavailableError
from core.ledger import accounting, cursors, feeds, notices, operations, unread
from core.ledger.accounting import Accounting
from core.ledger.unread import Unread
from core.records import Notice
from ingest.feeds.health import WELL
from wirewatch.attempts import OF_ALL
from wirewatch.house import House
from wirewatch.passes.operations import (
    DAY,
    KEEP,
    MAX_ENTRIES,
    MAX_FEEDS,
    MAX_STEPS,
    Observed,
    documents,
)
from wirewatch.presentation.feeds import NO_ARTICLES, why_unread

if TYPE_CHECKING:
    from search.elastic.operations import Operations

log = logging.getLogger("wirewatch.operations")

TOLD_FOR = timedelta(days=30)
"""How long operators are not told again that a feed's entries bring no article."""


def account(house: House) -> Accounting:
    """The accounting of all entries; with Elasticsearch, also reported to Kibana's dashboard.

    If that fails, it is logged and the pass is not affected: the next one reports the same steps.

    Raises:
        LedgerError: an entry was lost.
    """
    ended = house.account()
    _tell_of_unread(house)
    if house.operations is not None:
        report = partial(_report, house, house.operations, ended)
        tried("reporting", "this pass to Kibana", report, OF_ALL)
    return ended


def _tell_of_unread(house: House) -> None:
    """Record notices of the feeds whose entries bring no article, for the operators."""
    now = house.now()
    with house.ledger.read() as tx:
        found = unread.listed(tx, now)
        new = [
            one
            for one in found
            if not notices.told_of(tx, one.feed.id, NO_ARTICLES, now - TOLD_FOR)
        ]
    if new:
        with house.ledger.write() as tx:
            for one in new:
                notices.add(tx, _notice(one, now))


def _notice(one: Unread, now: datetime) -> Notice:
    """A notice that a feed's entries bring no article, while its health is as operators know it."""
    return Notice(
        feed=one.feed.id,
        url=one.feed.url,
        outlet=one.feed.outlet,
        before=one.feed.told,
        state=one.feed.told,
        reason=why_unread(one),
        since=now,
        created_at=now,
    )


def _report(house: House, dashboard: Operations, ended: Accounting) -> None:
    observed, before = _observe(house, ended)
    last = observed.taken[-1].number if observed.taken else before
    try:
        dashboard.write(documents(observed), written=observed.at, keep_since=observed.at - KEEP)
    except IndexUnavailableError as error:
        log.warning(
            "Kibana's operations dashboard is missing this pass (%s). Everything else worked, "
            "and the next pass reports both; check that Elasticsearch answers and that "
            "wirewatch's key may write to %s.",
            error,
            house.settings.elasticsearch_operations,
        )
    else:
        with house.ledger.write() as tx:
            cursors.move(tx, cursors.OPERATIONS, last, since=before)


def _observe(house: House, ended: Accounting) -> tuple[Observed, int]:
    """What the ledger shows now, and the number of the last step that was reported before."""
    now = house.now()
    with house.ledger.read() as tx:
        before = cursors.read(tx, cursors.OPERATIONS)
        observed = Observed(
            at=now,
            accounting=ended,
            of_day=accounting.account(tx, since=now - DAY),
            health=feeds.by_state(tx),
            paused=feeds.count_paused(tx),
            taken=operations.recent_steps(tx, after=before, limit=MAX_STEPS),
            quarantined=operations.quarantined(tx, MAX_ENTRIES),
            unwell=feeds.unwell(tx, WELL, MAX_FEEDS),
        )
    return observed, before
