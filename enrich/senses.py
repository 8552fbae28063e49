"""Senses: what a phrase means here, as readable data, found fast and with true offsets.

`senses.toml` holds the senses; its head explains the phrase language that this module reads.
Phrases are matched over words, not characters: a word looks up the few phrases that may begin
with it, so the cost grows with what is found and hardly with how many phrases there are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, Literal

from enrich.words import Token, tokens

Kind = Literal["positive", "lookalike"]

GAP = 6
"""The most words that a `~` may skip."""

_ELISION = re.compile(r"^(?i:[cdjlmnst]|qu|jusqu|un|(?:a|da|de|ne|su|que)ll)'(?=\w)")
"""A French or Italian article or preposition that leans on a word: "l'agence", "dell'ente"."""

_PART = re.compile(r"[()|~?]|<\w+>|[\w*']+")


class SenseError(ValueError):
    """A sense's data cannot be read; the message says which and where."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase of a sense, found at `text[start:end]`."""

    sense: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sense:
    """A meaning that speaks for the topic (`positive`) or only looks like it (`lookalike`)."""

    name: str
    kind: Kind
    definition: str
    phrases: tuple[str, ...]
    inside: tuple[str, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """One place in a phrase: a word out of `words`, one of `choices`, or an entry of `group`."""

    words: frozenset[int] = frozenset()
    choices: tuple[tuple[_Item, ...], ...] = ()
    group: str = ""
    optional: bool = False
    gap: int = 0


_Sequence = tuple[_Item, ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A compiled phrase: all of its sequences must stand in one sentence.

    `heads` are, per sequence, the words it can begin with; `needs` are, per place that cannot be
    missing, the words of which a text must hold one for the phrase to be looked for at all.
    `solid` is a run of words with nothing else asked for.
    """

    sense: str
    sequences: tuple[_Sequence, ...]
    heads: tuple[frozenset[int], ...]
    needs: tuple[frozenset[int], ...]
    solid: bool


class _Globs:
    """Numbers the words and globs of all phrases; tells which of them a word matches."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._exact: dict[str, int] = {}
        self._prefixes: dict[str, int] = {}
        self._infixes: list[tuple[re.Pattern[str], int]] = []
        self._lengths: tuple[int, ...] = ()
        self._cache: dict[str, frozenset[int]] = {}

    def number(self, glob: str) -> int:
        """The number of a glob, the same each time it is asked for."""
        if glob in self._numbers:
            return self._numbers[glob]
        number = self._numbers[glob] = len(self._numbers)
        if "*" not in glob:
            self._exact[glob] = number
        elif glob.index("*") == len(glob) - 1:
            self._prefixes[glob[:-1]] = number
            self._lengths = tuple(sorted({len(prefix) for prefix in self._prefixes}))
        else:
            pattern = "".join(".*" if part == "*" else re.escape(part) for part in glob)
            self._infixes.append((re.compile(pattern), number))
        return number

    def of(self, word: str, form: str) -> frozenset[int]:
        """The numbers of the globs that match a word. A glob with a capital minds capitals."""
        known = self._cache.get(word)
        if known is not None:
            return known
        found = set()
        for variant in _variants(word, form):
            if variant in self._exact:
                found.add(self._exact[variant])
            for length in self._lengths:
                if length <= len(variant) and (prefix := variant[:length]) in self._prefixes:
                    found.add(self._prefixes[prefix])
            found.update(number for pattern, number in self._infixes if pattern.fullmatch(variant))
        if len(self._cache) >= 1 << 16:
            self._cache.clear()
        numbers = self._cache[word] = frozenset(found)
        return numbers


def _variants(word: str, form: str) -> set[str]:
    """A word's spellings to look up: in lower case and as written, with and without its article."""
    # With its capitals, but without its possessive.
    variants = {form, word.replace("\u2019", "'").removesuffix("'s")}
    return variants | {_ELISION.sub("", variant) for variant in variants if "'" in variant}


class Senses:
    """All senses, ready to be found in a text."""

    def __init__(self, senses: Sequence[Sense], lists: Mapping[str, Sequence[str]]) -> None:
        self.senses = tuple(senses)
        self._entries = lists
        self.kind: Mapping[str, Kind] = {sense.name: sense.kind for sense in senses}
        self._globs = _Globs()
        self._lists: dict[str, list[_Sequence]] = {}
        for name, entries in lists.items():
            self._lists[name] = [self._parse(entry, f"list {name!r}") for entry in entries]
        # The entries of each list by the words that they can begin with.
        self._list_heads: dict[str, dict[int, list[_Sequence]]] = {}
        for name, sequences in self._lists.items():
            by_head: dict[int, list[_Sequence]] = {}
            for sequence in sequences:
                for number in self._heads(sequence[0]):
                    by_head.setdefault(number, []).append(sequence)
            self._list_heads[name] = by_head
        self._by_need: dict[int, list[_Phrase]] = {}
        for sense in self.senses:
            for text in sense.phrases:
                phrase = self._compile(sense.name, text)
                for number in phrase.needs[0]:
                    self._by_need.setdefault(number, []).append(phrase)

    @classmethod
    def load(cls) -> Senses:
        """Read the senses that come with the package. Raises `SenseError` on broken data."""
        return cls.parse(files("enrich").joinpath("senses.toml").read_text("utf-8"))

    @classmethod
    def parse(cls, toml: str) -> Senses:
        """Read senses from TOML text. Raises `SenseError` on broken data."""
        data: dict[str, Any] = tomllib.loads(toml)
        senses = []
        for row in data["sense"]:
            if row["kind"] not in ("positive", "lookalike"):
                raise SenseError(f"sense {row['name']!r}: unknown kind {row['kind']!r}")
            senses.append(
                Sense(
                    row["name"],
                    row["kind"],
                    row["definition"],
                    tuple(row["phrases"]),
                    tuple(row["in"]),
                    tuple(row["out"]),
                )
            )
        if len({sense.name for sense in senses}) < len(senses):
            raise SenseError("two senses have one name")
        return cls(senses, data["lists"])

    def with_senses(self, senses: Sequence[Sense]) -> Senses:
        """Other senses, that may use the same lists of words."""
        return Senses(senses, self._entries)

    def find(self, text: str, words: Sequence[Token] | None = None) -> list[Match]:
        """Every phrase found, in order of offset; per sense, overlapping phrases count once.

        `words` saves work where the text's tokens are already at hand.
        """
        return _Search(self, tokens(text) if words is None else words).run()

    def _parse(self, text: str, where: str) -> _Sequence:
        """A sequence out of its text, by recursive descent over its parts."""
        parts = _PART.findall(text)
        if "".join(parts) != "".join(text.split()):
            raise SenseError(f"{where}: cannot read {text!r}")
        parts.reverse()
        try:
            sequence = self._parse_sequence(parts)
        except (LookupError, ValueError) as error:
            raise SenseError(f"{where}: cannot read {text!r} ({error})") from error
        if parts:
            raise SenseError(f"{where}: cannot read {text!r}")
        return sequence

    def _parse_sequence(self, parts: list[str]) -> _Sequence:
        items: list[_Item] = []
        gap = 0
        while parts and parts[-1] not in "|)":
            part = parts.pop()
            if part == "~":
                gap = GAP
                continue
            if part == "?":
                items[-1] = replace(items[-1], optional=True)
                continue
            items.append(replace(self._parse_item(part, parts), gap=gap))
            gap = 0
        if gap or not items or items[0].optional or items[0].gap:
            raise ValueError("a sequence needs a first word and a last one")
        return tuple(items)

    def _parse_item(self, part: str, parts: list[str]) -> _Item:
        if part.startswith("<"):
            return _Item(group=self._known_list(part[1:-1]))
        if part != "(":
            return _Item(words=frozenset((self._globs.number(part),)))
        choices = [self._parse_sequence(parts)]
        while (mark := parts.pop()) == "|":
            choices.append(self._parse_sequence(parts))
        if mark != ")":
            raise ValueError("a bracket is not closed")
        # Single words are by far the most: they are looked up at once, longer choices one by one.
        single = frozenset(n for choice in choices if len(choice) == 1 for n in choice[0].words)
        rest = tuple(c for c in choices if len(c) > 1 or not c[0].words)
        return _Item(words=single, choices=rest)

    def _known_list(self, name: str) -> str:
        if name not in self._lists:
            raise ValueError(f"unknown list <{name}>")
        return name

    def _compile(self, sense: str, text: str) -> _Phrase:
        sequences = tuple(self._parse(part, f"sense {sense!r}") for part in text.split("&"))
        needs = {
            self._heads(item) for sequence in sequences for item in sequence if not item.optional
        }
        return _Phrase(
            sense,
            sequences,
            tuple(self._heads(sequence[0]) for sequence in sequences),
            # The fewest words first: they are the likeliest to be missing.
            tuple(sorted(needs, key=lambda need: (len(need), sorted(need)))),
            len(sequences) == 1 and len(sequences[0]) > 1,
        )

    def _heads(self, item: _Item) -> frozenset[int]:
        """The numbers of the words that an item can begin with."""
        sequences = self._lists[item.group] if item.group else item.choices
        return item.words.union(*(self._heads(sequence[0]) for sequence in sequences))


class _Search:
    """One search through the words of one text."""

    def __init__(self, senses: Senses, words: Sequence[Token]) -> None:
        self._senses = senses
        self._words = words
        of = senses._globs.of  # noqa: SLF001 - the search is the other half of `Senses`
        self._numbers = [of(token.word, token.form) for token in words]
        self._places: dict[int, list[int]] = {}
        for place, numbers in enumerate(self._numbers):
            for number in numbers:
                self._places.setdefault(number, []).append(place)
        self._here = frozenset(self._places)
        self._spans: dict[str, dict[int, list[int]]] = {}

    def run(self) -> list[Match]:
        """The matches, but for those of positive senses that a look-alike's phrase answers.

        "Disease surveillance law" is no surveillance law: a look-alike that is a run of words
        takes away what it overlaps and is no longer than itself. Look-alikes of the form `A & B`
        only speak beside.
        """
        kind = self._senses.kind
        found: dict[str, list[tuple[int, int]]] = {}
        answered: list[tuple[int, int]] = []
        for phrase in self._candidates():
            spans = self._matches(phrase)
            found.setdefault(phrase.sense, []).extend(spans)
            if phrase.solid and kind[phrase.sense] == "lookalike":
                answered += spans
        matches = []
        for sense, spans in found.items():
            if answered and kind[sense] == "positive":
                spans = [span for span in spans if not _is_answered(span, answered)]
            matches += [
                Match(sense, self._words[first].start, self._words[end - 1].end)
                for first, end in _apart(spans)
            ]
        return sorted(matches, key=lambda match: (match.start, match.end, match.sense))

    def _candidates(self) -> Iterator[_Phrase]:
        """The phrases all of whose words may be in the text, each once."""
        by_need = self._senses._by_need  # noqa: SLF001 - as in `__init__`
        apart = self._here.isdisjoint
        seen: set[int] = set()
        for number in self._here:
            for phrase in by_need.get(number, ()):
                if id(phrase) not in seen:
                    seen.add(id(phrase))
                    if not any(map(apart, phrase.needs)):
                        yield phrase

    def _matches(self, phrase: _Phrase) -> list[tuple[int, int]]:
        parts: list[list[tuple[int, int]]] = []
        for sequence, heads in zip(phrase.sequences, phrase.heads, strict=True):
            places = sorted({p for n in heads & self._here for p in self._places[n]})
            spans = []
            for place in places:
                end = next(self._ends(sequence, 0, place), 0)
                if end:
                    spans.append((place, end))
            if not spans:
                return []
            parts.append(spans)
        if len(parts) == 1:
            return parts[0]
        together = set.intersection(
            *({self._words[first].sentence for first, _ in spans} for spans in parts)
        )
        return [
            span for spans in parts for span in spans if self._words[span[0]].sentence in together
        ]

    def _ends(self, sequence: _Sequence, index: int, place: int) -> Iterator[int]:
        """Where `sequence[index:]`, beginning exactly at `place`, can end."""
        item = sequence[index]
        for end in self._item_ends(item, place):
            yield from self._rest(sequence, index + 1, end)

    def _rest(self, sequence: _Sequence, index: int, end: int) -> Iterator[int]:
        """Where the rest of a sequence can end, the part before it having ended at `end`."""
        if index == len(sequence):
            yield end
            return
        item = sequence[index]
        last = min(end + item.gap + 1, len(self._words))
        for place in range(end, last):
            if self._words[place].sentence != self._words[end - 1].sentence:
                break
            yield from self._ends(sequence, index, place)
        if item.optional:
            yield from self._rest(sequence, index + 1, end)

    def _item_ends(self, item: _Item, place: int) -> Sequence[int]:
        if not item.group:
            ends = [end for choice in item.choices for end in self._ends(choice, 0, place)]
            if not item.words.isdisjoint(self._numbers[place]):
                ends.append(place + 1)
            return ends
        spans = self._spans.get(item.group)
        if spans is None:
            spans = self._spans[item.group] = self._group_spans(item.group)
        return spans.get(place, ())

    def _group_spans(self, group: str) -> dict[int, list[int]]:
        spans: dict[int, list[int]] = {}
        by_head = self._senses._list_heads[group]  # noqa: SLF001 - as in `__init__`
        for number in self._here & by_head.keys():
            for place in self._places[number]:
                for sequence in by_head[number]:
                    ends = list(self._ends(sequence, 0, place))
                    if ends:
                        spans.setdefault(place, []).extend(ends)
        # Longest first: "secret service agents" rather than "secret service".
        return {place: sorted(set(ends), reverse=True) for place, ends in spans.items()}


def _is_answered(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    """Whether one of `others`, at least as long, overlaps a span."""
    length = span[1] - span[0]
    return any(span[0] < end and first < span[1] and length <= end - first for first, end in others)


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that do not overlap: of those that do, the longest, then the first."""
    kept: list[tuple[int, int]] = []
    for first, end in sorted(set(spans), key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= other or first >= other_end for other, other_end in kept):
            kept.append((first, end))
    return sorted(kept)
