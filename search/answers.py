"""Which words of a text answer which leaves of the queries that are asked: judged once per word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.conditions import Condition, Phrase, Prefix, Wildcard, Word
from core.query import FIELDS, Kind
from core.words import stems


class Answers:
    """The leaves that ask for words, and the words of a growing vocabulary that answer them.

    `fields` are the TEXT fields that some leaf asks about; `phrases` those of two words or more.
    """

    def __init__(self, asked: Iterable[Condition]) -> None:
        self.fields: set[str] = set()
        self.phrases: set[tuple[str, ...]] = set()
        self._of: dict[Condition, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        self._exact: dict[str, list[int]] = {}
        self._prefixes: dict[int, dict[str, list[int]]] = defaultdict(dict)  # by their length
        # Patterns by how they begin: those that begin with a wild character are tried on each word.
        self._patterns: dict[str, tuple[re.Pattern[str], list[int]]] = {}
        self._beginning: dict[str, list[tuple[re.Pattern[str], list[int]]]] = defaultdict(list)
        for leaf in asked:
            self._take(leaf)
        # Per word by its number: whether a leaf asks for it, and its place among the phrases' own.
        self.wanted: NDArray[np.bool_] = np.zeros(0, bool)
        self.in_phrases: NDArray[np.int32] = np.zeros(0, np.int32)
        self._phrase_places = {
            word: place
            for place, word in enumerate(
                dict.fromkeys(word for phrase in self.phrases for word in phrase)
            )
        }

    def words_of(self, leaf: Word | Prefix | Wildcard) -> list[int]:
        """The numbers of the words so far that answer a leaf."""
        match leaf:
            case Word(_, stemmed):
                return self._stems[stemmed]
            case Prefix(_, prefix):
                return self._prefixes[len(prefix)][prefix]
            case Wildcard(_, pattern):
                return self._patterns[pattern][1]

    def exactly(self, word: str) -> list[int]:
        """The number of a word that is quoted alone, in a list that is empty where none had it."""
        return self._exact[word]

    def place(self, word: str) -> int:
        """The place of a phrase's word, as in `in_phrases`."""
        return self._phrase_places[word]

    def judge(self, vocabulary: list[str]) -> None:
        """Judge the words that the vocabulary has gained."""
        first = len(self.wanted)
        gained = vocabulary[first:]
        if not gained:
            return
        wanted = [
            self._judge(number, word, stemmed)
            for number, (word, stemmed) in enumerate(zip(gained, stems(gained), strict=True), first)
        ]
        places = [self._phrase_places.get(word, -1) for word in gained]
        self.wanted = np.concatenate([self.wanted, np.array(wanted, bool)])
        self.in_phrases = np.concatenate([self.in_phrases, np.array(places, np.int32)])

    def _judge(self, number: int, word: str, stemmed: str) -> bool:
        """Note what a word answers; whether it answers anything."""
        answered = [self._exact.get(word), self._stems.get(stemmed)]
        answered += [known.get(word[:length]) for length, known in self._prefixes.items()]
        if self._patterns:
            for beginning in {word[:2], word[:1], ""}:
                for pattern, numbers in self._beginning.get(beginning, ()):
                    if pattern.fullmatch(word):
                        answered.append(numbers)
        found = [numbers for numbers in answered if numbers is not None]
        for numbers in found:
            numbers.append(number)
        return bool(found)

    def _take(self, leaf: Condition) -> None:
        match leaf:
            case Word(fields, stemmed):
                self._stems.setdefault(stemmed, [])
            case Phrase(fields, (word,)):
                self._exact.setdefault(word, [])
            case Phrase(fields, sought):
                self.phrases.add(sought)
            case Prefix(fields, prefix) if is_text(fields):
                self._prefixes[len(prefix)].setdefault(prefix, [])
            case Wildcard(fields, pattern) if is_text(fields):
                if pattern not in self._patterns:
                    known = self._patterns[pattern] = compiled(pattern), []
                    self._beginning[re.split(r"[*?]", pattern, maxsplit=1)[0][:2]].append(known)
            case _:
                return
        self.fields.update(fields)


def compiled(pattern: str) -> re.Pattern[str]:
    r"""A pattern of `*`, `?` and `\` as a regular expression, for `fullmatch`."""
    pieces = re.findall(r"\\.|.", pattern, re.DOTALL)
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(one, re.escape(one[-1])) for one in pieces), re.DOTALL)


def is_text(fields: tuple[str, ...]) -> bool:
    """Whether a leaf's fields hold texts, and not values."""
    return FIELDS[fields[0]] is Kind.TEXT
