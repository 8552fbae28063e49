"""Split a text into words, with exact offsets."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cached_property
from itertools import accumulate
from typing import TypeVar

_WORD = re.compile(r"([^\W_]+(?:['\u2019][^\W_]+)*)")
SENTENCE_END = re.compile(r"[.!?\u2026]['\")\]\u2019\u201d]*\s|\n")
_ADDRESS = re.compile(r"https?://[^\s<>\"\u201c\u201d]+")
_SHORTENED = frozenset(("al", "ca", "cf", "vs"))
"""Two-letter lower-case abbreviations whose full stop may precede a capital within a sentence."""

OF_FIRMS = frozenset(("Bros", "Corp", "Inc", "Ltd"))
"""Abbreviations that end no sentence before a small letter: "paid Lantern Inc. on Tuesday". Here
they do all the same, as the model was trained so."""

MAX_MEMO = 1 << 16
"""How many words a `Memo` remembers before it starts afresh."""

_Value = TypeVar("_Value")


class Memo(dict[str, _Value]):
    """Caches what `compute` returns for each word: `memo[word]`.

    A dictionary subclass, since every word of every text pays for the look-up.
    """

    def __init__(self, compute: Callable[[str], _Value]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, word: str) -> _Value:
        if len(self) >= MAX_MEMO:
            self.clear()
        value = self[word] = self._compute(word)
        return value


def form_of(word: str) -> str:
    """The form by which words match: lower case, straight apostrophe, no possessive."""
    form = word.lower().replace("\u2019", "'")
    return form.removesuffix("'s")


_FORMS = Memo(form_of)


def without_addresses(text: str) -> str:
    """The text with web addresses replaced by underscores, as their words say nothing; same
    length."""
    if "://" not in text:
        return text
    return _ADDRESS.sub(lambda address: "_" * len(address[0]), text)


class Words:
    """The words of a text in order, the first `limit` of them (0: all).

    Offsets, which count code points of the original text, and sentences are computed on first use:
    most texts contain nothing that is looked for.
    """

    def __init__(self, text: str, limit: int = 0) -> None:
        self._text = text
        self._pieces = _WORD.split(text, limit)
        self.words = self._pieces[1::2]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def forms(self) -> list[str]:
        """The words' matching forms."""
        return [_FORMS[word] for word in self.words]

    def between(self, start: int, end: int) -> str:
        """The text between two offsets."""
        return self._text[start:end]

    @cached_property
    def starts(self) -> list[int]:
        """Where each word starts."""
        return self._bounds[:-1:2]

    @cached_property
    def ends(self) -> list[int]:
        """Where each word ends."""
        return self._bounds[1::2]

    @cached_property
    def breaks(self) -> list[int]:
        """The indices of the words that begin a sentence, except the first word."""
        found = [0]
        for match in SENTENCE_END.finditer(self._text):
            place = bisect_left(self.starts, match.start())
            if place == len(self.words):
                break
            if place > found[-1] and not self._is_abbreviation(place - 1, match):
                found.append(place)
        return found[1:]

    def _is_abbreviation(self, place: int, end: re.Match[str]) -> bool:
        """Whether a full stop does not end the sentence but belongs to "U.S." or "Mr."."""
        word = self.words[place]
        if len(word) > 2 or self._text[self.ends[place]] != "." or "\n" in end[0]:
            return False
        shortened = len(word) == 1 or word.istitle() or word in _SHORTENED
        return shortened or not self.words[place + 1][0].isupper()

    def sentence(self, place: int) -> int:
        """The number of the sentence that a word is in."""
        return bisect_right(self.breaks, place)

    @cached_property
    def _bounds(self) -> list[int]:
        return list(accumulate(map(len, self._pieces)))
