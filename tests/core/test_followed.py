"""Stories that rules follow: what was told of them, how they stand, and what is held."""

from __future__ import annotations

from datetime import timedelta

from made import NOON, add_feed, an_alert, item

from core.ledger import alerts, entries, followed
from core.records import Followed, Known, State

ONE, TWO = item(1).id, item(2).id
KNOWN = Known(said=frozenset({"denial"}), countries=frozenset({"FR"}), outlets=3)


def ids(*stories):
    return {story: frozenset((story,)) for story in stories}


def test_what_was_told_comes_back_by_rule_and_story(ledger):
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


def test_what_was_told_of_stories_that_became_one_is_known_of_the_one(ledger):
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
                ),
                alerts=3,
            )
        }
        followed.follow(tx, "a", {ONE: both["a", ONE]}, merged)
        assert followed.followed_by(tx, merged) == both


def test_a_story_stands_as_its_entries_say(ledger):
    feeds = {name: add_feed(ledger, f"https://{name}.example/feed", title=name) for name in "ABC"}
    listed = ((2, "B", {"duplicate_of": ONE}), (1, "A", {}), (3, "C", {}), (4, "B", {}))
    for number, name, more in listed:
        with ledger.write() as tx:
            when = NOON + timedelta(hours=number if number > 1 else 9)
            entries.record_items(tx, feeds[name], [item(number)], when)
            (entry,) = entries.get(tx, [item(number).id]).values()
            entries.move(tx, entry, State.LINKED, now=when, story=ONE, revision=1, **more)
    with ledger.read() as tx:
        (found,) = followed.coverage(tx, ids(ONE)).values()
        assert followed.coverage(tx, ids(TWO)) == {}
    # The article that opened it is its first, whenever it was seen.
    assert (found.first.article, found.headline) == (ONE, "Headline 1")
    assert (found.outlets, found.copies) == (("A", "B", "C"), 1)


def test_what_is_held_keeps_its_place_until_it_is_let_go(ledger, clock):
    first, second = an_alert(story=1), an_alert(story=2)
    with ledger.write() as tx:
        followed.hold(tx, first, clock())
        followed.hold(tx, second, clock())
        folded = first.model_copy(update={"copies": 4})
        followed.hold(tx, folded, clock.go(hours=1))
        held = followed.held(tx)
        assert [(one.alert, one.held_at) for one in held] == [(folded, NOON), (second, NOON)]
        followed.let_go(tx, [first.key])
        assert [one.alert for one in followed.held(tx)] == [second]


def test_a_rules_rate_counts_what_went_out_since(ledger, clock):
    with ledger.write() as tx:
        alerts.add(tx, an_alert(story=1), [], clock())
        alerts.add(tx, an_alert(story=2), [], clock.go(hours=1))
        alerts.add(tx, an_alert("s", story=2), [], clock())
        assert alerts.sent_since(tx, {"r": NOON, "q": NOON}) == {"r": [clock()], "q": []}
