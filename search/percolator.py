"""Many standing queries over the articles that pass by: how ten thousand rules see an hour's news.

It means by a condition what both indexes mean by it (`tests/search` holds it to that), and is made
the other way round: the queries are known first, and only what they ask for is kept of an article.
Elasticsearch calls this percolation.

- A set of articles is one whole number, bit by bit: AND, OR and NOT of sets cost a microsecond.
- Each leaf (`core.conditions.leaves`) is looked up once, however many queries share it.
- Texts are cut into words by the block (`search.tokens`), each distinct word is judged once
  (`search.answers`), and sets the bits of the leaves that it answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.clauses import compiled
from core.conditions import (
    All,
    Any,
    Condition,
    Dates,
    Everything,
    Exists,
    Keyword,
    Not,
    Numbers,
    Prefix,
    Wildcard,
    leaves,
)
from core.query import FIELDS, Kind
from core.records import COUNTRY_KINDS, Article, MentionKind
from core.words import lower
from search.answers import Answers
from search.embedded import keyword_values
from search.moments import bound_milliseconds, milliseconds
from search.tokens import Ints, Vocabulary

BLOCK = 256
"""Articles whose texts are cut into words together, a multiple of 8: more would not fit a
processor's caches."""

_FEW = 12
"""Articles up to which a set is put together bit by bit: for more, an array is quicker."""

Bits: TypeAlias = NDArray[np.uint8]
"""Sets of articles as bytes, a row a set."""

Set = int
"""A set of articles: bit `n` tells of the article at place `n` of a batch."""


class Percolator:
    """Conditions that stand, to be met by batches of articles.

    Relative dates must have been counted from a time (`core.conditions.at`).
    """

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._conditions = conditions
        asked = dict.fromkeys(leaf for condition in conditions for leaf in leaves(condition))
        self._answers = Answers(asked)
        self._vocabulary = Vocabulary()
        self._sequences = _Sequences(self._answers)

    def meeting(self, articles: Sequence[Article]) -> Iterator[tuple[int, ...]]:
        """For each condition in turn, the places of the articles that meet it, in their order."""
        bits = _bits(articles, self._vocabulary, self._answers, self._sequences)
        batch = _Batch(articles, bits, self._answers.rows)
        for condition in self._conditions:
            yield places_of(batch.meeting(condition))


class _Batch:
    """Some articles, and what meets conditions of them."""

    def __init__(
        self, articles: Sequence[Article], bits: Bits, rows: Mapping[Condition, int]
    ) -> None:
        self._articles = articles
        self._count = len(articles)
        self._all: Set = (1 << self._count) - 1
        self._bits = bits
        self._rows = rows
        self._sets: dict[Condition, Set] = {}
        self._keywords: dict[str, dict[str, list[int]]] = {}
        self._times: dict[str, tuple[Ints, NDArray[np.bool_]]] = {}

    def meeting(self, condition: Condition) -> Set:
        """The articles that meet a condition."""
        match condition:
            case All(of):
                found = self._all
                for inner in of:
                    found &= self.meeting(inner)
                    if not found:
                        break
                return found
            case Any(of):
                found = 0
                for inner in of:
                    found |= self.meeting(inner)
                return found
            case Not(inner):
                return self._all ^ self.meeting(inner)
            case _:
                known = self._sets.get(condition)
                if known is None:
                    known = self._sets[condition] = self._leaf(condition)
                return known

    def _leaf(self, leaf: Condition) -> Set:
        row = self._rows.get(leaf)
        if row is not None:
            return int.from_bytes(self._bits[row].tobytes(), "little")
        match leaf:
            case Everything():
                return self._all
            case Keyword(field, value):
                return self._set(self._values(field).get(value, ()))
            case Prefix(fields, prefix):
                values = self._values(fields[0]).items()
                return self._any_of(places for value, places in values if value.startswith(prefix))
            case Wildcard(fields, pattern):
                regex, values = compiled(pattern), self._values(fields[0]).items()
                return self._any_of(places for value, places in values if regex.fullmatch(value))
            case Exists(field):
                return self._existing(field)
            case Numbers(field, low, high, with_low, with_high):
                numbers = np.array([getattr(one, field) for one in self._articles], np.float64)
                here = np.ones(self._count, bool)
                if low is not None:
                    here &= numbers >= low if with_low else numbers > low
                if high is not None:
                    here &= numbers <= high if with_high else numbers < high
                return _set_where(here)
            case Dates(field, since, until):
                times, here = self._moments(field)
                if since is not None:
                    here = here & (times >= bound_milliseconds(since))
                if until is not None:
                    here = here & (times < bound_milliseconds(until))
                return _set_where(here)
            case _:
                raise TypeError(f"{leaf} is no condition on an article")

    def _values(self, field: str) -> dict[str, list[int]]:
        """The places of the articles with each value of a KEYWORD field, in lower case."""
        if field not in self._keywords:
            if field in _MENTIONING:
                self._keywords.update(_mentioned(self._articles))
            else:
                every = (keyword_values(one, field) for one in self._articles)
                self._keywords[field] = _by_value(every)
        return self._keywords[field]

    def _existing(self, field: str) -> Set:
        match FIELDS[field]:
            case Kind.KEYWORD:
                return self._any_of(self._values(field).values())
            case Kind.TEXT:
                every = enumerate(_texts(one, field) for one in self._articles)
                return self._set([place for place, texts in every if any(texts)])
            case Kind.DATE:
                return _set_where(self._moments(field)[1])
            case _:
                return self._all

    def _moments(self, field: str) -> tuple[Ints, NDArray[np.bool_]]:
        """The times of a field in milliseconds, and where there is one."""
        if field not in self._times:
            listed = [getattr(article, field) for article in self._articles]
            times = [0 if one is None else milliseconds(one) for one in listed]
            known = [one is not None for one in listed]
            self._times[field] = np.array(times, np.int64), np.array(known, bool)
        return self._times[field]

    def _any_of(self, listed: Iterable[Sequence[int]]) -> Set:
        return self._set([place for places in listed for place in places])

    def _set(self, places: Sequence[int]) -> Set:
        if len(places) <= _FEW:
            found = 0
            for place in places:
                found |= 1 << place
            return found
        here = np.zeros(self._count, bool)
        here[places] = True
        return _set_where(here)


class _Sequences:
    """The phrases that are asked for, by their first two words."""

    def __init__(self, answers: Answers) -> None:
        self._base = max(1, len({word for phrase in answers.phrases for word in phrase}))
        self._by_pair: dict[int, list[tuple[tuple[str, ...], list[int]]]] = defaultdict(list)
        for phrase in answers.phrases:
            first, second, *rest = map(answers.place, phrase)
            self._by_pair[first * self._base + second].append((phrase, rest))
        self._pairs = np.array(sorted(self._by_pair), np.int64)
        self._first = np.zeros(self._base + 1, bool)  # the last is that of no word: -1
        self._second = np.zeros(self._base + 1, bool)
        self._first[self._pairs // self._base] = True
        self._second[self._pairs % self._base] = True

    def found(
        self, words: NDArray[np.int32], owners: Ints
    ) -> Iterator[tuple[tuple[str, ...], Ints]]:
        """The phrases in some texts, and the text of each place where one stands.

        `words` are the places of the texts' words among those of phrases, -1 for all others.
        """
        pairs = np.flatnonzero(
            self._first[words[:-1]] & self._second[words[1:]] & (owners[:-1] == owners[1:])
        )
        keys = words[pairs].astype(np.int64) * self._base + words[pairs + 1]
        nearest = np.minimum(np.searchsorted(self._pairs, keys), max(0, len(self._pairs) - 1))
        sought = self._pairs[nearest] == keys if len(self._pairs) else np.zeros(0, bool)
        pairs, keys = pairs[sought], keys[sought]
        order = np.argsort(keys, kind="stable")
        pairs, keys = pairs[order], keys[order]
        distinct, starts = np.unique(keys, return_index=True)
        ends = [*starts[1:].tolist(), len(keys)][: len(distinct)]
        for key, start, end in zip(distinct.tolist(), starts.tolist(), ends, strict=True):
            for phrase, rest in self._by_pair[key]:
                at = pairs[start:end]
                for behind, word in enumerate(rest, 2):
                    at = at[at + behind < len(words)]
                    at = at[(words[at + behind] == word) & (owners[at + behind] == owners[at])]
                if len(at):
                    yield phrase, owners[at]


def _bits(
    articles: Sequence[Article], vocabulary: Vocabulary, answers: Answers, sequences: _Sequences
) -> Bits:
    """For each leaf that asks for words, in its row, the set of the articles that answer it."""
    blocks = range(0, len(articles), BLOCK)
    bits = np.zeros((len(answers.rows), len(blocks) * BLOCK // 8), np.uint8)
    for first in blocks:
        here = np.zeros((len(answers.rows), BLOCK), bool)
        block = articles[first : first + BLOCK]
        for field, asking in answers.fields.items():
            texts = [
                (place, text) for place, one in enumerate(block) for text in _texts(one, field)
            ]
            places = np.array([place for place, _ in texts], np.int64)
            numbers, owners = vocabulary.tokens([text for _, text in texts])
            answers.judge(vocabulary.words)
            rows, at = answers.of(numbers)
            asked = asking[rows]
            here[rows[asked], places[owners[at[asked]]]] = True
            for phrase, said_in in sequences.found(answers.in_phrases[numbers], owners):
                for row in answers.phrases[phrase]:
                    here[row, places[said_in]] |= asking[row]
        bits[:, first // 8 : (first + BLOCK) // 8] = np.packbits(here, axis=1, bitorder="little")
    return bits


_MENTIONING = frozenset(("mention", "country", *(kind.value for kind in MentionKind)))


def _mentioned(articles: Sequence[Article]) -> dict[str, dict[str, list[int]]]:
    """The fields that are read off the mentions, all in one reading: what the properties of
    `Article` give, ten times as fast for ten fields."""
    found: dict[str, dict[str, list[int]]] = {field: defaultdict(list) for field in _MENTIONING}
    every, countries = found["mention"], found["country"]
    by_kind = {kind: found[kind.value] for kind in MentionKind}
    for place, article in enumerate(articles):
        for one in article.mentions:
            every[one.name].append(place)
            by_kind[one.kind][one.name].append(place)
            if one.country and one.kind in COUNTRY_KINDS:
                countries[one.country].append(place)
    return {field: _in_lower_case(by_value) for field, by_value in found.items()}


def _by_value(every: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """The places that hold each value, in lower case."""
    by_value: dict[str, list[int]] = defaultdict(list)
    for place, values in enumerate(every):
        for value in values:
            by_value[value].append(place)
    return _in_lower_case(by_value)


def _in_lower_case(by_value: Mapping[str, list[int]]) -> dict[str, list[int]]:
    small: dict[str, list[int]] = {}
    for value, places in by_value.items():
        if value:
            small.setdefault(lower(value), []).extend(places)
    return small


def _texts(article: Article, field: str) -> tuple[str, ...]:
    """The texts of a TEXT field; no phrase spans two."""
    value: str | tuple[str, ...] = getattr(article, field)
    return value if isinstance(value, tuple) else (value,)


def _set_where(here: NDArray[np.bool_]) -> Set:
    return int.from_bytes(np.packbits(here, bitorder="little").tobytes(), "little")


def places_of(found: Set) -> tuple[int, ...]:
    """The places of a set, in order."""
    if found.bit_count() <= _FEW:
        places = []
        while found:
            lowest = found & -found
            places.append(lowest.bit_length() - 1)
            found ^= lowest
        return tuple(places)
    packed = np.frombuffer(found.to_bytes((found.bit_length() + 7) // 8, "little"), np.uint8)
    return tuple(np.unpackbits(packed, bitorder="little").nonzero()[0].tolist())
