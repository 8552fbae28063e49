"""Read labelled rows, and split them into folds that share no story.

There are three sources: a file of labelled items (`--data`); our own labels for a stream of feed
items, by address (`labels/`; the texts stay in the stream, `--stream`); and our own words.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from enrich.own_words import items
from enrich.senses import Senses
from enrich.senses.reader import LANGUAGES
from enrich.stream import read_stream
from enrich.tagging.features import Reading, clean, read
from enrich.words import Words

FOLDS = 5
SEED = 0

LABELS = ("positive", "hard_negative", "negative", "borderline")

ODDS_FILE = "encoder_odds.json"
"""The encoder's log-odds of each row, and its glance at it, from networks that never saw the row;
only numbers, by row id, for each kind of split: `FOLDED` and `MONTHS`."""

EXACT_FILE = "exact_odds.json"
"""The shipped encoder's log-odds of our English checks, in their order, before quantisation: the
reference for measuring what quantisation changes."""

FOLDED = "folds"
MONTHS = "months"

LATER = "2022-10"
"""First of the later months: half of the dated stories are earlier."""

STREAM = "stream"
EXAMPLE = "example"
"""Origins of our own rows: labelled in the stream, or written."""


EXAMPLE_WEIGHT = 0.15
"""Weight of a row in our own words against one from the news, for the encoder. From 0 to 1, average
precision on own words not learnt from rises from .84 to .94, most of it by .15; on news of other
months all differences are within what another seed makes."""


class DataError(Exception):
    """The labelled data is missing or cannot be read; the message is for the person training."""


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled item. `origin` says how it was found; rows of one `thread` report one event.

    `topics` are those that a reader gave a positive row; None if nobody looked. `published` is a
    date that begins with year and month, or "".
    """

    id: str
    title: str
    text: str
    label: str
    origin: str
    thread: str = ""
    topics: tuple[str, ...] | None = None
    published: str = ""

    @property
    def positive(self) -> bool:
        """Whether it is a story about surveillance."""
        return self.label == "positive"

    @property
    def short(self) -> bool:
        """Whether it is a title with a summary rather than a whole article."""
        return self.origin != "full_text"


@contextmanager
def exit_on_data_error() -> Iterator[None]:
    """End a command whose data is missing or broken with one line that says what is wrong."""
    try:
        yield
    except DataError as error:
        raise SystemExit(f"error: {error}") from error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that name the data."""
    parser.add_argument("--data", type=Path, required=True, help="labelled items, JSON lines")
    parser.add_argument(
        "--stream", type=Path, help="the feed items that labels/ speaks of, JSON lines (.zst)"
    )


def load_all(data: Path, stream: Path | None) -> list[Row]:
    """The rows of all sources, those of `data` first. Without a stream, its labels are left out.

    Raises `DataError`, naming the file and the line, if one cannot be read.
    """
    topics = {one["id"]: tuple(one["topics"]) for one in _labels("topics.jsonl")}
    rows = [replace(row, topics=topics.get(row.id)) for row in load(data)]
    if stream is not None:
        rows += _stream_rows(stream)
    return rows + examples()


def examples() -> list[Row]:
    """The rows in our own words, in English."""
    return _own_words("en", "example")


def foreign_examples() -> list[Row]:
    """The rows in our own words, in all other languages."""
    others = [code for code in LANGUAGES if code != "en"]
    return [row for code in others for row in _own_words(code, f"example-{code}")]


def _own_words(language: str, name: str) -> list[Row]:
    return [
        Row(
            id=f"{name}-{number}",
            title=one.title,
            text=one.text,
            label=one.label,
            origin=EXAMPLE,
            topics=one.topics if one.positive else None,
        )
        for number, one in enumerate(items("examples", language))
    ]


def _labels(name: str) -> list[dict[str, Any]]:
    content = files("enrich.train").joinpath("labels", name).read_text("utf-8")
    return [json.loads(line) for line in content.splitlines()]


def _stream_rows(path: Path) -> list[Row]:
    """The items of a stream that we labelled, each once."""
    labels = {one["url"]: one for one in _labels("stream.jsonl")}
    if not path.is_file():
        raise DataError(f"{path} does not exist; --stream names feed items as JSON lines")
    rows: dict[str, Row] = {}
    for item in read_stream(path):
        label = labels.get(item["url"])
        if label is not None and item["url"] not in rows:
            rows[item["url"]] = Row(
                id=item["url"],
                title=item["title"],
                text=item["summary"],
                label=label["label"],
                origin=STREAM,
                topics=tuple(label["topics"]) if label["label"] == "positive" else None,
            )
    return list(rows.values())


def load(path: Path) -> list[Row]:
    """The rows of a JSON-lines file: `id, title, text, label, origin`, optionally `thread,
    published`.

    Raises `DataError`, naming the line, if it cannot be read.
    """
    if not path.is_file():
        raise DataError(
            f"{path} does not exist. Training needs labelled items, JSON lines of id, title, text,"
            f" label ({', '.join(LABELS)}) and origin; give their file with --data."
        )
    rows = []
    # Not `splitlines`: a line of JSON may hold other line-ending characters, as articles do.
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if not line:
            continue
        try:
            data = json.loads(line)
            row = Row(
                data["id"],
                data["title"],
                data["text"],
                data["label"],
                data["origin"],
                data.get("thread") or "",
                published=str(data.get("published") or ""),
            )
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise DataError(f"{path}, line {number}: {error!r}") from error
        if row.published and not re.match(r"\d{4}-\d\d", row.published):
            raise DataError(f"{path}, line {number}: published is no date: {row.published!r}")
        if row.label not in LABELS:
            raise DataError(f"{path}, line {number}: unknown label {row.label!r}")
        rows.append(row)
    if not any(row.positive for row in rows):
        raise DataError(f"{path} has no positive row")
    return rows


def read_all(senses: Senses, rows: Sequence[Row], *, english: bool = True) -> list[Reading]:
    """Every row as read for the featuriser."""
    return [read(senses, row.title, row.text, english=english) for row in rows]


@dataclass(frozen=True, slots=True)
class Fold:
    """Indices of the rows to learn from, and of those to test on (without borderline rows)."""

    train: NDArray[np.int64]
    test: NDArray[np.int64]


def make_folds(rows: Sequence[Row]) -> list[Fold]:
    """Folds with no story and no title on both sides; borderline rows and those in our own words
    are learnt from but never tested on."""
    group_of, scored = groups(rows), _scored(rows)
    positive = np.array([row.positive for row in rows])
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    return [
        Fold(np.flatnonzero(~np.isin(group_of, group_of[scored[test]])), scored[test])
        for _, test in splitter.split(scored, positive[scored], group_of[scored])
    ]


def month_split(rows: Sequence[Row]) -> Fold | None:
    """A split by time: short rows before `LATER` to test on, later and undated ones to learn from.

    What a model knows about one month may not hold for another, and folds mix all months. None if
    no story is earlier, or there is nothing later to learn from.
    """
    earlier = np.array([row.short and "" < row.published < LATER for row in rows])
    scored = _scored(rows)
    test = scored[earlier[scored]]
    if not any(rows[index].positive for index in test):
        return None
    group_of = groups(rows)
    train = np.flatnonzero(~earlier & ~np.isin(group_of, group_of[test]))
    news = [rows[index] for index in train.tolist() if rows[index].origin != EXAMPLE]
    return Fold(train, test) if {row.positive for row in news} == {True, False} else None


def splits(rows: Sequence[Row]) -> list[tuple[str, Fold]]:
    """Every split that something is trained for, by name: `fold 1` and so on, and `MONTHS`."""
    named = [(f"fold {number}", fold) for number, fold in enumerate(make_folds(rows), 1)]
    by_month = month_split(rows)
    return [*named, (MONTHS, by_month)] if by_month else named


def split_kind(name: str) -> str:
    """The kind of a split, by its name."""
    return MONTHS if name == MONTHS else FOLDED


def groups(rows: Sequence[Row]) -> NDArray[np.int64]:
    """A number for each story, and for each title that is in none."""
    names = [row.thread or _plain(row.title) or row.id for row in rows]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names])


def _scored(rows: Sequence[Row]) -> NDArray[np.int64]:
    """The indices of the rows that figures count."""
    return np.flatnonzero([row.label != "borderline" and row.origin != EXAMPLE for row in rows])


def _plain(title: str) -> str:
    return " ".join(Words(clean(title)).forms)
