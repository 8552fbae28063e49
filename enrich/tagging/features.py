"""Turn titles and texts into feature vectors: the one featuriser that training and tagging share.

A row has three blocks: words (1 and 2 of title and text), title words (1 and 2), and senses. The
first two are TF-IDF vectors of length 1, in which unknown terms count towards the length, so that
the few known terms of a text in another language are not inflated.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.records import TextField
from enrich.arrays import Floats
from enrich.senses import Match, Senses
from enrich.senses.reader import LANGUAGES as SENSE_LANGUAGES
from enrich.words import Words

Columns = NDArray[np.int32]

LANGUAGES = ("", *SENSE_LANGUAGES)
"""The languages that senses have phrases of (ISO 639-1). A text too short to identify ("") counts
as English, like most of the news that is read."""

LEAD = 400
"""Characters of the text that count as its lead: about a feed's summary or a first paragraph."""

MAX_WORDS = 700
"""Words of a text that are read; later ones repeat the story or tell another."""

_BOILERPLATE = re.compile(
    r"https?://\S+|\bwww\.\S+"
    r"|Article URL:|Comments URL:|Points:\s*\d+|#\s*Comments:\s*\d+"
    r"|The post .{1,300}? (?:appeared first on|first appeared on) [^.\n]{1,80}\.?"
    r"|<[^<>]{1,300}>|&(?:#\d+|\w+);"
)


_SIGNS = ("http", "www.", " URL:", "Points:", "Comments:", "The post ", "<", "&")
"""A text without any of these has no boilerplate, and looking for them takes a twentieth of the
time."""


def is_read_as_english(code: str) -> bool:
    """Whether an item in one of `LANGUAGES` is read as English."""
    return code in ("", "en")


def clean(text: str) -> str:
    """The text with feed boilerplate, addresses and markup blanked out, of the same length."""
    if not any(sign in text for sign in _SIGNS):
        return text
    return _BOILERPLATE.sub(lambda match: " " * len(match.group()), text)


@dataclass(frozen=True, slots=True)
class Reading:
    """A title and a text, split into words, with the senses found in each; whether they are read as
    English."""

    title: Words
    text: Words
    title_senses: list[Match]
    text_senses: list[Match]
    english: bool = True

    @property
    def fields(self) -> dict[TextField, Words]:
        """The words of each field."""
        return {"title": self.title, "text": self.text}

    @property
    def senses(self) -> dict[TextField, list[Match]]:
        """The senses found in each field."""
        return {"title": self.title_senses, "text": self.text_senses}


def place_of(field: TextField, match: Match) -> Literal["title", "lead", "rest"]:
    """The part of an item that a phrase counts in."""
    if field == "title":
        return "title"
    return "lead" if match.start < LEAD else "rest"


def read(senses: Senses, title: str, text: str, *, english: bool = True) -> Reading:
    """Clean, split and search a title and a text. Offsets refer to both as given."""
    title_words = Words(clean(title))
    text_words = Words(clean(text), MAX_WORDS)
    return Reading(
        title_words,
        text_words,
        senses.find(title_words),
        senses.find(text_words),
        english,
    )


def word_terms(words: Words) -> list[str]:
    """Words and pairs of neighbouring words, as terms."""
    return words.forms + [f"{first} {second}" for first, second in pairwise(words.forms)]


@dataclass(frozen=True, slots=True)
class Block:
    """A vocabulary: each term's column and its inverse document frequency."""

    columns: Mapping[str, int]
    idf: Floats
    unknown_idf: float
    first_column: int

    @classmethod
    def fit(cls, documents: Iterable[set[str]], min_documents: int, first_column: int) -> Block:
        """The terms that occur in at least `min_documents` documents, in alphabetical order."""
        count, frequency = 0, Counter[str]()
        for terms in documents:
            count += 1
            frequency.update(terms)
        kept = sorted(term for term, df in frequency.items() if df >= min_documents)
        # Rounded to what the model file keeps, so that training sees what tagging will see.
        idf = np.array(
            [round(math.log((1 + count) / (1 + frequency[term])) + 1, 4) for term in kept]
        )
        columns = {term: first_column + place for place, term in enumerate(kept)}
        return cls(columns, idf, round(math.log(1 + count) + 1, 4), first_column)

    def row(self, terms: Iterable[str]) -> tuple[Columns, Floats]:
        """The columns of the known terms, and their TF-IDF as a vector of length 1; unknown terms
        count only towards the length."""
        counts = Counter(terms)
        known = {c: n for term, n in counts.items() if (c := self.columns.get(term)) is not None}
        columns = np.fromiter(known.keys(), np.int32, len(known))
        times = np.fromiter(known.values(), np.int32, len(known))
        values = self.idf[columns - self.first_column] * (1 + np.log(times))
        unknown = len(counts) - len(known)
        length = math.sqrt(float(values @ values) + unknown * self.unknown_idf**2)
        return columns, values / length if length else values


class SenseBlock:
    """The senses found in title, lead and rest, a column each."""

    def __init__(self, senses: Senses, first_column: int = 0) -> None:
        self._kind = senses.kind
        self.first_column = first_column
        names = [
            f"{place} {name}"
            for place in ("title", "lead", "rest")
            for name in [*(s.name for s in senses.senses), "positive senses", "lookalike senses"]
        ]
        self.columns = {name: first_column + place for place, name in enumerate(names)}

    def values(self, reading: Reading) -> dict[int, float]:
        """The values by column, in its order; columns of senses that were not found are left out.

        An order of its own would make the last bits of a sum differ from run to run.
        """
        found: dict[str, float] = {}
        in_title = {match.sense for match in reading.title_senses}
        in_lead = {match.sense for match in reading.text_senses if match.start < LEAD}
        rest = Counter(match.sense for match in reading.text_senses if match.start >= LEAD)
        found.update((f"title {name}", 1.0) for name in in_title)
        found.update((f"lead {name}", 1.0) for name in in_lead)
        half = 2 + len(reading.text) / 100
        found.update((f"rest {name}", count / (count + half)) for name, count in rest.items())
        for place, names in (("title", in_title), ("lead", in_lead), ("rest", set(rest))):
            kinds = Counter(self._kind[name] for name in names)
            for kind, count in kinds.items():
                found[f"{place} {kind} senses"] = count / (count + 1)
        return dict(sorted((self.columns[name], value) for name, value in found.items()))

    def row(self, reading: Reading) -> Floats:
        """All columns, 0 where nothing was found."""
        row = np.zeros(len(self.columns))
        for column, value in self.values(reading).items():
            row[column - self.first_column] = value
        return row


class Featuriser:
    """Turns a `Reading` into columns and values. Pure once made."""

    def __init__(self, senses: Senses, blocks: Sequence[Block], sense_scale: float) -> None:
        self.words, self.title = blocks
        self.senses = senses
        self.sense_scale = sense_scale
        self.sense_block = SenseBlock(senses, sum(len(block.columns) for block in blocks))
        self.sense_columns = self.sense_block.columns
        self.width = self.sense_block.first_column + len(self.sense_columns)

    @classmethod
    def fit(
        cls,
        senses: Senses,
        readings: Sequence[Reading],
        min_documents: tuple[int, int],
        sense_scale: float,
    ) -> Featuriser:
        """Learn the vocabularies of the two TF-IDF blocks; `min_documents` per term for each."""
        words = Block.fit(
            (set(word_terms(r.title)) | set(word_terms(r.text)) for r in readings),
            min_documents[0],
            0,
        )
        first = len(words.columns)
        title = Block.fit((set(word_terms(r.title)) for r in readings), min_documents[1], first)
        return cls(senses, (words, title), sense_scale)

    def row(self, reading: Reading) -> tuple[Columns, Floats]:
        """The columns and values of a reading, each column at most once; in other languages than
        English those of the senses only."""
        senses = self.sense_block.values(reading)
        parts = [
            (
                np.fromiter(senses.keys(), np.int32, len(senses)),
                np.fromiter(senses.values(), np.float64, len(senses)) * self.sense_scale,
            ),
        ]
        if reading.english:
            title_terms = word_terms(reading.title)
            parts += [
                self.words.row(title_terms + word_terms(reading.text)),
                self.title.row(title_terms),
            ]
        return (
            np.concatenate([columns for columns, _ in parts]),
            np.concatenate([values for _, values in parts]),
        )
