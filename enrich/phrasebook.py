"""The phrase language of senses, compiled: what stands in a phrase, and where to look it up.

`enrich/senses/README.md` explains the language. Phrases are matched over words, not characters: a
word looks up the few phrases that may hold it (`enrich.sense_search`), so the cost grows with what
is found and hardly with how many phrases there are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from enrich.words import Memo, form_of

GAP = 6
"""The most words that a `~` may skip."""

BEGINNING = 3
"""Letters of a glob by which it is looked up."""

_ELISION = re.compile(r"^(?i:[cdjlmnst]|qu|jusqu|un|(?:a|da|de|ne|su|que)ll)'(?=\w)")
"""A French or Italian article or preposition that leans on a word: "l'agence", "dell'ente"."""

_PART = re.compile(r"[()|~?]|<\w+>|[\w*']+")


class SenseError(ValueError):
    """A sense's data cannot be read; the message says which and where."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phrase stands: in the sense or in the list of a name."""

    of: Literal["sense", "list"]
    name: str

    def __str__(self) -> str:
        return f"{self.of} {self.name!r}"


class PhraseError(SenseError):
    """A phrase cannot be read; `place` is where it stands."""

    def __init__(self, place: Place, text: str, why: str = "") -> None:
        super().__init__(f"{place}: cannot read {text!r}" + (f" ({why})" if why else ""))
        self.place = place


@dataclass(frozen=True, slots=True)
class Item:
    """One place in a phrase: a word out of `words`, one of `choices`, or an entry of `group`."""

    words: frozenset[int] = frozenset()
    choices: tuple[tuple[Item, ...], ...] = ()
    group: str = ""
    optional: bool = False
    gap: int = 0


Items = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A compiled phrase: all of its sequences must stand in one sentence.

    A need is, per place that cannot be missing, the words of which a text must hold one for the
    phrase to be looked for at all: `other_needs` than the one by which it is looked up.
    `solid` is a run of words with nothing else asked for.
    """

    sense: str
    sequences: tuple[Items, ...]
    other_needs: tuple[frozenset[int], ...]
    solid: bool


class Globs:
    """Numbers the words and globs of all phrases; tells which of them a word matches."""

    def __init__(self) -> None:
        self.uses = Counter[int]()
        """How often each number was asked for."""
        self._numbers: dict[str, int] = {}
        self._exact: dict[str, int] = {}
        self._prefixes: dict[str, int] = {}
        self._infixes: list[tuple[re.Pattern[str], int]] = []
        self._pieces: set[str] = set()
        self._any_piece = re.compile("(?!)")
        self._lengths: dict[str, set[int]] = {}
        self.of = Memo(self._matching)

    def number(self, glob: str) -> int:
        """The number of a glob, the same each time it is asked for."""
        number = self._numbers.setdefault(glob, len(self._numbers))
        self.uses[number] += 1
        if self.uses[number] > 1:
            return number
        if "*" not in glob:
            self._exact[glob] = number
        elif glob.index("*") == len(glob) - 1:
            prefix = glob[:-1]
            self._prefixes[prefix] = number
            self._lengths.setdefault(prefix[:BEGINNING], set()).add(len(prefix))
        else:
            pattern = "".join(".*" if part == "*" else re.escape(part) for part in glob)
            self._infixes.append((re.compile(pattern), number))
            self._pieces.add(max(glob.split("*"), key=len))
            self._any_piece = re.compile("|".join(map(re.escape, self._pieces)))
        return number

    def _matching(self, word: str) -> tuple[int, ...]:
        """The numbers of the globs that match a word. A glob with a capital minds capitals."""
        found = set()
        for variant in _variants(word):
            if variant in self._exact:
                found.add(self._exact[variant])
            for letters in range(BEGINNING + 1):
                for length in self._lengths.get(variant[:letters], ()):
                    if (prefix := variant[:length]) in self._prefixes:
                        found.add(self._prefixes[prefix])
            if self._any_piece.search(variant):
                found.update(number for glob, number in self._infixes if glob.fullmatch(variant))
        return tuple(found)


def _variants(word: str) -> set[str]:
    """A word's spellings to look up: in lower case and as written, with and without its article."""
    # With its capitals, but without its possessive.
    variants = {form_of(word), word.replace("\u2019", "'").removesuffix("'s")}
    return variants | {_ELISION.sub("", variant) for variant in variants if "'" in variant}


class Phrasebook:
    """The phrases of senses, by name, and the lists of words that they use."""

    def __init__(
        self, phrases: Mapping[str, Sequence[str]], lists: Mapping[str, Sequence[str]]
    ) -> None:
        self.globs = Globs()
        self._parsed: dict[str, Items] = {}
        self._lists: dict[str, list[Items]] = {}
        for name, entries in lists.items():
            self._lists[name] = [self._parse(entry, Place("list", name)) for entry in entries]
        parsed = [
            (name, [self._parse_once(part, Place("sense", name)) for part in text.split("&")])
            for name, texts in phrases.items()
            for text in texts
        ]
        self.by_need: dict[int, list[Phrase]] = {}
        """The phrases by the words of the rarest need."""
        for name, sequences in parsed:
            rarest, *others = self._needs([item for sequence in sequences for item in sequence])
            solid = len(sequences) == 1 and len(sequences[0]) > 1
            phrase = Phrase(name, tuple(sequences), tuple(others), solid)
            for number in rarest:
                self.by_need.setdefault(number, []).append(phrase)
        self.list_by_need: dict[str, dict[int, list[Items]]] = {}
        """The entries of each list by the words of their rarest need."""
        for name, sequences in self._lists.items():
            by_need = self.list_by_need[name] = {}
            for sequence in sequences:
                for number in self._needs(sequence)[0]:
                    by_need.setdefault(number, []).append(sequence)

    def _parse_once(self, text: str, place: Place) -> Items:
        """The same sequence for the same text, so that it need be found once only."""
        text = " ".join(text.split())
        if text not in self._parsed:
            self._parsed[text] = self._parse(text, place)
        return self._parsed[text]

    def _parse(self, text: str, place: Place) -> Items:
        """A sequence out of its text, by recursive descent over its parts."""
        parts = _PART.findall(text)
        if "".join(parts) != "".join(text.split()):
            raise PhraseError(place, text)
        parts.reverse()
        try:
            sequence = self._parse_sequence(parts)
        except (LookupError, ValueError) as error:
            raise PhraseError(place, text, str(error)) from error
        if parts:
            raise PhraseError(place, text)
        return sequence

    def _parse_sequence(self, parts: list[str]) -> Items:
        items: list[Item] = []
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

    def _parse_item(self, part: str, parts: list[str]) -> Item:
        if part.startswith("<"):
            return Item(group=self._known_list(part[1:-1]))
        if part != "(":
            return Item(words=frozenset((self.globs.number(part),)))
        choices = [self._parse_sequence(parts)]
        while (mark := parts.pop()) == "|":
            choices.append(self._parse_sequence(parts))
        if mark != ")":
            raise ValueError("a bracket is not closed")
        # Single words are by far the most: they are looked up at once, longer choices one by one.
        single = frozenset(n for choice in choices if len(choice) == 1 for n in choice[0].words)
        rest = tuple(c for c in choices if len(c) > 1 or not c[0].words)
        return Item(words=single, choices=rest)

    def _known_list(self, name: str) -> str:
        if name not in self._lists:
            raise ValueError(f"unknown list <{name}>")
        return name

    def _needs(self, items: Sequence[Item]) -> list[frozenset[int]]:
        """Per place that cannot be missing, the words of which one must be there, rarest first."""
        needs = [self._need(item) for item in items if not item.optional]
        # A word that many phrases use is a common one.
        uses = self.globs.uses
        return sorted(dict.fromkeys(needs), key=lambda need: sum(uses[word] for word in need))

    def _need(self, item: Item) -> frozenset[int]:
        """The words of which one must be there for an item to be there."""
        sequences = self._lists[item.group] if item.group else item.choices
        return item.words.union(*(self._needs(sequence)[0] for sequence in sequences))
