"""Compile the phrase language of senses, with an index to look phrases up by.

`enrich/senses/README.md` explains the language. Phrases are matched over words, not characters.
Each word looks up the few phrases that may contain it (`enrich.senses.search`), so the cost grows
with what is found and hardly with the number of phrases.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from enrich.words import Memo, form_of

GAP = 6
"""Maximum words that a `~` may skip."""

BEGINNING = 3
"""Letters by which a glob is looked up."""

_ELISION = re.compile(r"^(?i:[cdjlmnst]|qu|jusqu|un|(?:a|da|de|ne|su|que)ll)'(?=\w)")
"""An elided French or Italian article or preposition: "l'agence", "dell'ente"."""

_MARKS = "()|~?<"
_PART = re.compile(r"[()|~?]|<\w+>|[\w*']+")
"""A mark, a list, or a word; only a word does not begin with one of `_MARKS`."""


class SenseError(ValueError):
    """A sense's data cannot be read; the message says which and where."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phrase is written: in a sense or in a list, by its name."""

    of: Literal["sense", "list"]
    name: str

    def __str__(self) -> str:
        return f"{self.of} {self.name!r}"


class PhraseError(SenseError):
    """A phrase cannot be read; `place` says where it is written, `fault` the rest."""

    def __init__(self, place: Place, text: str, why: str = "") -> None:
        self.place = place
        self.fault = f"cannot read {text!r}" + (f" ({why})" if why else "")
        super().__init__(f"{place}: {self.fault}")


@dataclass(frozen=True, slots=True)
class Item:
    """One position in a phrase: a word from `words`, one of `choices`, or an entry of `group`."""

    words: frozenset[int] = frozenset()
    choices: tuple[tuple[Item, ...], ...] = ()
    group: str = ""
    optional: bool = False
    gap: int = 0


Items = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A compiled phrase: all of its sequences must stand in one sentence.

    Each required position has a need: a set of words of which the text must contain at least one.
    The phrase is looked up by its rarest need; `other_needs` are the rest, checked before matching.
    A `solid` phrase is one run of several words without an `&`.
    """

    sense: str
    sequences: tuple[Items, ...]
    other_needs: tuple[frozenset[int], ...]
    solid: bool


class Globs:
    """Numbers the words and globs of all phrases, and finds those that a word matches."""

    def __init__(self) -> None:
        self.uses = Counter[int]()
        """How often each number was requested."""
        self._numbers: dict[str, int] = {}
        self._exact: dict[str, int] = {}
        self._prefixes: dict[str, int] = {}
        self._infixes: list[tuple[re.Pattern[str], int]] = []
        self._pieces: set[str] = set()
        self._any_piece = re.compile("(?!)")
        self._lengths: dict[str, set[int]] = {}
        self.of = Memo(self._matching)

    def number(self, glob: str) -> int:
        """The number of a glob, the same on each request."""
        number = self._numbers.get(glob)
        if number is None:
            number = self._add(glob)
        self.uses[number] += 1
        return number

    def _add(self, glob: str) -> int:
        number = self._numbers[glob] = len(self._numbers)
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
        """The numbers of the globs that match a word. A glob with a capital is case-sensitive."""
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
    """The spellings of a word to look up: lower-cased and as written, with and without an elided
    article."""
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
        # A word that many phrases use is a common one: needs are known once all are parsed.
        self._list_needs: dict[str, frozenset[int]] = {}
        self.list_by_need: dict[str, dict[int, list[Items]]] = {}
        """The entries of each list, by the words of their rarest need."""
        for name, entries_parsed in self._lists.items():
            by_need = self.list_by_need[name] = {}
            for sequence in entries_parsed:
                for number in self._needs(sequence)[0]:
                    by_need.setdefault(number, []).append(sequence)
            self._list_needs[name] = frozenset(by_need)
        self.by_need: dict[int, list[Phrase]] = {}
        """The phrases, by the words of their rarest need."""
        for name, sequences in parsed:
            rarest, *others = self._needs([item for sequence in sequences for item in sequence])
            solid = len(sequences) == 1 and len(sequences[0]) > 1
            phrase = Phrase(name, tuple(sequences), tuple(others), solid)
            for number in rarest:
                self.by_need.setdefault(number, []).append(phrase)

    def _parse_once(self, text: str, place: Place) -> Items:
        """Parse each text only once: phrases that share it share the sequence."""
        text = " ".join(text.split())
        if text not in self._parsed:
            self._parsed[text] = self._parse(text, place)
        return self._parsed[text]

    def _parse(self, text: str, place: Place) -> Items:
        """Parse the text of a sequence, by recursive descent over its parts."""
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
            items.append(self._parse_item(part, parts, gap))
            gap = 0
        if gap or not items or items[0].optional or items[0].gap:
            raise ValueError("a sequence needs a first word and a last one")
        return tuple(items)

    def _parse_item(self, part: str, parts: list[str], gap: int) -> Item:
        words: frozenset[int] = frozenset()
        choices: tuple[Items, ...] = ()
        group = ""
        if part == "(":
            words, choices = self._parse_choices(parts)
        elif part.startswith("<"):
            group = self._known_list(part[1:-1])
        elif part == "?":
            raise ValueError("a ? follows a word or a bracket")
        else:
            words = frozenset((self.globs.number(part),))
        optional = bool(parts) and parts[-1] == "?"
        if optional:
            parts.pop()
        return Item(words, choices, group, optional, gap)

    def _parse_choices(self, parts: list[str]) -> tuple[frozenset[int], tuple[Items, ...]]:
        """The choices of a bracket. Most are single words: these are looked up at once, longer ones
        one by one."""
        words: set[int] = set()
        longer: list[Items] = []
        while True:
            if len(parts) > 1 and parts[-1][0] not in _MARKS and parts[-2] in "|)":
                words.add(self.globs.number(parts.pop()))
            else:
                longer.append(self._parse_sequence(parts))
            if not parts:
                raise ValueError("a bracket is not closed")
            if parts.pop() == ")":
                return frozenset(words), tuple(longer)

    def _known_list(self, name: str) -> str:
        if name not in self._lists:
            raise ValueError(f"unknown list <{name}>")
        return name

    def _needs(self, items: Sequence[Item]) -> list[frozenset[int]]:
        """The needs of the required positions, rarest first."""
        needs = dict.fromkeys(self._need(item) for item in items if not item.optional)
        if len(needs) == 1:
            return list(needs)
        uses = self.globs.uses
        return sorted(needs, key=lambda need: sum(map(uses.__getitem__, need)))

    def _need(self, item: Item) -> frozenset[int]:
        """The words of which a text must contain one for an item to match."""
        if item.group:
            return self._list_needs[item.group]
        return item.words.union(*(self._needs(sequence)[0] for sequence in item.choices))
