"""Likeness: whether an item means what labelled stories mean, or what labelled other items do.

A support vector machine over the meanings of the labelled items (`enrich.train.likeness`): what is
kept of it are meanings of items near the border, and what each counts. It judges by nearness to
single items where the encoder draws one line through all of them, so the two err differently.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from enrich.encoder import Floats32

LIKENESS_FILE = "likeness.npz"

STEPS = 200.0
"""Whole numbers to one: parts of a meaning stay below two thirds."""

MOST_STEPS = 127


class LikenessError(ValueError):
    """The bytes are no likeness."""


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """Items near the border between stories and others.

    Attributes:
        meanings: of the items, a row each, as whole numbers (`stepped`).
        counts: what each item counts, below nought for those that are no stories.
        bias: added to the sum.
        gamma: how fast likeness falls with the squared distance.
    """

    meanings: NDArray[np.int8]
    counts: Floats32
    bias: float
    gamma: float

    def told(self, meaning: Floats32) -> float:
        """How like stories a meaning is: about 1 and more where it is, -1 and less where not."""
        known = self.meanings.astype(np.float32) / np.float32(STEPS)
        apart = np.square(known - stepped(meaning).astype(np.float32) / np.float32(STEPS))
        near = np.exp(-self.gamma * apart.sum(axis=1, dtype=np.float64))
        return float(near @ self.counts) + self.bias

    def dump(self) -> bytes:
        """The likeness as a file's bytes: the same gives the same bytes."""
        into = io.BytesIO()
        np.savez_compressed(
            into,
            meanings=self.meanings,
            counts=self.counts,
            bias=np.float64(self.bias),
            gamma=np.float64(self.gamma),
        )
        return into.getvalue()

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read a file's bytes. Raises `LikenessError` where they are none."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as read:
                meanings, counts = read["meanings"], read["counts"]
                return cls(meanings, counts, float(read["bias"]), float(read["gamma"]))
        except (ValueError, TypeError, KeyError, OSError, EOFError, BadZipFile) as error:
            raise LikenessError(f"{LIKENESS_FILE} cannot be read: {error}") from error


def stepped(meaning: Floats32) -> NDArray[np.int8]:
    """A meaning, or several, in whole numbers."""
    whole = np.clip(np.round(meaning * np.float32(STEPS)), -MOST_STEPS, MOST_STEPS)
    return whole.astype(np.int8)


@cache
def shipped() -> Likeness:
    """The likeness that comes with the package."""
    return Likeness.parse(files("enrich.model").joinpath(LIKENESS_FILE).read_bytes())
