"""Evidence as it is shown: each phrase once, and none that is its headline."""

import pytest

from core.evidence import distinct_phrases, is_headline
from core.records import Evidence

HEADLINE = " Spies listen "
"""Twelve characters between its spaces."""


def _pieces(*told: tuple[str, str]) -> list[Evidence]:
    return [
        Evidence(field=field, start=0, end=len(phrase), phrase=phrase, why=str(number))
        for number, (field, phrase) in enumerate(told)
    ]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ([], []),
        ([("text", "phones"), ("text", "Phones")], [0]),
        ([("text", "tapped phones"), ("text", "tapped  phones of aides")], [1]),
        ([("title", "31,000 phones last year, most"), ("text", "phones last year")], [0]),
        # Part of a word does not count as contained.
        ([("text", "spy"), ("text", "spyware found")], [0, 1]),
        ([("text", "a (b"), ("text", "c a (b d")], [1]),
        # The headline says more than the text.
        ([("title", "spyware"), ("text", "spyware on phones")], [0, 1]),
        ([("title", "spyware"), ("title", "spyware on phones")], [1]),
        ([("title", "spyware"), ("text", "Spyware")], [0]),
        ([("text", "Spyware"), ("title", "spyware")], [0]),
    ],
)  # fmt: skip
def test_a_phrase_contained_in_another_is_left_out(
    told: list[tuple[str, str]], kept: list[int]
) -> None:
    pieces = _pieces(*told)
    assert distinct_phrases(pieces) == [pieces[place] for place in kept]


@pytest.mark.parametrize(
    ("field", "phrase", "is_it"),
    [
        ("title", "Spies listen", True),
        ("title", "Spies li", True),
        ("title", "Spies l", False),
        ("text", "Spies listen", False),
        # It is from the headline of another article of the story.
        ("title", "Spies listened", False),
    ],
)
def test_a_piece_of_two_thirds_of_a_headline_is_the_headline(
    field: str, phrase: str, is_it: bool
) -> None:
    (piece,) = _pieces((field, phrase))
    assert is_headline(piece, HEADLINE) is is_it
