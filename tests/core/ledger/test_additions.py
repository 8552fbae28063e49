"""Articles that a person adds by address."""

from __future__ import annotations

import pytest
from factories import NOON, add_feed, item, move, record

from core.ledger import accounting, additions, entries, steps, visits
from core.records import State, content_id

URL = item(2).url


def add(ledger, *urls):
    with ledger.write() as tx:
        return additions.add(tx, urls, NOON)


def one_at(ledger, url=URL):
    with ledger.read() as tx:
        return entries.get(tx, [content_id(url)])[content_id(url)]


def test_an_added_article_is_an_entry_once_and_accounted_for(ledger, feed):
    record(ledger, feed, item(1))
    assert add(ledger, item(1).url, URL, URL) == {content_id(URL)}
    assert add(ledger, URL) == set()
    entry = one_at(ledger)
    assert (entry.state, entry.site, entry.feeds) == (State.FOUND, "news.example", ())
    with ledger.read() as tx:
        account = accounting.account(tx)  # raises if it does not balance
        assert (account.seen, account.count(State.FOUND)) == (2, 2)
        assert [one.reason for one in steps.of(tx, entry.id)] == [additions.BY_HAND]
        assert URL in {one.url for one in visits.due(tx, range(64), NOON, 10)}


def test_its_outlet_is_named_as_its_sites_feeds_are(ledger):
    add_feed(ledger, "https://news.example/rss", outlet="Example News")
    add(ledger, URL, "https://other.example/1")
    assert one_at(ledger).outlet == "Example News"
    assert one_at(ledger, "https://other.example/1").outlet == "other.example"


@pytest.mark.parametrize("gathered", [False, True])
def test_a_feed_of_its_site_that_lists_it_later_brings_its_words(ledger, gathered):
    add(ledger, URL)
    own = add_feed(ledger, "https://news.example/rss", outlet="Example News")
    if gathered:
        other = add_feed(ledger, "https://gathers.example/rss", outlet="Gatherer")
        assert record(ledger, other, item(url=URL, title="Their words")) == (0, 0)
    assert one_at(ledger).title == ""
    move(ledger, State.REJECTED, 2, reason="its page answered 403", published=NOON)
    told = item(url=URL, title="The headline", summary="What it says.")
    assert record(ledger, own, told) == (0, 1)
    entry = one_at(ledger)
    assert (entry.state, entry.title, entry.outlet) == (State.FOUND, told.title, "Example News")
    assert entry.published == (None if gathered else NOON)
    assert record(ledger, own, told) == (0, 0)
