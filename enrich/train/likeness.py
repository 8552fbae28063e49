"""Learn which points are those of stories: a kernel ridge regression over all rows (Saunders,
Gammerman & Vovk, "Ridge Regression Learning Algorithm in Dual Variables", 1998).

What meanings are was learnt of other texts than ours, so those of unseen rows can be taken from the
networks that ship; who is a story is learnt here, for each fold of the others. English items are
likened by whole meanings and senses; items in other languages by the half of a meaning that is
common, to the same rows and to our own words in their languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.kernel_ridge import KernelRidge

from enrich.encoder import Encoder, encoder_input
from enrich.features import Floats, Reading, SenseBlock
from enrich.likeness import Likeness, Likenesses, point_of
from enrich.meanings import STEPS, Floats32, common_half, stepped
from enrich.senses import Senses
from enrich.train.rows import Fold, Row

GAMMA = 0.6
PENALTY = 0.3
"""How wide the kernel is, and how far a row that counts once may lie from what it is told.
Around them the top is flat; at a tenth of this width single rows speak too loudly."""

COUNTS: Mapping[str, float] = {
    "positive": 4.0,
    "borderline": 0.2,
    "hard_negative": 3.0,
    "negative": 1.0,
}
TARGETS: Mapping[str, float] = {
    "positive": 1.0,
    "borderline": -0.1,
    "hard_negative": -1.0,
    "negative": -1.0,
}
"""How much a row of each label counts, and what its point is to be told."""

FAR_FROM_ALL = -0.7
"""What a point is told that is near no row: most of a stream are no stories."""

DIGITS = 4
"""Digits kept of what a row counts: the same file from every training."""


def meanings(rows: Sequence[Row], encoder: Encoder) -> Floats32:
    """The meaning of each row, in English."""
    inputs = [encoder_input(row.title, row.text) for row in rows]
    return np.stack([one.meaning for one in encoder.encode(inputs)])


def foreign_meanings(rows: Sequence[Row], encoder: Encoder) -> Floats32:
    """What is common to languages of the meaning of each row, in another."""
    inputs = [encoder_input(row.title, row.text) for row in rows]
    return common_half(np.stack([one.meaning for one in encoder.encode_foreign(inputs)]))


def points_of(of_rows: Floats32, readings: Sequence[Reading], senses: Senses) -> Floats32:
    """Where each row lies, given its meaning and what was read of it."""
    found = SenseBlock(senses)
    return np.stack(
        [
            point_of(meaning, found.row(reading))
            for meaning, reading in zip(of_rows, readings, strict=True)
        ]
    )


def fit_likeness(rows: Sequence[Row], of_rows: Floats32) -> Likeness:
    """What rows teach, given their points."""
    points = stepped(of_rows)
    wanted = np.array([TARGETS[row.label] - FAR_FROM_ALL for row in rows], np.float32)
    weights = np.array([COUNTS[row.label] for row in rows], np.float32)
    ridge = KernelRidge(alpha=PENALTY, kernel="rbf", gamma=GAMMA)
    ridge.fit(points / np.float32(STEPS), wanted, sample_weight=weights)
    counts = np.round(ridge.dual_coef_, DIGITS).astype(np.float32)
    return Likeness(points, counts, FAR_FROM_ALL, GAMMA)


@dataclass(frozen=True, slots=True)
class Points:
    """Where rows lie: `whole`, by English meanings and senses, and `common`, by the half that is
    common to languages. By the latter lie `own` rows, too: our own words in other languages."""

    rows: Sequence[Row]
    whole: Floats32
    common: Floats32
    own: Sequence[Row]
    of_own: Floats32

    def likenesses(self) -> Likenesses:
        """What all rows teach."""
        return self._taught_by(np.arange(len(self.rows)))

    def unseen(self, parts: Sequence[Fold]) -> tuple[Floats, Floats]:
        """How like stories each tested row is, whole and in common, by what the others of its fold
        teach; 0 where none is tested."""
        whole, common = np.zeros(len(self.rows)), np.zeros(len(self.rows))
        for part in parts:
            taught = self._taught_by(part.learn)
            whole[part.test] = [taught.english.told(one) for one in self.whole[part.test]]
            common[part.test] = [taught.foreign.told(one) for one in self.common[part.test]]
        return whole, common

    def _taught_by(self, places: NDArray[np.int64]) -> Likenesses:
        rows = [self.rows[place] for place in places]
        common = np.concatenate([self.common[places], self.of_own])
        return Likenesses(
            fit_likeness(rows, self.whole[places]), fit_likeness([*rows, *self.own], common)
        )
