"""Which of several texts of a page to believe."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.extraction.choice import are_labels, first_text, is_text, medoid

SENTENCE = "The harbour office keeps a list of all who come by sea and of what they carry. "
LONG = SENTENCE * 4
LABELS = "\n".join(["Home", "News", "Archive"] * 40)


def test_a_long_text_is_chosen_without_trying_others():
    def texts():
        yield LONG
        raise AssertionError("no other is asked for")

    assert first_text(texts()) == LONG


def test_a_short_text_is_replaced_only_by_a_much_longer_one():
    assert first_text([SENTENCE, LONG]) == LONG
    short = SENTENCE * 2
    assert not is_text(short)
    assert first_text([short, SENTENCE * 3]) == short


def test_labels_are_chosen_only_if_there_is_no_text():
    assert are_labels(LABELS)
    assert first_text([LABELS, SENTENCE]) == SENTENCE
    assert first_text(["", LABELS]) == LABELS
    assert first_text([]) == ""


def test_lines_in_a_script_without_spaces_are_not_labels():
    line = "港の事務所は海から来るすべての人の名簿を保管している。"
    assert is_text("\n".join([line] * 4))


def test_the_medoid_is_the_text_that_the_others_agree_on():
    furnished = LONG + "Sign up for the morning letter and never miss a ship again, ever."
    cut = SENTENCE
    assert medoid([cut, LONG, furnished]) == LONG


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_the_medoid_is_one_of_the_texts(texts):
    assert medoid(texts) in texts


@given(st.text("abc ", min_size=1), st.text("xyz", min_size=1))
def test_two_equal_texts_outvote_a_third(one, two):
    assert medoid([one, two, two]) == two
