"""Mentions: who and what an article names, each with its place in the text and a stable link.

One pass over the text looks for all listed spellings at once (`patterns`). What is found is then
judged by the whole article:

1. which **contexts** and countries it speaks of: a generic name ("Predator", "Circles") counts only
   in its own, or beside another spelling of the same thing;
2. **acronyms** that the article defines: "Institute of Foo (IFO)" makes each "IFO" that institute;
3. **people** and **bodies** by rule (`people`, `bodies`), **places** by what stands around them;
4. of spellings that overlap the longest is meant (`found.settled`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.records import Mention, MentionKind
from enrich.mentions.bodies import formed_bodies, formed_laws, with_its_place
from enrich.mentions.found import LISTED, OTHER, Found, found_name, settled
from enrich.mentions.gazetteer import Place, by_name, read_places
from enrich.mentions.names import (
    COUNTRY,
    Name,
    read_contexts,
    read_demonyms,
    read_names,
    read_others,
    read_words,
)
from enrich.mentions.patterns import Hit, Patterns
from enrich.mentions.people import PeopleFinder
from enrich.mentions.places import PlaceFinder, Places
from enrich.mentions.unified import Unified, unify
from enrich.mentions.words import Word, capitalised, word_before

_ACRONYM = re.compile(r"'?s? \(\"?(?:the |or )?([A-Z][A-Za-z&-]{1,9})\"?\)")
"""Right behind a name: "Government Communications Security Bureau (GCSB)"."""

_GAP = "\n"
"""Between title and text; no spelling spans it."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that says what an article speaks of: a context, or a country by its people."""

    contexts: frozenset[str] = frozenset()
    country: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """A name that holds one of ours and is none."""


TRADE = frozenset(("watch", "spyware", "leaks", "face", "broker"))
"""Contexts of an article that names a vendor or a programme beyond doubt: "Graphite" beside
"Paragon Solutions" is what that sells."""

_OF_THE_TRADE = (MentionKind.VENDOR, MentionKind.PROGRAMME)

Target = Name | Places | Cue | Other


class MentionFinder:
    """Finds the mentions of an article. Pure once made; `load` takes a good second."""

    def __init__(self, names: Sequence[Name], places: Sequence[Place]) -> None:
        named = by_name(tuple(places))
        spellings: list[tuple[str, Target]] = []
        for name in _first_of_each_spelling(names):
            spellings += name
        spellings += named.items()
        spellings += _cues()
        spellings += ((other, Other()) for other in read_others())
        self._patterns: Patterns[Target] = Patterns(spellings)
        self._place_names = named
        self._places = PlaceFinder(named)
        known = {
            name: same for name, same in named.items() if any("S" not in p.marks for p in same)
        }
        self._people = PeopleFinder(known)  # Harvey, Illinois, is no reason to doubt a Harvey

    @classmethod
    def load(cls, own: Path | None = None) -> MentionFinder:
        """The finder of the package's lists and, where it is a file, the newsroom's own.

        Raises:
            NamesError: a list cannot be read.
        """
        return cls(read_names(own), read_places())

    def find(self, title: str, text: str) -> tuple[Mention, ...]:
        """The mentions in a title and a text, in their order, those of the title first."""
        head, body = unify(title), unify(text)
        whole = f"{head.text}{_GAP}{body.text}"
        beginning = len(head.text) + len(_GAP)
        return tuple(
            _mention(one, head, "title", 0)
            if one.start < beginning
            else _mention(one, body, "text", beginning)
            for one in self._found(whole)
            if one.kind is not None
        )

    def _found(self, text: str) -> list[Found]:
        hits = self._patterns.find(text)
        name_hits = [Hit(h.start, h.end, h.target) for h in hits if isinstance(h.target, Name)]
        place_hits = [Hit(h.start, h.end, h.target) for h in hits if isinstance(h.target, tuple)]
        cues = [hit.target for hit in hits if isinstance(hit.target, Cue)]
        contexts = frozenset[str]().union(*(cue.contexts for cue in cues))
        countries = {cue.country for cue in cues} | self._places.countries(place_hits)
        for hit in name_hits:
            if hit.target.needs is None:
                # An agency speaks of its country, a vendor of its trade.
                countries.add(hit.target.country or "")
                if hit.target.kind in _OF_THE_TRADE:
                    contexts |= TRADE
        names = self._named(text, name_hits, contexts, countries)
        words = capitalised(text)
        names += _abbreviated(text, words, names)
        begun = {
            place
            for start, end in [(one.start + 1, one.end) for one in name_hits]
            + [(one.start, one.end) for one in place_hits]
            if " " in text[start:end]
            for place in range(start, end)
        }
        people = [
            # "San Diego Padres" holds no Diego Padres.
            one
            for one in self._people.full_names(text, words)
            if one.start not in begun
        ]
        listed = [one for one in names if one.kind is MentionKind.PERSON]
        places = self._places.find(text, place_hits, countries)
        others = [
            Found(hit.start, hit.end, "", None, OTHER)
            for hit in hits
            if isinstance(hit.target, Other)
        ]
        firm = settled(
            [*names, *formed_bodies(text), *formed_laws(text), *people, *places, *others]
        )
        known = [one for one in firm if one.kind is MentionKind.PERSON]
        located = {one.start for one in places if self._places.is_located(text, one.start)}
        short = [
            one
            for one in self._people.short_forms(text, words, [*known, *listed])
            if one.start not in located
        ]
        # A surname is meant where it is also a place: "Jordan said" where there is Jim Jordan.
        surnames = {one.start: one.end for one in short}
        kept = [
            one
            for one in firm
            if one.kind is not MentionKind.PLACE or surnames.get(one.start) != one.end
        ]
        return settled([*kept, *short])

    def _named(
        self,
        text: str,
        hits: Iterable[Hit[Name]],
        contexts: frozenset[str],
        countries: set[str],
    ) -> list[Found]:
        """The listed names that the article may mean."""
        plain = {hit.target.name for hit in hits if hit.target.needs is None}
        fitting = [hit for hit in hits if hit.target.needs is None or _stands_alone(text, hit)]
        meant = (
            with_its_place(text, found_name(hit.start, hit.end, name), name, self._place_names)
            for hit in fitting
            if (name := hit.target).needs is None
            or name.name in plain
            or name.needs in contexts
            or (name.needs == COUNTRY and name.country in countries)
        )
        return [one for one in meant if one is not None]


def _stands_alone(text: str, hit: Hit[Name]) -> bool:
    """Whether one word is no part of another name ("Elden Ring") and no plural ("Eagles")."""
    said, before = text[hit.start : hit.end], word_before(text, hit.start)
    if said.endswith("s") and said not in hit.target.spellings and said[0].isupper():
        return False
    if not before[:1].isupper() or before.isupper() or " " in said:
        return True
    return before.lower() in read_words("common_words.txt") or before.endswith("'s")


def _first_of_each_spelling(names: Sequence[Name]) -> Iterable[list[tuple[str, Target]]]:
    """The spellings of each name, but for those that an earlier list has for another name.

    Names of one list may share a spelling: their contexts tell them apart.
    """
    taken: dict[str, int] = {}
    for number, name in enumerate(names):
        kept: list[tuple[str, Target]] = []
        for spelling in name.spellings:
            first = taken.setdefault(spelling, number)
            if first == number or (names[first].needs and name.needs):
                kept.append((spelling, name))
        yield kept


def _cues() -> Iterable[tuple[str, Target]]:
    """The words of contexts and of nationalities."""
    contexts: dict[str, set[str]] = {}
    for context, words in read_contexts().items():
        for word in words:
            contexts.setdefault(word, set()).add(context)
    for word, of in contexts.items():
        yield word, Cue(contexts=frozenset(of))
    for country, words in read_demonyms().items():
        for word in words:
            yield word, Cue(country=country)


def _abbreviated(text: str, words: Sequence[Word], names: Sequence[Found]) -> list[Found]:
    """The acronyms that the article defines behind a listed name, wherever they stand."""
    defined = {
        match[1]: one
        for one in names
        if one.kind not in (MentionKind.PLACE, MentionKind.PERSON)
        and (match := _ACRONYM.match(text, one.end))
    }
    if not defined:
        return []
    return [
        Found(word.start, word.end, one.name, one.kind, LISTED, one.uri, one.country)
        for word in words
        if (one := defined.get(word.text)) is not None
    ]


def _mention(
    one: Found, unified: Unified, field: Literal["title", "text"], beginning: int
) -> Mention:
    start, end = unified.given(one.start - beginning, one.end - beginning)
    return Mention(
        name=one.name,
        kind=one.kind,
        field=field,
        start=start,
        end=end,
        uri=one.uri,
        country=one.country,
        latitude=one.latitude,
        longitude=one.longitude,
    )
