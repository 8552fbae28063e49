"""Notices served in place of articles: which entries met one, or have one as their text."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from factories import item, move, record

from core.ledger import entries, site_notices
from core.records import State


def test_entries_are_found_by_their_pages_text_and_site(ledger, feed, clock):
    for number in (1, 2, 3, 4):
        record(ledger, feed, item(number))
        clock.go(minutes=1)
    move(ledger, State.INDEXED, 2, fingerprint="f", address=item(2).url)
    move(ledger, State.INDEXED, 1, fingerprint="f", address=item(1).url)
    move(ledger, State.INDEXED, 3, fingerprint="f")
    move(ledger, State.INDEXED, 4, fingerprint="g", address=item(4).url)
    with ledger.read() as tx:
        found = site_notices.with_text(tx, ["f"], ["news.example"])
        assert [one.id for one in found] == [item(1).id, item(2).id]
        assert site_notices.with_text(tx, ["f"], ["other.example"]) == []


def test_only_two_of_the_entries_that_met_a_notice_of_a_site_are_returned(ledger, feed):
    sites = "news.example", "other.example"
    met = {
        item(url=f"https://{site}/{notice}/{number}"): notice
        for site in sites
        for notice in "mn"
        for number in range(5)
    }
    record(ledger, feed, *met)
    with ledger.write() as tx:
        site_notices.record(tx, {one.id: notice for one, notice in met.items()}, ledger.now())
    with ledger.read() as tx:
        found = site_notices.with_text(tx, "mn", sites)
        assert site_notices.with_text(tx, "mn", ["third.example"]) == []
    assert len({one.id for one in found}) == 8
    assert set(Counter((one.site, one.notice) for one in found).values()) == {2}


@pytest.mark.parametrize("state", [State.FETCHED, State.EXTRACTED, State.LINKED])
def test_an_entry_in_progress_with_a_notice_as_text_is_revisited(ledger, feed, clock, state):
    record(ledger, feed, item(1), item(2))
    for number, text in ((1, "n"), (2, "t")):
        move(ledger, state, number, revision=1, fingerprint=text, address=item(number).url)
    with ledger.write() as tx:
        site_notices.record(tx, {item(1).id: "n", item(2).id: "n"}, clock())
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
