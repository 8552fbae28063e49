"""Stories that rules follow: what was alerted on, and their coverage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from factories import NOON, add_feed, an_alert, an_article, item
from sqlalchemy import insert

from core.ledger import additions, alerts, entries, followed, stories, tables
from core.ledger.chunks import CHUNK
from core.ledger.members import StoredMember
from core.records import Followed, Known, State

ONE, TWO = item(1).id, item(2).id
KNOWN = Known(said=frozenset({"denial"}), countries=frozenset({"FR"}), outlets=3, latest=NOON)


def ids(*stories):
    return {story: frozenset((story,)) for story in stories}


def test_followed_stories_are_read_back_by_rule_and_story(ledger):
    with ledger.write() as tx:
        followed.follow(tx, "a", {ONE: Followed(known=KNOWN, alerts=1)}, ids(ONE))
        followed.follow(tx, "b", {TWO: Followed(known=None, alerts=2)}, ids(TWO))
        followed.follow(tx, "a", {ONE: Followed(known=KNOWN, alerts=2)}, ids(ONE))
    with ledger.read() as tx:
        assert followed.followed_by(tx, ids(ONE, TWO)) == {
            ("a", ONE): Followed(known=KNOWN, alerts=2),
            ("b", TWO): Followed(known=None, alerts=2),
        }
        assert followed.followed_by(tx, ids(item(9).id)) == {}


def test_a_merged_story_keeps_what_was_followed_of_both(ledger):
    other = Known(said=frozenset({"court"}), agencies=frozenset({"GCHQ"}), outlets=5)
    merged = {ONE: frozenset((ONE, TWO))}
    with ledger.write() as tx:
        followed.follow(tx, "a", {ONE: Followed(known=KNOWN, alerts=1)}, ids(ONE))
        followed.follow(tx, "a", {TWO: Followed(known=other, alerts=2)}, ids(TWO))
        both = followed.followed_by(tx, merged)
        assert both == {
            ("a", ONE): Followed(
                known=Known(
                    said=frozenset({"denial", "court"}),
                    countries=frozenset({"FR"}),
                    agencies=frozenset({"GCHQ"}),
                    outlets=5,
                    latest=NOON,
                ),
                alerts=3,
            )
        }
        followed.follow(tx, "a", {ONE: both["a", ONE]}, merged)
        assert followed.followed_by(tx, merged) == both


def test_coverage_is_read_from_a_storys_entries(ledger):
    feeds = {name: add_feed(ledger, f"https://{name}.example/feed", outlet=name) for name in "ABC"}
    for number, name in ((2, "B"), (1, "A"), (3, "C"), (4, "B")):
        duplicate_of = ONE if number == 2 else None
        with ledger.write() as tx:
            when = NOON + timedelta(hours=number if number > 1 else 9)
            entries.record_items(tx, feeds[name], [item(number)], when)
            (entry,) = entries.get(tx, [item(number).id]).values()
            linked: dict[str, Any] = {"revision": 1, "duplicate_of": duplicate_of}
            entries.transition(tx, entry, State.LINKED, now=when, story=ONE, **linked)
    with ledger.read() as tx:
        (found,) = followed.coverage(tx, ids(ONE)).values()
        assert followed.coverage(tx, ids(TWO)) == {}
    # The article that opened the story comes first, whenever it was seen.
    assert (found.first.article, found.headline) == (ONE, "Headline 1")
    assert (found.outlets, found.copies) == (("A", "B", "C"), 1)


def test_articles_from_one_pass_are_ordered_by_publication_time(ledger):
    names = "ABCDE"
    feeds = {name: add_feed(ledger, f"https://{name}.example/feed", outlet=name) for name in names}
    published = {1: -3, 2: -5, 3: -4, 4: -24 * 3000, 5: -9}
    for number, name in enumerate(names, 1):
        # E claims to be the oldest but arrived after the others. Of these, D is recorded first.
        when = NOON + timedelta(minutes={"A": 3, "D": 0, "E": 60}.get(name, 2))
        listed = item(number, published=NOON + timedelta(hours=published[number]))
        with ledger.write() as tx:
            entries.record_items(tx, feeds[name], [listed], when)
            (entry,) = entries.get(tx, [listed.id]).values()
            entries.transition(tx, entry, State.LINKED, now=when, story=ONE, revision=1)
    with ledger.read() as tx:
        (found,) = followed.coverage(tx, ids(ONE)).values()
    assert found.first.outlet == "B"
    assert found.outlets == ("B", "C", "A", "D", "E")


def test_a_first_article_without_a_headline_from_a_feed_has_its_pages_and_its_language(ledger):
    one = an_article(1, title="Cameras", language="de", first_seen=NOON)
    member = StoredMember(article=ONE, story=ONE, first_seen=NOON, profile=None, similarity=0)
    with ledger.write() as tx:
        additions.add(tx, [item(1).url], NOON)
        (entry,) = entries.get(tx, [ONE]).values()
        entries.transition(tx, entry, State.LINKED, now=NOON, story=ONE, revision=1)
        assert [found.headline for found in followed.coverage(tx, ids(ONE)).values()] == [""]
        stories.join(tx, one, member)
        (found,) = followed.coverage(tx, ids(ONE)).values()
    assert found.headline == found.first.title == "Cameras"
    assert found.first.language == "de"


def test_coverage_has_the_language_of_the_headline(ledger):
    feed = add_feed(ledger, "https://A.example/feed", outlet="A")
    put(ledger, feed, 1, ONE)
    for number, title, language in ((2, "Manchete", "pt"), (3, "Titular", "es")):
        one = an_article(number, title=title, language=language, first_seen=NOON)
        member = StoredMember(
            article=one.id, story=ONE, first_seen=NOON, profile=None, similarity=0.5
        )
        with ledger.write() as tx:
            stories.join(tx, one, member)
    with ledger.write() as tx:
        stories.settle(tx, ONE, "Titular")
        (found,) = followed.coverage(tx, ids(ONE)).values()
    assert (found.headline, found.language) == ("Titular", "es")


def test_a_rules_rate_counts_alerts_sent_since_a_time(ledger, clock):
    with ledger.write() as tx:
        alerts.add(tx, an_alert(story=1), [], clock())
        alerts.add(tx, an_alert(story=2), [], clock.go(hours=1))
        alerts.add(tx, an_alert("s", story=2), [], clock())
        assert alerts.sent_since(tx, {"r": NOON, "q": NOON}) == {"r": [clock()], "q": []}


def put(ledger, feed, number, story, **more):
    """Add an entry to a story; it opens the story if the two share an id."""
    when = NOON + timedelta(hours=number)
    with ledger.write() as tx:
        entries.record_items(tx, feed, [item(number)], when)
        (entry,) = entries.get(tx, [item(number).id]).values()
        entries.transition(tx, entry, State.LINKED, now=when, story=story, revision=1, **more)
        if entry.id == story:
            member = StoredMember(
                article=story, story=story, first_seen=when, profile=None, similarity=0.0
            )
            stories.join(tx, an_article(number, first_seen=when), member)


def merge(ledger, story, into):
    with ledger.write() as tx:
        stories.merge(tx, story, into)


def test_coverage_of_a_merged_story_counts_the_articles_of_both(ledger):
    feeds = {name: add_feed(ledger, f"https://{name}.example/feed", outlet=name) for name in "ABC"}
    put(ledger, feeds["A"], 1, ONE)
    put(ledger, feeds["B"], 2, TWO)
    put(ledger, feeds["C"], 3, TWO, duplicate_of=TWO)
    merge(ledger, TWO, ONE)
    with ledger.read() as tx:
        (found,) = followed.coverage(tx, stories.ids_of(tx, [ONE])).values()
    assert (found.first.article, found.outlets, found.copies) == (ONE, ("A", "B", "C"), 1)


@pytest.mark.parametrize("unknown", [ONE, TWO])
def test_a_merge_with_a_story_of_unknown_developments_knows_none(ledger, feed, unknown):
    put(ledger, feed, 1, ONE)
    put(ledger, feed, 2, TWO)
    followed_before = dict.fromkeys((ONE, TWO), Followed(known=KNOWN, alerts=1))
    followed_before[unknown] = Followed(known=None, alerts=1)
    with ledger.write() as tx:
        followed.follow(tx, "a", followed_before, ids(ONE, TWO))
    merge(ledger, TWO, ONE)
    with ledger.write() as tx:
        merged = stories.ids_of(tx, [ONE])
        assert followed.followed_by(tx, merged) == {("a", ONE): Followed(known=None, alerts=2)}
        # The next alert is recorded on the surviving story; the merged one's record is gone.
        after = Followed(known=KNOWN, alerts=3)
        followed.follow(tx, "a", {ONE: after}, merged)
        assert followed.followed_by(tx, merged) == {("a", ONE): after}
        assert followed.followed_by(tx, ids(TWO)) == {}


def test_stories_beyond_one_query_are_all_found(ledger):
    named = [item(number).id for number in range(2 * CHUNK + 1)]
    rows = [{"rule": "r", "story": one, "known": None, "alerts": 1} for one in named]
    with ledger.write() as tx:
        tx.execute(insert(tables.followed), rows)
        assert len(followed.followed_by(tx, ids(*named))) == len(named)
