"""Synonyms for the query language: words and names that mean the same, from `synonyms.txt`.

They widen a query when it is parsed, not a text when it is indexed. So the list means the same in
every index and rule, and a new line applies to all articles at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from core.words import stem, words

Words = tuple[str, ...]
"""Folded words in sequence."""


def names(term: Iterable[str]) -> tuple[str, ...]:
    """Every listed term that means the same as these folded words, which are matched by their
    stems. Terms are as listed, and include the words' own listed forms unless the line has a
    `=>`."""
    return _table().get(_stems(term), ())


def alternatives(term: Sequence[str]) -> tuple[Words, ...]:
    """As `names`, but folded, and without what a search for the words' stems finds anyway."""
    found = (tuple(words(name)) for name in names(term))
    return tuple(one for one in found if _stems(one) != _stems(term))


def longest() -> int:
    """How many words the longest listed term has."""
    return max(map(len, _table()))


def _stems(term: Iterable[str]) -> Words:
    return tuple(map(stem, term))


@cache
def _table() -> Mapping[Words, tuple[str, ...]]:
    return parse(resources.files("core").joinpath("synonyms.txt").read_text("utf-8"))


def parse(text: str) -> Mapping[Words, tuple[str, ...]]:
    """What each term stands for, by its stems, in a list as `synonyms.txt` describes it."""
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
    """The terms in one part of a line, by their words."""
    return {tuple(words(term)): term.strip() for term in listed.split(",")}
