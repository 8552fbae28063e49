"""Entries whose feed lists them at a new address, at each poll or since a relaunch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from factories import NOON, add_feed, item, move, record
from sqlalchemy import select, update

from core.ledger import Ledger, edits, entries, erasures, tables
from core.records import State, content_id

MARK, OTHER = content_id("mark"), content_id("other")


def item_at(query, **changes):
    fields = {"url": f"https://news.example/1?{query}", "known_by": MARK}
    return item(**fields | changes)


def urls_and_titles(ledger):
    with ledger.read() as tx:
        return sorted((one.url.partition("?")[2], one.title) for one in entries.listed(tx))


def test_an_item_at_a_new_address_is_the_same_entry(ledger, feed):
    assert record(ledger, feed, item_at("s=1")) == (1, 0)
    for number in range(2, 5):
        assert record(ledger, feed, item_at(f"s={number}"), item(2)) == (int(number == 2), 0)
    assert urls_and_titles(ledger) == [("", "Headline 2"), ("s=1", "Headline 1")]


def test_an_edit_at_a_new_address_edits_the_entry(ledger, feed, clock):
    record(ledger, feed, item_at("s=1", published=NOON))
    with ledger.read() as tx:
        (entry,) = entries.listed(tx)
    with ledger.write() as tx:
        entries.transition(tx, entry, State.INDEXED, now=clock())
    assert record(ledger, feed, item_at("s=2", title="Corrected", published=NOON)) == (0, 1)
    assert urls_and_titles(ledger) == [("s=1", "Corrected")]
    with ledger.read() as tx:
        (entry,) = entries.listed(tx)
    assert (entry.state, entry.reason) == (State.FOUND, edits.EDITED)
    assert record(ledger, feed, item_at("s=3", title="Corrected")) == (0, 0)


def test_an_erased_entry_does_not_return_at_a_new_address(ledger, feed, clock):
    record(ledger, feed, item_at("s=1"))
    with ledger.read() as tx:
        several = list(entries.listed(tx))
    with ledger.write() as tx:
        assert erasures.erase(tx, several, why="asked for", now=clock())
    assert record(ledger, feed, item_at("s=2")) == (0, 0)
    # Some feeds use one id for whatever the current news is.
    assert record(ledger, feed, item_at("s=3", title="Another")) == (1, 0)
    assert urls_and_titles(ledger) == [("s=1", ""), ("s=3", "Another")]


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_an_entry_that_is_erased_meanwhile_does_not_return_at_a_new_address(
    ledger, ledger_url, feed
):
    late = Ledger(ledger_url, now=ledger.now)
    record(ledger, feed, item_at("s=1", published=NOON))
    with ledger.read() as tx:
        several = list(entries.listed(tx))
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as tx:
            assert erasures.erase(tx, several, why="asked for", now=NOON)
            edited = item_at("s=2", title="Corrected", published=NOON)
            polled = pool.submit(record, late, feed, edited)
            with pytest.raises(TimeoutError):
                polled.result(timeout=1)
        assert polled.result() == (0, 0)
    late.close()
    assert urls_and_titles(ledger) == [("s=1", "")]


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_entries_at_old_and_new_addresses_are_locked_in_one_order(ledger, ledger_url, feed):
    """Two that lock them in different orders wait for each other, and one of them fails."""
    late = Ledger(ledger_url, now=ledger.now)
    moved = item_at("s=1", published=NOON)
    stays = next(one for one in map(item, range(2, 99)) if one.id > moved.id)
    record(ledger, feed, moved, stays)
    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as tx:
            entries.lock(tx, [moved.id])
            polled = pool.submit(record, late, feed, stays, item_at("s=2", published=NOON))
            with pytest.raises(TimeoutError):
                polled.result(timeout=1)
            entries.lock(tx, [stays.id])
        assert polled.result() == (0, 0)
    late.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"known_by": OTHER},
        {"known_by": None},
        # Some feeds use one id for whatever the current news is.
        {"title": "Another"},
        {"title": "Another", "published": NOON + timedelta(hours=1)},
    ],
)
def test_an_item_with_another_mark_or_title_is_another_entry(ledger, feed, changes):
    record(ledger, feed, item_at("s=1", published=NOON))
    assert record(ledger, feed, item_at("s=2", **changes)) == (1, 0)


def test_an_item_listed_at_two_addresses_at_once_is_two_entries(ledger, feed):
    record(ledger, feed, item_at("s=1"))
    assert record(ledger, feed, item_at("s=1", known_by=None), item_at("s=2", known_by=None)) == (
        1,
        0,
    )
    assert record(ledger, feed, item_at("s=1", known_by=None), item_at("s=3")) == (1, 0)


def test_marks_from_another_feed_are_ignored(ledger, feed):
    record(ledger, feed, item_at("s=1"))
    other = add_feed(ledger, "https://other.example/feed")
    assert record(ledger, other, item_at("s=2")) == (1, 0)


def test_of_several_matches_the_entry_seen_last_is_meant(ledger, feed, clock):
    record(ledger, feed, item_at("s=1"))
    clock.go(hours=1)
    record(ledger, feed, item_at("s=2", title="Another"))
    clock.go(hours=1)
    assert record(ledger, feed, item_at("s=3", title="Another", summary="Edited")) == (0, 1)
    with ledger.read() as tx:
        edited = [one.url for one in entries.listed(tx) if one.summary]
    assert edited == [item_at("s=2").url]


def test_an_entry_without_a_mark_gets_one_when_listed_again(ledger, feed):
    record(ledger, feed, item_at("s=1", known_by=None))
    record(ledger, feed, item_at("s=1"))
    assert record(ledger, feed, item_at("s=2")) == (0, 0)
    with ledger.read() as tx:
        rows = tx.execute(select(tables.entry_feeds.c.known_by, tables.entry_feeds.c.first)).all()
    assert rows == [(MARK, True)]


def test_an_ended_entry_is_not_added_again_at_a_new_address(ledger, feed):
    record(ledger, feed, item(known_by=MARK))
    move(ledger, State.INDEXED, revision=1, address=item().url)
    assert record(ledger, feed, item_at("s=2")) == (0, 0)
    with ledger.read() as tx:
        assert entries.count(tx, state=State.INDEXED) == 1


AT = NOON + timedelta(minutes=7)


def relaunched(number=1, **changes):
    """The item of a number as its site has it after a relaunch: at another address."""
    return item(number, **{"url": f"https://news.example/news/{number}", "published": AT} | changes)


@pytest.fixture
def article(ledger, feed, clock):
    """An article of the feed, of three months ago."""
    record(ledger, feed, item(published=AT))
    move(ledger, State.INDEXED, revision=1)
    clock.go(days=90)


@pytest.mark.usefixtures("article")
def test_an_article_whose_site_changes_its_addresses_stays_one_entry(ledger, feed):
    assert record(ledger, feed, relaunched(), relaunched(2)) == (1, 0)
    assert record(ledger, feed, relaunched(), relaunched(2)) == (0, 0)
    assert record(ledger, feed, relaunched(summary="Longer than it was.")) == (0, 1)
    with ledger.read() as tx:
        assert {one.url for one in entries.listed(tx)} == {item(1).url, relaunched(2).url}


@pytest.mark.usefixtures("article")
@pytest.mark.parametrize(
    "listed",
    [
        [relaunched(title="Another")],
        [relaunched(published=AT + timedelta(seconds=1))],
        [relaunched(published=None)],
        [relaunched(), item(published=AT)],  # both are there
    ],
)
def test_an_item_with_another_headline_or_time_is_no_article_of_before(ledger, feed, listed):
    assert record(ledger, feed, *listed) == (1, 0)


def test_an_item_of_this_week_is_an_entry_of_its_own(ledger, feed, clock):
    """Its text shows what it copies, and its page is at the new address, to be visited again."""
    record(ledger, feed, item(published=AT))
    move(ledger, State.INDEXED, revision=1)
    clock.go(days=6)
    assert record(ledger, feed, relaunched()) == (1, 0)


@pytest.mark.usefixtures("article")
def test_two_items_with_one_headline_and_time_are_two_entries(ledger, feed):
    other = relaunched(url="https://news.example/other")
    assert record(ledger, feed, relaunched(), other) == (2, 0)


@pytest.mark.usefixtures("article")
def test_what_another_feed_lists_is_no_article_of_this_one(ledger):
    other = add_feed(ledger, "https://other.example/rss")
    assert record(ledger, other, relaunched()) == (1, 0)


@pytest.mark.parametrize(("summary", "new"), [("As it was.", 0), ("Another.", 1)])
def test_where_a_feed_has_only_days_the_whole_item_has_to_be_the_same(
    ledger, feed, clock, summary, new
):
    record(ledger, feed, item(published=NOON, summary="As it was."))
    move(ledger, State.INDEXED, revision=1)
    clock.go(days=90)
    assert record(ledger, feed, relaunched(published=NOON, summary=summary)) == (new, 0)


def test_an_item_without_an_article_may_have_one_at_another_address(ledger, feed, clock):
    record(ledger, feed, item(published=AT))
    move(ledger, State.REJECTED)
    clock.go(days=90)
    assert record(ledger, feed, relaunched()) == (1, 0)


def test_an_erased_article_does_not_return_when_its_site_changes_its_addresses(ledger, feed, clock):
    record(ledger, feed, item(published=NOON))
    move(ledger, State.ERASED)
    clock.go(days=90)
    assert record(ledger, feed, relaunched(published=NOON)) == (0, 0)


@pytest.mark.parametrize("published", [NOON, NOON + timedelta(minutes=30)])
def test_two_notices_of_one_day_without_a_summary_are_two_entries(ledger, feed, clock, published):
    """As on two pages of a feed's history. In India, a day begins at 18:30 UTC."""
    record(ledger, feed, item(published=published))
    move(ledger, State.INDEXED, revision=1)
    clock.go(days=90)
    assert record(ledger, feed, relaunched(published=published, summary="")) == (1, 0)


@pytest.fixture
def alike(ledger, feed, clock):
    """Two articles of three months ago with one headline and time, in the order of their ids."""
    several = sorted((item(one, title="News", published=AT) for one in (1, 2)), key=lambda i: i.id)
    record(ledger, feed, *several)
    with ledger.write() as tx:
        for entry in list(entries.listed(tx)):
            entries.transition(tx, entry, State.INDEXED, now=clock(), revision=1)
    clock.go(days=90)
    return several


@pytest.mark.usefixtures("alike")
def test_what_a_feed_gives_to_several_articles_tells_none_of_them(ledger, feed):
    assert record(ledger, feed, relaunched(3, title="News")) == (1, 0)


def test_a_copy_is_no_other_article(ledger, feed, alike):
    first, second = (one.id for one in alike)
    copy = update(tables.entries).where(tables.entries.c.id == second)
    with ledger.write() as tx:
        tx.execute(copy.values(duplicate_of=first))
    assert record(ledger, feed, relaunched(3, title="News")) == (0, 0)


def test_of_an_erased_article_and_another_the_erased_one_is_meant(ledger, feed, alike, clock):
    with ledger.write() as tx:
        erased = entries.get(tx, [alike[0].id]).values()
        assert erasures.erase(tx, erased, why="asked for", now=clock())
    edited = relaunched(3, title="News", summary="It says now what it had said.")
    assert record(ledger, feed, edited) == (0, 0)


def test_two_items_are_never_the_same_entry(ledger, feed, clock):
    """One is known by its id, the other by headline and time: one of them was lost."""
    before = item_at("s=1", published=AT)
    record(ledger, feed, before)
    with ledger.write() as tx:
        (entry,) = entries.get(tx, [before.id]).values()
        entries.transition(tx, entry, State.INDEXED, now=clock(), revision=1)
    clock.go(days=90)
    edited = item_at("s=2", published=AT, title="Corrected")
    assert record(ledger, feed, edited, relaunched()) == (1, 1)
