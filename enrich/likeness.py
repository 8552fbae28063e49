"""Likeness: whether an item means what labelled stories mean, or what labelled other items do.

A regression over the labelled items (`enrich.train.likeness`), each a point: its meaning, and
beside it the senses that were found. What is kept are the points, and what each counts. It judges
by nearness to single items where the encoder draws one line through all of them, so the two err
differently. Items in other languages than English are likened by a second regression, over what is
common to languages in the meanings of all, without senses: so that what they say for or against an
item stays as it was learnt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from enrich import arrays
from enrich.arrays import ArraysError
from enrich.features import Floats
from enrich.meanings import STEPS, Floats32, stepped

LIKENESS_FILE = "likeness.npz"
FOREIGN_FILE = "foreign_likeness.npz"

SENSES_COUNT = 0.35
"""How far apart a sense puts two items, against the meaning, whose length is 1. Chosen by
cross-validation, where more is better on other months and worse on the months learnt from."""


class LikenessError(ValueError):
    """The bytes are no likeness."""


@dataclass(frozen=True, eq=False)
class Likeness:
    """Labelled items, stories and others.

    Attributes:
        points: of the items, a row each, as whole numbers (`enrich.meanings.stepped`).
        counts: what nearness to each item adds, mostly below nought for those that are no stories.
        bias: what is told far from all of them.
        gamma: how fast likeness falls with the squared distance.
    """

    points: NDArray[np.int8]
    counts: Floats32
    bias: float
    gamma: float

    @property
    def width(self) -> int:
        """Numbers of a point."""
        return int(self.points.shape[1])

    def told(self, point: Floats32) -> float:
        """How like stories a point is: about 1 and more where it is, -1 and less where not."""
        whole = stepped(point).astype(np.float32)
        # Sums of products of such numbers stay below 2 ** 24: exact. Row by row, since for a
        # product of this size OpenBLAS would keep all cores spinning.
        products = np.vecdot(self._known, whole)
        apart = self._squares + np.square(whole).sum() - 2 * products
        near = np.exp(-self.gamma / STEPS**2 * apart.astype(np.float64))
        # No product of vectors, for the same reason.
        return float((near * self.counts).sum()) + self.bias

    @cached_property
    def _known(self) -> Floats32:
        return self.points.astype(np.float32)

    @cached_property
    def _squares(self) -> Floats32:
        squares: Floats32 = np.square(self._known).sum(axis=1)
        return squares

    def dump(self) -> bytes:
        """The likeness as a file's bytes: the same gives the same bytes."""
        return arrays.dump(
            {
                "points": self.points,
                "counts": self.counts,
                "bias": np.array(self.bias),
                "gamma": np.array(self.gamma),
            }
        )

    @classmethod
    def parse(cls, content: bytes, name: str = LIKENESS_FILE) -> Self:
        """Read a file's bytes. Raises `LikenessError`, with its name, where they are none."""
        try:
            points, counts, bias, gamma = arrays.parse(content, "points", "counts", "bias", "gamma")
            return cls(points, counts, float(bias), float(gamma))
        except (ArraysError, ValueError, TypeError) as error:
            raise LikenessError(f"{name} cannot be read: {error}") from error


def point_of(meaning: Floats32, senses: Floats) -> Floats32:
    """Where an item lies, given its meaning and its row of senses (`SenseBlock`)."""
    point: Floats32 = np.concatenate([meaning, SENSES_COUNT * senses]).astype(np.float32)
    return point


class Likenesses(NamedTuple):
    """Of English items, by whole meanings, and of others, by the half that is common."""

    english: Likeness
    foreign: Likeness


@cache
def shipped() -> Likenesses:
    """The likenesses that come with the package."""
    folder = files("enrich.model")
    return Likenesses(
        *(
            Likeness.parse(folder.joinpath(name).read_bytes(), name)
            for name in (LIKENESS_FILE, FOREIGN_FILE)
        )
    )
