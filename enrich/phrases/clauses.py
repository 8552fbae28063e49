"""Split a text into clauses.

Clauses end at commas and similar marks; only long ones are also cut elsewhere, at English words
that can begin a clause. In other languages punctuation alone separates them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from enrich.phrases.attributions import MIN_CLAUSE, only_names, tells
from enrich.phrases.cuts import begins_sentence, has_mark, is_apart, is_in_brackets, middle
from enrich.phrases.phrasing import Bounds, within
from enrich.phrases.phrasing_words import JOINING, LOOSE, RELATIVE, SAID, SAYING, TIMES
from enrich.phrases.quotations import quoted
from enrich.words import Words

MAX_SHOWN = 12
"""A part of a sentence with at most this many words is not cut further."""

BOUND = RELATIVE | {"least", "most"}
"""Before one of these a clause keeps its leading preposition: "at least"."""


def sentences(words: Words, since: int, before: int) -> list[tuple[int, int]]:
    """The sentences of a text that begin between two offsets, as the index of their first word and
    the one after their last; the first may have begun earlier."""
    begun, read = bisect_left(words.starts, since), bisect_left(words.starts, before)
    end = next((place for place in words.breaks if place >= read), len(words))
    # A run of words without a full stop is cut.
    end = min(end, read + MAX_SHOWN)
    bounds = pairwise([begun, *(place for place in words.breaks if begun < place < read), end])
    return [(first, end) for first, end in bounds if first < end]


def clauses(words: Words, since: int, before: int) -> list[Bounds]:
    """The clauses of a text that begin between two offsets, in order.

    Clauses end at commas and similar marks; long ones are cut where a word begins another. A clause
    with fewer than two content words, or that only names somebody or says who says so, is left out
    unless the text has no others.
    """
    found = [
        part
        for first, end in sentences(words, since, before)
        for cut in pairwise([first, *_cuts(words, first, end), end])
        for part in shortened(words, *cut)
        if words.starts[part[0]] < before
    ]
    several = [
        one
        for one in found
        if tells(words, *one) and not (words.english and only_names(words, *one))
    ]
    return [
        quoted(words, words.starts[first], words.ends[end - 1]) for first, end in several or found
    ]


def halves(words: Words, start: int, end: int) -> tuple[Bounds, Bounds] | None:
    """Cut a long sentence, or part of one, in two: where a clause begins, as near the middle as
    possible; None if it is short."""
    first, last = within(words, start, end)
    cut = middle(words, first, last + 1) if last + 1 - first > MAX_SHOWN else None
    if cut is None:
        return None
    return (start, words.ends[cut - 1]), (words.starts[cut], end)


def _cuts(words: Words, first: int, end: int) -> Iterator[int]:
    """The indices of a sentence's words that follow a comma or similar mark."""
    since = first
    for place in range(first + MIN_CLAUSE, end - MIN_CLAUSE + 1):
        if is_apart(words, place) and place - since >= MIN_CLAUSE:
            yield place
            since = place


def shortened(words: Words, first: int, end: int) -> list[tuple[int, int]]:
    """Split a clause into parts of at most `MAX_SHOWN` words, without leading joining words."""
    while end - first > 1 and (
        (words.forms[first] in JOINING and not opens_with_that(words, first))
        or _opens_loosely(words, first)
        or is_in_brackets(words, first)
        or _only_says(words, first)
    ):
        first += 1
    cut = middle(words, first, end) if end - first > MAX_SHOWN else None
    if cut is None:
        return [(first, end)]
    return shortened(words, first, cut) + shortened(words, cut, end)


def _only_says(words: Words, place: int) -> bool:
    """Whether a clause goes on with who was just named, and the verb only says that they say it:
    "Ana Prado, the director, [wrote that] the lamps count phones"."""
    form, following = words.forms[place], words.forms[place + 1]
    if form in SAYING and following == "that" and has_mark(words, place):
        return True
    return form in SAID and place > 0 and is_in_brackets(words, place - 1)


def opens_with_that(words: Words, place: int) -> bool:
    """Whether a "that" is no conjunction, but opens a sentence: "That is a general warrant"."""
    return words.forms[place] == "that" and begins_sentence(words, place)


def _opens_loosely(words: Words, place: int) -> bool:
    """Whether a clause begins with a preposition that belongs to what was cut off before it."""
    if not place or words.sentence(place - 1) != words.sentence(place):
        return False
    following = words.forms[place + 1]
    if words.forms[place] == "for" and following in TIMES:
        return False  # "For three years have passed it on"
    return words.forms[place] in LOOSE and following not in BOUND | {"be", "have"}
