"""The changes between two revisions contain both of them."""

from __future__ import annotations

import pytest
from factories import an_article
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.presentation.changes import (
    MAX_PARAGRAPHS,
    MAX_WORDS,
    Change,
    Passage,
    by_notice,
    changed,
    passages,
)

TEXTS = st.text(alphabet="abc .,\n", max_size=60)


def first(changes: list[Change]) -> str:
    return "".join(change.text for change in changes if change.what != "added")


def second(changes: list[Change]) -> str:
    return "".join(change.text for change in changes if change.what != "removed")


@given(TEXTS, TEXTS)
def test_both_revisions_can_be_rebuilt_from_the_changes(before: str, after: str) -> None:
    changes = changed(before, after)
    assert (first(changes), second(changes)) == (before, after)
    assert all(change.text for change in changes)


@given(TEXTS)
def test_identical_texts_have_no_changes(text: str) -> None:
    assert all(change.what == "same" for change in changed(text, text))


def test_one_changed_number_is_the_only_change_shown() -> None:
    assert changed("some 140 phones", "some 14 phones") == [
        Change("same", "some "),
        Change("removed", "140"),
        Change("added", "14"),
        Change("same", " phones"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("Court forbids police spyware", "Judges stop police spyware",
         "[-Court forbids-]{+Judges stop+} police spyware"),
        ("The court in Lutz has forbidden it.", "This article was removed by its editors.",
         "[-The court in Lutz has forbidden it.-]{+This article was removed by its editors.+}"),
        ("It was so.", "It was so. Correction: it was not.",
         "It was so.{+ Correction: it was not.+}"),
        ("Yes.", "", "[-Yes.-]"),
    ],
)  # fmt: skip
def test_changes_read_well(before: str, after: str, changes: str) -> None:
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    shown = "".join(signs[one.what].format(one.text) for one in changed(before, after))
    assert shown == changes


LONG = "word " * MAX_WORDS
MANY = "a\n" * MAX_PARAGRAPHS


@pytest.mark.parametrize(("before", "after"), [(LONG, "word"), ("word", LONG)])
def test_a_passage_too_long_to_compare_is_shown_as_replaced(before: str, after: str) -> None:
    assert changed(before, after) == [Change("removed", before), Change("added", after)]


@pytest.mark.parametrize(("before", "after"), [(MANY, f"{MANY}b"), (MANY, "a"), ("a", MANY)])
def test_a_text_of_too_many_paragraphs_to_compare_is_shown_as_replaced(
    before: str, after: str
) -> None:
    replaced = (Change("removed", before), Change("added", after))
    assert passages(an_article(text=before), an_article(text=after)) == [Passage(0, replaced)]


def test_unchanged_paragraphs_are_counted() -> None:
    before = an_article(text="One.\nTwo.\n\nThree.")
    after = an_article(text="One.\nTwo.\n\nFour.")
    same, other = passages(before, after)
    assert same.unchanged == 2
    assert second(list(other.changes)) == "Four."


def test_repetitive_texts_are_compared() -> None:
    # One process serves all readers.
    words = "the " * 900, "the of " * 450
    assert second(changed(*words)) == words[1]
    lines = an_article(text="a line\n" * 6_000), an_article(text="a line\nanother\n" * 3_000)
    assert passages(*lines)


@pytest.mark.parametrize(
    ("notice", "is_it"), [("before", True), ("after", True), ("another", False), (None, False)]
)
def test_a_revision_that_is_the_sites_notice_is_no_edit(notice: str | None, is_it: bool) -> None:
    before, after = (an_article(fingerprint=one) for one in ("before", "after"))
    assert by_notice(before, after, notice) is is_it
