"""Entries in the ledger: each is recorded once, has one state, and keeps what its item says."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from factories import EVERY_SLOT, NOON, account, add_feed, get_entry, item, move, record
from sqlalchemy import event, select, text

from core.ledger import Ledger, entries, replays, steps, tables, visits
from core.records import State


def test_a_new_entry_holds_everything_from_its_item(ledger, feed):
    said = item(summary="Words", authors=["Ana", "Bo"], published=NOON - timedelta(hours=1))
    assert record(ledger, feed, said) == (1, 0)
    entry = get_entry(ledger)
    assert (entry.state, entry.revision, entry.attempts) == (State.FOUND, 0, 0)
    assert (entry.title, entry.summary, entry.authors) == (said.title, "Words", ("Ana", "Bo"))
    assert (entry.outlet, entry.site, entry.feeds) == ("Example News", "news.example", (feed.url,))
    assert (entry.first_seen, entry.published) == (NOON, NOON - timedelta(hours=1))


def test_entries_of_a_nameless_feed_use_its_site_as_outlet(ledger):
    record(ledger, add_feed(ledger, "https://nameless.example/rss"), item())
    assert get_entry(ledger).outlet == "news.example"
    record(ledger, add_feed(ledger, "https://other.example/rss", outlet="Other Post"), item(2))
    assert get_entry(ledger, 2).outlet == "Other Post"
    own = add_feed(ledger, "https://news.example/rss")
    assert record(ledger, own, item(2, title="Corrected")) == (0, 1)
    assert get_entry(ledger, 2).outlet == "news.example"


@pytest.mark.parametrize(
    ("own", "others", "names", "outlet"),
    [
        (3, 3, ["", "www.s0.example"], "s0.example"),
        (3, 3, ["The Times", "The Times", "s0.example"], "The Times"),
        (3, 3, ["The Times: World", "The Times: Books"], "s0.example"),
        # Most of the items are of one site, or there are few sites.
        (4, 3, ["The Times"], "Example News"),
        (1, 2, ["The Times"], "Example News"),
    ],
)
def test_an_entry_of_a_feed_that_gathers_articles_has_its_own_outlet(
    ledger, feed, own, others, names, outlet
):
    for number, name in enumerate(names):
        add_feed(ledger, f"https://s0.example/{number}", outlet=name)
    elsewhere = [item(url=f"https://s{number}.example/") for number in range(others)]
    record(ledger, feed, *map(item, range(own)), *elsewhere)
    with ledger.read() as tx:
        assert entries.get(tx, [elsewhere[0].id])[elsewhere[0].id].outlet == outlet


def test_a_feed_names_no_other_authors_of_its_site(ledger, feed):
    add_feed(ledger, "https://feeds.example.com/rss", outlet="The Post")
    add_feed(ledger, "https://privacy.example.org/rss", outlet="Privacy Agency")
    add_feed(ledger, "https://medium.com/feed/@ana", outlet="Ana")
    outlets = {
        "https://www.example.com/": "The Post",
        "https://privacy.example.org/": "Privacy Agency",
        "https://justice.example.org/": "example.org",
        "https://medium.com/@bo/": "medium.com",
        "https://another.example/": "another.example",
    }
    items = {item(url=url).id: outlet for url, outlet in outlets.items()}
    record(ledger, feed, *(item(url=url) for url in outlets))
    with ledger.read() as tx:
        assert {key: one.outlet for key, one in entries.get(tx, items).items()} == items


def test_an_entry_listed_by_several_feeds_is_recorded_once(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss")
    assert record(ledger, feed, item(), item(), item(2)) == (2, 0)
    assert record(ledger, other, item(), item(3)) == (1, 0)
    assert record(ledger, feed, item(), item(2)) == (0, 0)
    assert get_entry(ledger).feeds == (feed.url, other.url)
    assert account(ledger).seen == 3


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_an_entry_listed_by_two_feeds_at_once_is_recorded_once(ledger, ledger_url, feed):
    late, other = Ledger(ledger_url, now=ledger.now), add_feed(ledger, "https://other.example/rss")
    waiting = threading.Event()

    def watch(_connection, _cursor, statement, *_):
        if "pg_advisory" in statement:
            waiting.set()

    event.listen(late.engine, "before_cursor_execute", watch)
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as tx:
            assert entries.record_items(tx, feed, [item(1), item(2)], NOON) == (2, 0)
            second = pool.submit(record, late, other, item(3), item(2), item(1))
            assert waiting.wait(20)
        assert second.result() == (1, 0)
    late.close()
    assert get_entry(ledger).feeds == (feed.url, other.url)
    assert account(ledger).seen == 3
    links = tables.entry_feeds.c
    with ledger.read() as tx:
        assert len(steps.of(tx, item().id)) == 1
        brought = select(links.feed).where(links.entry == item().id, links.first)
        assert tx.execute(brought).scalars().all() == [feed.id]


def test_what_a_poll_lists_is_news_until_it_has_an_article(ledger, feed):
    """The poll would have brought it, but a feed of the same outlet was asked for its history."""
    other = add_feed(ledger, "https://news.example/world")
    with ledger.write() as tx:
        entries.record_items(tx, other, [item(1), item(2)], NOON, historic=True)
    move(ledger, State.FETCHED, 2)
    move(ledger, State.INDEXED, 2, revision=1)
    assert [get_entry(ledger, number).historic for number in (1, 2)] == [True, True]
    record(ledger, feed, item(1), item(2))
    assert [get_entry(ledger, number).historic for number in (1, 2)] == [False, True]


def test_many_items_are_recorded_at_once(ledger, feed):
    items = [item(n) for n in range(1_203)]
    assert record(ledger, feed, *items) == (1_203, 0)
    assert record(ledger, feed, *items) == (0, 0)
    with ledger.read() as tx:
        assert len(entries.get(tx, (one.id for one in items))) == 1_203
        assert len(list(entries.listed(tx))) == 1_203
        assert len(visits.due(tx, EVERY_SLOT, NOON, 1_000)) == 1_000


def test_recording_no_items_adds_no_entries(ledger, feed):
    assert record(ledger, feed) == (0, 0)


def test_each_step_is_kept_with_its_time_and_reason(ledger, feed, clock):
    record(ledger, feed, item())
    clock.go(minutes=1)
    move(ledger, State.FOUND, reason="answered 503", seconds=0.25)
    clock.go(minutes=5)
    move(ledger, State.REJECTED, reason="answered 410", seconds=0.5)
    with ledger.read() as tx:
        way = steps.of(tx, item().id)
    assert [(step.at - NOON, step.state, step.seconds, step.reason) for step in way] == [
        (timedelta(0), State.FOUND, 0.0, None),
        (timedelta(minutes=1), State.FOUND, 0.25, "answered 503"),
        (timedelta(minutes=6), State.REJECTED, 0.5, "answered 410"),
    ]


@pytest.mark.parametrize("state", State)
def test_feed_content_is_kept_until_no_longer_needed(ledger, feed, state):
    record(ledger, feed, item(content="All of it"))
    move(ledger, state, address=item().url)
    done = state in (State.INDEXED, State.DUPLICATE, State.REJECTED)
    assert get_entry(ledger).content == ("" if done else "All of it")


@pytest.mark.parametrize("end", [State.INDEXED, State.DUPLICATE])
def test_feed_content_is_kept_while_revisits_are_scheduled(ledger, feed, clock, end):
    again = clock() + timedelta(hours=6)
    duplicate_of = item(2).id if end is State.DUPLICATE else None
    record(ledger, feed, item(content="All of it"))
    move(ledger, State.FETCHED)
    made: dict[str, Any] = {"revision": 1, "duplicate_of": duplicate_of, "address": item().url}
    move(ledger, State.EXTRACTED, **made, revisit_at=again)
    move(ledger, State.LINKED)
    move(ledger, end)
    assert get_entry(ledger).content == "All of it"
    for revisit_at, kept in ((again + timedelta(days=1), "All of it"), (None, "")):
        move(ledger, State.FETCHED)
        with ledger.write() as tx:
            (entry,) = entries.get(tx, [item().id]).values()
            assert entries.restore_end(tx, entry, now=clock(), revisit_at=revisit_at)
        assert (get_entry(ledger).state, get_entry(ledger).content) == (end, kept)


@pytest.mark.parametrize("end", [State.INDEXED, State.DUPLICATE])
def test_feed_content_is_kept_for_good_if_no_page_was_read(ledger, feed, end):
    record(ledger, feed, item(content="All of it"))
    move(ledger, State.EXTRACTED, revision=1, revisit_at=None)
    move(ledger, end)
    with ledger.write() as tx:
        assert replays.replay(tx, now=NOON, states=[end]) == 1
    assert get_entry(ledger).content == "All of it"


def test_content_changed_under_the_same_summary_is_kept_for_the_next_visit(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss")
    record(ledger, feed, item(1, content="All of it"), item(2, content="All of it"))
    again = {"revision": 1, "revisit_at": NOON + timedelta(hours=1)}
    move(ledger, State.INDEXED, 1, **again)
    move(ledger, State.INDEXED, 2, address=item(2).url, revision=1, revisit_at=None)
    for one, said in ((feed, "Corrected"), (other, "As others have it"), (feed, "")):
        items = [item(number, content=said) for number in (1, 2)]
        assert record(ledger, one, *items) == (0, 0)
    assert (get_entry(ledger, 1).content, get_entry(ledger, 1).revisit_at) == (
        "Corrected",
        again["revisit_at"],
    )
    assert get_entry(ledger, 2).content == "", "its page was read and is fetched no more"


def test_an_entry_does_not_name_the_feeds_of_copies_with_an_article_of_their_own(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss")
    record(ledger, feed, item(1))
    record(ledger, other, item(2))
    move(ledger, State.INDEXED, 1, revision=1)
    move(ledger, State.DUPLICATE, 2, revision=1, duplicate_of=item(1).id)
    assert (get_entry(ledger, 1).feeds, get_entry(ledger, 2).feeds) == ((feed.url,), (other.url,))


def test_only_the_first_of_two_workers_moves_an_entry(ledger, feed):
    record(ledger, feed, item())
    seen = get_entry(ledger)
    with ledger.write() as tx:
        assert entries.transition(tx, seen, State.FETCHED, now=NOON, reason=None)
    with ledger.write() as tx:
        assert not entries.transition(tx, seen, State.REJECTED, now=NOON, reason="too late")
    assert (get_entry(ledger).state, get_entry(ledger).reason) == (State.FETCHED, None)


def test_a_stale_revision_of_an_entry_is_not_moved(ledger, feed):
    record(ledger, feed, item())
    seen = get_entry(ledger)
    move(ledger, State.FOUND, revision=1)
    with ledger.write() as tx:
        assert not entries.transition(tx, seen, State.FETCHED, now=NOON)


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)  # SQLite reads row by row
@pytest.mark.parametrize("read", [entries.listed, entries.with_articles])
def test_all_entries_are_not_held_in_memory(ledger, feed, read):
    """`index check` took 1.4 GB for each million entries."""
    record(ledger, feed, item(1), item(2))
    for number in (1, 2):
        move(ledger, State.EXTRACTED, number, revision=1)
    with ledger.read() as tx:
        listed = read(tx)
        next(listed)
        on_the_server = text("SELECT count(*) FROM pg_cursors")
        assert tx.execute(on_the_server).scalar() == 1
        assert len(list(listed)) == 1


def test_articles_are_read_in_the_order_of_ids(ledger, feed):
    record(ledger, feed, *(item(number) for number in range(9)))
    for number in range(1, 9):
        move(ledger, State.EXTRACTED, number, revision=1)
    with ledger.read() as tx:
        ids = [one.id for one in entries.with_articles(tx)]
    assert ids == sorted(item(number).id for number in range(1, 9))


def test_the_most_recently_changed_entries_come_first(ledger, feed, clock):
    record(ledger, feed, item(1), item(2), item(3))
    clock.go(hours=1)
    move(ledger, State.REJECTED, 1, reason="answered 404")
    clock.go(hours=1)
    move(ledger, State.REJECTED, 2, reason="answered 410: 100% gone")
    with ledger.read() as tx:
        assert [one.url for one in entries.latest(tx, limit=2)] == [item(2).url, item(1).url]
        assert [one.url for one in entries.latest(tx, limit=9, offset=2)] == [item(3).url]
        rejected = entries.latest(tx, state=State.REJECTED, reason="100% GONE", limit=9)
        assert [one.url for one in rejected] == [item(2).url]


def test_entries_of_a_period_are_listed_and_counted(ledger, feed, clock):
    for number in range(3):
        record(ledger, feed, item(number))
        clock.go(hours=1)
    move(ledger, State.REJECTED, 1)
    hour = timedelta(hours=1)
    with ledger.read() as tx:
        for chosen, numbers in (
            ({"since": NOON + hour}, [1, 2]),
            ({"until": NOON + hour}, [0]),
            ({"since": NOON + hour, "until": NOON + 2 * hour}, [1]),
            ({"since": NOON + hour, "state": State.FOUND}, [2]),
            ({"since": None, "until": None, "state": None, "reason": None}, [0, 1, 2]),
        ):
            urls = [item(number).url for number in numbers]
            assert [one.url for one in entries.listed(tx, **chosen)] == urls
            found = entries.latest(tx, limit=9, **chosen)
            assert sorted(one.url for one in found) == urls
            assert entries.count(tx, **chosen) == len(urls)


def test_an_entry_is_found_by_a_prefix_of_its_id(ledger, feed):
    record(ledger, feed, *(item(number) for number in range(20)))
    with ledger.read() as tx:
        for start in (item(3).id[:12], item(3).id, item(3).id[:12].upper()):
            assert [entry.url for entry in entries.find(tx, start)] == [item(3).url]
        assert len(entries.find(tx, "")) == 2
        assert entries.find(tx, "%") == []
