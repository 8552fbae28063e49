"""What the ledger reports about the work itself."""

from __future__ import annotations

from datetime import timedelta

from factories import NOON, add_feed, item, move

from core.ledger import additions, entries, feeds, operations
from core.records import FeedState, State


def record_items(ledger, feed, *items):
    with ledger.write() as tx:
        entries.record_items(tx, feed, items, ledger.now())


def recent_steps(ledger, after=0, limit=100):
    with ledger.read() as tx:
        return operations.recent_steps(tx, after=after, limit=limit)


def test_steps_are_listed_once_each_in_order(ledger, feed, clock):
    record_items(ledger, feed, item(1, published=NOON - timedelta(hours=1)), item(2))
    clock.go(minutes=5)
    move(ledger, State.FETCHED, 1, seconds=0.5)
    first = recent_steps(ledger)
    assert [one.state for one in first] == [State.FOUND, State.FOUND, State.FETCHED]
    last = first[-1]
    assert (last.seconds, last.at - last.first_seen) == (0.5, timedelta(minutes=5))
    assert last.first_seen - last.published == timedelta(hours=1)
    assert {one.published for one in first} == {None, NOON - timedelta(hours=1)}
    assert recent_steps(ledger, after=last.number) == []
    assert recent_steps(ledger, limit=1) == [last]


def test_a_person_is_not_late_with_an_article_that_no_feed_lists(ledger, feed):
    record_items(ledger, feed, item(1))
    with ledger.write() as tx:
        additions.add(tx, [item(2).url], ledger.now())
    for number in (1, 2):
        move(ledger, State.EXTRACTED, number, published=NOON - timedelta(days=900))
    *_, listed, added = recent_steps(ledger)
    assert (listed.published, added.published) == (NOON - timedelta(days=900), None)


def test_a_revisited_article_is_not_fresh(ledger, feed):
    record_items(ledger, feed, item(1), item(2), item(3))
    move(ledger, State.INDEXED, 1, revision=1)
    move(ledger, State.INDEXED, 2, revision=2)
    move(ledger, State.INDEXED, 3, revision=1, visits=1)
    ended = [one.fresh for one in recent_steps(ledger) if one.state is State.INDEXED]
    assert ended == [True, False, False]


def test_an_article_from_a_feeds_history_is_not_fresh(ledger, feed):
    with ledger.write() as tx:
        entries.record_items(tx, feed, [item(1)], ledger.now(), historic=True)
    move(ledger, State.INDEXED, 1, revision=1)
    assert [one.fresh for one in recent_steps(ledger)] == [False, False]


def test_the_newest_quarantined_entries_come_first(ledger, feed, clock):
    record_items(ledger, feed, *(item(number) for number in (1, 2, 3)))
    for number in (2, 3, 1):
        clock.go(minutes=1)
        move(ledger, State.QUARANTINED, number, reason="took too long")
    with ledger.read() as tx:
        found = operations.quarantined(tx, 2)
    assert [one.id for one in found] == [item(1).id, item(3).id]
    assert found[0].at == clock()
    assert (found[0].title, found[0].outlet) == ("Headline 1", "Example News")
    assert found[0].reason == "took too long"


def test_feeds_are_counted_by_health_and_unwell_ones_listed(ledger, feed, clock):
    other = add_feed(ledger, "https://other.example/rss")
    clock.go(hours=1)
    ill = other.model_copy(
        update={"state": FeedState.GONE, "since": clock(), "reason": "answered 410"}
    )
    with ledger.write() as tx:
        feeds.save(tx, other, ill)
    with ledger.read() as tx:
        assert feeds.by_state(tx) == {FeedState.NEW: 1, FeedState.GONE: 1}
        assert feeds.unwell(tx, (FeedState.NEW, FeedState.OK), 10) == [ill]
        assert feeds.unwell(tx, tuple(FeedState), 10) == []
        assert len(feeds.unwell(tx, (FeedState.OK,), 1)) == 1
        assert feeds.count_paused(tx) == 0
    with ledger.write() as tx:
        feeds.pause(tx, other.url, "it is known", clock())
        assert feeds.by_state(tx) == {FeedState.NEW: 1}
        assert feeds.unwell(tx, (FeedState.OK,), 10) == [feed]
        assert feeds.count_paused(tx) == 1
