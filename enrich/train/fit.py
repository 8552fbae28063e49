"""Fit a `Model` to labelled rows: words and senses, then the gate and the calibration that combine
them with the encoder's log-odds into a score. `enrich.train.topics` fits the topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]  # scipy has no types
from scipy.special import expit  # type: ignore[import-untyped]  # scipy has no types
from sklearn.linear_model import LogisticRegression

from enrich.features import Featuriser, Floats, Reading
from enrich.senses import Senses
from enrich.weights import Answers, Gate, Model, Weights

MIN_DOCUMENTS = (3, 2)
"""Minimum rows that a term must occur in: words, title words. Adding character n-grams (3 to 5
within words) is worth .001 to .003 average precision, and a fifth of the time."""

SENSE_SCALE = 0.8
"""Weight of the sense block relative to the TF-IDF blocks, each of length 1."""

REGRESSION_C = 5.0
"""C of the logistic regression."""

SENSES_C = 3.0
"""C of the regression on senses alone."""

LABEL_WEIGHTS: Mapping[str, tuple[float, float]] = {
    "positive": (5.0, 0.0),
    "borderline": (1.0, 0.5),
    "hard_negative": (0.0, 2.0),
    "negative": (0.0, 1.0),
}
"""The weight of a row of each label as a positive and as a negative example. Positives are one in
twenty. A borderline row counts as both: it teaches the words of surveillance without a verdict
(+.02 average precision). These and the three values above were chosen by cross-validation; the
optimum is flat."""

POLYGLOT_SHARE = 0.1
"""The share of a plain stream that the polyglot reads. At .06, average precision on other months is
lower by .009. From .08 on folds and months are the same, but of stories without an obvious word
(`enrich/own_words/checks`) .1 finds one in eighty more, and more would find as many again."""

ENCODER_SHARE = 0.02
"""The share of a plain stream that the encoder reads. At .03 folds, other months and checks are the
same; at .015 average precision is lower by .006, at .01 by .01."""

LIKENESS_SHARE = 0.4
"""The share of those whose meaning is computed, at two thirds of the encoder's cost. At .3 folds
and months are the same, at .2 average precision is lower by .002."""

GLANCE_WEIGHT = 0.6
"""Weight of the encoder's glance, relative to words and senses, in deciding what is read further.
Without it one in eleven stories of other months is ruled out, with it one in 45."""

LIKENESS_WEIGHT = 5.0
"""Weight of the polyglot's likeness, relative to these, in deciding what the encoder reads. From 2
to 6 the results are the same."""

DIGITS = 4
"""Digits kept of a weight: enough for a score, and the same file from every training."""


def matrix(featuriser: Featuriser, readings: Sequence[Reading]) -> sp.csr_matrix:
    """The feature rows of readings, stacked."""
    rows = [featuriser.row(reading) for reading in readings]
    starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return sp.csr_matrix((values, columns, starts), shape=(len(rows), featuriser.width))


def fit(senses: Senses, readings: Sequence[Reading], labels: Sequence[str]) -> Model:
    """Fit words and senses. The scores are still sigmoids of raw log-odds; `calibrate` follows."""
    featuriser = Featuriser.fit(senses, readings, MIN_DOCUMENTS, SENSE_SCALE)
    rows = matrix(featuriser, readings)
    weights = np.array([LABEL_WEIGHTS[label] for label in labels])
    sides = [np.flatnonzero(weights[:, side]) for side in (0, 1)]
    both = sp.vstack([rows[side] for side in sides]).tocsr()
    truth = np.repeat([True, False], [len(side) for side in sides])
    counts = np.concatenate([weights[sides[0], 0], weights[sides[1], 1]])
    regression = LogisticRegression(C=REGRESSION_C, max_iter=3000)
    regression.fit(both, truth, sample_weight=counts)
    alone = _fit_senses(featuriser, both, truth, counts)
    # Words explain the rows that they are learnt from so well that senses get little weight, but
    # other months have other words: averaging with the senses' own weights does better there.
    by_column = np.round((regression.coef_[0] + alone.by_column) / 2, DIGITS)
    bias = round((float(regression.intercept_[0]) + alone.bias) / 2, DIGITS)
    return Model(
        blocks=(featuriser.words, featuriser.title),
        full=Weights(by_column, bias, 1.0, 0.0),
        senses_alone=alone,
        gate=Gate(glance=0.0, least=0.0, in_common=0.0, least_in_common=0.0),
        answers=Answers(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        foreign_likeness=0.0,
        topics=(),
        threshold=0.5,
        sense_scale=SENSE_SCALE,
        senses=tuple(sense.name for sense in senses.senses),
    )


def _fit_senses(
    featuriser: Featuriser, rows: sp.csr_matrix, truth: NDArray[np.bool_], counts: Floats
) -> Weights:
    """Logistic regression on the sense block alone, with the sign of each sense bound to its kind.

    In another language only senses are known: one that got the wrong sign from English data by
    chance would mislead there with nothing to correct it. So a positive sense never counts against
    the topic, and a look-alike never for it.
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
        value = counts @ np.logaddexp(0, -margins) + by_sense @ by_sense / (2 * SENSES_C)
        slopes = -counts * signs * expit(-margins)
        return float(value), np.append(block.T @ slopes + by_sense / SENSES_C, slopes.sum())

    start = np.zeros(block.shape[1] + 1)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    by_column = np.concatenate([np.zeros(first), np.round(best[:-1], DIGITS)])
    return Weights(by_column, round(float(best[-1]), DIGITS), 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Odds:
    """Uncalibrated log-odds of readings, by the weights for English and by senses alone."""

    full: NDArray[np.float64]
    senses_alone: NDArray[np.float64]


def log_odds(model: Model, senses: Senses, readings: Sequence[Reading]) -> Odds:
    """The uncalibrated log-odds of readings by both sets of weights, whatever their language."""
    featuriser = Featuriser(senses, model.blocks, model.sense_scale)
    rows = matrix(featuriser, readings)
    return Odds(
        *(rows @ weights.by_column + weights.bias for weights in (model.full, model.senses_alone))
    )


ENCODER_CAP = 2.75
"""Cap on the encoder's log-odds, so that encoder and likeness cannot overrule words and senses that
are sure. From 2.5 on, folds and other months show no difference between caps."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The encoder's results for rows that it never saw: its log-odds if it reads them, its glances,
    the likeness of their meanings to stories, and the same by the half common to languages."""

    encoder: NDArray[np.float64]
    glance: NDArray[np.float64]
    likeness: NDArray[np.float64]
    foreign: NDArray[np.float64]

    def at(self, places: NDArray[np.int64]) -> Heard:
        """The same for some rows."""
        return Heard(
            self.encoder[places], self.glance[places], self.likeness[places], self.foreign[places]
        )


UNREACHABLE = 1e9
"""Log-odds that nothing reaches."""

CLOSED_GATE = Gate(GLANCE_WEIGHT, UNREACHABLE, LIKENESS_WEIGHT, UNREACHABLE)
"""The gate if no encoder has learnt the rows: nothing is read further."""


def gate_of(odds: Odds, heard: Heard, plain: NDArray[np.bool_]) -> Gate:
    """The gate that the wanted shares of the plain rows pass."""
    seems = odds.full + GLANCE_WEIGHT * heard.glance
    least = _of_share(seems[plain], POLYGLOT_SHARE)
    near = np.where(seems >= least, seems + LIKENESS_WEIGHT * heard.foreign, -UNREACHABLE)
    return Gate(GLANCE_WEIGHT, least, LIKENESS_WEIGHT, _of_share(near[plain], ENCODER_SHARE))


def _of_share(values: Floats, share: float) -> float:
    """The value that a share of the values reach."""
    return round(float(np.quantile(values, 1 - share)), DIGITS)


@dataclass(frozen=True, slots=True)
class Passed:
    """Which English rows pass a gate, to be read by the polyglot and by the encoder."""

    polyglot: NDArray[np.bool_]
    encoder: NDArray[np.bool_]

    @classmethod
    def of(cls, gate: Gate, odds: Odds, heard: Heard) -> Passed:
        """The rows that pass, given what is known of them."""
        seems = odds.full + gate.glance * heard.glance
        polyglot = seems >= gate.least
        near = seems + gate.in_common * heard.foreign >= gate.least_in_common
        return cls(polyglot, polyglot & near)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How log-odds become scores: for English from words, senses and the encoder; for other
    languages from senses and likeness alone."""

    full: tuple[float, float]
    senses_alone: tuple[float, float]
    foreign_likeness: float
    gate: Gate
    answers: Answers

    def scores(self, odds: Odds, heard: Heard) -> Floats:
        """Scores of English rows."""
        answers = self.answers
        slope, intercept = self.full
        found = slope * odds.full + intercept + answers.glance * heard.glance
        told = found + answers.encoder * np.minimum(heard.encoder, answers.most)
        told += answers.likeness * np.where(told >= answers.least, heard.likeness, answers.unlike)
        read = Passed.of(self.gate, odds, heard).encoder
        scores: Floats = expit(np.where(read, told, found + answers.unread))
        return scores

    def foreign_scores(self, odds: Odds, heard: Heard) -> Floats:
        """Scores of rows as if they were in another language."""
        slope, intercept = self.senses_alone
        by_likeness = self.foreign_likeness * heard.foreign
        scores: Floats = expit(slope * odds.senses_alone + by_likeness + intercept)
        return scores

    def of(self, model: Model, threshold: float) -> Model:
        """A model with these settings."""
        (slope, intercept), (slope_alone, intercept_alone) = self.full, self.senses_alone
        return replace(
            model,
            full=replace(model.full, slope=slope, intercept=intercept),
            senses_alone=replace(model.senses_alone, slope=slope_alone, intercept=intercept_alone),
            gate=self.gate,
            answers=self.answers,
            foreign_likeness=self.foreign_likeness,
            threshold=threshold,
        )

    def shifted(self, full: float, foreign: float) -> Calibration:
        """The same, with these log-odds moved to zero."""
        return replace(
            self,
            full=(self.full[0], round(self.full[1] - full, DIGITS)),
            senses_alone=(self.senses_alone[0], round(self.senses_alone[1] - foreign, DIGITS)),
            answers=replace(self.answers, least=round(self.answers.least - full, DIGITS)),
        )


def calibrate(
    odds: Odds, heard: Heard, positive: Sequence[bool], plain: NDArray[np.bool_], gate: Gate
) -> Calibration:
    """Fit the calibration that turns log-odds of unseen rows into probabilities (Platt scaling).

    Args:
        odds: log-odds of the rows by words and senses.
        heard: the encoder's results for them.
        positive: which are stories.
        plain: which are drawn at random from the stream.
        gate: decides what the encoder reads.
    """
    truth = np.array(positive)
    foreign = LogisticRegression(C=1e6, max_iter=1000)
    foreign.fit(np.stack([odds.senses_alone, heard.foreign], 1), truth)
    of_senses, of_foreign = foreign.coef_[0].tolist()
    read = Passed.of(gate, odds, heard).encoder
    told = [np.minimum(heard.encoder, ENCODER_CAP), heard.likeness]
    unread = [_mean(values[~read]) for values in told]
    told = [np.where(read, *both) for both in zip(told, unread, strict=True)]
    line = LogisticRegression(C=1e6, max_iter=1000)
    line.fit(np.stack([odds.full, heard.glance, *told], 1), truth)
    slope, of_glance, of_encoder, of_likeness = np.round(line.coef_[0], DIGITS).tolist()
    of_unread = round(of_encoder * unread[0] + of_likeness * unread[1], DIGITS)
    intercept = round(float(line.intercept_[0]), DIGITS)
    so_far = slope * odds.full + of_glance * heard.glance + intercept + of_encoder * told[0]
    # If nothing is read there is no quantile to take, and the likeness is always computed.
    least = (
        _of_share(so_far[read & plain], LIKENESS_SHARE) if (read & plain).any() else -UNREACHABLE
    )
    unlike = round(_mean(heard.likeness[read & (so_far < least)]), DIGITS)
    return Calibration(
        (slope, intercept),
        (round(of_senses, DIGITS), round(float(foreign.intercept_[0]), DIGITS)),
        round(of_foreign, DIGITS),
        gate,
        Answers(of_glance, of_encoder, ENCODER_CAP, of_likeness, of_unread, least, unlike),
    )


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0
