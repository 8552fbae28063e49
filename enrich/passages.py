"""The passages of a text that are read for what it is about: a lead, and where that does not tell,
nut grafs.

A **lead** is the beginning. News says there what it is about; a feature begins with a person or a
scene, an analysis with the peg that it hangs on. Where these come to the point journalists call the
nut graf: some sentences, paragraphs down, that say by themselves what all is about.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from enrich.words import SENTENCE_END

ARTICLE = 1_200
"""Characters from which on a text is an article, not a summary, of which one in 70 is as long."""

ARTICLE_LEAD = 300
"""Characters of an article that are its lead: with its title they mostly say what it is about."""

SEARCHED = 3_500
"""Characters of an article in which nut grafs are looked for, some 600 words."""

MOST_NUT_GRAFS = 3
"""Nut grafs that are read of an article at most."""

PASSAGE = 300
"""Characters that a passage of whole sentences has at least, but for the last."""

MOST_OF_PASSAGE = 600
"""Characters of a passage that are read."""

WORDS = 50
"""Words, about a passage, that are weighed together where an article is skimmed."""

LEAST_SKIMMED = 0.1
"""What some `WORDS` of an article, or all of its title, weigh on average, at least, if it may be a
story. Of labelled and of written stories all have such words, none below .5; of the stream's and of
other articles a third."""

LEAST_BY_WORDS = 0.9
"""The same where there may be a nut graf, and of the words of each: in one real article in 30, and
in nearly all stories that come to the point late."""

LEAST_BY_MARKS = 1.0
"""What the marks of a nut graf weigh at least: one sense that clearly speaks for the topic."""

_WORD = re.compile(r"[^\W_]+")


class Passage(NamedTuple):
    """Some sentences of a text: `text[start:end]`."""

    start: int
    end: int


def lead_of(text: str) -> Passage:
    """What of a text says with the title what it is about: of a summary all, of an article the
    first sentences."""
    return Passage(0, ARTICLE_LEAD if len(text) > ARTICLE else len(text))


def is_whole(passage: Passage, text: str) -> bool:
    """Whether a passage is all of a text."""
    return passage == (0, len(text))


def skim(title: str, text: str, weights: Mapping[str, float]) -> float:
    """What those `WORDS` of an article that tell most weigh on average.

    Args:
        title: of an article.
        text: of it.
        weights: what each word, small letters, says for the topic; others say nothing.
    """
    words = f"{title} {text[:SEARCHED]}".lower().split()
    # Marks stay with the words that they stand at, which say nothing then: to see roughly whether
    # an article has to be read, fewer words will do.
    sums = np.cumsum([0.0, *(weights.get(word, 0.0) for word in words)])
    number = min(WORDS, len(words))
    return float((sums[number:] - sums[: len(sums) - number]).max()) / max(number, 1)


def nut_grafs(text: str, weights: Mapping[str, float]) -> list[Passage]:
    """The passages of an article whose words tell most, the likeliest first; none overlap.

    Args:
        text: of an article.
        weights: what each word, small letters, says for the topic; others say nothing.
    """
    text = text[:SEARCHED]
    # Word by word: small letters of a whole text may be more, and stand elsewhere.
    words = [(match.start(), weights.get(match[0].lower(), 0.0)) for match in _WORD.finditer(text)]
    starts = [start for start, _ in words]
    sums = [0.0, *accumulate(weight for _, weight in words)]

    def told(passage: Passage) -> float:
        first, last = (bisect_left(starts, offset) for offset in passage)
        return (sums[last] - sums[first]) / max(last - first, 1)

    return _likeliest(((told(one), one) for one in _passages(text)), LEAST_BY_WORDS)


def nut_grafs_by_marks(text: str, marks: Sequence[tuple[int, float]]) -> list[Passage]:
    """The passages of an article whose marks tell most, the likeliest first; none overlap.

    Args:
        text: of an article.
        marks: offsets in it and what is said there for the topic.
    """

    def told(passage: Passage) -> float:
        return sum(weight for place, weight in marks if passage.start <= place < passage.end)

    passages = _passages(text[:SEARCHED]) if marks else []
    return _likeliest(((told(one), one) for one in passages), LEAST_BY_MARKS)


def _passages(text: str) -> list[Passage]:
    """Whole sentences from each on, as many as make a passage; what goes on without an end is
    cut."""
    ends: list[int] = []
    for end in (*(match.end() for match in SENTENCE_END.finditer(text)), len(text)):
        begun = ends[-1] if ends else 0
        ends += [*range(begun + MOST_OF_PASSAGE, end, MOST_OF_PASSAGE), end]
    found: list[Passage] = []
    for start in (0, *ends[:-1]):
        end = ends[min(bisect_left(ends, start + PASSAGE), len(ends) - 1)]
        found.append(Passage(start, min(end, start + MOST_OF_PASSAGE)))
        if end == len(text):
            break
    return found


def _likeliest(told: Iterable[tuple[float, Passage]], least: float) -> list[Passage]:
    chosen: list[Passage] = []
    for weight, one in sorted(told, key=lambda pair: (-pair[0], pair[1])):
        if weight < least or len(chosen) == MOST_NUT_GRAFS:
            break
        if all(one.end <= other.start or other.end <= one.start for other in chosen):
            chosen.append(one)
    return chosen
