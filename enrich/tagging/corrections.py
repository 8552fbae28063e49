"""A newsroom's own corrections of the tagger, on top of what ships.

A correction is a labelled item. From all corrections together, ridge regression learns how far each
word and each pair of words moves a score's log-odds. Its targets move the corrected items to their
side of the threshold and leave our own examples, the counterweight, where they are. Pure: the same
corrections and examples give the same words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import WirewatchError
from core.handwritten import read_text
from enrich.tagging.features import MAX_WORDS, Reading, clean, word_terms
from enrich.tagging.reasons import Reason, ranked
from enrich.words import Words

VERSION = 1

MARGIN = 1.0
"""How far past the threshold, in log-odds, a corrected item should be: a score of .73, or of
.27."""

STIFFNESS = 0.05
"""Ridge penalty: how far a correction is distrusted. Low: one is enough to move its own item."""

MIN_MOVE = 0.3
"""Log-odds from which a word of a correction is a reason worth showing."""

DIGITS = 4


class CorrectionError(WirewatchError):
    """Corrections cannot be read, or are not accepted; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Correction:
    """An item that a reader says is, or is not, a story about surveillance."""

    title: str
    text: str
    positive: bool


FOLDER = "corrections"
"""The folder in a newsroom's home that keeps them, one file per training; the newest is used."""


def newest(home: Path) -> Path | None:
    """The file of corrections in use in a home folder, if there is one."""
    return max((home / FOLDER).glob("[0-9]*.json"), default=None)


@dataclass(frozen=True, slots=True)
class Corrections:
    """Words and pairs of words, with how far each moves the log-odds."""

    moves: Mapping[str, float]

    def log_odds(self, reading: Reading) -> float:
        """How far an item's log-odds are moved."""
        terms = _terms(reading.title, reading.text)
        share = _share(terms)
        return sum(share * self.moves.get(term, 0.0) for term in terms)

    def reasons(self, reading: Reading) -> list[Reason]:
        """The words of a reading that the corrections count in favour, strongest first."""
        share = _share(_terms(reading.title, reading.text))
        found: dict[str, Reason] = {}
        for field, words in reading.fields.items():
            for form, start, end in zip(words.forms, words.starts, words.ends, strict=True):
                gain = self.moves.get(form, 0.0) * share
                if gain >= MIN_MOVE:
                    reason = Reason(field, start, end, gain, "the newsroom's correction")
                    found.setdefault(form, reason)
        return ranked(found.values())

    def dump(self) -> str:
        """The corrections as the text of a file."""
        return json.dumps({"version": VERSION, "moves": dict(self.moves)}, ensure_ascii=False)

    @classmethod
    def load(cls, path: Path) -> Corrections:
        """Read a file that `dump` made. Raises `CorrectionError` if it is not one."""
        try:
            data = json.loads(path.read_text("utf-8"))
            if data["version"] != VERSION:
                raise CorrectionError(
                    f"{path} is of version {data['version']}, this wirewatch reads {VERSION}; "
                    "create it again with `wirewatch train --with`"
                )
            return cls({str(term): float(move) for term, move in data["moves"].items()})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorrectionError(f"{path} is not a file of corrections: {error!r}") from error


def learn(
    corrections: Sequence[tuple[Correction, float]], anchors: Iterable[tuple[str, str]]
) -> Corrections:
    """Learn the moves from corrections, each with its current log-odds.

    `anchors` are items (title, text) that should not move. Ridge regression in its dual form, over
    the words of the corrections: w = X'(XX' + s I)^-1 r, where r are the moves wanted.
    """
    rows = [_terms_of(one.title, one.text) for one, _ in corrections]
    vocabulary = {term: place for place, term in enumerate(sorted({t for r in rows for t in r}))}
    wanted = [_move(one.positive, log_odds) for one, log_odds in corrections]
    rows += [_terms_of(title, text) for title, text in anchors]
    wanted += [0.0] * (len(rows) - len(wanted))
    matrix = np.zeros((len(rows), len(vocabulary)))
    for place, terms in enumerate(rows):
        known = [vocabulary[term] for term in terms if term in vocabulary]
        matrix[place, known] = _share(terms)
    dual = np.linalg.solve(matrix @ matrix.T + STIFFNESS * np.eye(len(rows)), np.array(wanted))
    moves = np.round(matrix.T @ dual, DIGITS)
    return Corrections({term: float(moves[at]) for term, at in vocabulary.items() if moves[at]})


def read_corrections(path: Path) -> list[Correction]:
    """The corrections of a file: JSON lines of `title`, `text` and `label`, like training data.

    `label` is positive, hard_negative or negative; borderline rows are skipped. Raises
    `CorrectionError`, naming the line.
    """
    found = []
    # Not `splitlines`: a line of JSON may hold other line-ending characters, as articles do.
    for number, line in enumerate(read_text(path, CorrectionError).split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise CorrectionError(f"{where} is not JSON: {error}") from error
        needed = ("title", "label")
        if missing := [one for one in needed if not isinstance(row, dict) or one not in row]:
            raise CorrectionError(f"{where} lacks {', '.join(missing)}")
        title, text, label = row["title"], row.get("text"), row["label"]
        for name, value in (("title", title), ("text", text)):
            if not isinstance(value, str | None):
                raise CorrectionError(f"{where}: {name} is not text")
        if not f"{title or ''}{text or ''}".strip():
            raise CorrectionError(f"{where} has neither title nor text")
        if label not in ("positive", "hard_negative", "negative", "borderline"):
            raise CorrectionError(
                f"{where}: label is {label!r}; expected positive, hard_negative, negative or"
                " borderline"
            )
        if label != "borderline":
            found.append(Correction(title or "", text or "", label == "positive"))
    if not found:
        raise CorrectionError(f"{path} contains no correction labelled positive or negative")
    return found


def _move(positive: bool, log_odds: float) -> float:
    side = 1.0 if positive else -1.0
    return side * max(0.0, MARGIN - side * log_odds)


def _terms_of(title: str, text: str) -> list[str]:
    return _terms(Words(clean(title)), Words(clean(text), MAX_WORDS))


def _terms(title: Words, text: Words) -> list[str]:
    """The words and pairs of an item."""
    return sorted({*word_terms(title), *word_terms(text)})


def _share(terms: Sequence[str]) -> float:
    """What each of an item's terms counts, as a row of length 1."""
    share: float = 1 / max(1, len(terms)) ** 0.5
    return share
