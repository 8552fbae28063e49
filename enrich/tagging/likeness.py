"""Likeness: whether an item is closer in meaning to labelled stories or to other labelled items.

Kernel ridge regression over the labelled items (`enrich.train.likeness`). Each is a point: its
meaning and, for English items, the senses that were found. The model keeps the points and their
dual coefficients. It judges by nearness to single items where the encoder draws one boundary
through all of them, so the two err differently. Items in languages other than English have a
second regression, over the half of all meanings that is common to languages, without senses: what
senses say for or against an item stays as the tagger learnt it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from enrich import arrays
from enrich.arrays import Floats, Floats32
from enrich.meanings import STEPS, quantise

LIKENESS_FILE = "likeness.npz"
FOREIGN_FILE = "foreign_likeness.npz"

SENSES_WEIGHT = 0.35
"""How far apart a sense puts two items, relative to the meaning, whose length is 1. Chosen by
cross-validation: more is better on other months and worse on the months learnt from."""


class LikenessError(ValueError):
    """The bytes are not a likeness model."""


@dataclass(frozen=True, eq=False)
class Likeness:
    """A kernel regression over labelled items, stories and others.

    Attributes:
        points: the items, a row each, quantised (`enrich.meanings.quantise`).
        counts: dual coefficient of each item, mostly negative for items that are not stories.
        bias: the value far from all items.
        gamma: how fast likeness falls with the squared distance.
    """

    points: NDArray[np.int8]
    counts: Floats32
    bias: float
    gamma: float

    @property
    def width(self) -> int:
        """Dimensions of a point."""
        return int(self.points.shape[1])

    def score(self, point: Floats32) -> float:
        """How much like stories a point is: about 1 or more if it is, -1 or less if not."""
        quantised = quantise(point).astype(np.float32)
        # Sums of products of such integers stay below 2 ** 24 and are exact. Row by row: for a
        # product of this size OpenBLAS would keep all cores spinning.
        products = np.vecdot(self._known, quantised)
        distances = self._squares + np.square(quantised).sum() - 2 * products
        kernel = np.exp(-self.gamma / STEPS**2 * distances.astype(np.float64))
        # Not a dot product, for the same reason.
        return float((kernel * self.counts).sum()) + self.bias

    @cached_property
    def _known(self) -> Floats32:
        return self.points.astype(np.float32)

    @cached_property
    def _squares(self) -> Floats32:
        squares: Floats32 = np.square(self._known).sum(axis=1)
        return squares

    def dump(self) -> bytes:
        """The model as a file's bytes; equal models give equal bytes."""
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
        """Read a file's bytes. Raises `LikenessError`, naming the file, if they are not a model."""
        try:
            points, counts, bias, gamma = arrays.parse(content, "points", "counts", "bias", "gamma")
            return cls(points, counts, float(bias), float(gamma))
        except (ValueError, TypeError) as error:
            raise LikenessError(f"{name} cannot be read: {error}") from error


def point_of(meaning: Floats32, senses: Floats) -> Floats32:
    """The point of an item, from its meaning and its row of senses (`SenseBlock`)."""
    point: Floats32 = np.concatenate([meaning, SENSES_WEIGHT * senses]).astype(np.float32)
    return point


class Likenesses(NamedTuple):
    """For English items, by whole meanings; for others, by the half that is common to languages."""

    english: Likeness
    foreign: Likeness


@cache
def shipped() -> Likenesses:
    """The likeness models that come with the package."""
    folder = files("enrich.model")
    return Likenesses(
        *(
            Likeness.parse(folder.joinpath(name).read_bytes(), name)
            for name in (LIKENESS_FILE, FOREIGN_FILE)
        )
    )
