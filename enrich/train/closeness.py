"""Train closeness: how likely two on-topic articles report the same event
(`enrich.stories.closeness`).

Learns from all pairs of threads that people made, and from pairs of a month's stream that were read
one by one (`labels/on_topic_joins.jsonl`): those that an earlier closeness joined or nearly joined,
with at least one of the two on topic.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]  # scipy has no types
from scipy.special import expit  # type: ignore[import-untyped]  # scipy has no types

from enrich.arrays import Floats
from enrich.meanings import ENGLISH_WIDTH, Meaning, cosines, quantise
from enrich.stories.closeness import Closeness, Line
from enrich.stories.judge import TITLE
from enrich.stories.pairs import features
from enrich.stories.profile import Profile
from enrich.stories.whitening import Whitening
from enrich.tagging.encoder import Encoder, encoder_input
from enrich.train.joins import Text, entries_of, profile_of, read_joins

LABELS = "on_topic_joins.jsonl"

LABELLED_WEIGHT = 2.5
"""Weight of a pair that was read, against one for a pair of threads: it is a hard one. A higher
weight joins fewer unrelated articles, and splits more threads."""

COMMON_PENALTY = 0.3
"""Log-odds taken from pairs that are compared only by the half common to languages. As learnt,
their model is less strict than that of English pairs, and across languages there is little other
evidence: two towns' reports of cameras in their stations became one story. With .25 to .35, no
affair of the checks in our own words is in another's story any more."""

L2_PENALTY = 0.002
"""L2 penalty on the weights, so that little data gives small ones."""


class LabelledPairs(NamedTuple):
    """Labelled pairs: cosines of meanings, cosines of their common halves, title shares, whether
    they are of one event, and the weight of each."""

    cosines: Floats
    common_cosines: Floats
    title_shares: Floats
    same: Floats
    sample_weights: Floats


class EmbeddedArticle(NamedTuple):
    """An article to compare."""

    profile: Profile
    meaning: Meaning


class ClosenessLearner:
    """Learns from threads, all of them or some, and from pairs that were read.

    Args:
        texts: each article that has a thread.
        threads: the thread of each.
        stream: the entries that the labels refer to; None for threads alone.
        encoder: computes their meanings.
        whitening: whitens the meanings before they are compared.
    """

    def __init__(
        self,
        texts: Sequence[Text],
        threads: Sequence[str],
        stream: Path | None,
        encoder: Encoder,
        whitening: Whitening,
    ) -> None:
        self._encoder = encoder
        self._whitening = whitening
        self._articles = [self._embed(text) for text in texts]
        self._threads = threads
        self._labelled_pairs = self._read_labelled_pairs(stream) if stream else None

    def learn(self, held_out: Container[int] = ()) -> Closeness:
        """Learn from all articles but the held-out ones (by index)."""
        kept = [index for index in range(len(self._articles)) if index not in held_out]
        parts = [
            self._thread_pairs(kept),
            *([self._labelled_pairs] if self._labelled_pairs else []),
        ]
        pairs = _concatenate(parts)
        english, common = _fit_line(pairs, pairs.cosines), _fit_line(pairs, pairs.common_cosines)
        # Across languages titles share few words: title overlap counts no more than in English.
        title, bias = min(common.title, english.title), round(common.bias - COMMON_PENALTY, 3)
        return Closeness(english, replace(common, title=title, bias=bias))

    def _thread_pairs(self, indices: Sequence[int]) -> LabelledPairs:
        parts = []
        for number, index in enumerate(indices[1:], 1):
            before = [self._articles[one] for one in indices[:number]]
            thread = self._threads[index]
            same = [float(self._threads[one] == thread) for one in indices[:number]]
            parts.append(_pairs_with(self._articles[index], before, same, 1.0))
        return _concatenate(parts)

    def _read_labelled_pairs(self, stream: Path) -> LabelledPairs:
        """The pairs that were read, except those that the reader was in doubt about."""
        labels = [
            label
            for label in read_joins(LABELS)
            if label.same != "doubtful" and label.part == "train"
        ]
        found = entries_of(labels, stream)
        articles = {address: self._embed(entry.text) for address, entry in found.items()}
        parts = [
            _pairs_with(
                articles[label.a], [articles[label.b]], [float(label.same)], LABELLED_WEIGHT
            )
            for label in labels
            if label.a in articles and label.b in articles
        ]
        return _concatenate(parts)

    def _embed(self, text: Text) -> EmbeddedArticle:
        read = encoder_input(text.title, text.text)
        encoded = self._encoder.encode(read, english=True)
        return EmbeddedArticle(profile_of(text), self._whitening.of(quantise(encoded.meaning)))


def _fit_line(pairs: LabelledPairs, cosine: Floats) -> Line:
    """Fit the model to the pairs, given their cosines."""
    rows = np.stack([cosine, pairs.title_shares, np.ones(len(pairs.same))], axis=1)
    signs = np.where(pairs.same > 0, 1.0, -1.0)

    def loss(slopes: Floats) -> tuple[float, Floats]:
        margins = signs * (rows @ slopes)
        value = pairs.sample_weights @ np.logaddexp(0, -margins) + L2_PENALTY * slopes @ slopes
        slope = rows.T @ (-pairs.sample_weights * signs * expit(-margins)) + 2 * L2_PENALTY * slopes
        return float(value), slope

    best = minimize(loss, np.array([10.0, 1.0, -5.0]), jac=True, method="L-BFGS-B").x
    return Line(*(round(float(one), 3) for one in best))


def _pairs_with(
    article: EmbeddedArticle,
    others: Sequence[EmbeddedArticle],
    same: Sequence[float],
    weight: float,
) -> LabelledPairs:
    rows = features(article.profile, [one.profile for one in others], np.zeros(len(others)))
    cosine = cosines(article.meaning, [one.meaning for one in others])
    common_cosine = cosines(_as_foreign(article.meaning), [one.meaning for one in others])
    weights = np.full(len(others), weight)
    return LabelledPairs(cosine, common_cosine, rows[:, TITLE], np.array(same), weights)


def _as_foreign(meaning: Meaning) -> Meaning:
    """A meaning as it would be in another language."""
    without = meaning.copy()
    without[:ENGLISH_WIDTH] = 0
    return without


def _concatenate(parts: Sequence[LabelledPairs]) -> LabelledPairs:
    return LabelledPairs(*map(np.concatenate, zip(*parts, strict=True)))
