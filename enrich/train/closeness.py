"""Train closeness: how likely two on-topic articles report the same event (`enrich.closeness`).

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

from enrich.closeness import Closeness, Line
from enrich.encoder import Encoder, encoder_input
from enrich.forest import Floats
from enrich.judge import TITLE
from enrich.meanings import ENGLISH_WIDTH, Meaning, cosines, stepped
from enrich.pairs import features
from enrich.profile import Profile
from enrich.train.joins import Text, entries_of, profile_of, read_joins
from enrich.whitening import Whitening

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


class Known(NamedTuple):
    """Labelled pairs: cosines of meanings, cosines of their common halves, title shares, whether
    they are of one event, and the weight of each."""

    alike: Floats
    alike_in_common: Floats
    covered: Floats
    same: Floats
    counts: Floats


class Piece(NamedTuple):
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
        self._pieces = [self._piece(text) for text in texts]
        self._threads = threads
        self._read = self._labelled(stream) if stream else None

    def learn(self, held_out: Container[int] = ()) -> Closeness:
        """Learn from all articles but the held-out ones (by index)."""
        kept = [place for place in range(len(self._pieces)) if place not in held_out]
        parts = [self._compared(kept), *([self._read] if self._read else [])]
        known = _together(parts)
        english, common = _line(known, known.alike), _line(known, known.alike_in_common)
        # Across languages titles share few words: title overlap counts no more than in English.
        title, bias = min(common.title, english.title), round(common.bias - COMMON_PENALTY, 3)
        return Closeness(english, replace(common, title=title, bias=bias))

    def _compared(self, places: Sequence[int]) -> Known:
        parts = []
        for number, place in enumerate(places[1:], 1):
            before = [self._pieces[one] for one in places[:number]]
            thread = self._threads[place]
            same = [float(self._threads[one] == thread) for one in places[:number]]
            parts.append(_known(self._pieces[place], before, same, 1.0))
        return _together(parts)

    def _labelled(self, stream: Path) -> Known:
        """The pairs that were read, except those that the reader was in doubt about."""
        labels = [
            label
            for label in read_joins(LABELS)
            if label.same != "doubtful" and label.part == "train"
        ]
        found = entries_of(labels, stream)
        pieces = {address: self._piece(entry.text) for address, entry in found.items()}
        parts = [
            _known(pieces[label.a], [pieces[label.b]], [float(label.same)], LABELLED_WEIGHT)
            for label in labels
            if label.a in pieces and label.b in pieces
        ]
        return _together(parts)

    def _piece(self, text: Text) -> Piece:
        (encoded,) = self._encoder.encode([encoder_input(text.title, text.text)])
        return Piece(profile_of(text), self._whitening.of(stepped(encoded.meaning)))


def _line(known: Known, alike: Floats) -> Line:
    """Fit the model to the pairs, given their cosines."""
    rows = np.stack([alike, known.covered, np.ones(len(known.same))], axis=1)
    signs = np.where(known.same > 0, 1.0, -1.0)

    def loss(slopes: Floats) -> tuple[float, Floats]:
        margins = signs * (rows @ slopes)
        value = known.counts @ np.logaddexp(0, -margins) + L2_PENALTY * slopes @ slopes
        slope = rows.T @ (-known.counts * signs * expit(-margins)) + 2 * L2_PENALTY * slopes
        return float(value), slope

    best = minimize(loss, np.array([10.0, 1.0, -5.0]), jac=True, method="L-BFGS-B").x
    return Line(*(round(float(one), 3) for one in best))


def _known(piece: Piece, others: Sequence[Piece], same: Sequence[float], counts: float) -> Known:
    rows = features(piece.profile, [one.profile for one in others], np.zeros(len(others)))
    alike = cosines(piece.meaning, [one.meaning for one in others])
    in_common = cosines(_common(piece.meaning), [one.meaning for one in others])
    weights = np.full(len(others), counts)
    return Known(alike, in_common, rows[:, TITLE], np.array(same), weights)


def _common(meaning: Meaning) -> Meaning:
    """A meaning as it would be in another language."""
    without = meaning.copy()
    without[:ENGLISH_WIDTH] = 0
    return without


def _together(parts: Sequence[Known]) -> Known:
    return Known(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
