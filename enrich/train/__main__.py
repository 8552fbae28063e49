"""Train the tagger: `python -m enrich.train --data FILE [--stream FILE] [--out FOLDER]`.

Cross-validates, fits on all rows, writes the model and its card, and prints the figures. First run
`python -m enrich.train.encoder` and `.polyglot`, which write those two. The same data gives the
same files.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from enrich.meanings import common_half
from enrich.own_words import AFFAIR_FOLDERS, Report, items, outcome, reports
from enrich.senses import Senses
from enrich.senses.reader import LANGUAGES
from enrich.tagging.encoder import CachingEncoder, Encoder
from enrich.tagging.features import Reading
from enrich.tagging.likeness import FOREIGN_FILE, LIKENESS_FILE
from enrich.tagging.tagger import Tagger
from enrich.tagging.taxonomy import shipped
from enrich.tagging.weights import MODEL_FILE
from enrich.train.card import CheckOutcomes, TrainingResult, card
from enrich.train.fit import (
    CLOSED_GATE,
    Calibration,
    EncoderOutputs,
    GateMasks,
    LogOdds,
    calibrate,
    fit,
    fit_gate,
    log_odds,
)
from enrich.train.likeness import Points, foreign_meanings, meanings, points_of
from enrich.train.measure import (
    MIN_PRECISION,
    MonthsFigures,
    Scores,
    best_threshold,
    measure,
    measure_months,
    measure_tagger,
)
from enrich.train.rows import (
    EXAMPLE,
    FOLDED,
    MONTHS,
    ODDS_FILE,
    DataError,
    Fold,
    Row,
    add_arguments,
    exit_on_data_error,
    foreign_examples,
    load_all,
    make_folds,
    month_split,
    read_all,
)
from enrich.train.topics import Stories, learn
from enrich.train.topics import measure as measure_topic

CARD = Path(__file__).parents[2] / "docs" / "tagger.md"

GROWTH = (0.25, 0.5, 1.0)
"""Shares of the labels that words and senses learn from, to see what more labels would bring."""


def train(rows: Sequence[Row], senses: Senses, encoder: Encoder) -> TrainingResult:
    """Fit the model on all rows, and cross-validate it on those that are not borderline."""
    readings = read_all(senses, rows)
    folds = make_folds(rows)
    tested = [fold.test for fold in folds]
    scored = np.sort(np.concatenate(tested))
    odds = _unseen_log_odds(rows, readings, senses, folds, 1.0)
    row_meanings = meanings(rows, encoder)
    own = foreign_examples()
    own_meanings = foreign_meanings(own, encoder)
    points = Points(
        rows,
        points_of(row_meanings, readings, senses),
        common_half(row_meanings),
        own,
        own_meanings,
    )
    encoder_outputs = unseen_encoder_outputs(rows, scored, FOLDED)
    outputs = _with_likeness(
        encoder_outputs or EncoderOutputs(*np.zeros((4, len(rows)))), points, folds
    )
    calibration = _calibration(
        [rows[index] for index in scored],
        odds.take(scored),
        outputs.take(scored),
        is_read=encoder_outputs is not None,
    )
    scores = _scores(calibration, odds, outputs)
    model = calibration.apply_to(fit(senses, *_without_examples(rows, readings)), 0.5)
    likenesses = points.likenesses()
    tagger = Tagger(model, senses, encoder, likenesses=likenesses)
    english = Stories.of(rows, readings, row_meanings, tagger.kinds)
    own_readings = read_all(senses, own, english=False)
    foreign_stories = Stories.of(own, own_readings, own_meanings, tagger.kinds)
    names = [topic.name for topic in shipped()]
    topics = tuple(learn(name, english, foreign_stories) for name in names)
    growth = []
    for share in GROWTH:
        by_share = odds if share == 1 else _unseen_log_odds(rows, readings, senses, folds, share)
        words = measure(rows, replace(scores, full=by_share.full), tested, 0.5)
        growth.append((round(share * len(scored)), words.no_keyword_average_precision))
    return TrainingResult(
        replace(model, topics=topics),
        likenesses,
        measure(rows, scores, tested, 0.5),
        _months(rows, readings, senses, points, calibration),
        {name: measure_topic(name, english, foreign_stories) for name in names},
        growth,
    )


def _calibration(
    rows: Sequence[Row], odds: LogOdds, outputs: EncoderOutputs, *, is_read: bool
) -> Calibration:
    """The gate and calibration of unseen rows, shifted so that the threshold is one half, whatever
    the share of stories was here. Unless the encoder has learnt the rows (`is_read`), nothing
    passes the gate."""
    is_random = np.array([row.origin == "random" for row in rows])
    gate = fit_gate(odds, outputs, is_random) if is_read else CLOSED_GATE
    positive = [row.positive for row in rows]
    unshifted = calibrate(odds, outputs, positive, is_random, gate)
    thresholds = (
        best_threshold(rows, scores, MIN_PRECISION)
        for scores in (unshifted.scores(odds, outputs), unshifted.foreign_scores(odds, outputs))
    )
    return unshifted.shifted(*map(_logit, thresholds))


def _scores(calibration: Calibration, odds: LogOdds, outputs: EncoderOutputs) -> Scores:
    return Scores(
        calibration.scores(odds, outputs),
        odds.full,
        odds.senses_alone,
        calibration.foreign_scores(odds, outputs),
        GateMasks.of(calibration.gate, odds, outputs),
    )


def _months(
    rows: Sequence[Row],
    readings: Sequence[Reading],
    senses: Senses,
    points: Points,
    calibration: Calibration,
) -> MonthsFigures | None:
    """The figures for months that words, senses and encoder did not learn from.

    Slopes, gate and threshold are the finished tagger's, which come from all months.
    """
    fold = month_split(rows)
    encoder_outputs = unseen_encoder_outputs(rows, fold.test, MONTHS) if fold else None
    if fold is None or encoder_outputs is None:
        return None
    odds = _unseen_log_odds(rows, readings, senses, [fold], 1.0)
    outputs = _with_likeness(encoder_outputs, points, [fold])
    return measure_months(rows, _scores(calibration, odds, outputs), fold)


def _with_likeness(
    outputs: EncoderOutputs, points: Points, folds: Sequence[Fold]
) -> EncoderOutputs:
    return EncoderOutputs(outputs.encoder, outputs.glance, *points.unseen(folds))


def _logit(score: float) -> float:
    return math.log(score / (1 - score))


def unseen_encoder_outputs(
    rows: Sequence[Row], tested: NDArray[np.int64], kind: str
) -> EncoderOutputs | None:
    """The encoder's log-odds of the tested rows, from networks that never saw them; 0 elsewhere.

    None if the encoder has learnt none of the rows. Raises `DataError` if some are missing: the
    encoder has to be trained again first.
    """
    content = files("enrich.train").joinpath(ODDS_FILE).read_text("utf-8")
    known: dict[str, list[float]] = json.loads(content)[kind]
    missing = [rows[index].id for index in tested if rows[index].id not in known]
    if len(missing) == len(tested):
        return None
    if missing:
        raise DataError(
            f"the encoder has not learnt {len(missing)} rows, {missing[0]} among them: run"
            " `python -m enrich.train.encoder` first"
        )
    odds = np.zeros((len(rows), 2))
    odds[tested] = [known[rows[index].id] for index in tested]
    return EncoderOutputs(odds[:, 0], odds[:, 1], *np.zeros((2, len(rows))))


def _unseen_log_odds(
    rows: Sequence[Row],
    readings: Sequence[Reading],
    senses: Senses,
    folds: Sequence[Fold],
    share: float,
) -> LogOdds:
    """Log-odds of each row from a model of words and senses fitted on a share of the other
    folds."""
    full, senses_alone = np.zeros(len(rows)), np.zeros(len(rows))
    chance = np.random.default_rng(0)
    for number, fold in enumerate(folds, 1):
        indices = fold.train[chance.random(len(fold.train)) < share]
        learnt = [rows[index] for index in indices]
        model = fit(senses, *_without_examples(learnt, _take(readings, indices)))
        odds = log_odds(model, senses, _take(readings, fold.test))
        full[fold.test], senses_alone[fold.test] = odds.full, odds.senses_alone
        print(f"fold {number} of {len(folds)}, {len(indices):,} rows", file=sys.stderr)
    return LogOdds(full, senses_alone)


def _without_examples(
    rows: Sequence[Row], readings: Sequence[Reading]
) -> tuple[list[Reading], list[str]]:
    """What words and senses learn from: not our own words, which would teach them our style."""
    pairs = [pair for pair in zip(rows, readings, strict=True) if pair[0].origin != EXAMPLE]
    return [reading for _, reading in pairs], [row.label for row, _ in pairs]


def _take(readings: Sequence[Reading], indices: Iterable[int]) -> list[Reading]:
    return [readings[index] for index in indices]


def _reports(language: str) -> list[Report]:
    return [report for folder in AFFAIR_FOLDERS for report in reports(folder, language)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command. Raises `SystemExit` if the data is missing or broken."""
    parser = argparse.ArgumentParser(prog="python -m enrich.train", description=__doc__)
    add_arguments(parser)
    parser.add_argument(
        "--out", type=Path, help="folder for model and card; by default the package's, and docs/"
    )
    options = parser.parse_args(arguments)
    senses, encoder = Senses.load(), CachingEncoder()
    with exit_on_data_error():
        rows = load_all(options.data, options.stream)
        result = train(rows, senses, encoder)
    content = result.model.dump()
    tagger = Tagger(result.model, senses, encoder, likenesses=result.likenesses)
    tagger_figures = measure_tagger([row for row in rows if row.origin != EXAMPLE], tagger)
    checks = [
        CheckOutcomes(
            outcome(code, items("checks", code), tagger.is_tagged),
            outcome(code, items("articles", code), tagger.is_tagged),
            outcome(code, _reports(code), tagger.is_tagged),
        )
        for code in LANGUAGES
    ]
    kinds = [sense.kind for sense in senses.senses]
    text = card(rows, result, kinds, tagger_figures, checks)
    with as_file(files("enrich.model")) as package:
        folder = options.out or package
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MODEL_FILE).write_bytes(content)
        (folder / LIKENESS_FILE).write_bytes(result.likenesses.english.dump())
        (folder / FOREIGN_FILE).write_bytes(result.likenesses.foreign.dump())
    (options.out / CARD.name if options.out else CARD).write_text(text, "utf-8")
    for record in (result.figures, result.months, tagger_figures):
        for field in fields(record) if record else ():
            print(f"{field.name:28} {getattr(record, field.name)}")
    for line in (*result.topics.items(), *checks, *result.growth):
        print(line)
    print(f"{'model bytes':28} {len(content):,}")


if __name__ == "__main__":
    main()
