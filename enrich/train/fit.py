"""Fitting: from labelled rows to a `Model`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from enrich.features import Featuriser, Reading
from enrich.senses import Senses
from enrich.tagger import Model

LEAST_DOCUMENTS = (3, 5, 2)
"""Rows that a term must stand in: words, characters, title words."""

SENSE_SCALE = 0.5
"""How much the sense block counts against the TF-IDF blocks, each of length 1."""

PENALTY = 10.0
"""C of the logistic regression."""

LABEL_WEIGHTS: Mapping[str, tuple[float, float]] = {
    "positive": (5.0, 0.0),
    "borderline": (1.0, 0.5),
    "hard_negative": (0.0, 2.0),
    "negative": (0.0, 1.0),
}
"""How much a row of each label counts as positive and as negative. Positives are one in twenty. A
borderline row counts as both: it teaches the words of watching without a verdict (+.02 average
precision). These and the three above are chosen by cross-validation, where the top is flat."""

DIGITS = 4
"""Digits kept of a weight: enough for a score, and the same file from every training."""


def matrix(featuriser: Featuriser, readings: Sequence[Reading]) -> sp.csr_matrix:
    """The rows of readings, stacked."""
    rows = [featuriser.row(reading) for reading in readings]
    starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return sp.csr_matrix((values, columns, starts), shape=(len(rows), featuriser.width))


def fit(senses: Senses, readings: Sequence[Reading], labels: Sequence[str]) -> Model:
    """A model whose score is still the plain log-odds' sigmoid; `calibrate` comes after."""
    featuriser = Featuriser.fit(senses, readings, LEAST_DOCUMENTS, SENSE_SCALE)
    rows = matrix(featuriser, readings)
    weights = np.array([LABEL_WEIGHTS[label] for label in labels])
    sides = [np.flatnonzero(weights[:, side]) for side in (0, 1)]
    regression = LogisticRegression(C=PENALTY, max_iter=3000)
    regression.fit(
        sp.vstack([rows[side] for side in sides]),
        np.repeat([True, False], [len(side) for side in sides]),
        sample_weight=np.concatenate([weights[sides[0], 0], weights[sides[1], 1]]),
    )
    return Model(
        blocks=(featuriser.words, featuriser.characters, featuriser.title),
        weights=np.round(regression.coef_[0], DIGITS),
        bias=round(float(regression.intercept_[0]), DIGITS),
        slope=1.0,
        intercept=0.0,
        threshold=0.5,
        sense_scale=SENSE_SCALE,
        senses=tuple(sense.name for sense in senses.senses),
    )


def log_odds(model: Model, senses: Senses, readings: Sequence[Reading]) -> NDArray[np.float64]:
    """The uncalibrated log-odds of readings."""
    featuriser = Featuriser(senses, model.blocks, model.sense_scale)
    found: NDArray[np.float64] = matrix(featuriser, readings) @ model.weights
    return found + model.bias


def calibrate(odds: NDArray[np.float64], positive: Sequence[bool]) -> tuple[float, float]:
    """Slope and intercept that make log-odds of unseen rows into probabilities (Platt)."""
    regression = LogisticRegression(C=1e6, max_iter=1000).fit(odds.reshape(-1, 1), positive)
    slope, intercept = float(regression.coef_[0][0]), float(regression.intercept_[0])
    return round(slope, DIGITS), round(intercept, DIGITS)
