"""Meanings of on-topic articles: what they are made of, how they are kept, which are nearest.

A meaning has two halves, of equal length: what `enrich.encoder` makes of an English text, and what
`enrich.polyglot` makes of one in any language. Articles in other languages have the second alone,
so two meanings are compared by the halves that both have; the second is always there.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from enrich.forest import Floats
from enrich.postings import Key

ENGLISH_WIDTH = 256
COMMON_WIDTH = 256
"""Numbers of each half: the directions in which texts differ most, of 768 and of 384."""

MEANING_WIDTH = ENGLISH_WIDTH + COMMON_WIDTH

HALF = np.float32(0.5**0.5)
"""The length of each half, so that both together have length 1."""

Floats32 = npt.NDArray[np.float32]

Meaning = npt.NDArray[np.int8]
"""`MEANING_WIDTH` whole numbers (`stepped`)."""

STEPS = 200.0
"""Whole numbers to one: parts of a meaning stay below two thirds."""

MOST_STEPS = 127


class MeaningError(ValueError):
    """The text is no meaning."""


def joined(english: Floats32, shared: Floats32) -> Floats32:
    """A meaning of its halves, each of length 1."""
    return np.concatenate([english, shared]) * HALF


def common(shared: Floats32) -> Floats32:
    """A meaning in another language than English, of the half that is common to languages."""
    return joined(np.zeros(ENGLISH_WIDTH, np.float32), shared)


def common_half(meanings: Floats32) -> Floats32:
    """The half that is common to languages of a meaning or, by rows, of several: `COMMON_WIDTH`
    numbers of length 1."""
    half: Floats32 = meanings[..., ENGLISH_WIDTH:] / HALF
    return half


def unit(half: Floats32) -> Floats32:
    """A half of length 1; one of zeros stays."""
    length = np.linalg.norm(half)
    return half / length if length else half


def stepped(numbers: Floats32) -> npt.NDArray[np.int8]:
    """The numbers of a meaning, or of a point that it is part of (`enrich.likeness`), or of
    several, as whole ones."""
    whole = np.clip(np.round(numbers * np.float32(STEPS)), -MOST_STEPS, MOST_STEPS)
    return whole.astype(np.int8)


def packed(meaning: Floats32) -> str:
    """A meaning as text: a byte for each of its numbers, in base 64."""
    return b64encode(stepped(meaning).tobytes()).decode("ascii")


def unpacked(text: str) -> Meaning:
    """The meaning that was packed.

    Raises:
        MeaningError: the text is none.
    """
    try:
        content = b64decode(text, validate=True)
    except ValueError as error:
        raise MeaningError(f"a meaning cannot be read: {error}") from error
    if len(content) != MEANING_WIDTH:
        raise MeaningError(f"a meaning has {len(content)} numbers instead of {MEANING_WIDTH}")
    return np.frombuffer(content, dtype=np.int8)


def cosines(meaning: Meaning, others: Sequence[Meaning]) -> Floats:
    """How alike a meaning and others are by the halves that both have, each -1 to 1."""
    rows = np.array(others, dtype=np.float32)
    return _cosines(meaning, rows, _squares(rows))


def both_english(meaning: Meaning, others: Sequence[Meaning]) -> npt.NDArray[np.bool_]:
    """Which of others are compared with a meaning by both halves."""
    has = bool(meaning[:ENGLISH_WIDTH].any())
    return np.array([has and bool(one[:ENGLISH_WIDTH].any()) for one in others])


def _cosines(meaning: Meaning, rows: Floats32, squares: Floats) -> Floats:
    # Sums of products of such numbers stay below 2 ** 24: exact, in whatever order they are made.
    # Row by row, since for a product of this size OpenBLAS would keep all cores spinning.
    products = np.vecdot(rows, meaning.astype(np.float32))
    own = _squares(meaning.astype(np.float32)[None])[0]
    # What only one of the two has is no part of its length.
    english = (squares[:, 0] > 0) & (own[0] > 0)
    lengths = np.sqrt((squares[:, 0] * english + squares[:, 1]) * (own[0] * english + own[1]))
    alike: Floats = products / np.maximum(lengths, 1.0)
    return alike


def _squares(rows: Floats32) -> Floats:
    """The squared length of each row's halves: two columns."""
    squared = np.square(rows.astype(np.float64))
    halves = [squared[:, :ENGLISH_WIDTH].sum(axis=1), squared[:, ENGLISH_WIDTH:].sum(axis=1)]
    return np.stack(halves, axis=1)


class Meanings:
    """The meanings of a window's members, all looked at for each article: they are few, since
    only what is on topic has one."""

    def __init__(self) -> None:
        self._keys: list[Key] = []
        self._rows = np.empty((0, MEANING_WIDTH), dtype=np.float32)
        self._squares = np.empty((0, 2))
        self._times = np.empty(0)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: Key, meaning: Meaning) -> None:
        """Take a member in."""
        place = len(self._keys)
        if place == len(self._rows):
            more = max(place, 64)
            self._rows = np.concatenate([self._rows, np.zeros((more, MEANING_WIDTH), np.float32)])
            self._squares = np.concatenate([self._squares, np.zeros((more, 2))])
            self._times = np.concatenate([self._times, np.zeros(more)])
        self._keys.append(key)
        self._rows[place] = meaning
        self._squares[place] = _squares(self._rows[place : place + 1])[0]
        self._times[place] = key[0]

    def forget(self, before: float) -> None:
        """Let members go that were first seen before a time."""
        kept = np.flatnonzero(self._times[: len(self)] >= before)
        if len(kept) == len(self):
            return
        self._keys = [self._keys[place] for place in kept.tolist()]
        self._rows, self._squares = self._rows[kept], self._squares[kept]
        self._times = self._times[kept]

    def within(self, since: float, until: float) -> int:
        """How many members lie within two times."""
        return len(self._places(since, until))

    def nearest(self, meaning: Meaning, since: float, until: float, most: int) -> list[Key]:
        """The members within two times that are most alike, those first; of equals by key."""
        places = self._places(since, until)
        if not len(places):
            return []
        alike = _cosines(meaning, self._rows[: len(self)], self._squares[: len(self)])[places]
        least = np.partition(alike, -most)[-most] if len(alike) > most else -1.0
        chosen = np.flatnonzero(alike >= least)
        ranked = sorted((-alike[one], self._keys[places[one]]) for one in chosen.tolist())
        return [key for _, key in ranked[:most]]

    def _places(self, since: float, until: float) -> npt.NDArray[np.intp]:
        times = self._times[: len(self)]
        return np.flatnonzero((times >= since) & (times <= until))
