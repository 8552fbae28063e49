"""Parted stories: pairs that a person has said are two events, which never become one again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


class Parted:
    """Pairs of stories by their ids."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._others: defaultdict[str, set[str]] = defaultdict(set)
        for one, other in pairs:
            self._add(one, other)

    def has(self, one: str, other: str) -> bool:
        """Whether two stories are parted."""
        return other in self._others.get(one, ())

    def merge(self, story: str, into: str) -> None:
        """Part from a story what was parted from another, which has become part of it."""
        for other in self._others.pop(story, set()):
            self._others[other].discard(story)
            self._add(into, other)

    def _add(self, one: str, other: str) -> None:
        self._others[one].add(other)
        self._others[other].add(one)
