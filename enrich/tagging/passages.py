"""Choose the passages of a text that say what it is about: the lead, or else nut grafs.

A **lead** is the beginning. News says there what it is about, but a feature begins with a person or
a scene, and an analysis with the event that prompts it. The passage where these come to the point
is what journalists call the nut graf: some sentences, paragraphs down, that sum up the piece.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from enrich.words import SENTENCE_END

MIN_ARTICLE = 1_200
"""Characters from which a text counts as an article, not a summary; one summary in 70 is as
long."""

ARTICLE_LEAD = 300
"""Characters of an article that count as its lead: with the title they mostly say what it is
about."""

MAX_SEARCHED = 3_500
"""Characters of an article that are searched for nut grafs, some 600 words."""

MAX_NUT_GRAFS = 3
"""Maximum nut grafs that are read of an article."""

MIN_PASSAGE = 300
"""Minimum characters of a passage of whole sentences, except the last one."""

MAX_PASSAGE = 600
"""Characters of a passage that are read."""

SKIM_WINDOW = 50
"""Words, about a passage, that are weighed together when an article is skimmed."""

MIN_SKIM_WEIGHT = 0.1
"""Mean weight that `SKIM_WINDOW` words of an article, or its whole title, must reach for it to be
read. All labelled and written stories have such words, none below .5; of the stream's and of other
articles only a third do."""

MIN_NUT_GRAF_WEIGHT = 0.9
"""The same for an article that may have a nut graf, and for each nut graf: one real article in 30
reaches it, and nearly all stories that come to the point late."""

MIN_MARKS_WEIGHT = 1.0
"""Minimum weight of the marks of a nut graf: one sense that clearly counts for the topic."""

_WORD = re.compile(r"[^\W_]+")


class Passage(NamedTuple):
    """Some sentences of a text: `text[start:end]`."""

    start: int
    end: int


def lead_of(text: str) -> Passage:
    """The part of a text that says, with the title, what it is about: all of a summary, the first
    characters of an article."""
    return Passage(0, ARTICLE_LEAD if len(text) > MIN_ARTICLE else len(text))


def is_whole(passage: Passage, text: str) -> bool:
    """Whether a passage is the whole text."""
    return passage == (0, len(text))


def skim(title: str, text: str, weights: Mapping[str, float]) -> float:
    """The greatest mean weight of any `SKIM_WINDOW` consecutive words of an article.

    Args:
        title: the article's title.
        text: the article's text.
        weights: what each lower-case word counts for the topic; other words count 0.
    """
    words = f"{title} {text[:MAX_SEARCHED]}".lower().split()
    # Punctuation stays attached to words, which then count 0: good enough for a rough decision on
    # whether to read the article.
    sums = np.cumsum([0.0, *(weights.get(word, 0.0) for word in words)])
    number = min(SKIM_WINDOW, len(words))
    return float((sums[number:] - sums[: len(sums) - number]).max()) / max(number, 1)


def nut_grafs(text: str, weights: Mapping[str, float]) -> list[Passage]:
    """The passages of an article with the highest mean word weight, best first; none overlap.

    Args:
        text: the article's text.
        weights: what each lower-case word counts for the topic; other words count 0.
    """
    text = text[:MAX_SEARCHED]
    # Word by word: lower-casing the whole text may change its length and so the offsets.
    words = [(match.start(), weights.get(match[0].lower(), 0.0)) for match in _WORD.finditer(text)]
    starts = [start for start, _ in words]
    sums = [0.0, *accumulate(weight for _, weight in words)]

    def weight_of(passage: Passage) -> float:
        first, last = (bisect_left(starts, offset) for offset in passage)
        return (sums[last] - sums[first]) / max(last - first, 1)

    return _heaviest_apart(((weight_of(one), one) for one in _passages(text)), MIN_NUT_GRAF_WEIGHT)


def nut_grafs_by_marks(text: str, marks: Sequence[tuple[int, float]]) -> list[Passage]:
    """The passages of an article whose marks weigh most, best first; none overlap.

    Args:
        text: the article's text.
        marks: offsets in it, with what counts for the topic there.
    """

    def weight_of(passage: Passage) -> float:
        return sum(weight for place, weight in marks if passage.start <= place < passage.end)

    passages = _passages(text[:MAX_SEARCHED]) if marks else []
    return _heaviest_apart(((weight_of(one), one) for one in passages), MIN_MARKS_WEIGHT)


def _passages(text: str) -> list[Passage]:
    """From each sentence on, as many whole sentences as make a passage; very long sentences are
    cut."""
    ends: list[int] = []
    for end in (*(match.end() for match in SENTENCE_END.finditer(text)), len(text)):
        begun = ends[-1] if ends else 0
        ends += [*range(begun + MAX_PASSAGE, end, MAX_PASSAGE), end]
    found: list[Passage] = []
    for start in (0, *ends[:-1]):
        end = ends[min(bisect_left(ends, start + MIN_PASSAGE), len(ends) - 1)]
        found.append(Passage(start, min(end, start + MAX_PASSAGE)))
        if end == len(text):
            break
    return found


def _heaviest_apart(weighted: Iterable[tuple[float, Passage]], min_weight: float) -> list[Passage]:
    chosen: list[Passage] = []
    for weight, one in sorted(weighted, key=lambda pair: (-pair[0], pair[1])):
        if weight < min_weight or len(chosen) == MAX_NUT_GRAFS:
            break
        if all(one.end <= other.start or other.end <= one.start for other in chosen):
            chosen.append(one)
    return chosen
