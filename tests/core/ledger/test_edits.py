"""Edits: which words of which feed change an entry, and when its page is fetched again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from factories import EVERY_SLOT, NOON, account, add_feed, get_entry, item, move, record
from sqlalchemy import update

from core.ledger import Ledger, edits, entries, feeds, steps, tables, visits
from core.ledger.utc import MAX_DELAY
from core.records import ENDS, State


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
    if get_entry(ledger).state is State.FOUND:
        move(ledger, State.INDEXED)
    record(ledger, feed, item(summary="So many comments"))
    assert get_entry(ledger).next_attempt_at > clock()
    record(ledger, feed, item(title="Corrected", summary="So many comments"))
    assert get_entry(ledger).next_attempt_at is None


def test_a_new_headline_does_not_shorten_the_wait_for_a_site_that_is_busy(ledger, feed, clock):
    record(ledger, feed, item())
    later = NOON + timedelta(hours=1)
    move(ledger, State.FOUND, reason="answered 503", attempts=1, next_attempt_at=later)
    record(ledger, feed, item(title="Corrected"))
    entry = get_entry(ledger)
    assert (entry.title, entry.attempts, entry.next_attempt_at) == ("Corrected", 1, later)


def test_an_edit_of_an_entry_not_visited_lately_is_due_at_once(ledger, feed, clock):
    record(ledger, feed, item())
    move(ledger, State.INDEXED, revision=1, address=item().url)
    clock.go(days=3)
    record(ledger, feed, item(summary="As it is by now"))
    assert (get_entry(ledger).reason, get_entry(ledger).next_attempt_at) == (
        "edited by the outlet",
        None,
    )


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)  # SQLite has one writer
@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_recording_edits_and_moving_entries_do_not_deadlock(ledger, ledger_url, feed, order):
    """Each locked some rows and waited for the rest: PostgreSQL ended one of them, and its pass."""
    late = Ledger(ledger_url, now=ledger.now)
    record(ledger, feed, item(1), item(2))
    known = [get_entry(ledger, number) for number in order]
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
    assert [get_entry(ledger, number).revisit_at for number in order] == [NOON] * 2


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_an_edit_at_another_address_and_moving_its_article_do_not_deadlock(
    ledger, ledger_url, feed
):
    """The article was locked in the middle of the poll's transaction, after entries of higher
    ids."""
    late = Ledger(ledger_url, now=ledger.now)
    article, other, address = sorted((1, 2, 3), key=lambda number: item(number).id)
    record(ledger, feed, *map(item, (1, 2, 3)))
    for number in (article, other):
        move(ledger, State.INDEXED, number, revision=1)
    move(ledger, State.DUPLICATE, address, duplicate_of=item(article).id)
    edited = (item(number, title="Corrected") for number in (other, address))
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as tx:
            entries.lock(tx, [item(article).id])
            second = pool.submit(record, late, feed, *edited)
            with pytest.raises(TimeoutError):
                second.result(timeout=1)
            entries.lock(tx, [item(other).id])
        assert second.result() == (0, 2)
    late.close()
    assert get_entry(ledger, article).revisit_at == NOON


@pytest.mark.parametrize("end", [end for end in ENDS if end is not State.ERASED])
def test_an_edited_item_returns_its_ended_entry_to_found(ledger, feed, clock, end):
    record(ledger, feed, item())
    move(ledger, end, reason="why", revision=1, attempts=2, next_attempt_at=NOON)
    clock.go(hours=1)
    assert record(ledger, feed, item(title="Corrected", summary="New words")) == (0, 1)
    entry = get_entry(ledger)
    assert (entry.attempts, entry.next_attempt_at) == (0, None)
    assert (entry.state, entry.title, entry.summary) == (State.FOUND, "Corrected", "New words")
    assert (entry.revision, entry.first_seen) == (1, NOON)
    assert account(ledger).count(State.FOUND) == 1


def test_an_edit_before_the_page_is_fetched_is_applied_at_once(ledger, feed):
    record(ledger, feed, item())
    assert record(ledger, feed, item(title="Corrected", content="More of it")) == (0, 1)
    entry = get_entry(ledger)
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
    entry = get_entry(ledger)
    assert (entry.state, entry.reason, entry.revisit_at) == (State.FOUND, edits.EDITED, None)
    assert (entry.title, entry.content) == ("Corrected", "More of it")
    with ledger.read() as tx:
        assert [one.id for one in visits.due(tx, EVERY_SLOT, clock(), 10)] == [entry.id]
        reported = [(one.state, one.reason) for one in steps.of(tx, entry.id)]
    assert reported[-2:] == [(end, "too short"), (State.FOUND, edits.EDITED)]
    move(ledger, state)
    move(ledger, end, reason="too short")  # this time it is the edited version
    assert get_entry(ledger).state is end


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
    assert get_entry(ledger).revisit_at == again
    move(ledger, State.LINKED)
    move(ledger, State.QUARANTINED, reason="the index refuses it")
    assert get_entry(ledger).state is State.QUARANTINED


def test_the_content_of_an_edit_survives_the_end_of_the_previous_version(ledger, feed):
    record(ledger, feed, item(content="All of it"))
    move(ledger, State.EXTRACTED, revision=1)
    before = get_entry(ledger)
    record(ledger, feed, item(title="Corrected", content="More of it"))
    with ledger.write() as tx:
        assert entries.transition(tx, before, State.INDEXED, now=NOON)
    assert get_entry(ledger).content == "More of it"


def test_an_entry_names_and_is_edited_by_the_feeds_of_its_duplicates(ledger, feed, clock):
    other = add_feed(ledger, "https://other.example/rss")
    record(ledger, feed, item(1))
    move(ledger, State.INDEXED, 1, revision=1)
    record(ledger, other, item(2))
    move(ledger, State.DUPLICATE, 2, duplicate_of=item(1).id)
    assert get_entry(ledger, 1).feeds == (feed.url, other.url)
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
    assert get_entry(ledger).title == "Headline 1"


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
    assert get_entry(ledger).outlet == "news.example"
    move(ledger, State.INDEXED)
    for _ in range(2):
        assert record(ledger, feed, item()) == (0, 0)
    assert record(ledger, feed, item(title="Corrected")) == (0, 0)
    assert get_entry(ledger).title == "Corrected"
    assert record(ledger, feed, item(title="Corrected again")) == (0, 1)


def test_a_headline_changed_by_a_feed_of_another_site_is_not_an_edit(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss")
    record(ledger, feed, item())
    for title in ("Headline 1", "What others say of it", "What they say next"):
        assert record(ledger, other, item(title=title, content="And their own text")) == (0, 0)
    assert (get_entry(ledger).title, get_entry(ledger).content) == ("Headline 1", "")


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
    entry = get_entry(ledger)
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
    assert get_entry(ledger).summary == f"As {heir.site} has it"
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
    assert (get_entry(ledger).title, get_entry(ledger).content) == ("Headline 1", "Its text")
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
    assert get_entry(ledger, 1).state is State.INDEXED
    assert record(ledger, heir, item(1, summary="Corrected")) == (0, 1)
