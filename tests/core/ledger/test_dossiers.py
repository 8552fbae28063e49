"""Dossiers: stories put together, in order, each with a note; they follow their stories."""

from __future__ import annotations

from datetime import timedelta

from factories import NOON
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from core.ledger import dossiers, stories
from core.ledger.tables import stories as story_rows
from core.records import Dossier

LATER = NOON + timedelta(hours=1)


def fill(ledger, *ids, name="Week 49"):
    """A dossier with new stories, each with its id as its note."""
    with ledger.write() as tx:
        dossier = dossiers.open_named(tx, name)
        for one in ids:
            seen = {"first_seen": NOON, "last_seen": NOON}
            told = {"id": one, "title": one.upper(), "size": 1, "score": 0.9}
            tx.execute(story_rows.insert(), told | seen)
            dossiers.add(tx, dossier, one, f"note {one}", NOON)
    return dossier


def told(tx, dossier):
    found = [(one.story.id, one.note) for one in dossiers.stories_of(tx, dossier)]
    assert list(dossiers.notes(tx, dossier).items()) == found
    return found


def test_stories_stand_in_the_order_in_which_they_were_added(ledger):
    dossier = fill(ledger, "b", "c", "a")
    with ledger.read() as tx:
        found = dossiers.stories_of(tx, dossier)
        assert [one.story.title for one in found] == ["B", "C", "A"]
        assert {one.added_at for one in found} == {NOON}
        assert told(tx, dossier) == [("b", "note b"), ("c", "note c"), ("a", "note a")]
        (second,) = dossiers.stories_of(tx, dossier, limit=1, offset=1)
        assert second == found[1]
        assert dossiers.stories_of(tx, dossier + 1) == []


def test_the_dossier_that_got_a_story_last_is_listed_first(ledger):
    old, empty, new = (fill(ledger, name=name) for name in ("old", "empty", "new"))
    fill(ledger, "a", name="old")
    with ledger.write() as tx:
        dossiers.add(tx, new, "a", "", LATER)
        assert dossiers.listed(tx) == [
            Dossier(id=new, name="new", stories=1, added_at=LATER),
            Dossier(id=old, name="old", stories=1, added_at=NOON),
            Dossier(id=empty, name="empty", stories=0),
        ]
        assert dossiers.get(tx, new) == dossiers.named(tx, "new")
        assert (dossiers.get(tx, 99), dossiers.named(tx, "New")) == (None, None)
        assert dossiers.holding(tx, ["a", "z"]) == {"a": [(new, "new", ""), (old, "old", "note a")]}


def test_dossiers_and_notes_are_read_in_as_many_steps_however_many_there_are(
    ledger,
):
    def steps():
        asked.clear()
        with ledger.read() as tx:
            dossiers.listed(tx)
            dossiers.holding(tx, "ab")
            dossiers.notes(tx, first)
        return len(asked)

    asked = []
    first = fill(ledger, "a", "b", name="one")
    event.listen(ledger.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    with_one = steps()
    for number in range(9):
        with ledger.write() as tx:
            dossiers.add(tx, dossiers.open_named(tx, str(number)), "a", "", NOON)
        fill(ledger, f"story {number}", name="one")
    assert steps() == with_one


def test_a_dossier_is_renamed_and_removed_and_its_number_does_not_come_again(ledger):
    first = fill(ledger, "a", name="one")
    assert fill(ledger, name="one") == first
    second = fill(ledger, name="two")
    assert second == first + 1
    with ledger.write() as tx:
        dossiers.rename(tx, first, "three")
        assert dossiers.get(tx, first) == dossiers.named(tx, "three")
        dossiers.remove(tx, second)
        dossiers.remove(tx, first)
        assert dossiers.listed(tx) == []
        assert not dossiers.lock(tx, first)
        assert stories.get(tx, "a") is not None
        again = dossiers.open_named(tx, "one")
        assert again not in (first, second)
        assert dossiers.lock(tx, again)
        assert told(tx, again) == []


def test_a_note_is_changed_and_a_story_taken_out(ledger):
    dossier, other = fill(ledger, "a", "b"), fill(ledger, name="other")
    with ledger.write() as tx:
        dossiers.add(tx, other, "a", "kept", NOON)
        dossiers.annotate(tx, dossier, "a", "new\nin two lines")
        dossiers.annotate(tx, dossier, "nowhere", "lost")
        dossiers.take_out(tx, dossier, "b")
        dossiers.take_out(tx, dossier, "b")
        assert told(tx, dossier) == [("a", "new\nin two lines")]
        assert told(tx, other) == [("a", "kept")]


def test_a_story_is_moved_to_any_place(ledger):
    dossier = fill(ledger, "a", "b", "c")
    with ledger.write() as tx:
        for story, place, order in [
            ("c", 1, "cab"),
            ("c", 2, "acb"),
            ("a", 99, "cba"),
            ("a", -5, "acb"),
            ("b", 3, "acb"),
            ("nowhere", 1, "acb"),
        ]:
            dossiers.move(tx, dossier, story, place)
            assert "".join(dossiers.places(tx, dossier)) == order
        dossiers.take_out(tx, dossier, "c")
        fill_after = {"id": "d", "title": "D", "size": 1, "score": 0.9}
        tx.execute(story_rows.insert(), fill_after | {"first_seen": NOON, "last_seen": NOON})
        dossiers.add(tx, dossier, "d", "", NOON)
        assert "".join(dossiers.places(tx, dossier)) == "abd"


@given(st.permutations("abcde"), st.sampled_from("abcde"), st.integers(-3, 9))
def test_only_the_moved_story_changes_its_place(order, one, place):
    after = dossiers.moved(order, one, place)
    assert after.index(one) == min(max(place, 1), len(order)) - 1
    assert [each for each in after if each != one] == [each for each in order if each != one]
    assert dossiers.moved(after, one, order.index(one) + 1) == list(order), "and back"


def test_stories_that_become_one_stand_together_and_apart_again_if_they_are_split(ledger):
    dossier = fill(ledger, "a", "b", "c")
    with ledger.write() as tx:
        stories.merge(tx, "a", "c")
        assert told(tx, dossier) == [("c", "note a\nnote c"), ("b", "note b")]
        assert [one.stories for one in dossiers.listed(tx)] == [2]
        both = [(dossier, "Week 49", "note a\nnote c")]
        assert dossiers.holding(tx, "bc") == {"b": [(dossier, "Week 49", "note b")], "c": both}
        assert dossiers.holding(tx, "a") == {"a": both}
        dossiers.move(tx, dossier, "c", 2)
        assert dossiers.places(tx, dossier) == ["b", "c"]
        apart = story_rows.update().where(story_rows.c.id == "a").values(merged_into=None)
        tx.execute(apart)
        assert told(tx, dossier) == [("b", "note b"), ("a", "note a"), ("c", "note c")]


def test_a_story_is_changed_and_taken_out_under_any_of_its_ids(ledger):
    dossier = fill(ledger, "a", "b")
    with ledger.write() as tx:
        stories.merge(tx, "a", "b")
        dossiers.annotate(tx, dossier, "a", "one note")
        assert told(tx, dossier) == [("b", "one note")]
        dossiers.take_out(tx, dossier, "a")
        assert told(tx, dossier) == []
        assert [one.stories for one in dossiers.listed(tx)] == [0]
