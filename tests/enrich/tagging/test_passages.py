"""Which passages of a text are read to decide what it is about."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.tagging.passages import (
    ARTICLE_LEAD,
    MAX_NUT_GRAFS,
    MAX_PASSAGE,
    MAX_SEARCHED,
    MIN_ARTICLE,
    MIN_MARKS_WEIGHT,
    MIN_NUT_GRAF_WEIGHT,
    MIN_PASSAGE,
    SKIM_WINDOW,
    Passage,
    is_whole,
    lead_of,
    nut_grafs,
    nut_grafs_by_marks,
    skim,
)

DULL = "The old man got up and fed the hens and went to the well for water once more. "
POINT = (
    "Agents of the ministry tapped the phones of nine reporters for a year, a court heard. "
    "They taped calls with agents and with wives, and tapped the office lines as well, and no "
    "judge had ever allowed that a phone of a reporter be tapped by agents, the agents said so. "
)
WEIGHTS = {"agents": 12.0, "tapped": 12.0, "phones": 9.0, "phone": 9.0, "hens": -2.0}


def test_a_lead_is_a_whole_summary_or_the_beginning_of_an_article() -> None:
    text = "word " * (MIN_ARTICLE // 5)
    assert lead_of(text) == (0, MIN_ARTICLE)
    assert is_whole(lead_of(text), text)
    assert lead_of(f"{text}!") == (0, ARTICLE_LEAD)
    assert not is_whole(lead_of(f"{text}!"), f"{text}!")


def test_the_nut_graf_is_where_telling_words_are() -> None:
    text = DULL * 12 + POINT + DULL * 12
    (found,) = nut_grafs(text, WEIGHTS)
    assert POINT.strip() in text[slice(*found)]
    assert skim("A farm", text, WEIGHTS) >= MIN_NUT_GRAF_WEIGHT
    assert nut_grafs(DULL * 30, WEIGHTS) == []
    assert skim("A farm", DULL * 30, WEIGHTS) < 0


def test_a_text_without_full_stops_is_searched_too() -> None:
    text = (DULL * 12 + POINT * 3 + DULL * 12).replace(".", " ")
    found = nut_grafs(text, WEIGHTS)
    assert found
    assert all("agents" in text[slice(*one)] for one in found)


def test_letters_that_lowercase_to_two_do_not_shift_passages() -> None:
    found, plain = (nut_grafs(f"{one * 400}. {POINT}{DULL * 12}", WEIGHTS) for one in "\u0130I")
    assert found == plain


def test_an_article_is_searched_up_to_a_limit() -> None:
    late = DULL * (MAX_SEARCHED // len(DULL) + 1) + POINT
    assert nut_grafs(late, WEIGHTS) == []
    assert skim("A farm", late, WEIGHTS) < 0


def test_nut_grafs_are_few_disjoint_and_likeliest_first() -> None:
    strong = POINT.replace("reporters", "agents")
    text = DULL * 4 + POINT + DULL * 4 + strong + (DULL * 4 + POINT) * 3
    found = nut_grafs(text, WEIGHTS)
    assert len(found) == MAX_NUT_GRAFS
    assert "nine agents" in text[slice(*found[0])]
    in_order = sorted(found)
    assert all(one.end <= two.start for one, two in pairwise(in_order))


@pytest.mark.parametrize("weight", [MIN_MARKS_WEIGHT, MIN_MARKS_WEIGHT / 2 - 0.01])
def test_marks_in_one_passage_add_up(weight: float) -> None:
    text = DULL * 30
    marks = [(900, weight), (960, weight), (2_400, weight)]
    found = nut_grafs_by_marks(text, marks)
    if 2 * weight < MIN_MARKS_WEIGHT:
        assert found == []
    else:
        assert found[0].start <= 900 < 960 < found[0].end
    assert nut_grafs_by_marks(text, []) == []


@given(st.text(alphabet="aA .!?\n\u00e4\ud800", max_size=600), st.integers(1, 9))
def test_passages_are_within_the_text(text: str, times: int) -> None:
    text *= times
    for found in (
        nut_grafs(text, {"a": 20.0, "aa": 3.0}),
        nut_grafs_by_marks(text, [(place, 1.0) for place in range(0, len(text), 50)]),
    ):
        assert len(found) <= MAX_NUT_GRAFS
        for one in found:
            assert isinstance(one, Passage)
            assert 0 <= one.start < one.end <= min(len(text), MAX_SEARCHED)
            assert one.end - one.start <= MAX_PASSAGE
    assert skim("", text, {}) == 0


def test_a_passage_consists_of_whole_sentences() -> None:
    text = DULL * 12 + POINT + DULL * 12
    (found,) = nut_grafs(text, WEIGHTS)
    assert found.end - found.start >= MIN_PASSAGE
    assert text[found.start - 2 : found.start] == ". "
    assert text[found.end - 2 : found.end] == ". "


def test_a_short_text_is_weighed_by_its_own_number_of_words() -> None:
    assert skim("agents", "", WEIGHTS) == 12
    assert skim("agents", "and hens", WEIGHTS) == pytest.approx(10 / 3)
    assert skim("", " ".join(["agents"] * SKIM_WINDOW + ["hens"] * 500), WEIGHTS) == 12
    assert skim("", "", WEIGHTS) == 0
