"""An inverted index from terms to the window's members, for finding candidates to compare."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Slots = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float32]

Key = tuple[float, str]
"""Seconds since 1970, and id: the order of members, whatever order they were added in."""


def highest(
    scores: npt.NDArray[Any], key_of: Callable[[int], Key], limit: int, min_score: float
) -> list[Key]:
    """The keys of the highest scores, the best first; ties by key.

    Args:
        scores: in any order.
        key_of: gives the key of a score, by its index.
        limit: the most keys.
        min_score: lower scores do not count.
    """
    if len(scores) > limit:
        min_score = max(min_score, np.partition(scores, -limit)[-limit])
    chosen = np.flatnonzero(scores >= min_score).tolist()
    ranked = sorted((-scores[one], key_of(one)) for one in chosen)
    return [key for _, key in ranked[:limit]]


class Postings:
    """For each term the members that use it, ordered by key, with its weights.

    A member is known by its slot, the index of its key.
    """

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self._slots: dict[int, array[int]] = {}
        self._weights: dict[int, array[float]] = {}

    def add(self, key: Key, terms: Sequence[int], weights: Sequence[float]) -> None:
        """Add a member."""
        slot = len(self.keys)
        self.keys.append(key)
        for term, weight in zip(terms, weights, strict=True):
            slots = self._slots.get(term)
            if slots is None:
                self._slots[term] = array("i", (slot,))
                self._weights[term] = array("f", (weight,))
            elif key >= self.keys[slots[-1]]:
                slots.append(slot)
                self._weights[term].append(weight)
            else:
                place = bisect_left(slots, key, key=self.keys.__getitem__)
                slots.insert(place, slot)
                self._weights[term].insert(place, weight)

    def newest(self, term: int, since: float, until: float, limit: int) -> tuple[Slots, Weights]:
        """The newest members with a term between two times, oldest first."""
        slots = self._slots.get(term)
        if slots is None:
            return _NO_SLOTS, _NO_WEIGHTS
        stop = len(slots)
        if self.keys[slots[-1]][0] > until:
            stop = bisect_right(slots, until, key=self._time)
        start = max(stop - limit, 0)
        if start < stop and self.keys[slots[start]][0] < since:
            start = bisect_left(slots, since, lo=start, hi=stop, key=self._time)
        # Copies, since an array with a live buffer cannot grow.
        return (
            np.array(slots[start:stop], dtype=np.int32),
            np.array(self._weights[term][start:stop], dtype=np.float32),
        )

    def _time(self, slot: int) -> float:
        return self.keys[slot][0]


_NO_SLOTS: Slots = np.empty(0, dtype=np.int32)
_NO_WEIGHTS: Weights = np.empty(0, dtype=np.float32)
