"""Feeds whose entries no longer bring articles."""

from __future__ import annotations

import pytest
from factories import add_feed, item, move, record

from core.ledger import entries, feeds, notices, unread
from core.records import Notice, State


def end(ledger, clock, feed, states, first=1):
    """Let entries of a feed come, one every six hours, and end in these states."""
    for number, state in enumerate(states, first):
        record(ledger, feed, item(number))
        move(ledger, state, number, reason=f"why {number}")
        clock.go(hours=6)


def found(ledger):
    with ledger.read() as tx:
        return [(one.feed.url, one.number, one.reason) for one in unread.listed(tx, ledger.now())]


def test_a_feed_whose_last_entries_have_no_article_is_found(ledger, feed, clock):
    begins = clock.time
    end(ledger, clock, feed, [State.INDEXED, *[State.QUARANTINED] * 3, State.REJECTED])
    assert found(ledger) == []
    end(ledger, clock, feed, [State.REJECTED], first=6)
    assert found(ledger) == [(feed.url, 5, "why 6")]
    with ledger.read() as tx:
        (one,) = unread.listed(tx, clock())
    assert (one.since - begins).total_seconds() == 6 * 3_600
    end(ledger, clock, feed, [State.DUPLICATE], first=7)
    assert found(ledger) == []


def test_a_feed_without_any_article_is_found(ledger, feed, clock):
    end(ledger, clock, feed, [State.QUARANTINED] * 6)
    assert found(ledger) == [(feed.url, 6, "why 6")]


def test_nothing_is_concluded_within_a_day(ledger, feed, clock):
    record(ledger, feed, *map(item, range(1, 9)))
    for number in range(1, 9):
        move(ledger, State.REJECTED, number)
    clock.go(hours=23)
    assert found(ledger) == []
    clock.go(hours=1)
    assert len(found(ledger)) == 1
    clock.go(days=7)
    assert found(ledger) == []


@pytest.mark.parametrize("gone", [True, False])
def test_a_feed_that_is_removed_or_paused_is_left_out(ledger, feed, clock, gone):
    end(ledger, clock, feed, [State.QUARANTINED] * 6)
    with ledger.write() as tx:
        if gone:
            feeds.remove(tx, feed.url)
        else:
            feeds.pause(tx, feed.url, why="they have a wall", now=clock())
    assert found(ledger) == []


def test_only_the_feed_whose_entries_these_are_is_found(ledger, feed, clock):
    other = add_feed(ledger, "https://other.example/rss")
    end(ledger, clock, feed, [State.QUARANTINED] * 6)
    end(ledger, clock, other, [State.INDEXED] * 6, first=10)
    assert [url for url, _, _ in found(ledger)] == [feed.url]


def test_history_that_is_gone_says_nothing(ledger, feed, clock):
    with ledger.write() as tx:
        entries.record_items(tx, feed, [item(n) for n in range(1, 7)], clock(), historic=True)
    for number in range(1, 7):
        move(ledger, State.REJECTED, number)
    clock.go(days=2)
    assert found(ledger) == []


def test_a_notice_is_found_by_how_its_reason_begins(ledger, feed, clock):
    told = Notice(
        feed=feed.id,
        url=feed.url,
        outlet="",
        before=feed.told,
        state=feed.told,
        reason="100 % of it",
        since=clock(),
        created_at=clock(),
    )
    with ledger.write() as tx:
        notices.add(tx, told)
        assert notices.told_of(tx, feed.id, "100 % of", clock())
        assert not notices.told_of(tx, feed.id, "100 of", clock())
        assert not notices.told_of(tx, "another", "100 % of", clock())
        assert not notices.told_of(tx, feed.id, "100 % of", clock.go(days=1))
