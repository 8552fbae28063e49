"""Entries whose article is already known, by its address or by its text."""

from __future__ import annotations

from factories import NOON, an_entry, item, move, record

from core.ledger import copies, entries
from core.records import State, content_id


def test_an_article_at_two_addresses_is_found_by_its_pages_address(ledger, feed):
    record(ledger, feed, item(1), item(2), item(3))
    move(ledger, State.INDEXED, 1, revision=1, address="https://news.example/true")
    move(ledger, State.INDEXED, 3, revision=1)
    with ledger.read() as tx:
        second = entries.get(tx, [item(2).id])[item(2).id]
        at_address = copies.same_article(tx, second, "https://news.example/true")
        at_url = copies.same_article(tx, second, item(3).url)
        assert copies.same_article(tx, second, item(2).url) is None
    assert at_address is not None
    assert at_address.url == item(1).url
    assert at_url is not None
    assert at_url.url == item(3).url


def test_an_outlets_article_is_no_other_address_of_what_another_site_led_to(ledger, feed):
    led_there = item(url="https://other.example/out")
    record(ledger, feed, item(1), led_there)
    with ledger.write() as tx:
        foreign, own = entries.get(tx, [led_there.id, item(1).id]).values()
        assert entries.transition(tx, foreign, State.INDEXED, now=NOON, revision=1, address=own.url)
        assert copies.same_article(tx, own, own.url) is None
        by_a_third = copies.same_article(tx, an_entry(2, site="third.example"), own.url)
    assert by_a_third is not None
    assert by_a_third.id == foreign.id


def test_an_address_may_have_any_length(ledger, feed):
    token = "".join(content_id(str(number)) for number in range(200))
    record(ledger, feed, item(1, url=f"https://news.example/1?token={token}"), item(2))
    move(ledger, State.EXTRACTED, 2, revision=1, address=f"https://news.example/2?token={token}")
    with ledger.read() as tx:
        found = copies.same_article(tx, an_entry(3), f"https://news.example/2?token={token}")
    assert found is not None
    assert found.id == item(2).id


def test_the_original_of_a_text_is_the_entry_linked_first(ledger, feed, clock):
    for number in range(1, 5):
        record(ledger, feed, item(number))
        clock.go(minutes=1)
    move(ledger, State.EXTRACTED, 1, fingerprint="f")
    move(ledger, State.INDEXED, 2, fingerprint="f")
    move(ledger, State.LINKED, 3, fingerprint="f")
    move(ledger, State.DUPLICATE, 4, fingerprint="of a copy", duplicate_of=item(2).id)

    def original(number, fingerprint="f"):
        with ledger.read() as tx:
            found = copies.original(tx, item(number).id, fingerprint)
        return found and found.url

    assert original(1) == item(2).url
    assert original(3) == item(2).url
    assert original(2) == item(3).url
    assert original(1, "other") is None
    assert original(1, "of a copy") is None, "its original has other words"
    assert original(1, "") is None


def test_copies_of_copies_are_found_with_the_original(ledger, feed):
    record(ledger, feed, *map(item, range(1, 7)))
    for number in (1, 5):
        move(ledger, State.INDEXED, number, revision=1)
    for number, original in ((2, 1), (3, 2)):
        move(ledger, State.DUPLICATE, number, revision=1, duplicate_of=item(original).id)
    move(ledger, State.DUPLICATE, 4, duplicate_of=item(3).id)
    with ledger.read() as tx:
        found = copies.with_copies(tx, [item(1).id])
        alone = copies.with_copies(tx, [item(5).id])
    assert {one.id for one in found} == {item(number).id for number in (1, 2, 3, 4)}
    assert [one.id for one in alone] == [item(5).id]
