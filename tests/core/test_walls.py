"""Notices that sites serve in their articles' place: who met one, and who has it as a text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from made import item, move, record

from core.ledger import entries, walls
from core.records import State


def test_of_some_sites_the_entries_whose_pages_had_a_text(ledger, feed):
    record(ledger, feed, *map(item, range(1, 5)))
    move(ledger, State.INDEXED, 2, fingerprint="f", address=item(2).url)
    move(ledger, State.INDEXED, 1, fingerprint="f", address=item(1).url)
    move(ledger, State.INDEXED, 3, fingerprint="f")
    move(ledger, State.INDEXED, 4, fingerprint="g", address=item(4).url)
    with ledger.read() as tx:
        found = walls.with_text(tx, ["f"], ["news.example"])
        assert {one.id for one in found} == {item(1).id, item(2).id}
        assert walls.with_text(tx, ["f"], ["other.example"]) == []


def test_of_those_that_met_a_notice_two_are_enough_to_know_it_by(ledger, feed):
    record(ledger, feed, *map(item, range(1, 6)))
    with ledger.write() as tx:
        walls.record(tx, {item(number).id: "n" for number in range(1, 6)}, ledger.now())
    with ledger.read() as tx:
        found = walls.with_text(tx, ["n"], ["news.example"])
        assert walls.with_text(tx, ["n"], ["other.example"]) == []
    assert [one.notice for one in found] == ["n", "n"]
    assert len({one.id for one in found}) == 2


@pytest.mark.parametrize("state", [State.FETCHED, State.EXTRACTED, State.LINKED])
def test_what_has_a_notice_as_its_text_and_is_on_its_way_is_looked_at_again(
    ledger, feed, clock, state
):
    record(ledger, feed, item(1), item(2))
    for number, text in ((1, "n"), (2, "t")):
        move(ledger, state, number, revision=1, fingerprint=text, address=item(number).url)
    with ledger.write() as tx:
        walls.record(tx, {item(1).id: "n", item(2).id: "n"}, clock())
        for number in (1, 2):
            (entry,) = entries.get(tx, [item(number).id]).values()
            later = {} if state is State.LINKED else {"revisit_at": clock() + timedelta(hours=9)}
            if state is State.FETCHED:
                assert entries.transition(tx, entry, State.EXTRACTED, now=clock(), **later)
    with ledger.read() as tx:
        first, second = (entries.get(tx, [item(n).id])[item(n).id] for n in (1, 2))
    assert (first.holds_notice, first.revisit_at) == (True, clock())
    assert not second.holds_notice
    assert second.revisit_at != clock()
