"""Fit a linear model for each topic of stories about surveillance, and measure how well it does.

English stories train the model for English and, with the half of their meanings that is common to
languages, the model for other languages. Stories in our own words in those languages train that
one, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_recall_curve
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, cross_val_predict

from enrich.arrays import Floats, Floats32
from enrich.meanings import common_half
from enrich.tagging.features import Reading
from enrich.tagging.kinds import TOPIC_THRESHOLD, Kinds
from enrich.tagging.weights import TopicLine, TopicWeights
from enrich.train.fit import DIGITS
from enrich.train.rows import Row, groups

FOLDS = 5
SEED = 0

REGRESSION_C = 0.3
MEANING_SCALE = 3.5
"""C of a topic's logistic regression, and the weight of the meaning in it relative to the
senses."""

BETA_SQUARED = 0.5
"""Squared beta of the F-measure that sets a topic's threshold. A reader notices a wrong topic, but
nobody who looks for a topic finds stories that lack it. At 0.25 the topics' mean precision and
recall are .87 and .64, at 0.5 .83 and .73, at 1 .78 and .78."""

MIN_PRECISION = 0.6
"""Minimum precision of a topic, however many of its stories are missed for it; a topic that never
reaches this precision gets the threshold with the best F."""


class Stories(NamedTuple):
    """Stories that a reader gave topics: the topics, their signs (`enrich.tagging.kinds`), their
    meanings, and a number for the affair of each, as far as a thread or a title shows it."""

    topics: Sequence[Sequence[str]]
    signs: Floats
    meanings: Floats32
    affairs: NDArray[np.int64]

    @classmethod
    def of(
        cls, rows: Sequence[Row], readings: Sequence[Reading], meanings: Floats32, kinds: Kinds
    ) -> Stories:
        """The stories among some rows, given the reading and meaning of each row."""
        topics = {index: row.topics for index, row in enumerate(rows) if row.topics is not None}
        indices = list(topics)
        return cls(
            list(topics.values()),
            np.stack([kinds.signs(readings[index]) for index in indices]),
            meanings[indices],
            groups(rows)[indices],
        )

    def has(self, topic: str) -> NDArray[np.bool_]:
        """Which of them have a topic."""
        return np.array([topic in one for one in self.topics])

    def take(self, indices: NDArray[np.int64]) -> Stories:
        """Some of them."""
        topics = [self.topics[index] for index in indices]
        return Stories(topics, self.signs[indices], self.meanings[indices], self.affairs[indices])

    def as_foreign(self) -> Stories:
        """English stories as if they were in another language."""
        return self._replace(meanings=common_half(self.meanings))

    def concatenate(self, others: Stories) -> Stories:
        """These and others, with the others' affairs numbered after these."""
        return Stories(
            [*self.topics, *others.topics],
            np.concatenate([self.signs, others.signs]),
            np.concatenate([self.meanings, others.meanings]),
            np.concatenate([self.affairs, others.affairs + self.affairs.max() + 1]),
        )


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """A topic's number of stories, and its figures on stories that it was not learnt from."""

    stories: int
    average_precision: float
    precision: float
    recall: float

    @classmethod
    def of(cls, has: NDArray[np.bool_], scores: Floats) -> TopicFigures:
        """Compute them from scores of unseen stories."""
        tagged = scores >= TOPIC_THRESHOLD
        return cls(
            int(has.sum()),
            float(average_precision_score(has, scores)),
            float(has[tagged].mean()) if tagged.any() else 0.0,
            float(tagged[has].mean()) if has.any() else 0.0,
        )


def learn(name: str, english: Stories, foreign: Stories) -> TopicWeights:
    """Fit a topic's models for English and for other languages."""
    return TopicWeights(
        name, _fit_line(name, english), _fit_line(name, english.as_foreign().concatenate(foreign))
    )


def measure(name: str, english: Stories, foreign: Stories) -> tuple[TopicFigures, TopicFigures]:
    """Cross-validated figures of a topic in English and in other languages. Folds keep an affair
    whole."""
    of_english, of_foreign = np.zeros(len(english.topics)), np.zeros(len(foreign.topics))
    as_foreign = english.as_foreign()
    for train, test in _folds(english):
        of_english[test] = _scores(_fit_line(name, english.take(train)), english.take(test))
    for train, test in _folds(foreign):
        of_foreign[test] = _scores(
            _fit_line(name, foreign.take(train), as_foreign), foreign.take(test)
        )
    return (
        TopicFigures.of(english.has(name), of_english),
        TopicFigures.of(foreign.has(name), of_foreign),
    )


def _folds(stories: Stories) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    splitter = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    return list(splitter.split(stories.signs, groups=stories.affairs))


def _scores(line: TopicLine, stories: Stories) -> list[float]:
    return [line.score(*one) for one in zip(stories.signs, stories.meanings, strict=True)]


def _fit_line(name: str, stories: Stories, further: Stories | None = None) -> TopicLine:
    """Fit a model to stories and further ones, then shift its bias so that 0 is the threshold with
    the best F on unseen folds of the first."""
    all_stories = stories.concatenate(further) if further else stories
    rows = np.hstack([all_stories.signs, all_stories.meanings * MEANING_SCALE])
    has = all_stories.has(name)

    def regression() -> LogisticRegression:
        return LogisticRegression(C=REGRESSION_C, max_iter=2000)

    threshold = 0.0
    if FOLDS <= has.sum() <= len(has) - FOLDS:
        splitter = StratifiedGroupKFold(FOLDS)
        log_odds = cross_val_predict(
            regression(),
            rows,
            has,
            groups=all_stories.affairs,
            cv=splitter,
            method="decision_function",
        )
        first = len(stories.topics)
        precision, recall, thresholds = precision_recall_curve(has[:first], log_odds[:first])
        denominator = BETA_SQUARED * precision + recall
        f = (1 + BETA_SQUARED) * precision * recall / np.maximum(denominator, 1e-9)
        eligible = f[:-1] * (precision[:-1] >= MIN_PRECISION)
        threshold = float(thresholds[(eligible if eligible.any() else f[:-1]).argmax()])
    fitted = regression().fit(rows, has)
    weights: Floats = fitted.coef_[0]
    signs = stories.signs.shape[1]
    return TopicLine(
        np.round(weights[:signs], DIGITS),
        np.round(weights[signs:] * MEANING_SCALE, DIGITS),
        round(float(fitted.intercept_[0]) - threshold, DIGITS),
    )
