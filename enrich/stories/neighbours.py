"""The nearest neighbours of a meaning among the members of a window."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from enrich.meanings import MEANING_WIDTH, Meaning, row_cosines, row_squares
from enrich.stories.postings import Key, highest


class Meanings:
    """The meanings of a window's members. Each search scans them all: they are few, since only
    articles on topic have one."""

    def __init__(self) -> None:
        self._keys: list[Key] = []
        self._rows = np.empty((0, MEANING_WIDTH), dtype=np.float32)
        self._squares = np.empty((0, 2))
        self._times = np.empty(0)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: Key, meaning: Meaning) -> None:
        """Add a member."""
        place = len(self._keys)
        if place == len(self._rows):
            more = max(place, 64)
            self._rows = np.concatenate([self._rows, np.zeros((more, MEANING_WIDTH), np.float32)])
            self._squares = np.concatenate([self._squares, np.zeros((more, 2))])
            self._times = np.concatenate([self._times, np.zeros(more)])
        self._keys.append(key)
        self._rows[place] = meaning
        self._squares[place] = row_squares(self._rows[place : place + 1])[0]
        self._times[place] = key[0]

    def within(self, since: float, until: float) -> int:
        """How many members lie between two times."""
        return len(self._indices(since, until))

    def nearest(self, meaning: Meaning, since: float, until: float, limit: int) -> list[Key]:
        """The most similar members between two times, most similar first; ties by key."""
        places = self._indices(since, until)
        if not len(places):
            return []
        rows, squares = self._rows[: len(self)], self._squares[: len(self)]
        similarity = row_cosines(meaning, rows, squares)[places]
        return highest(similarity, lambda one: self._keys[places[one]], limit, -1.0)

    def _indices(self, since: float, until: float) -> npt.NDArray[np.intp]:
        times = self._times[: len(self)]
        return np.flatnonzero((times >= since) & (times <= until))
