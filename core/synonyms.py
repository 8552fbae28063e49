"""Words and names that mean the same, for the query language: `synonyms.txt`.

They widen a query when it is parsed, not a text when it is indexed: so one list has one meaning in
every index and rule, and a new line counts for all articles at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from core.words import stem, words

Words = tuple[str, ...]
"""Folded words in sequence."""


def names(term: Iterable[str]) -> tuple[str, ...]:
    """All that means the same as these folded words, in any form that shares their stems, as
    listed; the listed forms of the words themselves are among it."""
    return _table().get(_stems(term), ())


def others(term: Sequence[str]) -> tuple[Words, ...]:
    """As `names`, folded, without what a search for the words by their stems finds anyway."""
    found = (tuple(words(name)) for name in names(term))
    return tuple(one for one in found if _stems(one) != _stems(term))


def longest() -> int:
    """How many words the longest listed term has."""
    return max(map(len, _table()))


def _stems(term: Iterable[str]) -> Words:
    return tuple(map(stem, term))


@cache
def _table() -> Mapping[Words, tuple[str, ...]]:
    return read(resources.files("core").joinpath("synonyms.txt").read_text("utf-8"))


def read(text: str) -> Mapping[Words, tuple[str, ...]]:
    """What each term stands for, by its stems, of a list as `synonyms.txt` describes it."""
    table: dict[Words, dict[Words, str]] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        left, arrow, right = line.partition("=>")
        found = _terms(right if arrow else left)
        for key in _terms(left):
            known = table.setdefault(_stems(key), {})
            known |= found
    return {key: tuple(same.values()) for key, same in table.items()}


def _terms(listed: str) -> dict[Words, str]:
    """The terms of a part of a line, by their words."""
    return {tuple(words(term)): term.strip() for term in listed.split(",")}
