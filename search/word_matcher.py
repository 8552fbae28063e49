"""For the percolator: which words answer which leaves of its queries, judged once per word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

import numpy as np

from core.clauses import compile_pattern
from core.conditions import Condition, Phrase, Prefix, Wildcard, Word
from core.fields import FIELDS, Kind
from core.words import stems
from search.tokens import Ints


class RowLists:
    """Lists any number of rows for each number from 0."""

    def __init__(self) -> None:
        self._ends: Ints = np.zeros(1, np.int64)
        self._rows: Ints = np.zeros(0, np.int64)

    def add(self, count: int, owners: Ints, rows: Ints) -> None:
        """Append `count` numbers. The owner of each row is one of them, counted from the first."""
        ends = np.cumsum(np.bincount(owners, minlength=count)) + len(self._rows)
        self._ends = np.concatenate([self._ends, ends])
        self._rows = np.concatenate([self._rows, rows[np.argsort(owners, kind="stable")]])

    def of(self, numbers: Ints, owners: Ints) -> tuple[Ints, Ints]:
        """The rows of some numbers, and for each row the owner of its number."""
        firsts = self._ends[numbers]
        counts = self._ends[numbers + 1] - firsts
        which = np.repeat(np.arange(len(numbers)), counts)
        listed = (firsts - (np.cumsum(counts) - counts))[which]
        listed += np.arange(len(listed))
        return self._rows[listed], owners[which]


class WordMatcher:
    """The leaves that ask for words, each in a row of its own, and the rows that words answer.

    `rows` has the row of each leaf. `fields` says, for each TEXT field that leaves ask about, which
    rows those are. `phrases` has the rows of phrases of two words or more.
    """

    def __init__(self, asked: Iterable[Condition]) -> None:
        self.rows: dict[Condition, int] = {}
        self.phrases: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._stems: dict[str, list[int]] = defaultdict(list)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._prefixes: dict[int, dict[str, list[int]]] = defaultdict(dict)  # by their length
        # Patterns by how they begin: those that begin with a wildcard are tried on each word.
        self._patterns: dict[str, dict[str, tuple[re.Pattern[str], list[int]]]] = defaultdict(dict)
        fields_of = [fields for leaf in asked if (fields := self._register(leaf, len(self.rows)))]
        self.fields = {
            field: np.array([field in fields for fields in fields_of], bool)
            for field in sorted({field for fields in fields_of for field in fields})
        }
        in_phrases = dict.fromkeys(word for phrase in self.phrases for word in phrase)
        self._phrase_places = {word: place for place, word in enumerate(in_phrases, 1)}
        # By word number: the rows, and the word's place among those of phrases.
        self._listing = RowLists()
        self.in_phrases: Ints = np.zeros(0, np.int64)

    def of(self, numbers: Ints, owners: Ints) -> tuple[Ints, Ints]:
        """The rows that some words answer, and for each row the owner of its word."""
        return self._listing.of(numbers, owners)

    def place(self, word: str) -> int:
        """The place of a phrase's word, from 1, as in `in_phrases`; 0 for all other words."""
        return self._phrase_places.get(word, 0)

    def add_words(self, vocabulary: list[str]) -> None:
        """Judge the words that are new in the vocabulary."""
        new_words = vocabulary[len(self.in_phrases) :]
        if not new_words:
            return
        self._listing.add(len(new_words), *self._match_words(new_words))
        places = np.array([self.place(word) for word in new_words], np.int64)
        self.in_phrases = np.concatenate([self.in_phrases, places])

    def _match_words(self, new_words: list[str]) -> tuple[Ints, Ints]:
        """The places of the words that answer any rows, and beside each a row that it answers."""
        lookups = [(self._exact, new_words), (self._stems, stems(new_words))]
        for length, prefixes in self._prefixes.items():
            lookups.append((prefixes, [word[:length] for word in new_words]))
        places: list[int] = []
        answered: list[list[int]] = []
        for rows_of, found in lookups:
            hits = [place for place, one in enumerate(found) if one in rows_of]
            places += hits
            answered += [rows_of[found[place]] for place in hits]
        for place, word in enumerate(new_words) if self._patterns else ():
            for beginning in {word[:2], word[:1], ""} & self._patterns.keys():
                for pattern, rows in self._patterns[beginning].values():
                    if pattern.fullmatch(word):
                        places.append(place)
                        answered.append(rows)
        owners = np.repeat(np.array(places, np.int64), list(map(len, answered)))
        return owners, np.array(list(chain.from_iterable(answered)), np.int64)

    def _register(self, leaf: Condition, row: int) -> tuple[str, ...]:
        """Give a leaf that asks for words its row; returns the fields that it asks about."""
        match leaf:
            case Word(fields, stemmed):
                self._stems[stemmed].append(row)
            case Phrase(fields, (word,)):
                self._exact[word].append(row)
            case Phrase(fields, sought):
                self.phrases[sought].append(row)
            case Prefix(fields, prefix) if _is_text(fields):
                self._prefixes[len(prefix)].setdefault(prefix, []).append(row)
            case Wildcard(fields, pattern) if _is_text(fields):
                beginning = self._patterns[re.split(r"[*?]", pattern, maxsplit=1)[0][:2]]
                beginning.setdefault(pattern, (compile_pattern(pattern), []))[1].append(row)
            case _:
                return ()
        self.rows[leaf] = row
        return fields


def _is_text(fields: tuple[str, ...]) -> bool:
    """Whether a leaf's fields hold text rather than values."""
    return FIELDS[fields[0]] is Kind.TEXT
