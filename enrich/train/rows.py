"""Labelled rows: reading them, and parting them into folds that share no story."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from enrich.features import Reading, clean, read
from enrich.senses import Senses
from enrich.words import tokens

FOLDS = 5
SEED = 0

LABELS = ("positive", "hard_negative", "negative", "borderline")


class DataError(Exception):
    """The labelled data is missing or cannot be read; the message is for the person training."""


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled item. `origin` says how it was found; rows of one `thread` tell one event."""

    id: str
    title: str
    text: str
    label: str
    origin: str
    thread: str

    @property
    def positive(self) -> bool:
        """Whether it is a story about surveillance."""
        return self.label == "positive"

    @property
    def short(self) -> bool:
        """Whether it is a title with a summary, and not a whole article."""
        return self.origin != "full_text"


def load(path: Path) -> list[Row]:
    """The rows of a JSON-lines file: `id, title, text, label, origin` and, if any, `thread`.

    Raises `DataError`, naming the line, where it cannot be read.
    """
    if not path.is_file():
        raise DataError(
            f"{path} is not there. Training needs labelled items, JSON lines of id, title, text,"
            f" label ({', '.join(LABELS)}) and origin; give their file with --data."
        )
    rows = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            data = json.loads(line)
            row = Row(
                data["id"],
                data["title"],
                data["text"],
                data["label"],
                data["origin"],
                data.get("thread") or "",
            )
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise DataError(f"{path}, line {number}: {error!r}") from error
        if row.label not in LABELS:
            raise DataError(f"{path}, line {number}: unknown label {row.label!r}")
        rows.append(row)
    if not any(row.positive for row in rows):
        raise DataError(f"{path} has no positive row")
    return rows


def read_all(senses: Senses, rows: Sequence[Row]) -> list[Reading]:
    """Every row as the featuriser reads it."""
    return [read(senses, row.title, row.text) for row in rows]


@dataclass(frozen=True, slots=True)
class Fold:
    """Places in the rows: those to learn from, and those to test on (borderline left out)."""

    learn: NDArray[np.int64]
    test: NDArray[np.int64]


def folds(rows: Sequence[Row]) -> list[Fold]:
    """Folds of which no story, and no title, stands on both sides."""
    names = [row.thread or _plain(row.title) or row.id for row in rows]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    groups = np.array([numbers[name] for name in names])
    positive = np.array([row.positive for row in rows])
    scored = np.flatnonzero([row.label != "borderline" for row in rows])
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    parts = splitter.split(scored, positive[scored], groups[scored])
    return [
        Fold(np.flatnonzero(~np.isin(groups, groups[scored[test]])), scored[test])
        for _, test in parts
    ]


def _plain(title: str) -> str:
    return " ".join(token.form for token in tokens(clean(title)))
