"""The feed list in the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories import EVERY_SLOT, NOON, add_feed, get_feed, item
from sqlalchemy import func, select

from core.ledger import entries, feeds, tables, visits
from core.records import LONGEST_ADDRESS, FeedState, Hints, Listed, Rhythm, State, content_id
from core.sites import slot_of


def test_a_new_feed_is_due_at_once(ledger):
    feed = add_feed(ledger, "https://www.example.com/rss", outlet="News", labels=["a", "b"])
    assert feed.id == content_id(feed.url)
    assert (feed.site, feed.state, feed.labels) == ("example.com", FeedState.NEW, ("a", "b"))
    with ledger.read() as tx:
        assert feeds.due(tx, EVERY_SLOT, NOON) == [feed]
        assert feeds.next_due(tx) == NOON


def test_many_feeds_added_at_once_are_each_listed_once(ledger, feed):
    lists = [
        Listed(url=f"https://s{number}.example/rss", outlet="S", labels=("a",))
        for number in range(1_500)
    ]
    with ledger.write() as tx:
        assert (
            feeds.add_all(tx, [*lists, Listed(url=feed.url, outlet="Other"), lists[7]], NOON)
            == 1_500
        )
        assert feeds.add_all(tx, lists, NOON) == 0
        assert feeds.add_all(tx, [], NOON) == 0
        known = {one.url: one for one in feeds.listed(tx)}
    assert len(known) == 1_501
    assert known[feed.url] == feed
    assert (known[lists[0].url].outlet, known[lists[0].url].labels) == ("S", ("a",))


def test_feeds_are_due_by_slot_longest_overdue_first(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss")
    waiting = other.model_copy(update={"next_poll_at": NOON + timedelta(hours=1)})
    with ledger.write() as tx:
        feeds.save(tx, other, waiting)
        assert feeds.due(tx, EVERY_SLOT, NOON) == [feed]
        late = NOON + timedelta(hours=1)
        assert feeds.due(tx, EVERY_SLOT, late) == [feed, waiting]
        assert feeds.due(tx, {slot_of("other.example")}, late) == [waiting]
        assert feeds.due(tx, (), late) == []


def test_a_feed_put_off_for_years_by_a_wrong_clock_is_due(ledger, feed):
    for days, is_due in ((30, False), (365, True)):
        after = feed.model_copy(update={"next_poll_at": NOON + timedelta(days=days)})
        with ledger.write() as tx:
            feeds.save(tx, feed, after)
            assert feeds.due(tx, EVERY_SLOT, NOON) == [after] * is_due
            assert feeds.count_due(tx, NOON) == is_due


def test_the_feed_as_updated_by_a_poll_is_kept(ledger, feed):
    after = feed.model_copy(
        update={
            "state": FeedState.OK,
            "etag": b'W/"\xff"',
            "last_modified": b"Sun, 01 Mar 2026 12:00:00 GMT",
            "validators_url": feed.url,
            "failures": 3,
            "reason": "why",
            "since": NOON - timedelta(days=1),
            "held": 3,
            "told": FeedState.OK,
            "well_at": NOON,
            "full_at": NOON,
            "denied_at": NOON,
            "distrusted": True,
            "marks": b"\x00\xff\x01",
            "hints": Hints(every=60.0, skip_hours=frozenset({1, 2}), skip_days=frozenset({6})),
            "rhythm": Rhythm(gaps=1.5, span=2.5, longest=2.0, newest_at=NOON),
            "moves": 1,
            "moved_to": "https://moved.example/rss",
            "moved_from": "https://old.example/rss",
            "last_polled_at": NOON,
        }
    )
    with ledger.write() as tx:
        feeds.save(tx, feed, after)
    assert get_feed(ledger, feed.url) == after


def test_a_feeds_site_follows_its_new_address(ledger, feed):
    moved = feed.model_copy(update={"url": "https://moved.example/rss"})
    with ledger.write() as tx:
        feeds.save(tx, feed, moved)
        assert feeds.due(tx, {slot_of("moved.example")}, NOON) == feeds.listed(tx)
    assert get_feed(ledger, moved.url).site == "moved.example"
    assert get_feed(ledger, moved.url).id == feed.id


def test_an_address_that_a_feed_moved_from_can_be_added_again(ledger, feed):
    """The redirect may be a mistake."""
    moved = feed.model_copy(update={"url": "https://moved.example/rss"})
    with ledger.write() as tx:
        feeds.save(tx, feed, moved)
        assert feeds.add_all(tx, [Listed(url=feed.url)], NOON)
        assert not feeds.add_all(tx, [Listed(url=feed.url)], NOON + timedelta(days=1))
        assert not feeds.add_all(tx, [Listed(url=moved.url)], NOON)
        assert {one.url for one in feeds.listed(tx)} == {feed.url, moved.url}


def test_a_feed_moving_to_a_listed_address_hands_its_entries_over(ledger, feed):
    number = 12_000
    target = add_feed(ledger, "https://moved.example/rss")
    with ledger.write() as tx:
        entries.record_items(tx, feed, [item(n) for n in range(number)], NOON)
        entries.record_items(tx, target, [item(0)], NOON)
        feeds.save(tx, feed, feed.model_copy(update={"url": target.url}))
        assert feeds.listed(tx) == [target]
        links = tx.execute(select(func.count()).select_from(tables.entry_feeds)).scalar_one()
        assert links == number
        known = entries.get(tx, [item(0).id, item(2).id])
    assert {entry.feeds for entry in known.values()} == {(target.url,)}


@pytest.mark.parametrize(("own", "expected"), [(30, 1), (0, 0)])
def test_a_merged_feed_is_polled_at_the_earlier_of_both_times(ledger, feed, own, expected):
    """A feed that was gone was put off for a month; merging must not put off the other."""
    target = add_feed(ledger, "https://moved.example/rss")
    other = add_feed(ledger, "https://other.example/rss")
    month = NOON + timedelta(days=30)
    moved = {"url": target.url, "next_poll_at": NOON + timedelta(days=1)}
    with ledger.write() as tx:
        feeds.claim(tx, [target], NOON + timedelta(days=own))
        feeds.claim(tx, [other], month)
        feeds.save(tx, feed, feed.model_copy(update=moved))
        left = {one.id: one.next_poll_at for one in feeds.listed(tx)}
    assert left == {target.id: NOON + timedelta(days=expected), other.id: month}


def test_a_merged_feed_may_edit_what_the_other_brought_first(ledger, feed):
    target = add_feed(ledger, "https://moved.example/rss")
    with ledger.write() as tx:
        entries.record_items(tx, feed, [item()], NOON)
        entries.record_items(tx, target, [item()], NOON)
        feeds.save(tx, feed, feed.model_copy(update={"url": target.url}))
        (entry,) = entries.get(tx, [item().id]).values()
        entries.transition(tx, entry, State.INDEXED, now=NOON)
        assert entries.record_items(tx, target, [item(title="Corrected")], NOON) == (0, 1)


def test_one_of_two_feeds_that_move_to_each_other_remains(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss")
    with ledger.write() as tx:
        feeds.save(tx, feed, feed.model_copy(update={"url": other.url}))
        feeds.save(tx, other, other.model_copy(update={"url": feed.url}))
        (left,) = feeds.listed(tx)
    assert (left.id, left.url) == (other.id, feed.url)


def test_outlet_and_labels_can_be_edited_even_while_a_poll_is_under_way(ledger, feed):
    unnamed = feed.model_copy(update={"outlet": "", "labels": ()})
    polled = unnamed.model_copy(update={"outlet": "Its title", "failures": 1})
    with ledger.write() as tx:
        assert feeds.edit(tx, feed.url, outlet="", labels=()) == unnamed
        feeds.save(tx, unnamed, polled)
        assert feeds.edit(tx, feed.url) == polled
        given = feeds.edit(tx, feed.url, outlet="The Example", labels=["Press"])
        assert given == polled.model_copy(update={"outlet": "The Example", "labels": ("Press",)})
        feeds.save(tx, polled, polled)
        assert feeds.edit(tx, feed.url, labels=None) == given
        assert feeds.edit(tx, "https://none.example", outlet="x") is None


def test_a_paused_feed_is_never_due_until_resumed(ledger, feed):
    polled = feed.model_copy(
        update={
            "etag": b'"1"',
            "last_modified": b"Mon",
            "validators_url": feed.url,
            "next_poll_at": NOON + timedelta(days=9),
        }
    )
    later = NOON + timedelta(days=20)
    with ledger.write() as tx:
        assert feeds.pause(tx, feed.url, "their relaunch", NOON) == feed
        feeds.save(tx, feed, polled)  # the result of a poll that was under way
        assert feeds.pause(tx, feed.url, "still their relaunch", later) != feed
        assert not feeds.add_all(tx, [Listed(url=feed.url)], later)
        ((url, paused),) = feeds.paused(tx).items()
        assert (url, paused.paused_at, paused.paused_why) == (
            feed.url,
            NOON,
            "still their relaunch",
        )
        assert feeds.due(tx, EVERY_SLOT, later) == []
        assert feeds.due(tx, EVERY_SLOT, later, only=feed.url) == []
        assert (feeds.count_due(tx, later), feeds.next_due(tx)) == (0, None)
        assert feeds.resume(tx, feed.url, later) == paused
        resumed = polled.model_copy(update={"next_poll_at": later, "resumed_at": later})
        assert feeds.due(tx, EVERY_SLOT, later) == [resumed]
        # Resuming a feed that is not paused changes nothing, not even its next poll.
        feeds.save(tx, resumed, polled)
        assert feeds.resume(tx, feed.url, later + timedelta(days=1)) == polled.model_copy(
            update={"resumed_at": later}
        )
        assert feeds.due(tx, EVERY_SLOT, NOON) == []
        assert feeds.paused(tx) == {}
        assert feeds.pause(tx, "https://none.example", "why", NOON) is None
        assert feeds.resume(tx, "https://none.example", NOON) is None


def test_entries_of_a_paused_feed_are_still_processed(ledger, feed):
    with ledger.write() as tx:
        entries.record_items(tx, feed, [item(1)], NOON)
        feeds.pause(tx, feed.url, "their relaunch", NOON)
    with ledger.read() as tx:
        assert visits.count_due(tx, NOON) == 1


def test_a_feed_moving_to_a_paused_feeds_address_is_paused(ledger, feed):
    other = add_feed(ledger, "https://new.example/rss")
    with ledger.write() as tx:
        feeds.pause(tx, other.url, "their relaunch", NOON)
        feeds.save(tx, feed, feed.model_copy(update={"url": other.url}))
        assert feeds.listed(tx) == list(feeds.paused(tx).values())


def test_a_feed_paused_while_a_poll_moves_it_to_a_listed_feed_stays_paused(ledger, feed):
    target = add_feed(ledger, "https://new.example/rss")
    asked = feed.model_copy(update={"moves": 1, "moved_to": target.url})
    moved = {"url": target.url, "moves": 0, "moved_to": None, "moved_from": feed.url}
    after = asked.model_copy(update=moved | {"etag": b'"2"'})
    with ledger.write() as tx:
        feeds.save(tx, feed, asked)
        entries.record_items(tx, feed, [item()], NOON)
        feeds.pause(tx, feed.url, "their relaunch", NOON)
        feeds.save(tx, asked, after)
        ((url, paused),) = feeds.paused(tx).items()
        assert (url, paused.paused_why, paused.etag) == (feed.url, "their relaunch", b'"2"')
        assert feeds.due(tx, EVERY_SLOT, NOON) == [target]
        feeds.resume(tx, feed.url, NOON)
        (resumed,) = (one for one in feeds.due(tx, EVERY_SLOT, NOON) if one.id == feed.id)
        assert (resumed.moves, resumed.moved_to, resumed.moved_from) == (1, target.url, None)
        feeds.save(tx, resumed, resumed.model_copy(update=moved))
        assert feeds.listed(tx) == [target]


def test_entries_of_a_removed_feed_stay(ledger, feed):
    kept, removed = feed, add_feed(ledger, "https://other.example/rss")
    with ledger.write() as tx:
        entries.record_items(tx, removed, [item()], NOON)
        assert feeds.remove(tx, removed.url)
        assert not feeds.remove(tx, removed.url)
        (entry,) = entries.listed(tx)
        assert feeds.listed(tx) == [kept]
    assert entry.feeds == ()


def test_a_feed_that_somebody_asks_for_is_due_alone_at_any_time(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss")
    with ledger.write() as tx:
        feeds.claim(tx, [feed], NOON + timedelta(hours=1))
        assert feeds.due(tx, EVERY_SLOT, NOON) == [other]
        (asked,) = feeds.due(tx, EVERY_SLOT, NOON, only=feed.url)
        assert asked.id == feed.id


def test_the_longest_allowed_address_is_listed_once(ledger):
    # Random hex digits, since databases compress repetition.
    letters = "".join(content_id(str(number)) for number in range(60))
    address = f"https://long.example/{letters}"[:LONGEST_ADDRESS]
    add_feed(ledger, address)
    with ledger.write() as tx:
        assert not feeds.add_all(tx, [Listed(url=address)], NOON)
