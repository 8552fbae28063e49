"""Notices for operators, in the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import NOON, a_notice, listed_notices
from sqlalchemy import event

from core.ledger import Ledger, notices
from core.ledger.outboxes import NOTICES


def record_notices(ledger, *listed, channels=("desk",)):
    with ledger.write() as tx:
        for notice in listed:
            notices.add(tx, notice)
        notices.enqueue(tx, channels, NOON)


def outbox(ledger, now=NOON):
    with ledger.read() as tx:
        return notices.outbox(tx, now)


def test_each_channel_gets_all_notices_in_one_bundle(ledger):
    record_notices(ledger, a_notice(1), a_notice(2, reason=None), channels=["desk", "mail", "desk"])
    desk, mail = outbox(ledger)
    assert (desk.channel, mail.channel) == ("desk", "mail")
    assert desk.payload == mail.payload == (a_notice(1), a_notice(2, reason=None))


def test_delivered_notices_are_not_sent_again(ledger):
    record_notices(ledger, a_notice(), channels=["desk", "mail"])
    desk, mail = outbox(ledger)
    with ledger.write() as tx:
        NOTICES.set_delivered(tx, desk, NOON)
        notices.enqueue(tx, ["desk", "mail"], NOON)
    assert outbox(ledger) == [mail]
    with ledger.read() as tx:
        ((notice, statuses),) = listed_notices(tx)
    assert notice == a_notice()
    assert [(one.channel, one.delivered_at) for one in statuses] == [("desk", NOON), ("mail", None)]


def test_refused_notices_are_retried_along_with_newer_ones(ledger):
    record_notices(ledger, a_notice(1))
    later = NOON + timedelta(minutes=5)
    with ledger.write() as tx:
        NOTICES.set_failed(tx, outbox(ledger)[0], reason="refused", retry_at=later)
    assert outbox(ledger) == []
    record_notices(ledger, a_notice(2))
    (bundle,) = outbox(ledger, later)
    assert bundle.payload == (a_notice(1), a_notice(2))
    assert bundle.attempts == 1
    with ledger.read() as tx:
        first, second = listed_notices(tx)
    assert (first[1][0].reason, second[1][0].reason) == ("refused", None)


def test_a_channel_added_later_does_not_get_old_notices(ledger):
    record_notices(ledger, a_notice(), channels=[])
    record_notices(ledger, channels=["desk"])
    assert outbox(ledger) == []
    with ledger.read() as tx:
        assert [statuses for _, statuses in listed_notices(tx)] == [()]


def test_thousands_of_notices_make_one_bundle(ledger):
    record_notices(ledger, *(a_notice(number) for number in range(2_000)))
    (bundle,) = outbox(ledger)
    assert len(bundle.payload) == 2_000
    with ledger.write() as tx:
        NOTICES.set_delivered(tx, bundle, NOON)
    assert outbox(ledger) == []


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_a_notice_of_a_poll_at_the_same_moment_is_not_lost(ledger, ledger_url):
    """It is recorded after the new ones were read."""
    polling = Ledger(ledger_url, now=ledger.now)
    left = [a_notice(2)]

    def poll(_connection, _cursor, statement, *_):
        if left and "notices" in statement:
            with polling.write() as tx:
                notices.add(tx, left.pop())

    with ledger.write() as tx:
        notices.add(tx, a_notice(1))
        event.listen(ledger.engine, "after_cursor_execute", poll)
        notices.enqueue(tx, ["desk"], NOON)
    polling.close()
    record_notices(ledger)
    (bundle,) = outbox(ledger)
    assert bundle.payload == (a_notice(1), a_notice(2))
