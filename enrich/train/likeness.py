"""Train likeness: kernel ridge regression over all rows (Saunders, Gammerman & Vovk, "Ridge
Regression Learning Algorithm in Dual Variables", 1998).

Meanings were learnt from other texts than ours, so those of unseen rows can come from the networks
that ship. Which rows are stories is learnt here, for each fold from the others. The likeness of
English items uses whole meanings and senses; that of items in other languages uses the half of a
meaning that is common, of the same rows and of our own words in those languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.kernel_ridge import KernelRidge

from enrich.arrays import Floats, Floats32
from enrich.meanings import STEPS, quantise
from enrich.senses import Senses
from enrich.tagging.encoder import Encoder, encoder_input
from enrich.tagging.features import Reading, SenseBlock
from enrich.tagging.likeness import Likeness, Likenesses, point_of
from enrich.train.rows import Fold, Row

GAMMA = 0.6
RIDGE_ALPHA = 0.3
"""The width of the kernel, and the ridge penalty for a row of weight 1. The optimum around them is
flat; at a tenth of this width single rows have too much influence."""

ROW_WEIGHTS: Mapping[str, float] = {
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
"""The weight of a row of each label, and its target value."""

FAR_FROM_ALL = -0.7
"""The value of a point that is near no row: most items of a stream are not stories."""

DIGITS = 4
"""Digits kept of a dual coefficient: the same file from every training."""


def meanings(rows: Sequence[Row], encoder: Encoder) -> Floats32:
    """The meaning of each row, read as English."""
    inputs = [encoder_input(row.title, row.text) for row in rows]
    return np.stack([encoder.encode(one, english=True).meaning for one in inputs])


def foreign_meanings(rows: Sequence[Row], encoder: Encoder) -> Floats32:
    """The half common to languages of each row's meaning, for rows in other languages."""
    inputs = [encoder_input(row.title, row.text) for row in rows]
    return np.stack([encoder.common_half(one) for one in inputs])


def points_of(of_rows: Floats32, readings: Sequence[Reading], senses: Senses) -> Floats32:
    """The point of each row, from its meaning and what was read of it."""
    found = SenseBlock(senses)
    return np.stack(
        [
            point_of(meaning, found.row(reading))
            for meaning, reading in zip(of_rows, readings, strict=True)
        ]
    )


def fit_likeness(rows: Sequence[Row], of_rows: Floats32) -> Likeness:
    """Fit a likeness model to rows, given their points."""
    points = quantise(of_rows)
    wanted = np.array([TARGETS[row.label] - FAR_FROM_ALL for row in rows], np.float32)
    weights = np.array([ROW_WEIGHTS[row.label] for row in rows], np.float32)
    ridge = KernelRidge(alpha=RIDGE_ALPHA, kernel="rbf", gamma=GAMMA)
    ridge.fit(points / np.float32(STEPS), wanted, sample_weight=weights)
    counts = np.round(ridge.dual_coef_, DIGITS).astype(np.float32)
    return Likeness(points, counts, FAR_FROM_ALL, GAMMA)


@dataclass(frozen=True, slots=True)
class Points:
    """The points of rows: `whole` by English meanings and senses, `common` by the half that is
    common to languages. `own` are rows of our own words in other languages, with only the
    latter."""

    rows: Sequence[Row]
    whole: Floats32
    common: Floats32
    own: Sequence[Row]
    of_own: Floats32

    def likenesses(self) -> Likenesses:
        """The likeness models fitted on all rows."""
        return self._fit_on(np.arange(len(self.rows)))

    def unseen(self, folds: Sequence[Fold]) -> tuple[Floats, Floats]:
        """The likeness of each tested row, whole and in common, from models fitted on the other
        folds; 0 for rows that are not tested."""
        whole, common = np.zeros(len(self.rows)), np.zeros(len(self.rows))
        for fold in folds:
            models = self._fit_on(fold.train)
            whole[fold.test] = [models.english.score(one) for one in self.whole[fold.test]]
            common[fold.test] = [models.foreign.score(one) for one in self.common[fold.test]]
        return whole, common

    def _fit_on(self, indices: NDArray[np.int64]) -> Likenesses:
        rows = [self.rows[index] for index in indices]
        common = np.concatenate([self.common[indices], self.of_own])
        return Likenesses(
            fit_likeness(rows, self.whole[indices]), fit_likeness([*rows, *self.own], common)
        )
