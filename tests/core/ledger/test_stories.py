"""Stories in the ledger: their members, articles, sizes and outlets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from factories import NOON, a_mention, add_feed, an_article, item
from sqlalchemy import event, select, update

from core.ledger import dossiers, entries, members, splits, stories, tables
from core.ledger.members import StoredMember
from core.records import State


def member(number, story, **changes):
    fields = {
        "article": item(number).id,
        "story": item(story).id,
        "first_seen": NOON + timedelta(minutes=number),
        "profile": b"camera mayor",
        "similarity": 0.0 if number == story else 0.5,
        "why": () if number == story else (("camera", 0.5),),
    }
    return StoredMember.model_validate(fields | changes)


def join(ledger, number, story, *, feed, score=0.5, about=None, **changes):
    """Thread an article whose entry the feed brought; with `changes` it is not threaded."""
    article = an_article(
        number,
        score=score,
        first_seen=NOON + timedelta(minutes=number),
        **{"title": f"Article {number}", **(about or {})},
    )
    with ledger.write() as tx:
        entries.record_items(tx, feed, [item(number)], article.first_seen)
        (entry,) = entries.get(tx, [article.id]).values()
        placed = {"story": item(story).id, "revision": 1, **changes}
        entries.transition(tx, entry, State.LINKED, now=NOON, **placed)
        if not changes:
            stories.join(tx, article, member(number, story))
        stories.settle(tx, item(story).id, f"Of {number}")


def naming(*names):
    """Mentions of places, each in its own country, in an English article."""
    mentions = tuple(a_mention("place", name, country=name[:2].upper()) for name in names)
    return {"language": "en", "mentions": mentions}


def test_a_member_comes_back_unchanged(ledger, feed):
    join(ledger, 1, 1, feed=feed)
    join(ledger, 2, 1, feed=feed)
    with ledger.read() as tx:
        assert members.get(tx, item(2).id) == member(2, 1)
        assert members.get(tx, item(3).id) is None


def test_the_window_is_around_each_time_and_not_between(ledger, feed):
    for number in range(1, 10):
        join(ledger, number, 1, feed=feed)
    minute = timedelta(minutes=1)
    times = [NOON + number * minute for number in (2, 3, 8)]
    with ledger.read() as tx:
        found = [one.article for one in members.window(tx, times, minute)]
    assert sorted(found) == sorted(item(number).id for number in (1, 2, 3, 4, 7, 8, 9))


def test_a_story_grows_and_keeps_the_headline_given_to_it(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss", outlet="Other News")
    join(ledger, 1, 1, feed=feed, score=0.5)
    join(ledger, 3, 1, feed=other, score=0.9)
    join(ledger, 2, 1, feed=feed, score=0.7)
    with ledger.read() as tx:
        story = stories.get(tx, item(1).id)
        titles = [f"Article {number}" for number in (1, 2, 3)]
        assert members.headlines(tx, item(1).id) == [(title, "") for title in titles]
    assert story is not None
    assert (story.title, story.size, story.copies, story.score) == ("Of 2", 3, 0, 0.9)
    assert (story.first_seen, story.last_seen) == (
        NOON + timedelta(minutes=1),
        NOON + timedelta(minutes=3),
    )
    assert story.outlets == ("Example News", "Other News")


def test_a_headline_belongs_to_the_first_article_with_it(ledger, feed):
    for number in (1, 3, 2, 4):
        join(ledger, number, 1, feed=feed)
    with ledger.write() as tx:
        stories.settle(tx, item(1).id, "Article 3")
        story = stories.get(tx, item(1).id)
        assert story is not None
        listing = [story]
        assert stories.headline_articles(tx, listing) == {item(1).id: item(3).id}
        stories.settle(tx, item(1).id, "Of no article")
        assert stories.headline_articles(tx, listing) == {}


def test_duplicates_count_as_copies_and_outlets_but_not_in_the_size(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss", outlet="Other News")
    join(ledger, 1, 1, feed=feed)
    join(ledger, 2, 1, feed=other, duplicate_of=item(1).id, overlap=0.8)
    with ledger.read() as tx:
        (story,) = stories.listed(tx)
    assert (story.size, story.copies) == (1, 1)
    assert story.outlets == ("Example News", "Other News")
    assert story.last_seen == NOON + timedelta(minutes=2)


def test_another_address_of_an_article_counts_nowhere(ledger, feed):
    join(ledger, 1, 1, feed=feed)
    join(ledger, 2, 1, feed=feed, duplicate_of=item(1).id, revision=0)
    with ledger.read() as tx:
        (story,) = stories.listed(tx)
        assert (story.size, story.copies) == (1, 0)
        assert [one.article for one in stories.articles_of(tx, story.id)] == [item(1).id]


def test_a_story_has_its_articles_common_mentions_and_their_countries(ledger, feed):
    join(ledger, 1, 1, feed=feed, about=naming("Lutz", "Klow"))
    join(ledger, 2, 1, feed=feed, about=naming("Klow", "Tarsk"))
    join(ledger, 3, 1, feed=feed, about=naming("Klow", "Lutz") | {"language": "de"})
    with ledger.read() as tx:
        (story,) = stories.listed(tx)
    assert story.mentions == ("Klow", "Lutz")
    assert story.countries == ("KL", "LU", "TA")
    assert story.languages == ("en", "de")


def test_a_storys_articles_come_in_order_of_arrival_with_reasons(ledger, feed):
    join(ledger, 1, 1, feed=feed)
    join(ledger, 3, 1, feed=feed)
    join(ledger, 2, 1, feed=feed, duplicate_of=item(1).id, overlap=0.8)
    with ledger.read() as tx:
        listing = stories.articles_of(tx, item(1).id)
    assert [one.article for one in listing] == [item(number).id for number in (1, 2, 3)]
    assert [one.title for one in listing] == ["Article 1", "Headline 2", "Article 3"]
    assert [one.duplicate_of for one in listing] == [None, item(1).id, None]
    assert [one.overlap for one in listing] == [None, 0.8, None]
    assert [one.similarity for one in listing] == [0.0, None, 0.5]
    assert [one.why for one in listing] == [(), (), (("camera", 0.5),)]


def test_articles_of_one_pass_come_as_published_after_the_one_that_opened_the_story(ledger, feed):
    with ledger.write() as tx:
        for number, minute, published in ((1, 5, None), (2, 0, 9), (3, 0, 8), (4, 2, 7)):
            date = published and NOON.replace(hour=published)
            when = NOON.replace(minute=minute)
            entries.record_items(tx, feed, [item(number, published=date)], when)
    for number in (1, 2, 3, 4):
        join(ledger, number, 1, feed=feed)
    with ledger.read() as tx:
        listing = stories.articles_of(tx, item(1).id)
    assert [one.article for one in listing] == [item(number).id for number in (1, 4, 3, 2)]


def merge(ledger, story, into):
    with ledger.write() as tx:
        stories.merge(tx, item(story).id, item(into).id)
        stories.settle(tx, stories.root(tx, item(into).id), "Both")


def test_a_merged_story_is_found_under_both_ids(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss", outlet="Other News")
    join(ledger, 1, 1, feed=feed, score=0.9)
    join(ledger, 2, 2, feed=other, score=0.5)
    join(ledger, 3, 2, feed=other)
    join(ledger, 4, 1, feed=other, duplicate_of=item(1).id)
    merge(ledger, 1, 2)
    ids = [item(number).id for number in (1, 2, 3, 4)]
    with ledger.read() as tx:
        (story,) = stories.listed(tx)
        assert stories.get(tx, ids[0]) == stories.get(tx, ids[1]) == story
        assert stories.root(tx, ids[0]) == stories.root(tx, ids[1]) == ids[1]
        assert len(stories.articles_of(tx, ids[0])) == 4
        assert stories.by_id(tx, [*ids[:2], "none"]) == {ids[0]: story, ids[1]: story}
        assert {one.story for one in members.window(tx, [NOON], timedelta(days=1))} == {ids[1]}
        moved = entries.get(tx, ids)
    assert (story.id, story.title, story.score) == (ids[1], "Both", 0.9)
    assert (story.size, story.copies, story.outlets) == (3, 1, ("Example News", "Other News"))
    assert (story.first_seen, story.last_seen) == (
        NOON + timedelta(minutes=1),
        NOON + timedelta(minutes=4),
    )
    assert {entry.story for entry in moved.values()} == {ids[1]}
    assert [moved[one].moves for one in ids] == [1, 0, 0, 1]


def test_all_ids_of_a_repeatedly_merged_story_are_known(ledger, feed):
    for number in (1, 2, 3, 4):
        join(ledger, number, number, feed=feed)
    one, two, three, four = (item(number).id for number in (1, 2, 3, 4))
    merge(ledger, 1, 2)
    merge(ledger, 2, 3)
    merge(ledger, 1, 2)  # already merged
    with ledger.read() as tx:
        assert stories.ids_of(tx, [one, four, "unknown"]) == {
            one: frozenset((one, two, three)),
            four: frozenset((four,)),
            "unknown": frozenset(("unknown",)),
        }
        assert stories.ids_of(tx, [three, two])[two] == frozenset((one, two, three))
        assert stories.root(tx, one) == three
        assert stories.root(tx, "unknown") == "unknown"
        assert entries.get(tx, [one])[one].moves == 2


def test_the_id_of_a_merged_single_article_stays_valid(ledger, feed):
    join(ledger, 1, 1, feed=feed, duplicate_of=None)
    join(ledger, 2, 1, feed=feed, duplicate_of=item(1).id)
    join(ledger, 3, 3, feed=feed)
    merge(ledger, 1, 3)
    with ledger.read() as tx:
        story = stories.get(tx, item(1).id)
        assert story is not None
        assert (story.id, story.size, story.copies, story.score) == (item(3).id, 2, 1, 0.5)
        assert stories.ids_of(tx, [item(3).id])[item(3).id] == {item(1).id, item(3).id}


def test_moved_articles_wait_until_the_index_has_them(ledger, feed):
    for number in (1, 2, 3):
        join(ledger, number, number, feed=feed)
    merge(ledger, 1, 2)
    with ledger.write() as tx:
        assert stories.to_move(tx, 10) == []  # it will be indexed anyway
        (entry,) = entries.get(tx, [item(1).id]).values()
        entries.transition(tx, entry, State.INDEXED, now=NOON)
        assert stories.to_move(tx, 10) == [item(1).id]
    merge(ledger, 2, 3)
    with ledger.write() as tx:
        stories.set_moved(tx, item(1).id, 1)  # it has moved again since
        assert stories.to_move(tx, 10) == [item(1).id]
        stories.set_moved(tx, item(1).id, 2)
        assert stories.to_move(tx, 10) == []


def test_stories_are_listed_by_outlets_then_size_then_freshness(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss", outlet="Other News")
    for number, story in ((1, 1), (2, 2), (3, 3), (4, 3), (5, 5)):
        join(ledger, number, story, feed=feed)
    join(ledger, 6, 5, feed=other)
    with ledger.read() as tx:
        expected = [item(number).id for number in (5, 3, 2, 1)]
        assert [story.id for story in stories.listed(tx)] == expected
        assert [story.id for story in stories.listed(tx, limit=2)] == expected[:2]


def test_stories_are_selected_by_time_id_and_score(ledger, feed):
    join(ledger, 1, 1, feed=feed, score=0.4)
    join(ledger, 90, 2, feed=feed, score=0.9)
    hour = timedelta(hours=1)
    later = NOON + hour
    chosen = {
        stories.Selection(): [2, 1],
        stories.Selection(since=later): [2],
        stories.Selection(ids=(item(1).id, "none")): [1],
        stories.Selection(ids=()): [],
        stories.Selection(min_score=0.5): [2],
        stories.Selection(since=later, ids=(item(1).id,)): [],
        stories.Selection(until=later): [1],
        stories.Selection(since=NOON - 2 * hour, until=later + hour): [2, 1],
    }
    with ledger.read() as tx:
        for choice, numbers in chosen.items():
            found = stories.listed(tx, choice, order="newest")
            assert [story.id for story in found] == [item(number).id for number in numbers]
            assert stories.count(tx, choice) == len(numbers)
        assert [one.id for one in stories.listed(tx, order="newest", offset=1)] == [item(1).id]


def test_stories_are_of_the_period_of_their_latest_article_or_of_their_first(ledger, feed):
    join(ledger, 1, 1, feed=feed)
    join(ledger, 2, 2, feed=feed)
    join(ledger, 90, 1, feed=feed)  # an hour and a half later
    hour = NOON + timedelta(hours=1)
    chosen = {
        stories.Selection(until=hour): [2],
        stories.Selection(since=hour): [1],
        stories.Selection(until=hour, by="first_seen"): [1, 2],
        stories.Selection(since=hour, by="first_seen"): [],
    }
    with ledger.read() as tx:
        for choice, numbers in chosen.items():
            found = stories.listed(tx, choice, order="newest")
            assert [story.id for story in found] == [item(number).id for number in numbers]
            assert stories.count(tx, choice) == len(numbers)


def test_of_stories_that_one_poll_brought_the_one_published_last_comes_first(ledger, feed):
    day = timedelta(days=1)
    published = {1: None, 2: NOON - 3 * day, 3: NOON - 9 * day, 4: NOON - day, 5: NOON - 2 * day}
    for number in published:
        join(ledger, number, 3 if number == 4 else number, feed=feed)
    with ledger.write() as tx:
        for number, given in published.items():
            told = tables.entries.c.id == item(number).id
            brought = {"first_seen": NOON, "published": given}
            tx.execute(update(tables.entries).where(told).values(brought))
        for story in (1, 2, 3, 5):
            stories.settle(tx, item(story).id, f"Of {story}")
    join(ledger, 6, 6, feed=feed)  # seen later
    with ledger.read() as tx:
        found = stories.listed(tx, order="newest")
        assert [one.id for one in found] == [item(number).id for number in (6, 3, 5, 2, 1)]
        assert [one.published for one in found] == [
            *(None, NOON - day, NOON - 2 * day, NOON - 3 * day, None)
        ]
        assert found[1] == stories.get(tx, item(3).id)
        # Two articles first, then by the same order.
        by_outlets = [one.id for one in stories.listed(tx, order="outlets")]
        assert by_outlets == [item(number).id for number in (3, 6, 5, 2, 1)]


def test_many_stories_cost_no_more_queries_than_one(ledger, feed):
    with ledger.write() as tx:
        dossier = dossiers.open_named(tx, "Week 49")
    for number in (1, 2, 3):
        join(ledger, number, number, feed=feed)
        with ledger.write() as tx:
            dossiers.add(tx, dossier, item(number).id, "", NOON)
    asked = []
    event.listen(ledger.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    for read in (stories.listed, partial(dossiers.stories_of, dossier=dossier)):
        numbers = []
        for limit in (1, 3):
            with ledger.read() as tx:
                asked.clear()
                assert len(read(tx, limit=limit)) == limit
                numbers.append(len(asked))
        assert numbers[0] == numbers[1]


def test_threaded_names_the_articles_whose_story_has_a_threaded_one(ledger, feed):
    join(ledger, 1, 1, feed=feed)
    join(ledger, 2, 1, feed=feed, duplicate_of=item(1).id)
    join(ledger, 3, 3, feed=feed, duplicate_of=None)
    with ledger.read() as tx:
        known = entries.get(tx, [item(number).id for number in (1, 2, 3)])
        first, copy, alone = (known[item(number).id] for number in (1, 2, 3))
        assert members.threaded(tx, first) == {first.id}
        assert members.threaded(tx, copy, None) == {first.id}
        assert members.threaded(tx, alone) == set()
        assert members.threaded(tx, None) == set()


def test_a_split_story_takes_its_copies_and_its_old_ids_along(ledger, feed):
    """Articles 2 and 3 had been stories of their own; 4 copies 3, and 5 copies 1."""
    for number, story in ((1, 1), (2, 2), (3, 3)):
        join(ledger, number, story, feed=feed, score=number / 10)
    join(ledger, 4, 3, feed=feed, duplicate_of=item(3).id)
    join(ledger, 5, 1, feed=feed, duplicate_of=item(1).id)
    merge(ledger, 2, 1)
    merge(ledger, 3, 1)
    one, two, three, four, five = (item(number).id for number in range(1, 6))
    with ledger.write() as tx:
        chosen = list(entries.get(tx, [two, three]).values())
        assert splits.split(tx, one, sorted(chosen, key=lambda e: e.first_seen), NOON) == two
        for one_of_two in (one, two):
            stories.settle(tx, one_of_two, "Split")
    with ledger.read() as tx:
        assert stories.roots(tx, [one, two, three]) == {one: one, two: two, three: two}
        placed = {
            key: entry.story for key, entry in entries.get(tx, [one, two, four, five]).items()
        }
        assert placed == {one: one, two: two, four: two, five: one}
        listed = {one.id: (one.size, one.copies, one.score) for one in stories.listed(tx)}
        assert listed == {one: (1, 1, 0.1), two: (2, 1, 0.3)}
        assert splits.pairs(tx) == [(min(one, two), max(one, two))]
        assert set(tx.execute(select(tables.moved.c.article)).scalars()) == {two, three, four}
    with ledger.write() as tx:
        splits.join(tx, two, one, NOON)
        assert splits.pairs(tx) == []
        assert stories.roots(tx, [one, two, three]) == dict.fromkeys((one, two, three), one)


def test_a_pair_stays_apart_under_the_ids_of_what_merged_since(ledger, feed):
    for number, story in ((1, 1), (2, 1), (3, 3)):
        join(ledger, number, story, feed=feed)
    one, two, three = (item(number).id for number in (1, 2, 3))
    with ledger.write() as tx:
        splits.split(tx, one, list(entries.get(tx, [two]).values()), NOON)
        stories.merge(tx, two, three)
        assert splits.pairs(tx) in ([(one, three)], [(three, one)])
        # A person makes all of them one: the pair is named by an id that has merged.
        splits.join(tx, three, one, NOON)
        assert splits.pairs(tx) == []


def test_the_score_of_a_story_stays_if_that_of_an_article_is_not_known(ledger, feed):
    join(ledger, 1, 1, feed=feed, score=0.4)
    join(ledger, 2, 1, feed=feed, score=0.9)
    with ledger.write() as tx:
        tx.execute(update(tables.members).values(score=None))
        splits.split(tx, item(1).id, list(entries.get(tx, [item(2).id]).values()), NOON)
        assert {one.score for one in stories.listed(tx)} == {0.9}


@pytest.mark.parametrize("splitting", [True, False])
def test_regrouping_waits_for_who_works_on_its_articles_and_not_they_for_it(
    ledger, feed, splitting
):
    """PostgreSQL ended one of the two: each held an article that the other one waited for."""
    numbers = sorted((1, 2, 3), key=lambda number: item(number).id)
    for number in reversed(numbers):
        join(ledger, number, numbers[1], feed=feed)
    join(ledger, 4, 4, feed=feed)
    story, low, high = (item(number).id for number in (numbers[1], numbers[0], numbers[2]))

    def regroup() -> None:
        with ledger.write() as tx:
            if not splitting:
                stories.merge(tx, story, item(4).id)
                return
            stories.lock(tx, [story])
            splits.split(tx, story, list(entries.get(tx, [low, high]).values()), NOON)

    with ThreadPoolExecutor(1) as pool:
        with ledger.write() as tx:
            entries.lock(tx, [low])
            regrouping = pool.submit(regroup)
            with pytest.raises(TimeoutError):
                regrouping.result(timeout=1)
            entries.lock(tx, [high])
        regrouping.result()
    with ledger.read() as tx:
        regrouped = {one.story for one in entries.get(tx, [low, high]).values()}
    assert len(regrouped) == 1
    assert story not in regrouped


def test_stories_that_a_paused_pass_made_one_can_be_split_again(ledger, feed):
    """One that did nothing for so long that it lost its lease does not know of the split."""
    join(ledger, 1, 1, feed=feed)
    join(ledger, 2, 1, feed=feed)
    first, second = item(1).id, item(2).id
    for _ in range(2):
        with ledger.write() as tx:
            splits.split(tx, first, list(entries.get(tx, [second]).values()), NOON)
            assert splits.pairs(tx) in ([(first, second)], [(second, first)])
            stories.merge(tx, second, first)
