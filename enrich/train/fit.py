"""Fitting: from labelled rows to a `Model`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]  # scipy has no types
from scipy.special import expit  # type: ignore[import-untyped]  # scipy has no types
from sklearn.linear_model import LogisticRegression

from enrich.features import Featuriser, Floats, Reading
from enrich.senses import Senses
from enrich.tagger import Model, Weights

LEAST_DOCUMENTS = (3, 5, 2)
"""Rows that a term must stand in: words, characters, title words."""

SENSE_SCALE = 0.8
"""How much the sense block counts against the TF-IDF blocks, each of length 1."""

PENALTY = 5.0
"""C of the logistic regression."""

SENSES_PENALTY = 3.0
"""C of the regression on senses alone."""

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
    """A model whose scores are still the plain log-odds' sigmoids; `calibrate` comes after."""
    featuriser = Featuriser.fit(senses, readings, LEAST_DOCUMENTS, SENSE_SCALE)
    rows = matrix(featuriser, readings)
    weights = np.array([LABEL_WEIGHTS[label] for label in labels])
    sides = [np.flatnonzero(weights[:, side]) for side in (0, 1)]
    both = sp.vstack([rows[side] for side in sides]).tocsr()
    truth = np.repeat([True, False], [len(side) for side in sides])
    counts = np.concatenate([weights[sides[0], 0], weights[sides[1], 1]])
    regression = LogisticRegression(C=PENALTY, max_iter=3000)
    regression.fit(both, truth, sample_weight=counts)
    by_column = np.round(regression.coef_[0], DIGITS)
    return Model(
        blocks=(featuriser.words, featuriser.characters, featuriser.title),
        full=Weights(by_column, round(float(regression.intercept_[0]), DIGITS), 1.0, 0.0),
        senses_alone=_fit_senses(featuriser, both, truth, counts),
        threshold=0.5,
        sense_scale=SENSE_SCALE,
        senses=tuple(sense.name for sense in senses.senses),
    )


def _fit_senses(
    featuriser: Featuriser, rows: sp.csr_matrix, truth: NDArray[np.bool_], counts: Floats
) -> Weights:
    """Logistic regression on the sense block alone, each sense bound to the side of its kind.

    In another language nothing but senses is known: one that English data by chance gave the
    wrong sign would mislead there unanswered. So a positive sense never speaks against the topic,
    and a look-alike never for it.
    """
    first = featuriser.width - len(featuriser.sense_columns)
    block = rows[:, first:]
    kind = featuriser.senses.kind
    signs = np.where(truth, 1.0, -1.0)
    bounds: list[tuple[float | None, float | None]] = []
    for name in featuriser.sense_columns:
        _, _, sense = name.partition(" ")
        positive = sense == "positive senses" or kind.get(sense) == "positive"
        bounds.append((0.0, None) if positive else (None, 0.0))
    bounds.append((None, None))

    def loss(found: Floats) -> tuple[float, Floats]:
        by_sense, bias = found[:-1], found[-1]
        margins = signs * (block @ by_sense + bias)
        # log(1 + exp(-margin)) and its slope, without overflow.
        value = counts @ np.logaddexp(0, -margins) + by_sense @ by_sense / (2 * SENSES_PENALTY)
        slopes = -counts * signs * expit(-margins)
        return float(value), np.append(block.T @ slopes + by_sense / SENSES_PENALTY, slopes.sum())

    start = np.zeros(block.shape[1] + 1)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    by_column = np.concatenate([np.zeros(first), np.round(best[:-1], DIGITS)])
    return Weights(by_column, round(float(best[-1]), DIGITS), 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Odds:
    """The uncalibrated log-odds of readings, by the weights of English and by senses alone."""

    full: NDArray[np.float64]
    senses_alone: NDArray[np.float64]


def log_odds(model: Model, senses: Senses, readings: Sequence[Reading]) -> Odds:
    """The uncalibrated log-odds of readings by either set of weights, whatever their language."""
    featuriser = Featuriser(senses, model.blocks, model.sense_scale)
    rows = matrix(featuriser, readings)
    return Odds(
        *(rows @ weights.by_column + weights.bias for weights in (model.full, model.senses_alone))
    )


def calibrate(odds: NDArray[np.float64], positive: Sequence[bool]) -> tuple[float, float]:
    """Slope and intercept that make log-odds of unseen rows into probabilities (Platt)."""
    regression = LogisticRegression(C=1e6, max_iter=1000).fit(odds.reshape(-1, 1), positive)
    slope, intercept = float(regression.coef_[0][0]), float(regression.intercept_[0])
    return round(slope, DIGITS), round(intercept, DIGITS)


def probability(odds: Floats, slope: float, intercept: float) -> Floats:
    """Log-odds as calibrated scores."""
    scores: Floats = expit(slope * odds + intercept)
    return scores
