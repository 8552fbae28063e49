"""Figures: what cross-validation says of the tagger, as printed and as written on the card."""

from __future__ import annotations

import time
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve

from enrich.tagger import Tagger
from enrich.train.rows import Row

Scores = NDArray[np.float64]

LEAST_PRECISION = 0.8
"""Of tagged items at least this share shall be right; below the threshold that gives it, more is
found but a reader of alerts sees too much that is not meant."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Cross-validated figures. The first block is over short items, borderline rows left out."""

    average_precision: float
    fold_average_precision: tuple[float, ...]
    keyword_average_precision: float
    recall_at_p90: float
    precision: float
    recall: float
    f1: float
    lookalike_fpr: float
    random_fpr: float
    no_keyword_recall: float
    full_text_f1: float
    evidence_share: float
    evidence_lowers: float
    senses_share: float
    alone_average_precision: float
    alone_precision: float
    alone_recall: float
    items_per_second: float


@dataclass(frozen=True, slots=True)
class FreshFigures:
    """Of a language's fresh items: how many stories, and how many look-alikes, are tagged."""

    language: str
    stories: int
    hits: int
    lookalikes: int
    alarms: int


def measure_fresh(path: Path, tagger: Tagger) -> list[FreshFigures]:
    """Figures on a TOML file of `[language]`, `stories` and `lookalikes`, each [title, text]."""
    figures = []
    for language, items in tomllib.loads(path.read_text("utf-8")).items():
        stories, lookalikes = items["stories"], items["lookalikes"]
        hits = sum(bool(tagger.tag(title, text).tags) for title, text in stories)
        alarms = sum(bool(tagger.tag(title, text).tags) for title, text in lookalikes)
        figures.append(FreshFigures(language, len(stories), hits, len(lookalikes), alarms))
    return figures


def best_threshold(rows: Sequence[Row], scores: Scores) -> float:
    """The lowest score, to two digits, from which precision over short items is enough."""
    short = np.array([row.short for row in rows])
    truth = np.array([row.positive for row in rows])[short]
    for threshold in np.arange(0.05, 0.95, 0.01):
        if _prf(truth, scores[short] >= threshold)[0] >= LEAST_PRECISION:
            return round(float(threshold), 2)
    return 0.95


def measure(
    rows: Sequence[Row],
    scores: Scores,
    scores_alone: Scores,
    parts: Sequence[NDArray[np.int64]],
    taggers: Sequence[Tagger],
) -> Figures:
    """All figures. `parts[n]` are the places of the rows that `taggers[n]` never saw.

    `scores` are by each row's language, `scores_alone` by senses alone, whatever the language.
    Rows that are in no part, the borderline ones, are not scored.
    """
    evidence = _evidence(rows, parts, taggers)
    fold_precision = tuple(_short_precision(rows, scores, part) for part in parts)
    tested = np.sort(np.concatenate(parts))
    rows, scores = [rows[place] for place in tested], scores[tested]
    scores_alone = scores_alone[tested]
    threshold = taggers[0].threshold
    truth = np.array([row.positive for row in rows])
    short = np.array([row.short for row in rows])
    origin = np.array([row.origin for row in rows])
    hard = np.array([row.label == "hard_negative" for row in rows])
    passed = scores >= threshold
    precision, recall, _ = precision_recall_curve(truth[short], scores[short])
    short_figures = _prf(truth[short], passed[short])
    alone_figures = _prf(truth[short], scores_alone[short] >= threshold)
    told = short & (origin != "no_keyword")
    return Figures(
        average_precision=float(average_precision_score(truth[short], scores[short])),
        fold_average_precision=fold_precision,
        keyword_average_precision=float(average_precision_score(truth[told], scores[told])),
        recall_at_p90=float(recall[precision >= 0.9].max()),
        precision=short_figures[0],
        recall=short_figures[1],
        f1=short_figures[2],
        lookalike_fpr=float(passed[short & hard].mean()),
        random_fpr=float(passed[short & (origin == "random") & ~truth].mean()),
        no_keyword_recall=float(passed[(origin == "no_keyword") & truth].mean()),
        full_text_f1=_prf(truth[~short], passed[~short])[2],
        evidence_share=evidence["with"] / max(evidence["tagged"], 1),
        evidence_lowers=evidence["lowered"] / max(evidence["tagged"], 1),
        alone_average_precision=float(average_precision_score(truth[short], scores_alone[short])),
        alone_precision=alone_figures[0],
        alone_recall=alone_figures[1],
        senses_share=evidence["sense"] / max(evidence["tagged"], 1),
        items_per_second=_speed(rows, taggers[0].tag),
    )


def _short_precision(rows: Sequence[Row], scores: Scores, part: NDArray[np.int64]) -> float:
    short = [place for place in part if rows[place].short]
    return float(average_precision_score([rows[p].positive for p in short], scores[short]))


def _prf(truth: NDArray[np.bool_], passed: NDArray[np.bool_]) -> tuple[float, float, float]:
    hits = int((truth & passed).sum())
    precision, recall = hits / max(int(passed.sum()), 1), hits / max(int(truth.sum()), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _evidence(
    rows: Sequence[Row], parts: Sequence[NDArray[np.int64]], taggers: Sequence[Tagger]
) -> Counter[str]:
    """Over unseen rows that pass: how many carry evidence, by a sense, and fall without it."""
    counts: Counter[str] = Counter()
    for part, tagger in zip(parts, taggers, strict=True):
        for row in (rows[place] for place in part):
            verdict = tagger.tag(row.title, row.text)
            if not verdict.tags:
                continue
            evidence = verdict.tags[0].evidence
            masked = {"title": row.title, "text": row.text}
            for piece in evidence:
                field = masked[piece.field]
                blank = " " * (piece.end - piece.start)
                masked[piece.field] = field[: piece.start] + blank + field[piece.end :]
            counts["tagged"] += 1
            counts["with"] += bool(evidence)
            counts["sense"] += any(piece.why.startswith("sense") for piece in evidence)
            counts["lowered"] += tagger.tag(masked["title"], masked["text"]).score < verdict.score
    return counts


def _speed(rows: Sequence[Row], tag: Callable[[str, str], object]) -> float:
    """Short items a second on one core, words not met before included."""
    items = [row for row in rows if row.short]
    begin = time.perf_counter()
    for row in items:
        tag(row.title, row.text)
    return len(items) / (time.perf_counter() - begin)
