"""The accounting: each entry has one state, and the counts add up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import NOON, account, add_feed, item, move, record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from core.ledger import Ledger, LedgerError, accounting, tables
from core.records import Feed, State

POLLS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.lists(st.tuples(st.integers(1, 6), st.sampled_from(["a", "b"])), max_size=6),
        st.dictionaries(st.integers(1, 6), st.sampled_from(State), max_size=3),
    ),
    max_size=8,
)


def test_the_accounting_counts_entries_by_state_and_reason(ledger, feed):
    record(ledger, feed, *(item(n) for n in range(5)))
    move(ledger, State.INDEXED, 0)
    move(ledger, State.REJECTED, 1, reason="answered 404")
    move(ledger, State.REJECTED, 2, reason="answered 404")
    move(ledger, State.DUPLICATE, 3, reason="same text")
    reported = account(ledger)
    assert reported.seen == 5
    assert reported.states[State.REJECTED] == {"answered 404": 2}
    assert (reported.count(State.REJECTED), reported.waiting, reported.balances) == (2, 1, True)


def test_a_poll_that_finds_nothing_adds_no_row_to_what_was_seen(ledger, feed):
    for items in ([item(1), item(2)], [item(2), item(1)], [], [item(3)]):
        record(ledger, feed, *items)
    with ledger.read() as tx:
        assert list(tx.execute(select(tables.seen.c.number)).scalars()) == [2, 1]
        assert accounting.account(tx).seen == 3


def test_the_accounting_since_a_time_adds_up_too(ledger, feed, clock):
    record(ledger, feed, item(1), item(2))
    later = clock.go(hours=1)
    record(ledger, feed, item(2), item(3))
    assert account(ledger, since=later).seen == 1
    assert account(ledger).seen == 3


def test_the_accounting_of_a_period_has_its_first_moment_and_not_its_last(ledger, feed, clock):
    hours = [NOON + timedelta(hours=number) for number in range(4)]
    for number in range(3):
        record(ledger, feed, item(number))
        clock.go(hours=1)
    move(ledger, State.REJECTED, 1, reason="answered 404")
    of_one = account(ledger, since=hours[1], until=hours[2])
    assert (of_one.seen, of_one.states) == (1, {State.REJECTED: {"answered 404": 1}})
    assert account(ledger, until=hours[2]).seen == 2
    assert account(ledger, since=hours[0], until=hours[3]) == account(ledger)
    nothing = account(ledger, since=hours[3])
    assert (nothing.seen, nothing.states, nothing.balances) == (0, {}, True)


def test_empty_and_missing_reasons_are_counted_together(ledger, feed):
    record(ledger, feed, item(1), item(2))
    move(ledger, State.INDEXED, 1, reason="")
    move(ledger, State.INDEXED, 2, reason=None)
    assert account(ledger).states[State.INDEXED] == {"": 2}


def test_a_lost_entry_is_detected(ledger, feed):
    record(ledger, feed, item(1), item(2))
    with ledger.write() as tx:
        tx.execute(delete(tables.entries).where(tables.entries.c.id == item(1).id))
    with pytest.raises(LedgerError, match="does not add up: 2 entries seen, but 1 found;"):
        account(ledger)


def test_a_poll_committed_midway_does_not_upset_the_accounting(ledger, ledger_url, feed):
    record(ledger, feed, item(1))
    with ledger.read() as tx:
        assert accounting.account(tx).seen == 1
        record(ledger, feed, item(2))
        assert accounting.account(tx).seen == 1
    assert account(ledger).seen == 2


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(POLLS)
def test_the_accounting_always_adds_up(tmp_path_factory, history):
    ledger = Ledger("sqlite://", now=lambda: NOON)
    listed: list[Feed] = [add_feed(ledger, f"https://news.example/{n}.rss") for n in range(3)]
    seen: set[int] = set()
    for feed, items, moves in history:
        record(ledger, listed[feed], *(item(number, title=title) for number, title in items))
        seen |= {number for number, _ in items}
        for number, state in moves.items():
            if number in seen:
                move(ledger, state, number)
        reported = account(ledger)
        assert reported.seen == len(seen)
        assert sum(reported.count(state) for state in State) == len(seen)
    ledger.close()
