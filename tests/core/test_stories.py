"""Stories in the ledger: who belongs to which, how large they are, who tells them."""

from __future__ import annotations

from datetime import timedelta

from made import NOON, add_feed, an_article, item

from core.ledger import entries, stories
from core.ledger.stories import StoredMember
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


def join(ledger, number, story, *, feed, score=0.5, **changes):
    """Thread an article whose entry the feed brought."""
    article = an_article(
        number, score=score, first_seen=NOON + timedelta(minutes=number), title=f"Article {number}"
    )
    with ledger.write() as tx:
        entries.record_items(tx, feed, [item(number)], article.first_seen)
        (entry,) = entries.get(tx, [article.id]).values()
        entries.move(tx, entry, State.LINKED, now=NOON, story=item(story).id, **changes)
        if not changes:
            stories.join(tx, article, member(number, story))


def test_a_member_is_remembered_as_it_was(ledger, feed):
    join(ledger, 1, 1, feed=feed)
    join(ledger, 2, 1, feed=feed)
    with ledger.read() as tx:
        assert stories.member(tx, item(2).id) == member(2, 1)
        assert stories.member(tx, item(3).id) is None
        assert {one.article for one in stories.window(tx, NOON + timedelta(minutes=2))} == {
            item(2).id
        }


def test_a_story_grows_and_keeps_the_headline_that_opened_it(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss", title="Other News")
    join(ledger, 1, 1, feed=feed, score=0.5)
    join(ledger, 3, 1, feed=other, score=0.9)
    join(ledger, 2, 1, feed=feed, score=0.7)
    with ledger.read() as tx:
        story = stories.get(tx, item(1).id)
    assert story is not None
    assert (story.title, story.size, story.score) == ("Article 1", 3, 0.9)
    assert (story.first_seen, story.last_seen) == (
        NOON + timedelta(minutes=1),
        NOON + timedelta(minutes=3),
    )
    assert story.outlets == ("Example News", "Other News")


def test_duplicates_count_among_the_outlets_not_in_the_size(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss", title="Other News")
    join(ledger, 1, 1, feed=feed)
    join(ledger, 2, 1, feed=other, duplicate_of=item(1).id)
    late = NOON + timedelta(hours=5)
    with ledger.write() as tx:
        stories.follow(tx, item(1).id, late)
        stories.follow(tx, item(1).id, NOON)
        (story,) = stories.listed(tx)
    assert (story.size, story.outlets, story.last_seen) == (1, ("Example News", "Other News"), late)


def test_stories_are_listed_by_outlets_then_size_then_freshness(ledger, feed):
    other = add_feed(ledger, "https://other.example/rss", title="Other News")
    for number, story in ((1, 1), (2, 2), (3, 3), (4, 3), (5, 5)):
        join(ledger, number, story, feed=feed)
    join(ledger, 6, 5, feed=other)
    with ledger.read() as tx:
        expected = [item(number).id for number in (5, 3, 2, 1)]
        assert [story.id for story in stories.listed(tx)] == expected
        assert [story.id for story in stories.listed(tx, limit=2)] == expected[:2]


def test_without_stories_none_is_listed(ledger):
    with ledger.read() as tx:
        assert stories.listed(tx) == []
        assert stories.get(tx, "none") is None


def test_threaded_tells_which_articles_and_which_stories_hold_a_threaded_one(ledger, feed):
    join(ledger, 1, 1, feed=feed)
    join(ledger, 2, 1, feed=feed, duplicate_of=item(1).id)
    join(ledger, 3, 3, feed=feed, duplicate_of=None)
    with ledger.read() as tx:
        known = entries.get(tx, [item(number).id for number in (1, 2, 3)])
        first, copy, alone = (known[item(number).id] for number in (1, 2, 3))
        assert stories.threaded(tx, first) == {first.id}
        assert stories.threaded(tx, copy, None) == {first.id}
        assert stories.threaded(tx, alone) == set()
        assert stories.threaded(tx, None) == set()
