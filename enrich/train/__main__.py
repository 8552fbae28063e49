"""Train the tagger: `python -m enrich.train --data FILE [--fresh FILE] [--out FOLDER]`.

Cross-validates, fits on all rows, writes the model and its card, prints the figures. The same
data gives the same files, but for the speed, which is printed and not written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from enrich.features import Reading
from enrich.senses import Senses
from enrich.tagger import MODEL_FILE, Model, Tagger
from enrich.train.card import card
from enrich.train.fit import calibrate, fit, log_odds, probability
from enrich.train.measure import Figures, best_threshold, measure, measure_fresh
from enrich.train.rows import DataError, Row, folds, load, read_all

CARD_FILE = "MODEL_CARD.md"


def train(rows: Sequence[Row], senses: Senses) -> tuple[Model, Figures]:
    """The model fitted on all rows, and the cross-validated figures of those not borderline."""
    readings = read_all(senses, rows)
    labels = [row.label for row in rows]
    full, alone = np.zeros(len(rows)), np.zeros(len(rows))
    models: list[Model] = []
    parts = folds(rows)
    for part in parts:
        model = fit(senses, _take(readings, part.learn), [labels[place] for place in part.learn])
        odds = log_odds(model, senses, _take(readings, part.test))
        full[part.test], alone[part.test] = odds.full, odds.senses_alone
        models.append(model)
        print(f"fold {len(models)} of {len(parts)}", file=sys.stderr)
    scored = [place for place, label in enumerate(labels) if label != "borderline"]
    positive = [rows[place].positive for place in scored]
    in_full, in_alone = calibrate(full[scored], positive), calibrate(alone[scored], positive)
    english = np.array([reading.english for reading in readings])
    scores_alone = probability(alone, *in_alone)
    scores = np.where(english, probability(full, *in_full), scores_alone)
    threshold = best_threshold([rows[place] for place in scored], scores[scored])

    def calibrated(model: Model) -> Model:
        return replace(
            model,
            full=replace(model.full, slope=in_full[0], intercept=in_full[1]),
            senses_alone=replace(model.senses_alone, slope=in_alone[0], intercept=in_alone[1]),
            threshold=threshold,
        )

    taggers = [Tagger(calibrated(model), senses) for model in models]
    figures = measure(rows, scores, scores_alone, [part.test for part in parts], taggers)
    return calibrated(fit(senses, readings, labels)), figures


def _take(readings: Sequence[Reading], places: Iterable[int]) -> list[Reading]:
    return [readings[place] for place in places]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 where the files are written, 1 where the data is missing or broken."""
    parser = argparse.ArgumentParser(prog="python -m enrich.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="labelled items, JSON lines")
    parser.add_argument("--out", type=Path, help="folder to write to; by default the package's")
    parser.add_argument("--fresh", type=Path, help="fresh items by language, TOML, for the card")
    options = parser.parse_args(arguments)
    try:
        rows = load(options.data)
    except DataError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    senses = Senses.load()
    model, figures = train(rows, senses)
    content = model.dump()
    fresh = measure_fresh(options.fresh, Tagger(model, senses)) if options.fresh else []
    text = card(rows, model, [sense.kind for sense in senses.senses], figures, fresh)
    with as_file(files("enrich.model")) as package:
        folder = options.out or package
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MODEL_FILE).write_bytes(content)
        (folder / CARD_FILE).write_text(text, "utf-8")
    for field in fields(figures):
        print(f"{field.name:28} {getattr(figures, field.name)}")
    print(f"{'threshold':28} {model.threshold}")
    print(f"{'model bytes':28} {len(content):,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
