"""Which words of a text answer which leaves of the queries that are asked: judged once per word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.clauses import compiled
from core.conditions import Condition, Phrase, Prefix, Wildcard, Word
from core.query import FIELDS, Kind
from core.words import stems
from search.tokens import Ints


class Answers:
    """The leaves that ask for words, each in a row of its own, and the rows that words answer.

    `rows` has the row of each leaf; `fields` tells for each TEXT field that a leaf asks about which
    rows do; `phrases` has the rows of phrases of two words or more.
    """

    def __init__(self, asked: Iterable[Condition]) -> None:
        self.rows: dict[Condition, int] = {}
        self.phrases: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._stems: dict[str, list[int]] = defaultdict(list)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._prefixes: dict[int, dict[str, list[int]]] = defaultdict(dict)  # by their length
        # Patterns by how they begin: those that begin with a wild character are tried on each word.
        self._patterns: dict[str, dict[str, tuple[re.Pattern[str], list[int]]]] = defaultdict(dict)
        fields_of = [fields for leaf in asked if (fields := self._take(leaf, len(self.rows)))]
        self.fields = {
            field: np.array([field in fields for fields in fields_of], bool)
            for field in sorted({field for fields in fields_of for field in fields})
        }
        self._phrase_places = {
            word: place
            for place, word in enumerate(
                dict.fromkeys(word for phrase in self.phrases for word in phrase)
            )
        }
        # Per word by its number: its place among the phrases' own, and where its rows are listed.
        self.in_phrases: NDArray[np.int32] = np.zeros(0, np.int32)
        self._ends: Ints = np.zeros(1, np.int64)
        self._listed: Ints = np.zeros(0, np.int64)

    def of(self, numbers: Ints) -> tuple[Ints, Ints]:
        """The rows that some words answer, and beside each the place of its word in `numbers`."""
        firsts = self._ends[numbers]
        counts = self._ends[numbers + 1] - firsts
        answering = np.flatnonzero(counts)
        firsts, counts = firsts[answering], counts[answering]
        before = np.cumsum(counts) - counts
        listed = np.repeat(firsts - before, counts)
        listed += np.arange(len(listed))
        return self._listed[listed], np.repeat(answering, counts)

    def place(self, word: str) -> int:
        """The place of a phrase's word, as in `in_phrases`."""
        return self._phrase_places[word]

    def judge(self, vocabulary: list[str]) -> None:
        """Judge the words that the vocabulary has gained."""
        gained = vocabulary[len(self.in_phrases) :]
        if not gained:
            return
        rows = [self._judge(*word) for word in zip(gained, stems(gained), strict=True)]
        ends = np.cumsum([len(answered) for answered in rows]) + len(self._listed)
        listed = np.array([row for answered in rows for row in answered], np.int64)
        places = [self._phrase_places.get(word, -1) for word in gained]
        self._ends = np.concatenate([self._ends, ends])
        self._listed = np.concatenate([self._listed, listed])
        self.in_phrases = np.concatenate([self.in_phrases, np.array(places, np.int32)])

    def _judge(self, word: str, stemmed: str) -> list[int]:
        """The rows that a word answers."""
        answered = [*self._exact.get(word, ()), *self._stems.get(stemmed, ())]
        for length, prefixes in self._prefixes.items():
            answered += prefixes.get(word[:length], ())
        for beginning in {word[:2], word[:1], ""} if self._patterns else ():
            if beginning in self._patterns:
                for pattern, rows in self._patterns[beginning].values():
                    if pattern.fullmatch(word):
                        answered += rows
        return answered

    def _take(self, leaf: Condition, row: int) -> tuple[str, ...]:
        """Give a leaf that asks for words its row; the fields that it asks about."""
        match leaf:
            case Word(fields, stemmed):
                self._stems[stemmed].append(row)
            case Phrase(fields, (word,)):
                self._exact[word].append(row)
            case Phrase(fields, sought):
                self.phrases[sought].append(row)
            case Prefix(fields, prefix) if is_text(fields):
                self._prefixes[len(prefix)].setdefault(prefix, []).append(row)
            case Wildcard(fields, pattern) if is_text(fields):
                beginning = self._patterns[re.split(r"[*?]", pattern, maxsplit=1)[0][:2]]
                beginning.setdefault(pattern, (compiled(pattern), []))[1].append(row)
            case _:
                return ()
        self.rows[leaf] = row
        return fields


def is_text(fields: tuple[str, ...]) -> bool:
    """Whether a leaf's fields hold texts, and not values."""
    return FIELDS[fields[0]] is Kind.TEXT
