"""Normalise a text for finding names: one kind of quote, hyphen and space, with offsets kept."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from enrich.words import without_addresses

_UNSEEN = re.compile("[\u00ad\u0300-\u036f\u200b-\u200f\u2060\ufeff]")
"""Soft hyphens, joiners, direction marks and combining accents: they count in offsets but are not
part of a spelling."""

_ONE_FOR_ONE = {
    **dict.fromkeys("\u2018\u2019\u201a\u02bc\u2032\u0060\u00b4", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f\t\r", " "),
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
}
_ODD = re.compile(f"[{''.join(_ONE_FOR_ONE)}]")


@dataclass(frozen=True, slots=True)
class Unified:
    """The unified text, and the offsets of its characters in the original.

    `offsets` is None if nothing moved, as in nearly every text.
    """

    text: str
    offsets: tuple[int, ...] | None = None

    def given(self, start: int, end: int) -> tuple[int, int]:
        """Convert a span of the unified text to one of the original."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end]


def unify(text: str) -> Unified:
    """Unify a text. A letter and its combining accents become one composed letter."""
    if _UNSEEN.search(text) is None:
        return Unified(_plain(text))
    letters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        if not _UNSEEN.match(character):
            letters.append(character)
            offsets.append(offset)
        elif unicodedata.combining(character) and letters:
            composed = unicodedata.normalize("NFC", letters[-1] + character)
            letters[-1] = composed if len(composed) == 1 else letters[-1]
    return Unified(_plain("".join(letters)), (*offsets, len(text)))


def _plain(text: str) -> str:
    # Few characters need replacing: looking up all, as `translate` does, takes five times as long.
    return without_addresses(_ODD.sub(lambda match: _ONE_FOR_ONE[match.group()], text))


def straight(spelling: str) -> str:
    """A listed spelling as a unified text has it: "Côte d'Ivoire"."""
    return spelling if spelling.isascii() else _plain(spelling)


def folded(text: str) -> str:
    """The text in lower case, of the same length."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(one if len(one.lower()) != 1 else one.lower() for one in text)


def unaccented(text: str) -> str:
    """The text without accents, as names are often typed."""
    return "".join(
        one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one)
    )
