"""Evidence as it is shown: each phrase once."""

import pytest

from core.evidence import distinct_phrases
from core.records import Evidence


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
        ([("title", "spyware"), ("text", "Spyware")], [0]),
        ([("text", "Spyware"), ("title", "spyware")], [0]),
    ],
)  # fmt: skip
def test_a_phrase_contained_in_another_is_left_out(
    told: list[tuple[str, str]], kept: list[int]
) -> None:
    pieces = _pieces(*told)
    assert distinct_phrases(pieces) == [pieces[place] for place in kept]
