"""Entries in the ledger: each is recorded once and has one state, and the counts add up."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from factories import NOON, add_feed, item, move, record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, text, update

from core.ledger import (
    Ledger,
    LedgerError,
    accounting,
    edits,
    entries,
    feeds,
    replays,
    steps,
    tables,
    visits,
)
from core.ledger.utc import MAX_DELAY
from core.records import ENDS, Feed, State
from core.sites import SLOTS, slot_of

EVERY_SLOT = frozenset(range(SLOTS))


def get(ledger, number=1):
    with ledger.read() as tx:
        return entries.get(tx, [item(number).id])[item(number).id]


def account(ledger, **kwargs):
    with ledger.read() as tx:
        return accounting.account(tx, **kwargs)


def count_visits(ledger, feed, clock, hours, *, changing=1):
    """How often the first item's page is fetched when an item's summary changes each hour."""
    count = 0
    for hour in range(hours):
        record(ledger, feed, item(changing, summary=f"{hour} comments"))
        with ledger.read() as tx:
            due = {entry.url for entry in visits.due(tx, EVERY_SLOT, clock(), 9)}
        if item().url in due:
            count += 1
            move(ledger, State.FETCHED)
            move(ledger, State.INDEXED, revision=1, address=item().url)
        if changing != 1 and item(changing).url in due:
            move(ledger, State.DUPLICATE, changing)
        clock.go(hours=1)
    return count


@pytest.mark.parametrize(
    ("state", "column"),
    [(State.FOUND, "next_attempt_at"), (State.INDEXED, "revisit_at")],
)
def test_an_entry_put_off_for_years_by_a_wrong_clock_is_due(ledger, feed, clock, state, column):
    record(ledger, feed, item())
    for days, is_due in ((30, 0), (365, 1)):
        move(ledger, state, **{column: clock() + timedelta(days=days)})
        with ledger.read() as tx:
            assert len(visits.due(tx, EVERY_SLOT, clock(), 9)) == is_due
            assert visits.count_due(tx, clock()) == is_due


def test_pages_that_a_pass_is_about_to_fetch_are_not_due_meanwhile(ledger, feed, clock):
    record(ledger, feed, item(1), item(2))
    move(ledger, State.INDEXED, 2, revision=1, revisit_at=clock())
    until = clock() + timedelta(hours=1)
    with ledger.write() as tx:
        due = visits.due(tx, EVERY_SLOT, clock(), 9)
        assert [entry.id for entry in due] == sorted(item(number).id for number in (1, 2))
        visits.claim(tx, due, until)
        assert visits.due(tx, EVERY_SLOT, clock(), 9) == []
        assert len(visits.due(tx, EVERY_SLOT, until, 9)) == 2
        after = entries.get(tx, [entry.id for entry in due])
    new, known = (after[item(number).id] for number in (1, 2))
    assert (new.next_attempt_at, new.revisit_at) == (until, None)
    assert (known.next_attempt_at, known.revisit_at) == (None, until)


def test_a_page_is_not_fetched_for_every_changed_summary(ledger, feed, clock):
    assert count_visits(ledger, feed, clock, 6) == 6
    assert count_visits(ledger, feed, clock, 7 * 24) < 20


@pytest.mark.parametrize(
    ("age", "ended", "waits"),
    [
        (6, 0, None),
        (6.1, 0, timedelta(hours=6.1) / 4),
        (8, 0, timedelta(hours=2)),
        (8, 1, timedelta(hours=1)),
        (8, 2, None),
        # A later time would count as set by a wrong clock, and the page be fetched at once.
        (400 * 24, 0, MAX_DELAY),
    ],
)
def test_an_edited_page_waits_for_a_quarter_of_its_age_since_it_ended(age, ended, waits):
    first_seen, last = NOON - timedelta(hours=age), NOON - timedelta(hours=ended)
    due = None if waits is None else NOON + waits
    assert edits.refetch_at(first_seen, last, NOON) == due


def test_another_address_whose_summary_changes_does_not_put_off_its_articles_visit(
    ledger, feed, clock
):
    record(ledger, feed, item(1), item(2))
    move(ledger, State.INDEXED, 1, revision=1, address=item(1).url)
    move(ledger, State.DUPLICATE, 2, duplicate_of=item(1).id)
    clock.go(hours=12)
    assert 3 <= count_visits(ledger, feed, clock, 12, changing=2) <= 5


def test_a_new_headline_makes_the_page_due_at_once(ledger, feed, clock):
    count_visits(ledger, feed, clock, 48)
    if get(ledger).state is State.FOUND:
        move(ledger, State.INDEXED)
    record(ledger, feed, item(summary="So many comments"))
    assert get(ledger).next_attempt_at > clock()
    record(ledger, feed, item(title="Corrected", summary="So many comments"))
    assert get(ledger).next_attempt_at is None


def test_a_new_headline_does_not_shorten_the_wait_for_a_site_that_is_busy(ledger, feed, clock):
    record(ledger, feed, item())
    later = NOON + timedelta(hours=1)
    move(ledger, State.FOUND, reason="answered 503", attempts=1, next_attempt_at=later)
    record(ledger, feed, item(title="Corrected"))
    entry = get(ledger)
    assert (entry.title, entry.attempts, entry.next_attempt_at) == ("Corrected", 1, later)


def test_an_edit_of_an_entry_not_visited_lately_is_due_at_once(ledger, feed, clock):
    record(ledger, feed, item())
    move(ledger, State.INDEXED, revision=1, address=item().url)
    clock.go(days=3)
    record(ledger, feed, item(summary="As it is by now"))
    assert (get(ledger).reason, get(ledger).next_attempt_at) == ("edited by the outlet", None)


def test_a_new_entry_holds_everything_from_its_item(ledger, feed):
    said = item(summary="Words", authors=["Ana", "Bo"], published=NOON - timedelta(hours=1))
    assert record(ledger, feed, said) == (1, 0)
    entry = get(ledger)
    assert (entry.state, entry.revision, entry.attempts) == (State.FOUND, 0, 0)
    assert (entry.title, entry.summary, entry.authors) == (said.title, "Words", ("Ana", "Bo"))
    assert (entry.outlet, entry.site, entry.feeds) == ("Example News", "news.example", (feed.url,))
    assert (entry.first_seen, entry.published) == (NOON, NOON - timedelta(hours=1))


def test_entries_of_a_nameless_feed_use_its_site_as_outlet(ledger):
    record(ledger, add_feed(ledger, "https://nameless.example/rss"), item())
    assert get(ledger).outlet == "news.example"
    record(ledger, add_feed(ledger, "https://other.example/rss", outlet="Other Post"), item(2))
    assert get(ledger, 2).outlet == "Other Post"
    own = add_feed(ledger, "https://news.example/rss")
    assert record(ledger, own, item(2, title="Corrected")) == (0, 1)
    assert get(ledger, 2).outlet == "news.example"


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
    assert get(ledger).feeds == (feed.url, other.url)
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
    assert get(ledger).feeds == (feed.url, other.url)
    assert account(ledger).seen == 3
    links = tables.entry_feeds.c
    with ledger.read() as tx:
        assert len(steps.of(tx, item().id)) == 1
        brought = select(links.feed).where(links.entry == item().id, links.first)
        assert tx.execute(brought).scalars().all() == [feed.id]


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)  # SQLite has one writer
@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_recording_edits_and_moving_entries_do_not_deadlock(ledger, ledger_url, feed, order):
    """Each locked some rows and waited for the rest: PostgreSQL ended one of them, and its pass."""
    late = Ledger(ledger_url, now=ledger.now)
    record(ledger, feed, item(1), item(2))
    known = [get(ledger, number) for number in order]
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as tx:
            entries.lock(tx, (one.id for one in known))
            entries.transition(tx, known[0], State.FETCHED, now=NOON)
            edited = (item(number, title="Corrected") for number in (1, 2))
            second = pool.submit(record, late, feed, *edited)
            with pytest.raises(TimeoutError):
                second.result(timeout=1)
            entries.transition(tx, known[1], State.FETCHED, now=NOON)
        assert second.result() == (0, 2)
    late.close()
    assert [get(ledger, number).revisit_at for number in order] == [NOON] * 2


def test_what_a_poll_lists_is_news_until_it_has_an_article(ledger, feed):
    """The poll would have brought it, but a feed of the same outlet was asked for its history."""
    other = add_feed(ledger, "https://news.example/world")
    with ledger.write() as tx:
        entries.record_items(tx, other, [item(1), item(2)], NOON, historic=True)
    move(ledger, State.FETCHED, 2)
    move(ledger, State.INDEXED, 2, revision=1)
    assert [get(ledger, number).historic for number in (1, 2)] == [True, True]
    record(ledger, feed, item(1), item(2))
    assert [get(ledger, number).historic for number in (1, 2)] == [False, True]


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


@pytest.mark.parametrize("end", [end for end in ENDS if end is not State.ERASED])
def test_an_edited_item_returns_its_ended_entry_to_found(ledger, feed, clock, end):
    record(ledger, feed, item())
    move(ledger, end, reason="why", revision=1, attempts=2, next_attempt_at=NOON)
    clock.go(hours=1)
    assert record(ledger, feed, item(title="Corrected", summary="New words")) == (0, 1)
    entry = get(ledger)
    assert (entry.attempts, entry.next_attempt_at) == (0, None)
    assert (entry.state, entry.title, entry.summary) == (State.FOUND, "Corrected", "New words")
    assert (entry.revision, entry.first_seen) == (1, NOON)
    assert account(ledger).count(State.FOUND) == 1


def test_an_edit_before_the_page_is_fetched_is_applied_at_once(ledger, feed):
    record(ledger, feed, item())
    assert record(ledger, feed, item(title="Corrected", content="More of it")) == (0, 1)
    entry = get(ledger)
    assert (entry.title, entry.content) == ("Corrected", "More of it")
    assert (entry.state, entry.revisit_at) == (State.FOUND, None)


@pytest.mark.parametrize("state", [State.FETCHED, State.EXTRACTED, State.LINKED])
def test_an_edit_of_an_entry_in_progress_is_fetched_once_it_ends(ledger, feed, clock, state):
    record(ledger, feed, item())
    move(ledger, state)
    assert record(ledger, feed, item(title="Corrected")) == (0, 1)
    with ledger.read() as tx:
        assert visits.due(tx, EVERY_SLOT, clock(), 10) == []
    move(ledger, State.INDEXED)
    with ledger.read() as tx:
        assert [entry.title for entry in visits.due(tx, EVERY_SLOT, clock(), 10)] == ["Corrected"]


@pytest.mark.parametrize("end", [State.REJECTED, State.QUARANTINED])
@pytest.mark.parametrize("state", [State.FETCHED, State.LINKED])
def test_an_edit_survives_the_refusal_of_the_previous_version(ledger, feed, clock, state, end):
    record(ledger, feed, item())
    move(ledger, state)
    record(ledger, feed, item(title="Corrected", content="More of it"))
    clock.go(hours=1)
    move(ledger, end, reason="too short")
    entry = get(ledger)
    assert (entry.state, entry.reason, entry.revisit_at) == (State.FOUND, edits.EDITED, None)
    assert (entry.title, entry.content) == ("Corrected", "More of it")
    with ledger.read() as tx:
        assert [one.id for one in visits.due(tx, EVERY_SLOT, clock(), 10)] == [entry.id]
        reported = [(one.state, one.reason) for one in steps.of(tx, entry.id)]
    assert reported[-2:] == [(end, "too short"), (State.FOUND, edits.EDITED)]
    move(ledger, state)
    move(ledger, end, reason="too short")  # this time it is the edited version
    assert get(ledger).state is end


@pytest.mark.parametrize("hours", [None, 6])
def test_an_edit_survives_the_revisit_time_set_by_extraction(ledger, feed, clock, hours):
    again = None if hours is None else clock() + timedelta(hours=hours)
    record(ledger, feed, item())
    move(ledger, State.FETCHED)
    record(ledger, feed, item(title="Corrected"))
    move(ledger, State.EXTRACTED, revision=1, revisit_at=again)
    move(ledger, State.INDEXED)
    with ledger.read() as tx:
        assert [entry.title for entry in visits.due(tx, EVERY_SLOT, clock(), 10)] == ["Corrected"]
    # The scheduled revisit is not mistaken for another edit.
    move(ledger, State.FETCHED)
    move(ledger, State.INDEXED, revisit_at=again)
    assert get(ledger).revisit_at == again
    move(ledger, State.LINKED)
    move(ledger, State.QUARANTINED, reason="the index refuses it")
    assert get(ledger).state is State.QUARANTINED


def test_an_article_is_due_at_its_revisit_time(ledger, feed, clock):
    record(ledger, feed, item(), item(2), item(3))
    move(ledger, State.INDEXED, 1, revisit_at=NOON + timedelta(hours=1))
    move(ledger, State.DUPLICATE, 2, revisit_at=NOON + timedelta(hours=2))
    move(ledger, State.REJECTED, 3, revisit_at=NOON)

    def due():
        with ledger.read() as tx:
            return {entry.url for entry in visits.due(tx, EVERY_SLOT, clock(), 10)}

    assert due() == set()
    clock.go(hours=1)
    assert due() == {item(1).url}
    clock.go(hours=1)
    assert due() == {item(1).url, item(2).url}


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
    assert get(ledger).content == ("" if done else "All of it")


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
    assert get(ledger).content == "All of it"
    for revisit_at, kept in ((again + timedelta(days=1), "All of it"), (None, "")):
        move(ledger, State.FETCHED)
        with ledger.write() as tx:
            (entry,) = entries.get(tx, [item().id]).values()
            assert entries.restore_end(tx, entry, now=clock(), revisit_at=revisit_at)
        assert (get(ledger).state, get(ledger).content) == (end, kept)


@pytest.mark.parametrize("end", [State.INDEXED, State.DUPLICATE])
def test_feed_content_is_kept_for_good_if_no_page_was_read(ledger, feed, end):
    record(ledger, feed, item(content="All of it"))
    move(ledger, State.EXTRACTED, revision=1, revisit_at=None)
    move(ledger, end)
    with ledger.write() as tx:
        assert replays.replay(tx, now=NOON, states=[end]) == 1
    assert get(ledger).content == "All of it"


def test_content_changed_under_the_same_summary_is_kept_for_the_next_visit(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss")
    record(ledger, feed, item(1, content="All of it"), item(2, content="All of it"))
    again = {"revision": 1, "revisit_at": NOON + timedelta(hours=1)}
    move(ledger, State.INDEXED, 1, **again)
    move(ledger, State.INDEXED, 2, address=item(2).url, revision=1, revisit_at=None)
    for one, said in ((feed, "Corrected"), (other, "As others have it"), (feed, "")):
        items = [item(number, content=said) for number in (1, 2)]
        assert record(ledger, one, *items) == (0, 0)
    assert (get(ledger, 1).content, get(ledger, 1).revisit_at) == ("Corrected", again["revisit_at"])
    assert get(ledger, 2).content == "", "its page was read and is fetched no more"


def test_the_content_of_an_edit_survives_the_end_of_the_previous_version(ledger, feed):
    record(ledger, feed, item(content="All of it"))
    move(ledger, State.EXTRACTED, revision=1)
    before = get(ledger)
    record(ledger, feed, item(title="Corrected", content="More of it"))
    with ledger.write() as tx:
        assert entries.transition(tx, before, State.INDEXED, now=NOON)
    assert get(ledger).content == "More of it"


def test_an_entry_does_not_name_the_feeds_of_copies_with_an_article_of_their_own(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss")
    record(ledger, feed, item(1))
    record(ledger, other, item(2))
    move(ledger, State.INDEXED, 1, revision=1)
    move(ledger, State.DUPLICATE, 2, revision=1, duplicate_of=item(1).id)
    assert (get(ledger, 1).feeds, get(ledger, 2).feeds) == ((feed.url,), (other.url,))


def test_an_entry_names_and_is_edited_by_the_feeds_of_its_duplicates(ledger, feed, clock):
    other = add_feed(ledger, "https://other.example/rss")
    record(ledger, feed, item(1))
    move(ledger, State.INDEXED, 1, revision=1)
    record(ledger, other, item(2))
    move(ledger, State.DUPLICATE, 2, duplicate_of=item(1).id)
    assert get(ledger, 1).feeds == (feed.url, other.url)
    record(ledger, other, item(2, title="Corrected"))
    with ledger.read() as tx:
        due = {entry.url for entry in visits.due(tx, EVERY_SLOT, clock(), 10)}
    assert due == {item(1).url, item(2).url}


def test_an_item_with_the_same_words_is_not_an_edit(ledger, feed):
    record(ledger, feed, item(published=NOON))
    move(ledger, State.INDEXED)
    assert record(ledger, feed, item(published=NOON + timedelta(hours=1))) == (0, 0)


@pytest.mark.parametrize("site", ["other.example", "post.example"])  # its id is higher, or lower
def test_different_words_in_another_feed_are_not_an_edit(ledger, feed, site):
    other = add_feed(ledger, f"https://{site}/rss")
    record(ledger, feed, item())
    move(ledger, State.INDEXED)
    for number in range(3):
        seen = item(title="Another desk's headline", summary=f"{number} comments")
        assert record(ledger, other, seen) == (0, 0)
        assert record(ledger, feed, item()) == (0, 0)
    assert get(ledger).title == "Headline 1"


@pytest.mark.parametrize("brought_by", ["news.example", "feeds.example"])
def test_a_headline_changed_by_another_feed_of_the_outlet_is_an_edit(ledger, brought_by):
    feed = add_feed(ledger, f"https://{brought_by}/all.xml")
    other = add_feed(ledger, f"https://{brought_by}/politics.xml", outlet="Politics")
    record(ledger, feed, item())
    record(ledger, other, item())
    move(ledger, State.INDEXED)
    # The feed that brought it no longer lists it, or is polled later.
    assert record(ledger, other, item(summary="3 comments")) == (0, 0)
    assert record(ledger, other, item(title="Corrected")) == (0, 1)
    assert get(ledger).outlet == "news.example"
    move(ledger, State.INDEXED)
    for _ in range(2):
        assert record(ledger, feed, item()) == (0, 0)
    assert record(ledger, feed, item(title="Corrected")) == (0, 0)
    assert get(ledger).title == "Corrected"
    assert record(ledger, feed, item(title="Corrected again")) == (0, 1)


def test_a_headline_changed_by_a_feed_of_another_site_is_not_an_edit(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss")
    record(ledger, feed, item())
    for title in ("Headline 1", "What others say of it", "What they say next"):
        assert record(ledger, other, item(title=title, content="And their own text")) == (0, 0)
    assert (get(ledger).title, get(ledger).content) == ("Headline 1", "")


@pytest.mark.parametrize("state", [State.FOUND, State.INDEXED, State.REJECTED])
def test_an_outlets_own_feed_words_what_another_sites_feed_brought(ledger, feed, state):
    other = add_feed(ledger, "https://other.example/rss", outlet="Other Post")
    theirs = item(title="Weather", content="Rain", authors=("Nobody",), published=NOON)
    record(ledger, other, theirs)
    move(ledger, state)
    assert record(ledger, feed, item(authors=("Ann Lee",))) == (0, 1)
    # From now on, what the other site says of it is nothing new.
    assert record(ledger, other, item(title="Sports", content="Goals")) == (0, 0)
    assert record(ledger, feed, item(authors=("Ann Lee",))) == (0, 0)
    entry = get(ledger)
    assert (entry.state, entry.outlet) == (State.FOUND, "Example News")
    assert (entry.title, entry.content, entry.authors) == ("Headline 1", "", ("Ann Lee",))
    assert entry.published is None


def test_the_first_item_after_a_missing_hash_is_not_an_edit(ledger, feed):
    other = add_feed(ledger, "https://news.example/politics.xml")
    record(ledger, feed, item())
    record(ledger, other, item(title="Another desk's headline"))
    move(ledger, State.INDEXED)
    with ledger.write() as tx:
        tx.execute(update(tables.entry_feeds).values(item_hash=None, title_hash=None))
    assert record(ledger, other, item(title="Another desk's new headline")) == (0, 0)
    assert record(ledger, other, item(title="Its third")) == (0, 1)
    move(ledger, State.INDEXED)
    assert record(ledger, feed, item(title="Corrected")) == (0, 1)


def test_exactly_one_remaining_feed_may_edit_a_removed_feeds_entry(ledger, feed):
    others = [add_feed(ledger, f"https://{name}.example/rss") for name in "ab"]
    for one in (feed, *others):
        record(ledger, one, item())
    move(ledger, State.INDEXED)
    with ledger.write() as tx:
        assert feeds.remove(tx, feed.url)
    # The remaining feeds may disagree for ever, too.
    edited = [record(ledger, one, item(summary=f"As {one.site} has it"))[1] for one in others * 2]
    assert sorted(edited) == [0, 0, 0, 1]
    heir = others[edited.index(1)]
    assert get(ledger).summary == f"As {heir.site} has it"
    # Once the feed that brought it first is listed again, it alone may edit again.
    add_feed(ledger, feed.url)
    assert record(ledger, feed, item(summary="Corrected")) == (0, 1)
    assert record(ledger, heir, item(summary="Other words")) == (0, 0)


def test_a_feed_may_edit_an_entry_that_no_other_lists_any_more(ledger, feed):
    record(ledger, feed, item(content="Its text"))
    with ledger.write() as tx:
        assert feeds.remove(tx, feed.url)
    other = add_feed(ledger, "https://other.example/rss")
    assert record(ledger, other, item(title="In other words", content="And text")) == (0, 0)
    assert (get(ledger).title, get(ledger).content) == ("Headline 1", "Its text")
    assert record(ledger, other, item(title="Corrected")) == (0, 1)


def test_a_feed_that_takes_the_place_of_a_removed_one_edits_nothing_by_its_summaries(ledger, feed):
    record(ledger, feed, item(1), item(2))
    for number in (1, 2):
        move(ledger, State.INDEXED, number)
    with ledger.write() as tx:
        assert feeds.remove(tx, feed.url)
    heir = add_feed(ledger, "https://news.example/all.atom")
    told = item(1, summary="In full"), item(2, title="Another headline")
    assert record(ledger, heir, *told) == (0, 1)
    assert get(ledger, 1).state is State.INDEXED
    assert record(ledger, heir, item(1, summary="Corrected")) == (0, 1)


def test_found_entries_are_due_by_slot_once_their_time_has_come(ledger, feed, clock):
    elsewhere = item(9, url="https://elsewhere.example/9")
    record(ledger, feed, item(1), item(2), elsewhere)
    move(ledger, State.FETCHED, 1)
    move(ledger, State.FOUND, 2, next_attempt_at=NOON + timedelta(minutes=5), attempts=1)

    def due(slots=EVERY_SLOT, limit=10):
        with ledger.read() as tx:
            return [entry.url for entry in visits.due(tx, slots, clock(), limit)]

    assert due() == [elsewhere.url]
    clock.go(minutes=5)
    assert set(due()) == {elsewhere.url, item(2).url}
    assert len(due(limit=1)) == 1
    assert due({slot_of("elsewhere.example")}) == [elsewhere.url]
    assert due(()) == []


def test_only_the_first_of_two_workers_moves_an_entry(ledger, feed):
    record(ledger, feed, item())
    seen = get(ledger)
    with ledger.write() as tx:
        assert entries.transition(tx, seen, State.FETCHED, now=NOON, reason=None)
    with ledger.write() as tx:
        assert not entries.transition(tx, seen, State.REJECTED, now=NOON, reason="too late")
    assert (get(ledger).state, get(ledger).reason) == (State.FETCHED, None)


def test_a_stale_revision_of_an_entry_is_not_moved(ledger, feed):
    record(ledger, feed, item())
    seen = get(ledger)
    move(ledger, State.FOUND, revision=1)
    with ledger.write() as tx:
        assert not entries.transition(tx, seen, State.FETCHED, now=NOON)


def test_replay_returns_quarantined_entries_to_found(ledger, feed, clock):
    record(ledger, feed, item(1), item(2), item(3))
    move(ledger, State.QUARANTINED, 1, reason="a wall", attempts=4)
    move(ledger, State.QUARANTINED, 2, reason="timed out")
    move(ledger, State.REJECTED, 3, reason="a wall")
    clock.go(hours=1)
    with ledger.write() as tx:
        assert replays.replay(tx, now=clock(), reason="a wall") == 1
    replayed = get(ledger, 1)
    assert (replayed.state, replayed.attempts, replayed.reason) == (State.FOUND, 0, "replayed")
    with ledger.read() as tx:
        last = steps.of(tx, item(1).id)[-1]
    assert (last.state, last.at, last.reason) == (State.FOUND, clock(), "replayed")
    assert get(ledger, 2).state is State.QUARANTINED
    with ledger.write() as tx:
        assert replays.replay(tx, now=clock()) == 1
        assert replays.replay(tx, now=clock()) == 0
    assert get(ledger, 3).state is State.REJECTED


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
            entries.transition(tx, get(ledger), State.ERASED, now=NOON, reason="a court's order")
            replayed = pool.submit(replay)
            assert locking.wait(20)
        assert replayed.result() == 0
    late.close()
    assert get(ledger).state is State.ERASED


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
    assert get(ledger, 2).state is State.FOUND
    assert replay(states=[State.INDEXED], since=NOON, reason="the FEED'S text") == 1
    assert replay(states=ENDS, entry=item(2).id) == 0
    assert replay(states=ENDS, entry=item(1).id) == 1


def test_the_accounting_counts_entries_by_state_and_reason(ledger, feed):
    record(ledger, feed, *(item(n) for n in range(5)))
    move(ledger, State.INDEXED, 0)
    move(ledger, State.REJECTED, 1, reason="answered 404")
    move(ledger, State.REJECTED, 2, reason="answered 404")
    move(ledger, State.DUPLICATE, 3, reason="same text")
    reported = account(ledger)
    assert reported.seen == 5
    assert reported.states[State.REJECTED] == {"answered 404": 2}
    assert (reported.count(State.REJECTED), reported.waiting, reported.balances) == (2, 1, True)


def test_a_poll_that_finds_nothing_adds_no_row_to_what_was_seen(ledger, feed):
    for items in ([item(1), item(2)], [item(2), item(1)], [], [item(3)]):
        record(ledger, feed, *items)
    with ledger.read() as tx:
        assert list(tx.execute(select(tables.seen.c.number)).scalars()) == [2, 1]
        assert accounting.account(tx).seen == 3


def test_the_accounting_since_a_time_adds_up_too(ledger, feed, clock):
    record(ledger, feed, item(1), item(2))
    later = clock.go(hours=1)
    record(ledger, feed, item(2), item(3))
    assert account(ledger, since=later).seen == 1
    assert account(ledger).seen == 3


def test_the_accounting_of_a_period_has_its_first_moment_and_not_its_last(ledger, feed, clock):
    hours = [NOON + timedelta(hours=number) for number in range(4)]
    for number in range(3):
        record(ledger, feed, item(number))
        clock.go(hours=1)
    move(ledger, State.REJECTED, 1, reason="answered 404")
    of_one = account(ledger, since=hours[1], until=hours[2])
    assert (of_one.seen, of_one.states) == (1, {State.REJECTED: {"answered 404": 1}})
    assert account(ledger, until=hours[2]).seen == 2
    assert account(ledger, since=hours[0], until=hours[3]) == account(ledger)
    nothing = account(ledger, since=hours[3])
    assert (nothing.seen, nothing.states, nothing.balances) == (0, {}, True)


def test_empty_and_missing_reasons_are_counted_together(ledger, feed):
    record(ledger, feed, item(1), item(2))
    move(ledger, State.INDEXED, 1, reason="")
    move(ledger, State.INDEXED, 2, reason=None)
    assert account(ledger).states[State.INDEXED] == {"": 2}


def test_a_lost_entry_is_detected(ledger, feed):
    record(ledger, feed, item(1), item(2))
    with ledger.write() as tx:
        tx.execute(delete(tables.entries).where(tables.entries.c.id == item(1).id))
    with pytest.raises(LedgerError, match="does not add up: 2 entries seen, but 1 found;"):
        account(ledger)


def test_a_poll_committed_midway_does_not_upset_the_accounting(ledger, ledger_url, feed):
    record(ledger, feed, item(1))
    with ledger.read() as tx:
        assert accounting.account(tx).seen == 1
        record(ledger, feed, item(2))
        assert accounting.account(tx).seen == 1
    assert account(ledger).seen == 2


def test_entries_are_listed_by_state(ledger, feed):
    record(ledger, feed, item(1), item(2))
    move(ledger, State.REJECTED, 2, reason="answered 404")
    with ledger.read() as tx:
        assert {entry.url for entry in entries.listed(tx)} == {item(1).url, item(2).url}
        assert [entry.url for entry in entries.listed(tx, state=State.FOUND)] == [item(1).url]


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


POLLS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.lists(st.tuples(st.integers(1, 6), st.sampled_from(["a", "b"])), max_size=6),
        st.dictionaries(st.integers(1, 6), st.sampled_from(State), max_size=3),
    ),
    max_size=8,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(POLLS)
def test_the_accounting_always_adds_up(tmp_path_factory, history):
    ledger = Ledger("sqlite://", now=lambda: NOON)
    listed: list[Feed] = [add_feed(ledger, f"https://news.example/{n}.rss") for n in range(3)]
    seen: set[int] = set()
    for feed, items, moves in history:
        record(ledger, listed[feed], *(item(number, title=title) for number, title in items))
        seen |= {number for number, _ in items}
        for number, state in moves.items():
            if number in seen:
                move(ledger, state, number)
        reported = account(ledger)
        assert reported.seen == len(seen)
        assert sum(reported.count(state) for state in State) == len(seen)
    ledger.close()
