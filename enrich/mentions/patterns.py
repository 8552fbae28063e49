"""Match many spellings at once (Aho-Corasick), at word boundaries.

There are two automata, since capitals distinguish "ICE" from "ice" and "police": spellings with a
capital are looked for in the text as it is, the others in the lower-cased text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

from ahocorasick_rs import AhoCorasick

from enrich.mentions.unified import folded, unaccented

Target = TypeVar("Target")

_REST = re.compile(r"\w+")
_ENDINGS = frozenset(("s", "es"))
"""What a lower-case word may add to its spelling: the plural."""

_ENDINGS_OF_NAMES = frozenset("s")
"""The German genitive: "Merkels"."""

_FIRST_OF_ENDINGS = frozenset(ending[0] for ending in _ENDINGS | _ENDINGS_OF_NAMES)

_ALL_CAPITALS_FROM = 5
"""Minimum letters of a spelling that is also matched all in capitals, as headlines and datelines
print it: shorter ones would become acronyms of something else."""


class Hit(NamedTuple, Generic[Target]):
    """A spelling in a text, and what it stands for."""

    start: int
    end: int
    target: Target


class _Automaton(Generic[Target]):
    """Spellings, each with what it stands for and whether its word may continue."""

    def __init__(
        self, spellings: dict[str, list[tuple[Target, bool]]], endings: frozenset[str]
    ) -> None:
        self._endings = endings
        self._meant = list(spellings.values())
        self._going_on = {
            index for index, meant in enumerate(self._meant) if any(on for _, on in meant)
        }
        self._automaton = AhoCorasick(list(spellings))

    def find(self, text: str) -> Iterable[Hit[Target]]:
        length = len(text)
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if start and ((before := text[start - 1]).isalnum() or before in "_@/"):
                continue
            if end == length or not ((after := text[end]).isalnum() or after == "_"):
                # A name inside an address does not count: "ring.com".
                if (
                    end < length
                    and after in ".$"
                    and (after == "$" or text[end + 1 : end + 2].islower())
                ):
                    continue  # nor does one before an amount: "US$ 5"
                for target, _ in self._meant[index]:
                    yield Hit(start, end, target)
                continue
            # Mostly a word that only begins like a listed one.
            if after not in _FIRST_OF_ENDINGS and index not in self._going_on:
                continue
            rest = _REST.match(text, end)
            ending, rest_end = (rest.group(), rest.end()) if rest else ("", end)
            for target, goes_on in self._meant[index]:
                if goes_on or ending in self._endings:
                    yield Hit(start, rest_end, target)


class Patterns(Generic[Target]):
    """All spellings; pure once made."""

    def __init__(self, spellings: Iterable[tuple[str, Target]]) -> None:
        exact: dict[str, list[tuple[Target, bool]]] = defaultdict(list)
        small: dict[str, list[tuple[Target, bool]]] = defaultdict(list)
        spellings = list(spellings)
        written = {spelling.rstrip("*") for spelling, _ in spellings}
        for spelling, target in spellings:
            goes_on, plain = spelling.endswith("*"), spelling.rstrip("*")
            # "Geórgia" without its accent is itself a name, of two places.
            for one in {plain, *(_variants(plain) - written)}:
                meant = (exact if one != one.lower() else small)[one]
                if (target, goes_on) not in meant:
                    meant.append((target, goes_on))
        self._exact = _Automaton(exact, _ENDINGS_OF_NAMES)
        self._small = _Automaton(small, _ENDINGS)

    def find(self, text: str) -> list[Hit[Target]]:
        """All hits in a unified text, including overlapping ones."""
        return [*self._exact.find(text), *self._small.find(folded(text))]


def _variants(spelling: str) -> set[str]:
    """A spelling with and without accents, and all in capitals where it is long enough."""
    found = {spelling, unaccented(spelling)}
    if spelling != spelling.lower() and sum(map(str.isalpha, spelling)) >= _ALL_CAPITALS_FROM:
        found |= {one.upper() for one in found}
    return found
