"""Fit a `Model` to labelled rows: words and senses, then the gate and the calibration that combine
them with the encoder's log-odds into a score. `enrich.train.topics` fits the topics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]  # scipy has no types
from scipy.special import expit  # type: ignore[import-untyped]  # scipy has no types
from sklearn.linear_model import LogisticRegression

from enrich.arrays import Floats
from enrich.senses import Senses
from enrich.tagging.features import Featuriser, Reading
from enrich.tagging.weights import EncoderWeights, Gate, Model, Weights

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


class Examples(NamedTuple):
    """Rows as examples for a regression: the index of each, whether it counts as positive, and its
    weight. A row whose label counts as both is there twice."""

    indices: NDArray[np.intp]
    positive: NDArray[np.bool_]
    weights: Floats

    @classmethod
    def of(cls, labels: Iterable[str]) -> Self:
        """Those of rows with some labels, the positive ones first."""
        weights = np.array([LABEL_WEIGHTS[label] for label in labels])
        side, indices = np.nonzero(weights.T)
        return cls(indices, side == 0, weights[indices, side])


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
    examples = Examples.of(labels)
    rows = matrix(featuriser, readings)[examples.indices]
    regression = LogisticRegression(C=REGRESSION_C, max_iter=3000)
    regression.fit(rows, examples.positive, sample_weight=examples.weights)
    alone = _fit_senses(featuriser, rows, examples)
    # Words explain the rows that they are learnt from so well that senses get little weight, but
    # other months have other words: averaging with the senses' own weights does better there.
    by_column = np.round((regression.coef_[0] + alone.by_column) / 2, DIGITS)
    bias = round((float(regression.intercept_[0]) + alone.bias) / 2, DIGITS)
    return Model(
        blocks=(featuriser.words, featuriser.title),
        full=Weights(by_column, bias, 1.0, 0.0),
        senses_alone=alone,
        gate=Gate(
            glance_weight=0.0, polyglot_threshold=0.0, likeness_weight=0.0, encoder_threshold=0.0
        ),
        answers=EncoderWeights(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        foreign_likeness=0.0,
        topics=(),
        threshold=0.5,
        sense_scale=SENSE_SCALE,
        senses=tuple(sense.name for sense in senses.senses),
    )


def _fit_senses(featuriser: Featuriser, rows: sp.csr_matrix, examples: Examples) -> Weights:
    """Logistic regression on the sense block alone, with the sign of each sense bound to its kind.

    In another language only senses are known: one that got the wrong sign from English data by
    chance would mislead there with nothing to correct it. So a positive sense never counts against
    the topic, and a look-alike never for it.
    """
    first = featuriser.sense_block.first_column
    block = rows[:, first:]
    kind = featuriser.senses.kind
    signs, weights = np.where(examples.positive, 1.0, -1.0), examples.weights
    bounds: list[tuple[float | None, float | None]] = []
    for name in featuriser.sense_columns:
        _, _, sense = name.partition(" ")
        positive = sense == "positive senses" or kind.get(sense) == "positive"
        bounds.append((0.0, None) if positive else (None, 0.0))
    bounds.append((None, None))

    def loss(parameters: Floats) -> tuple[float, Floats]:
        by_sense, bias = parameters[:-1], parameters[-1]
        margins = signs * (block @ by_sense + bias)
        # log(1 + exp(-margin)) and its slope, without overflow.
        value = weights @ np.logaddexp(0, -margins) + by_sense @ by_sense / (2 * SENSES_C)
        slopes = -weights * signs * expit(-margins)
        return float(value), np.append(block.T @ slopes + by_sense / SENSES_C, slopes.sum())

    start = np.zeros(block.shape[1] + 1)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    by_column = np.concatenate([np.zeros(first), np.round(best[:-1], DIGITS)])
    return Weights(by_column, round(float(best[-1]), DIGITS), 1.0, 0.0)


class LogOdds(NamedTuple):
    """Uncalibrated log-odds of readings, by the weights for English and by senses alone."""

    full: Floats
    senses_alone: Floats

    def take(self, indices: NDArray[np.int64]) -> LogOdds:
        """The same for some readings."""
        return LogOdds(*(odds[indices] for odds in self))


def log_odds(model: Model, senses: Senses, readings: Sequence[Reading]) -> LogOdds:
    """The uncalibrated log-odds of readings by both sets of weights, whatever their language."""
    featuriser = Featuriser(senses, model.blocks, model.sense_scale)
    rows = matrix(featuriser, readings)
    return LogOdds(
        *(rows @ weights.by_column + weights.bias for weights in (model.full, model.senses_alone))
    )


ENCODER_CAP = 2.75
"""Cap on the encoder's log-odds, so that encoder and likeness cannot overrule words and senses that
are sure. From 2.5 on, folds and other months show no difference between caps."""


class EncoderOutputs(NamedTuple):
    """The encoder's results for rows that it never saw: its log-odds if it reads them, its glances,
    the likeness of their meanings to stories, and the same by the half common to languages."""

    encoder: Floats
    glance: Floats
    likeness: Floats
    foreign: Floats

    def take(self, indices: NDArray[np.int64]) -> EncoderOutputs:
        """The same for some rows."""
        return EncoderOutputs(*(output[indices] for output in self))


UNREACHABLE = 1e9
"""Log-odds that nothing reaches."""

CLOSED_GATE = Gate(GLANCE_WEIGHT, UNREACHABLE, LIKENESS_WEIGHT, UNREACHABLE)
"""The gate if no encoder has learnt the rows: nothing is read further."""


def fit_gate(log_odds: LogOdds, outputs: EncoderOutputs, is_random: NDArray[np.bool_]) -> Gate:
    """The gate that the wanted shares of the rows drawn at random pass."""
    by_words = log_odds.full + GLANCE_WEIGHT * outputs.glance
    polyglot_threshold = _threshold_for(by_words[is_random], POLYGLOT_SHARE)
    with_likeness = np.where(
        by_words >= polyglot_threshold, by_words + LIKENESS_WEIGHT * outputs.foreign, -UNREACHABLE
    )
    return Gate(
        GLANCE_WEIGHT,
        polyglot_threshold,
        LIKENESS_WEIGHT,
        _threshold_for(with_likeness[is_random], ENCODER_SHARE),
    )


def _threshold_for(values: Floats, share: float) -> float:
    """The value that a share of the values reach."""
    return round(float(np.quantile(values, 1 - share)), DIGITS)


@dataclass(frozen=True, slots=True)
class GateMasks:
    """Which English rows pass a gate, to be read by the polyglot and by the encoder."""

    polyglot: NDArray[np.bool_]
    encoder: NDArray[np.bool_]

    @classmethod
    def of(cls, gate: Gate, log_odds: LogOdds, outputs: EncoderOutputs) -> GateMasks:
        """The rows that pass, given what is known of them."""
        by_words = log_odds.full + gate.glance_weight * outputs.glance
        polyglot = by_words >= gate.polyglot_threshold
        with_likeness = by_words + gate.likeness_weight * outputs.foreign
        return cls(polyglot, polyglot & (with_likeness >= gate.encoder_threshold))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How log-odds become scores: for English from words, senses and the encoder; for other
    languages from senses and likeness alone."""

    full: tuple[float, float]
    senses_alone: tuple[float, float]
    foreign_likeness: float
    gate: Gate
    answers: EncoderWeights

    def scores(self, log_odds: LogOdds, outputs: EncoderOutputs) -> Floats:
        """Scores of English rows."""
        weights = self.answers
        slope, intercept = self.full
        unread = slope * log_odds.full + intercept + weights.glance * outputs.glance
        read = unread + weights.encoder * np.minimum(outputs.encoder, weights.encoder_cap)
        is_likened = read >= weights.likeness_threshold
        read += weights.likeness * np.where(is_likened, outputs.likeness, weights.default_likeness)
        is_read = GateMasks.of(self.gate, log_odds, outputs).encoder
        scores: Floats = expit(np.where(is_read, read, unread + weights.unread))
        return scores

    def foreign_scores(self, log_odds: LogOdds, outputs: EncoderOutputs) -> Floats:
        """Scores of rows as if they were in another language."""
        slope, intercept = self.senses_alone
        by_likeness = self.foreign_likeness * outputs.foreign
        scores: Floats = expit(slope * log_odds.senses_alone + by_likeness + intercept)
        return scores

    def apply_to(self, model: Model, threshold: float) -> Model:
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
            answers=replace(
                self.answers,
                likeness_threshold=round(self.answers.likeness_threshold - full, DIGITS),
            ),
        )


def calibrate(
    log_odds: LogOdds,
    outputs: EncoderOutputs,
    positive: Sequence[bool],
    is_random: NDArray[np.bool_],
    gate: Gate,
) -> Calibration:
    """Fit the calibration that turns log-odds of unseen rows into probabilities (Platt scaling).

    Args:
        log_odds: log-odds of the rows by words and senses.
        outputs: the encoder's results for them.
        positive: which are stories.
        is_random: which are drawn at random from the stream.
        gate: decides what the encoder reads.
    """
    truth = np.array(positive)
    (senses_slope, foreign_weight), foreign_intercept = _platt(
        [log_odds.senses_alone, outputs.foreign], truth
    )
    is_read = GateMasks.of(gate, log_odds, outputs).encoder
    columns = [np.minimum(outputs.encoder, ENCODER_CAP), outputs.likeness]
    unread_means = [_mean(values[~is_read]) for values in columns]
    columns = [np.where(is_read, *both) for both in zip(columns, unread_means, strict=True)]
    slopes, intercept = _platt([log_odds.full, outputs.glance, *columns], truth)
    slope, glance_weight, encoder_weight, likeness_weight = np.round(slopes, DIGITS).tolist()
    unread_gain = round(
        encoder_weight * unread_means[0] + likeness_weight * unread_means[1], DIGITS
    )
    before_likeness = (
        slope * log_odds.full
        + glance_weight * outputs.glance
        + intercept
        + encoder_weight * columns[0]
    )
    # If nothing is read there is no quantile to take, and the likeness is always computed.
    likeness_threshold = (
        _threshold_for(before_likeness[is_read & is_random], LIKENESS_SHARE)
        if (is_read & is_random).any()
        else -UNREACHABLE
    )
    default_likeness = round(
        _mean(outputs.likeness[is_read & (before_likeness < likeness_threshold)]), DIGITS
    )
    return Calibration(
        (slope, intercept),
        (round(senses_slope, DIGITS), foreign_intercept),
        round(foreign_weight, DIGITS),
        gate,
        EncoderWeights(
            glance_weight,
            encoder_weight,
            ENCODER_CAP,
            likeness_weight,
            unread_gain,
            likeness_threshold,
            default_likeness,
        ),
    )


def _platt(columns: Sequence[Floats], truth: NDArray[np.bool_]) -> tuple[list[float], float]:
    """Fit a regression; return the weight of each column, and the intercept, rounded."""
    regression = LogisticRegression(C=1e6, max_iter=1000).fit(np.stack(columns, 1), truth)
    return regression.coef_[0].tolist(), round(float(regression.intercept_[0]), DIGITS)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0
