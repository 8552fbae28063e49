"""Replays: which ended entries go back to the start."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from factories import NOON, add_feed, get_entry, item, move, record
from sqlalchemy import event

from core.ledger import Ledger, chunks, entries, replays, segments, steps
from core.records import ENDS, Segment, State


def test_replay_returns_quarantined_entries_to_found(ledger, feed, clock):
    record(ledger, feed, item(1), item(2), item(3))
    move(ledger, State.QUARANTINED, 1, reason="a wall", attempts=4)
    move(ledger, State.QUARANTINED, 2, reason="timed out")
    move(ledger, State.REJECTED, 3, reason="a wall")
    clock.go(hours=1)
    with ledger.write() as tx:
        assert replays.replay(tx, now=clock(), reason="a wall") == 1
    replayed = get_entry(ledger, 1)
    assert (replayed.state, replayed.attempts, replayed.reason) == (State.FOUND, 0, "replayed")
    with ledger.read() as tx:
        last = steps.of(tx, item(1).id)[-1]
    assert (last.state, last.at, last.reason) == (State.FOUND, clock(), "replayed")
    assert get_entry(ledger, 2).state is State.QUARANTINED
    with ledger.write() as tx:
        assert replays.replay(tx, now=clock()) == 1
        assert replays.replay(tx, now=clock()) == 0
    assert get_entry(ledger, 3).state is State.REJECTED


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_what_is_erased_meanwhile_is_not_replayed(ledger, ledger_url, feed):
    late = Ledger(ledger_url, now=ledger.now)
    record(ledger, feed, item())
    move(ledger, State.QUARANTINED)
    locking = threading.Event()

    def watch(_connection, _cursor, statement, *_):
        if "FOR UPDATE" in statement:
            locking.set()

    def replay():
        with late.write() as tx:
            return replays.replay(tx, now=NOON)

    event.listen(late.engine, "before_cursor_execute", watch)
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as tx:
            entries.transition(
                tx, get_entry(ledger), State.ERASED, now=NOON, reason="a court's order"
            )
            replayed = pool.submit(replay)
            assert locking.wait(20)
        assert replayed.result() == 0
    late.close()
    assert get_entry(ledger).state is State.ERASED


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_fetching_many_entries_again_and_moving_them_do_not_deadlock(
    ledger, ledger_url, feed, monkeypatch
):
    """Those of a large file were locked some hundred at a time, in the order of their steps."""
    monkeypatch.setattr(chunks, "CHUNK", 1)
    late = Ledger(ledger_url, now=ledger.now)
    first, second = sorted((1, 2), key=lambda number: item(number).id)
    lost = Segment(id="lost", kind="pages", path="lost", items=2)
    record(ledger, feed, item(1), item(2))
    for number in (second, first):
        move(ledger, State.FETCHED, number)

    def fetch_again():
        with late.write() as tx:
            return replays.fetch_again(tx, lost, now=NOON)

    with ledger.write() as tx:
        segments.add(tx, lost, NOON)
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as tx:
            entries.lock(tx, [item(first).id])
            sent = pool.submit(fetch_again)
            with pytest.raises(TimeoutError):
                sent.result(timeout=1)
            entries.lock(tx, [item(second).id])
        assert sent.result() == 2
    late.close()


def test_replay_can_be_limited_by_state_feed_time_and_reason(ledger, feed, clock):
    other = add_feed(ledger, "https://other.example/rss")
    record(ledger, feed, item(1))
    clock.go(hours=1)
    record(ledger, other, item(2), item(3))
    move(ledger, State.REJECTED, 1, reason="answered 410")
    move(ledger, State.REJECTED, 2, reason="Answered 410")
    move(ledger, State.INDEXED, 3, revision=1, reason="the feed's text: answered 403")

    def replay(**chosen):
        with ledger.write() as tx:
            return replays.replay(tx, now=clock(), **chosen)

    assert replay(states=[State.FOUND]) == 0
    assert replay(states=[State.REJECTED], since=NOON + timedelta(minutes=1), feed=feed.url) == 0
    assert replay(states=[State.REJECTED], until=NOON) == 0
    assert replay(states=[State.REJECTED], feed=other.url, reason="answered") == 1
    assert get_entry(ledger, 2).state is State.FOUND
    assert replay(states=[State.INDEXED], since=NOON, reason="the FEED'S text") == 1
    assert replay(states=ENDS, entry=item(2).id) == 0
    assert replay(states=ENDS, entry=item(1).id) == 1
