"""The search by sets of places finds what following a phrase word by word finds."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.senses.phrasebook import Phrasebook
from enrich.senses.search import SenseSearch, _cover, _nearest_to, together
from enrich.spans import Span
from enrich.words import Words

LISTS = {"list": ["a b", "a b c", "b"]}

AS_PATTERNS = {
    "a": "a",
    "a b": "a b",
    "a (b|c)": "a (b|c)",
    "a (b c|b|d)": "a (b c|b|d)",
    "(a|b c) d": "(b c|a) d",
    "a b? c": "a (b )?c",
    "a b? c? d": "a (b )?(c )?d",
    "a b?": "a( b)?",
    "a ~ b": r"a (\w ){0,6}?b",
    "a ~ b? c": r"a ((\w ){0,6}?b )?c",
    "a (b ~ c|d) a": r"a (b (\w ){0,6}?c|d) a",
    "<list> d": "(a b c|a b|b) d",
    "d ~ <list>": r"d (\w ){0,6}?(a b c|a b|b)",
}


def _spans(phrase: str, text: str) -> list[Span]:
    search = SenseSearch(Phrasebook({"sense": (phrase,)}, LISTS), Words(text))
    return [span for _, (spans,) in search.found() for span in spans]


def _by_pattern(pattern: str, sentence: str, before: int) -> list[Span]:
    """What a regular expression finds starting at each word; words are single letters."""
    whole = re.compile(rf"(?:{pattern})\b")
    found = [(place // 2, whole.match(sentence, place)) for place in range(0, len(sentence), 2)]
    return [
        (before + first, before + first + (len(match.group()) + 1) // 2)
        for first, match in found
        if match
    ]


@pytest.mark.parametrize("phrase", AS_PATTERNS)
@given(sentences=st.lists(st.lists(st.sampled_from("abcdx"), min_size=1, max_size=14), max_size=3))
def test_the_search_finds_what_a_regular_expression_finds(
    phrase: str, sentences: list[list[str]]
) -> None:
    expected: list[Span] = []
    before = 0
    for letters in sentences:
        expected += _by_pattern(AS_PATTERNS[phrase], " ".join(letters), before)
        before += len(letters)
    assert _spans(phrase, "\n".join(map(" ".join, sentences))) == expected


def test_parts_are_in_one_sentence_and_as_near_as_possible() -> None:
    words = Words("b c x a\na\nb c\na x x b c x a")
    ((_, parts),) = SenseSearch(Phrasebook({"sense": ("a & b c",)}, LISTS), words).found()
    assert together(parts, words.sentence) == [[(3, 4), (0, 2)], [(13, 14), (10, 12)]]
    assert together(parts[:1], words.sentence) == [[span] for span in parts[0]]
    assert together([parts[0], []], words.sentence) == []


SPANS = st.tuples(st.integers(0, 40), st.integers(1, 6)).map(lambda one: (one[0], sum(one)))


@given(SPANS, st.lists(SPANS, min_size=1, max_size=9, unique_by=lambda span: span[0]))
def test_of_equally_near_spans_the_first_is_nearest(one: Span, spans: list[Span]) -> None:
    spans.sort()
    assert _nearest_to(one, spans) == min(spans, key=lambda span: _cover([one, span]))
