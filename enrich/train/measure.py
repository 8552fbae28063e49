"""Compute the cross-validated figures of the tagger, as printed and as written on the card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve

from enrich.arrays import Floats
from enrich.tagging.context import masked
from enrich.tagging.tagger import Tagger
from enrich.train.fit import GateMasks
from enrich.train.rows import EXAMPLE, STREAM, Fold, Row

MIN_PRECISION = 0.9
"""Minimum precision of tagging. Below the threshold that gives it more is found, but a reader of
alerts sees too much that is not meant. For other languages the same is required of English items
scored as if they were foreign."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Cross-validated figures over short items, without borderline rows.

    `stream_*` are over the rows that we labelled in the stream; all others over the labelled file.
    """

    average_precision: float
    fold_average_precision: tuple[float, ...]
    keyword_average_precision: float
    no_keyword_average_precision: float
    recall_at_p90: float
    precision: float
    recall: float
    f1: float
    lookalike_fpr: float
    random_fpr: float
    no_keyword_recall: float
    full_text_f1: float
    stream_average_precision: float
    words_average_precision: float
    alone_average_precision: float
    foreign_average_precision: float
    foreign_precision: float
    foreign_recall: float
    polyglot_share: float
    missed_by_polyglot: float
    encoder_share: float
    missed_by_encoder: float


@dataclass(frozen=True, slots=True)
class MonthsFigures:
    """Figures over short items of months that nothing was learnt from."""

    items: int
    stories: int
    average_precision: float
    no_keyword_average_precision: float
    recall_at_p90: float
    words_average_precision: float
    missed_by_polyglot: float
    missed_by_encoder: float
    stories_learnt: int


@dataclass(frozen=True, slots=True)
class TaggerFigures:
    """Results of the finished tagger on the labelled file, which it has learnt from."""

    tagged: int
    evidence_share: float
    evidence_lowers: float
    senses_share: float


def best_threshold(rows: Sequence[Row], scores: Floats, precision: float) -> float:
    """The lowest score, to two digits, with at least `precision` on short items."""
    short = np.array([row.short and row.origin != STREAM for row in rows])
    truth = np.array([row.positive for row in rows])[short]
    for threshold in np.arange(0.05, 0.95, 0.01):
        if _prf(truth, scores[short] >= threshold)[0] >= precision:
            return round(float(threshold), 2)
    return 0.95


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of unseen rows: the tagger's, from words and senses, from senses alone, and as if they
    were in another language; and which rows pass the gate."""

    full: Floats
    words: Floats
    alone: Floats
    foreign: Floats
    gate: GateMasks


def _average_precision(truth: NDArray[np.bool_], scores: Floats) -> float:
    return float(average_precision_score(truth, scores)) if truth.any() else 0.0


def _recall_at_p90(truth: NDArray[np.bool_], scores: Floats) -> float:
    precision, recall, _ = precision_recall_curve(truth, scores)
    return float(recall[precision >= 0.9].max())


def measure(
    rows: Sequence[Row], scores: Scores, folds: Sequence[NDArray[np.int64]], threshold: float
) -> Figures:
    """All cross-validated figures. `folds` are the indices of the rows that each fold tests.

    Rows in no part, the borderline ones and our own words, are not scored.
    """
    tested = np.sort(np.concatenate(folds))
    origin = np.array([row.origin for row in rows])
    truth = np.array([row.positive for row in rows])
    hard = np.array([row.label == "hard_negative" for row in rows])
    scored = np.zeros(len(rows), np.bool_)
    scored[tested] = True
    full_text = scored & (origin == "full_text")
    streamed = scored & (origin == STREAM)
    short = scored & ~full_text & ~streamed
    no_keyword = short & (origin == "no_keyword")
    keyword = short & (origin != "no_keyword")
    tagged = scores.full >= threshold
    figures = _prf(truth[short], tagged[short])
    foreign = _prf(truth[short], scores.foreign[short] >= threshold)

    def ranked(rows: NDArray[np.bool_], by: Floats = scores.full) -> float:
        return _average_precision(truth[rows], by[rows])

    def in_fold(fold: NDArray[np.int64]) -> NDArray[np.bool_]:
        here: NDArray[np.bool_] = np.isin(np.arange(len(short)), fold) & short
        return here

    def share(of: NDArray[np.bool_], what: NDArray[np.bool_]) -> float:
        return float(what[of].mean()) if of.any() else 0.0

    return Figures(
        average_precision=ranked(short),
        fold_average_precision=tuple(ranked(in_fold(fold)) for fold in folds),
        keyword_average_precision=ranked(keyword),
        no_keyword_average_precision=ranked(no_keyword),
        recall_at_p90=_recall_at_p90(truth[short], scores.full[short]),
        precision=figures[0],
        recall=figures[1],
        f1=figures[2],
        lookalike_fpr=share(short & hard, tagged),
        random_fpr=share(short & (origin == "random") & ~truth, tagged),
        no_keyword_recall=share(no_keyword & truth, tagged),
        full_text_f1=_prf(truth[full_text], tagged[full_text])[2],
        stream_average_precision=ranked(streamed),
        words_average_precision=ranked(short, scores.words),
        alone_average_precision=ranked(short, scores.alone),
        foreign_average_precision=ranked(short, scores.foreign),
        foreign_precision=foreign[0],
        foreign_recall=foreign[1],
        polyglot_share=share(short & (origin == "random"), scores.gate.polyglot),
        missed_by_polyglot=share(short & truth, ~scores.gate.polyglot),
        encoder_share=share(short & (origin == "random"), scores.gate.encoder),
        missed_by_encoder=share(short & truth, ~scores.gate.encoder),
    )


def measure_months(rows: Sequence[Row], scores: Scores, fold: Fold) -> MonthsFigures:
    """The figures over the rows that a fold tests, from scores that did not learn their months."""
    test = fold.test
    truth = np.array([rows[index].positive for index in test])
    no_keyword = np.array([rows[index].origin == "no_keyword" for index in test])
    full = scores.full[test]
    return MonthsFigures(
        items=len(test),
        stories=int(truth.sum()),
        average_precision=_average_precision(truth, full),
        no_keyword_average_precision=_average_precision(truth[no_keyword], full[no_keyword]),
        recall_at_p90=_recall_at_p90(truth, full),
        words_average_precision=_average_precision(truth, scores.words[test]),
        missed_by_polyglot=float((~scores.gate.polyglot[test])[truth].mean()),
        missed_by_encoder=float((~scores.gate.encoder[test])[truth].mean()),
        stories_learnt=sum(
            rows[index].positive for index in fold.train if rows[index].origin != EXAMPLE
        ),
    )


def measure_tagger(rows: Sequence[Row], tagger: Tagger) -> TaggerFigures:
    """Over everything tagged: the evidence, and whether masking it lowers the score."""
    counts: Counter[str] = Counter()
    for row in rows:
        verdict = tagger.tag(row.title, row.text)
        if not verdict.tags:
            continue
        evidence = verdict.tags[0].evidence
        spans = [(piece.field, piece.start, piece.end) for piece in evidence]
        masked_score = tagger.score(*masked(row.title, row.text, spans))
        counts["tagged"] += 1
        counts["with"] += bool(evidence)
        counts["sense"] += any(piece.why.startswith("sense") for piece in evidence)
        counts["lowered"] += masked_score < verdict.score
    tagged = max(counts["tagged"], 1)
    return TaggerFigures(
        counts["tagged"],
        counts["with"] / tagged,
        counts["lowered"] / tagged,
        counts["sense"] / tagged,
    )


def _prf(truth: NDArray[np.bool_], tagged: NDArray[np.bool_]) -> tuple[float, float, float]:
    hits = int((truth & tagged).sum())
    precision, recall = hits / max(int(tagged.sum()), 1), hits / max(int(truth.sum()), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)
