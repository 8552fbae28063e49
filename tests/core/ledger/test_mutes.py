"""Stories that nobody wants to hear more of."""

from __future__ import annotations

from datetime import timedelta

from factories import NOON

from core.ledger import mutes, stories
from core.ledger.tables import stories as rows

COUNTED = {"size": 1, "score": 0.9}
LATER = NOON + timedelta(hours=1)


def open_stories(ledger, *ids):
    with ledger.write() as tx:
        for one in ids:
            tx.execute(
                rows.insert(),
                {"id": one, "title": one, "first_seen": NOON, "last_seen": NOON, **COUNTED},
            )


def test_a_story_stays_muted_since_it_was_until_it_is_unmuted(ledger):
    open_stories(ledger, "a", "b")
    with ledger.write() as tx:
        mutes.mute(tx, "a", NOON)
        mutes.mute(tx, "a", LATER)
        assert stories.muted(tx, ["a", "b"]) == {"a": NOON}
        assert stories.muted(tx, []) == {}
        mutes.unmute(tx, "b")
        mutes.unmute(tx, "a")
        assert stories.muted(tx, ["a"]) == {}


def test_a_muted_story_that_becomes_one_with_another_is_heard_of_again(ledger):
    open_stories(ledger, "a", "b")
    with ledger.write() as tx:
        mutes.mute(tx, "a", NOON)
        stories.merge(tx, "b", "a")
        assert stories.muted(tx, ["a", "b"]) == {}
        mutes.mute(tx, "b", LATER)
        assert stories.muted(tx, ["a", "b"]) == {"a": NOON, "b": NOON}
        mutes.unmute(tx, "b")
        assert stories.muted(tx, ["a", "b"]) == {}


def test_an_article_that_joins_a_story_leaves_it_muted_or_not(ledger):
    open_stories(ledger, "a", "b", "alone", "other")
    with ledger.write() as tx:
        mutes.mute(tx, "a", NOON)
        for story, article in (("a", "alone"), ("b", "other")):
            mutes.take_in(tx, story, article)
            stories.merge(tx, article, story)
        assert stories.muted(tx, ["a", "b", "alone"]) == {"a": NOON, "alone": NOON}
