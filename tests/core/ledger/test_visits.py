"""Pages to visit: when an entry is due, and in which slot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import EVERY_SLOT, NOON, item, move, record

from core.ledger import entries, visits
from core.records import State
from core.sites import slot_of


@pytest.mark.parametrize(
    ("state", "column"),
    [(State.FOUND, "next_attempt_at"), (State.INDEXED, "revisit_at")],
)
def test_an_entry_put_off_for_years_by_a_wrong_clock_is_due(ledger, feed, clock, state, column):
    record(ledger, feed, item())
    for days, is_due in ((30, 0), (365, 1)):
        move(ledger, state, **{column: clock() + timedelta(days=days)})
        with ledger.read() as tx:
            assert len(visits.due(tx, EVERY_SLOT, clock(), 9)) == is_due
            assert visits.count_due(tx, clock()) == is_due


def test_pages_that_a_pass_is_about_to_fetch_are_not_due_meanwhile(ledger, feed, clock):
    record(ledger, feed, item(1), item(2))
    move(ledger, State.INDEXED, 2, revision=1, revisit_at=clock())
    until = clock() + timedelta(hours=1)
    with ledger.write() as tx:
        due = visits.due(tx, EVERY_SLOT, clock(), 9)
        assert [entry.id for entry in due] == sorted(item(number).id for number in (1, 2))
        visits.claim(tx, due, until)
        assert visits.due(tx, EVERY_SLOT, clock(), 9) == []
        assert len(visits.due(tx, EVERY_SLOT, until, 9)) == 2
        after = entries.get(tx, [entry.id for entry in due])
    new, known = (after[item(number).id] for number in (1, 2))
    assert (new.next_attempt_at, new.revisit_at) == (until, None)
    assert (known.next_attempt_at, known.revisit_at) == (None, until)


def test_an_article_is_due_at_its_revisit_time(ledger, feed, clock):
    record(ledger, feed, item(), item(2), item(3))
    move(ledger, State.INDEXED, 1, revisit_at=NOON + timedelta(hours=1))
    move(ledger, State.DUPLICATE, 2, revisit_at=NOON + timedelta(hours=2))
    move(ledger, State.REJECTED, 3, revisit_at=NOON)

    def due():
        with ledger.read() as tx:
            return {entry.url for entry in visits.due(tx, EVERY_SLOT, clock(), 10)}

    assert due() == set()
    clock.go(hours=1)
    assert due() == {item(1).url}
    clock.go(hours=1)
    assert due() == {item(1).url, item(2).url}


def test_found_entries_are_due_by_slot_once_their_time_has_come(ledger, feed, clock):
    elsewhere = item(9, url="https://elsewhere.example/9")
    record(ledger, feed, item(1), item(2), elsewhere)
    move(ledger, State.FETCHED, 1)
    move(ledger, State.FOUND, 2, next_attempt_at=NOON + timedelta(minutes=5), attempts=1)

    def due(slots=EVERY_SLOT, limit=10):
        with ledger.read() as tx:
            return [entry.url for entry in visits.due(tx, slots, clock(), limit)]

    assert due() == [elsewhere.url]
    clock.go(minutes=5)
    assert set(due()) == {elsewhere.url, item(2).url}
    assert len(due(limit=1)) == 1
    assert due({slot_of("elsewhere.example")}) == [elsewhere.url]
    assert due(()) == []
