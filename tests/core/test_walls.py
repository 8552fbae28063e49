"""Notices served in place of articles: which entries met one, or have one as their text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import item, move, record

from core.ledger import entries, walls
from core.records import State


def test_entries_are_found_by_their_pages_text_and_site(ledger, feed):
    record(ledger, feed, *map(item, range(1, 5)))
    move(ledger, State.INDEXED, 2, fingerprint="f", address=item(2).url)
    move(ledger, State.INDEXED, 1, fingerprint="f", address=item(1).url)
    move(ledger, State.INDEXED, 3, fingerprint="f")
    move(ledger, State.INDEXED, 4, fingerprint="g", address=item(4).url)
    with ledger.read() as tx:
        found = walls.with_text(tx, ["f"], ["news.example"])
        assert {one.id for one in found} == {item(1).id, item(2).id}
        assert walls.with_text(tx, ["f"], ["other.example"]) == []


def test_only_two_of_the_entries_that_met_a_notice_are_returned(ledger, feed):
    record(ledger, feed, *map(item, range(1, 6)))
    with ledger.write() as tx:
        walls.record(tx, {item(number).id: "n" for number in range(1, 6)}, ledger.now())
    with ledger.read() as tx:
        found = walls.with_text(tx, ["n"], ["news.example"])
        assert walls.with_text(tx, ["n"], ["other.example"]) == []
    assert [one.notice for one in found] == ["n", "n"]
    assert len({one.id for one in found}) == 2


@pytest.mark.parametrize("state", [State.FETCHED, State.EXTRACTED, State.LINKED])
def test_an_entry_in_progress_with_a_notice_as_text_is_revisited(ledger, feed, clock, state):
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
