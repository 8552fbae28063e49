"""Find mentions: whom and what an article names, each with its offsets and a stable link.

One pass over the text finds all listed spellings at once (`patterns`). The whole article then
decides which of them are mentions:

1. the **contexts** and countries that it speaks of (`subject`) say what **listed** names mean: a
   generic one ("Predator", "Circles") counts only in its own context, or beside another spelling of
   the same thing; of bodies that share a name, the one is meant whose country stands beside it, or
   is spoken of most;
2. **acronyms** that the article defines: "Institute of Foo (IFO)" makes each "IFO" that institute;
3. **people** and **bodies** by rule (`people`, `bodies`), **places** by the words around them,
   and whose body it is by the country beside it (`beside`);
4. of overlapping spellings the longest is meant (`found.settled`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from core.records import Mention, MentionKind, TextField
from enrich.mentions.beside import Beside, of_the_owner, of_the_state
from enrich.mentions.bodies import dated, formed_bodies, formed_laws
from enrich.mentions.credits import is_credited, is_in_the_credits
from enrich.mentions.datelines import is_acronym, short_in_capitals
from enrich.mentions.found import OTHER, Found, settled
from enrich.mentions.gazetteer import Place, by_name, read_places
from enrich.mentions.listed import abbreviated, listed, without_namesakes
from enrich.mentions.names import Name, read_given_names, read_names, read_others
from enrich.mentions.patterns import Hit, Patterns
from enrich.mentions.people import PeopleFinder
from enrich.mentions.places import PlaceFinder, Places
from enrich.mentions.subject import Cue, cues, subject_of
from enrich.mentions.unified import Unified, unify
from enrich.mentions.words import Word, capitalised

_GAP = "\n"
"""Between title and text; no spelling spans it."""

MAX_MENTIONS = 3_000
"""The most mentions of an article, the first ones; a book's chapter has a thousand. Each takes a
kilobyte of memory, so a page that only repeats a name would fill that of the pass."""


@dataclass(frozen=True, slots=True)
class Other:
    """A name that contains a listed one but is not itself a mention."""


Target = Name | Places | Cue | Other
Kind = TypeVar("Kind")


class MentionFinder:
    """Finds the mentions of an article. Pure once made; `load` takes over a second."""

    def __init__(self, names: Sequence[Name], places: Sequence[Place]) -> None:
        named = by_name(places)
        spelt = chain(named.items(), short_in_capitals(named).items())
        others = ((other, Other()) for other in read_others())
        self._patterns: Patterns[Target] = Patterns(
            chain(_first_of_each_spelling(names), spelt, cues(), others)
        )
        self._place_names = named
        self._places = PlaceFinder(named)
        known = {
            name: same for name, same in named.items() if any("S" not in p.marks for p in same)
        }
        self._people = PeopleFinder(known)  # Harvey, Illinois, is no reason to doubt a Harvey

    @classmethod
    def load(cls, own: Path | None = None) -> MentionFinder:
        """The finder for the package's lists and, if the file exists, the newsroom's own.

        Raises:
            NamesError: a list cannot be read.
        """
        return cls(read_names(own), read_places())

    def find(self, title: str, text: str) -> tuple[Mention, ...]:
        """The mentions in a title and a text, in order, those of the title first; at most
        `MAX_MENTIONS`."""
        head, body = unify(title), unify(text)
        whole = f"{head.text}{_GAP}{body.text}"
        beginning = len(head.text) + len(_GAP)
        found = (one for one in self._found(whole) if one.kind is not None)
        return tuple(
            _mention(one, head, "title", 0)
            if one.start < beginning
            else _mention(one, body, "text", beginning)
            for one in islice(found, MAX_MENTIONS)
        )

    def _found(self, text: str) -> list[Found]:
        hits = self._patterns.find(text)
        name_hits = _hits_on(Name, hits)
        place_hits = [hit for hit in _hits_on(tuple, hits) if not is_acronym(text, hit)]
        words = capitalised(text)
        people = self._full_names(text, words, name_hits, place_hits)
        # Chad Smith says nothing of Chad, and Frances Haugen nothing of France.
        named = _offsets_in(people, name_hits)
        place_hits = [hit for hit in place_hits if hit.start not in named]
        said = [
            hit for hit in _hits_on(Cue, hits) if not hit.target.country or hit.start not in named
        ]
        subject = subject_of(said, name_hits, self._places.countries(place_hits))
        beside = Beside(text, place_hits, subject.nations)
        names = listed(text, name_hits, subject, beside, self._place_names)
        names = of_the_owner(text, names, beside, subject.countries)
        names = without_namesakes(text, names)
        # First, as what the article says of an acronym counts more than what is listed.
        names = [*abbreviated(text, words, names, self._place_names), *names]
        places = [
            one
            for one in self._places.find(text, place_hits, subject.countries)
            if not is_in_the_credits(text, one.start)
        ]
        others = [Found(start, end, "", None, OTHER) for start, end, _ in _hits_on(Other, hits)]

        @cache
        def spoken(name: str) -> Counter[str]:
            # "Athens Police Department" does not say that it is of Greece.
            own = (hit for hit in place_hits if text[hit.start : hit.end] == name)
            return subject.countries - self._places.countries(own)

        bodies = list(formed_bodies(text, self._place_names, spoken))
        names = of_the_state(text, names, bodies)
        laws = dated(text, names, formed_laws(text))
        firm = settled([*names, *bodies, *laws, *people, *places, *others])
        known = [one for one in (*firm, *names) if one.kind is MentionKind.PERSON]
        return self._with_short_forms(text, words, firm, known, places)

    def _full_names(
        self,
        text: str,
        words: Sequence[Word],
        name_hits: Iterable[Hit[Name]],
        place_hits: Iterable[Hit[Places]],
    ) -> list[Found]:
        """The people with a given name, but not who is credited; "San Diego Padres" contains no
        Diego Padres, and "dell'Fbi Zorbin Quaxley" no Fbi Quaxley."""
        begun = {
            place
            for start, end in [(one.start + 1, one.end) for one in name_hits]
            + [(one.start, one.end) for one in place_hits]
            if " " in text[start:end]
            for place in range(start, end)
        }
        begun |= {
            one.start
            for one in name_hits
            if one.target.kind is MentionKind.AGENCY
            and text[one.start : one.end] not in read_given_names()
        }
        return [
            one
            for one in self._people.full_names(text, words)
            if one.start not in begun and not is_credited(text, one.start, one.end)
        ]

    def _with_short_forms(
        self,
        text: str,
        words: Sequence[Word],
        firm: Sequence[Found],
        known: Sequence[Found],
        places: Iterable[Found],
    ) -> list[Found]:
        """The mentions found, plus surnames of people who are known. A surname wins over a place
        of the same name: "Jordan said" where there is Jim Jordan."""
        located = {one.start for one in places if self._places.is_located(text, one.start)}
        short = [
            one for one in self._people.short_forms(text, words, known) if one.start not in located
        ]
        surnames = {one.start: one.end for one in short}
        kept = [
            one
            for one in firm
            if one.kind is not MentionKind.PLACE or surnames.get(one.start) != one.end
        ]
        return settled([*kept, *short])


def _hits_on(kind: type[Kind], hits: Iterable[Hit[Target]]) -> list[Hit[Kind]]:
    """The hits whose spellings stand for something of a kind."""
    return [Hit(start, end, target) for start, end, target in hits if isinstance(target, kind)]


def _offsets_in(people: Iterable[Found], names: Iterable[Hit[Name]]) -> set[int]:
    """The offsets of all characters in the names of people, found by rule or listed."""
    spans = [(one.start, one.end) for one in people]
    spans += [(hit.start, hit.end) for hit in names if hit.target.kind is MentionKind.PERSON]
    return {place for start, end in spans for place in range(start, end)}


def _first_of_each_spelling(names: Sequence[Name]) -> Iterator[tuple[str, Name]]:
    """The spellings of the names, without those that an earlier name has already taken.

    Names with different contexts may share a spelling. The last of them may have no context: it is
    what the spelling means where none of the others is meant.
    """
    taken: dict[str, int] = {}
    for number, name in enumerate(names):
        for spelling in name.spellings:
            first = taken.setdefault(spelling, number)
            if first == number or names[first].needs:
                yield spelling, name


def _mention(one: Found, unified: Unified, field: TextField, beginning: int) -> Mention:
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
