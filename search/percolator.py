"""Matches articles with many standing queries: how ten thousand rules see an hour's news.

Conditions mean the same as in both indexes (`tests/search` checks it), but the work is done the
other way round: the queries are known first, and only what they ask for is kept of an article.
Elasticsearch calls this percolation.

- A set of articles is one integer, with a bit for each: AND, OR and NOT of sets take a microsecond.
- Each leaf (`core.conditions.leaves`) is looked up once, however many queries share it.
- Texts are split into words in blocks (`search.tokens`). Each distinct word is judged once
  (`search.word_matcher`), and sets the bits of the leaves that it answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.clauses import compile_pattern, values_of
from core.conditions import (
    All,
    Any,
    Condition,
    Dates,
    Everything,
    Exists,
    Keyword,
    Labelled,
    Not,
    Numbers,
    Prefix,
    Wildcard,
    leaves,
    require_feeds,
)
from core.fields import FIELDS, Kind
from core.records import Article, MentionKind
from core.words import lower
from search.moments import bound_milliseconds, milliseconds
from search.tokens import Ints, Vocabulary
from search.word_matcher import RowLists, WordMatcher

BLOCK = 256
"""Articles whose texts are split into words together, a multiple of 8: more would not fit into a
processor's caches."""

_FEW = 12
"""Sets of up to this many articles are built bit by bit: for larger ones, an array is faster."""

_LIKELY = 1 << 16
"""Size of a small table, a power of two. It says, by the last bits of the number of a pair of
words, whether a phrase may begin with them; few pairs are left to search for."""

Bits: TypeAlias = NDArray[np.uint8]
"""Sets of articles as bytes, one row for each set."""

Set = int
"""A set of articles: bit `n` is for the article at place `n` of a batch."""


class Percolator:
    """Standing conditions, for batches of articles to match.

    Their relative dates must have been resolved (`core.conditions.resolve_dates`).
    """

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self._conditions = conditions
        wanted = dict.fromkeys(leaf for condition in conditions for leaf in leaves(condition))
        self._matcher = WordMatcher(wanted)
        self._vocabulary = Vocabulary()
        self._phrases = _Phrases(self._matcher)

    def match(self, articles: Sequence[Article]) -> Iterator[tuple[int, ...]]:
        """For each condition in turn, the places of the articles that match it, in their order."""
        return map(self.read(articles).places, self._conditions)

    def read(self, articles: Sequence[Article]) -> ReadArticles:
        """Articles, read once for all conditions."""
        bits = _leaf_bits(articles, self._vocabulary, self._matcher, self._phrases)
        return ReadArticles(articles, bits, self._matcher.rows)


class ReadArticles:
    """Some articles, and the sets of them that match conditions of a `Percolator`."""

    def __init__(
        self, articles: Sequence[Article], bits: Bits, rows: Mapping[Condition, int]
    ) -> None:
        self._articles = articles
        self._count = len(articles)
        self._all: Set = (1 << self._count) - 1
        width = bits.shape[1]
        every = bits.tobytes()
        self._sets: dict[Condition, Set] = {
            leaf: int.from_bytes(every[row * width : (row + 1) * width], "little")
            for leaf, row in rows.items()
        }
        self._keywords: dict[str, dict[str, list[int]]] = {}
        self._times: dict[str, tuple[Ints, NDArray[np.bool_]]] = {}

    def places(self, condition: Condition) -> tuple[int, ...]:
        """The places of the articles that match a condition, in their order."""
        return _places_of(self.match(condition))

    def match(self, condition: Condition) -> Set:
        """The articles that match a condition."""
        match condition:
            case All(of):
                found = self._all
                for inner in of:
                    found &= self.match(inner)
                    if not found:
                        break
                return found
            case Any(of):
                found = 0
                for inner in of:
                    found |= self.match(inner)
                return found
            case Not(inner):
                return self._all ^ self.match(inner)
            case _:
                known = self._sets.get(condition)
                if known is None:
                    known = self._sets[condition] = self._leaf(condition)
                return known

    def _leaf(self, leaf: Condition) -> Set:
        match leaf:
            case Everything():
                return self._all
            case Keyword(field, value):
                return self._set(self._values(field).get(value, ()))
            case Labelled():
                by_feed = self._values("feeds")
                return self._any_of(by_feed.get(feed, ()) for feed in require_feeds(leaf))
            case Prefix(fields, prefix):
                values = self._values(fields[0]).items()
                return self._any_of(places for value, places in values if value.startswith(prefix))
            case Wildcard(fields, pattern):
                regex, values = compile_pattern(pattern), self._values(fields[0]).items()
                return self._any_of(places for value, places in values if regex.fullmatch(value))
            case Exists(field):
                return self._with_value(field)
            case Numbers(field, low, high, with_low, with_high):
                numbers = np.array([getattr(one, field) for one in self._articles], np.float64)
                here = np.ones(self._count, bool)
                if low is not None:
                    here &= numbers >= low if with_low else numbers > low
                if high is not None:
                    here &= numbers <= high if with_high else numbers < high
                return _set_from_mask(here)
            case Dates(field, since, until):
                times, here = self._moments(field)
                if since is not None:
                    here = here & (times >= bound_milliseconds(since))
                if until is not None:
                    here = here & (times < bound_milliseconds(until))
                return _set_from_mask(here)
            case _:
                raise TypeError(f"{leaf} is no condition on an article")

    def _values(self, field: str) -> dict[str, list[int]]:
        """The places of the articles with each value of a KEYWORD field, in lower case."""
        if field not in self._keywords:
            if field in _KINDS:
                self._keywords.update(_by_kind(self._articles))
            elif field == "mention":
                self._keywords[field] = _in_lower_case(map(self._values, _KINDS))
            else:
                every = (values_of(one, field) for one in self._articles)
                self._keywords[field] = _by_value(every)
        return self._keywords[field]

    def _with_value(self, field: str) -> Set:
        match FIELDS[field]:
            case Kind.KEYWORD:
                return self._any_of(self._values(field).values())
            case Kind.TEXT:
                every = enumerate(values_of(one, field) for one in self._articles)
                return self._set([place for place, texts in every if texts])
            case Kind.DATE:
                return _set_from_mask(self._moments(field)[1])
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
        return _set_from_mask(here)


class _Phrases:
    """The phrases that are asked for, by a number for their first two words."""

    def __init__(self, matcher: WordMatcher) -> None:
        self._base = 1 + len({word for phrase in matcher.phrases for word in phrase})
        placed = [
            (list(map(matcher.place, phrase)), rows) for phrase, rows in matcher.phrases.items()
        ]
        keys = sorted({words[0] * self._base + words[1] for words, _ in placed})
        numbers = {key: number for number, key in enumerate(keys)}
        self._pairs = np.array(keys, np.int64)
        self._likely = np.zeros(_LIKELY, bool)
        self._likely[self._pairs % _LIKELY] = True
        owners: list[int] = []
        listed: list[int] = []
        self._longer: dict[int, list[tuple[list[int], list[int]]]] = defaultdict(list)
        for (first, second, *rest), rows in placed:
            number = numbers[first * self._base + second]
            if rest:
                self._longer[number].append((rest, rows))
            else:
                owners += [number] * len(rows)
                listed += rows
        self._listing = RowLists()
        self._listing.add(len(keys), np.array(owners, np.int64), np.array(listed, np.int64))

    def find(self, words: Ints, owners: Ints) -> tuple[Ints, Ints]:
        """The rows of the phrases in some texts, and for each row a text that holds the phrase.

        `words` are the places of the texts' words among those of phrases.
        """
        keys = words[:-1] * self._base + words[1:]
        at = np.flatnonzero(self._likely[keys & (_LIKELY - 1)])
        at = at[owners[at] == owners[at + 1]]
        pairs = np.searchsorted(self._pairs, keys[at])
        sought = self._pairs.take(pairs, mode="clip") == keys[at]
        at, pairs = at[sought], pairs[sought]
        found = [self._listing.of(pairs, owners[at])]
        order = np.argsort(pairs, kind="stable")
        at, pairs = at[order], pairs[order]
        distinct, firsts = np.unique(pairs, return_index=True)
        ends = [*firsts[1:].tolist(), len(pairs)][: len(distinct)]
        for pair, first, end in zip(distinct.tolist(), firsts.tolist(), ends, strict=True):
            for rest, rows in self._longer.get(pair, ()):
                begins = at[first:end]
                for behind, word in enumerate(rest, 2):
                    begins = begins[begins + behind < len(words)]
                    there = begins + behind
                    begins = begins[(words[there] == word) & (owners[there] == owners[begins])]
                if len(begins):
                    found += [(np.full(len(begins), row), owners[begins]) for row in rows]
        return (
            np.concatenate([rows for rows, _ in found]),
            np.concatenate([texts for _, texts in found]),
        )


def _leaf_bits(
    articles: Sequence[Article], vocabulary: Vocabulary, matcher: WordMatcher, phrases: _Phrases
) -> Bits:
    """The set of the articles that answer each leaf that asks for words, one row for each leaf."""
    blocks = range(0, len(articles), BLOCK)
    count = len(matcher.rows)
    bits = np.zeros((count, len(blocks) * BLOCK // 8), np.uint8)
    # Where each row begins. Rows that do not ask about the field share a spare one after all
    # others.
    fields = {
        field: np.where(asking, np.arange(count), count) * BLOCK
        for field, asking in matcher.fields.items()
    }
    for first in blocks:
        here = np.zeros((count + 1) * BLOCK, bool)
        block = articles[first : first + BLOCK]
        for field, begins in fields.items():
            texts = [
                (place, text) for place, one in enumerate(block) for text in values_of(one, field)
            ]
            places = np.array([place for place, _ in texts], np.int64)
            numbers, owners = vocabulary.tokens([text for _, text in texts])
            matcher.add_words(vocabulary.words)
            for rows, texts_with in (
                matcher.of(numbers, owners),
                phrases.find(matcher.in_phrases[numbers], owners),
            ):
                here[begins[rows] + places[texts_with]] = True
        packed = np.packbits(here, bitorder="little").reshape(count + 1, -1)
        bits[:, first // 8 : (first + BLOCK) // 8] = packed[:count]
    return bits


_KINDS = tuple(kind.value for kind in MentionKind)


def _by_kind(articles: Sequence[Article]) -> dict[str, dict[str, list[int]]]:
    """The fields of what mentions name, by kind, in one pass: what `Article`'s properties give, ten
    times as fast."""
    found: dict[str, dict[str, list[int]]] = {field: defaultdict(list) for field in _KINDS}
    for place, article in enumerate(articles):
        for one in article.mentions:
            found[one.kind][one.name].append(place)
    return {field: _in_lower_case([by_value]) for field, by_value in found.items()}


def _by_value(every: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """The places that hold each value, in lower case."""
    by_value: dict[str, list[int]] = defaultdict(list)
    for place, values in enumerate(every):
        for value in values:
            by_value[value].append(place)
    return _in_lower_case([by_value])


def _in_lower_case(several: Iterable[Mapping[str, Sequence[int]]]) -> dict[str, list[int]]:
    """The places of all values, with the values in lower case."""
    small: dict[str, list[int]] = {}
    for by_value in several:
        for value, places in by_value.items():
            if value:
                small.setdefault(lower(value), []).extend(places)
    return small


def _set_from_mask(here: NDArray[np.bool_]) -> Set:
    return int.from_bytes(np.packbits(here, bitorder="little").tobytes(), "little")


def _places_of(found: Set) -> tuple[int, ...]:
    """The places of a set, in order."""
    if found.bit_count() <= _FEW:
        places = []
        while found:
            lowest = found & -found
            places.append(lowest.bit_length() - 1)
            found ^= lowest
        return tuple(places)
    packed = np.frombuffer(found.to_bytes((found.bit_length() + 7) // 8, "little"), np.uint8)
    # As booleans, which are searched faster than numbers.
    here = np.unpackbits(packed, bitorder="little").view(np.bool_)
    return tuple(np.flatnonzero(here).tolist())
