"""Find mentions: whom and what an article names, each with its offsets and a stable link.

One pass over the text finds all listed spellings at once (`patterns`). The whole article then
decides which of them are mentions:

1. the **contexts** and countries that it speaks of: a generic name ("Predator", "Circles") counts
   only in its own context, or beside another spelling of the same thing; of bodies that share a
   name, the one is meant whose country stands beside it, or is spoken of most;
2. **acronyms** that the article defines: "Institute of Foo (IFO)" makes each "IFO" that institute;
3. **people** and **bodies** by rule (`people`, `bodies`), **places** by the words around them,
   and whose body it is by the country beside it (`beside`);
4. of overlapping spellings the longest is meant (`found.settled`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from core.records import Mention, MentionKind, TextField
from enrich.mentions.beside import GERMAN, Beside, of_the_state, of_their_country
from enrich.mentions.bodies import dated, formed_bodies, formed_laws, with_its_place
from enrich.mentions.found import LISTED, OTHER, Found, found_form, found_name, settled
from enrich.mentions.gazetteer import Place, by_name, read_places
from enrich.mentions.names import (
    COUNTRY,
    Name,
    read_common_words,
    read_contexts,
    read_cues,
    read_demonyms,
    read_given_names,
    read_names,
    read_others,
)
from enrich.mentions.patterns import Hit, Patterns
from enrich.mentions.people import PeopleFinder, is_credited
from enrich.mentions.places import PlaceFinder, Places
from enrich.mentions.unified import Unified, unify
from enrich.mentions.words import Word, capitalised, word_after, word_before

_ACRONYM = re.compile(r"'?s? \(\"?(?:the |or )?([A-Z][A-Za-z&-]{1,9})\"?\)")
"""An acronym right after a name: "Government Communications Security Bureau (GCSB)"."""

_ARTICLES = frozenset(
    (
        *("Das", "Den", "Dem", "Des", "Der", "Ein", "Eine", "Le", "La", "Les", "Un", "Une"),
        *("El", "Los", "Las", "Il", "Lo", "Gli", "Os", "As", "Het", "Een"),
    )
)
"""Articles of other languages than that of the common words; they are no part of a name."""

_GAP = "\n"
"""Between title and text; no spelling spans it."""

MAX_MENTIONS = 3_000
"""The most mentions of an article, the first ones; a book's chapter has a thousand. Each takes a
kilobyte of memory, so a page that only repeats a name would fill that of the pass."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that says what an article speaks of: a context, or a country by its nationality."""

    contexts: frozenset[str] = frozenset()
    country: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """A name that contains a listed one but is not itself a mention."""


class Subject(NamedTuple):
    """What an article speaks of: its contexts, how often it names each country, and the country of
    each nationality in it, keyed by where the word ends."""

    contexts: frozenset[str]
    countries: Counter[str]
    nations: Mapping[int, str]


TRADE = frozenset(("watch", "spyware", "leaks", "face", "broker"))
"""Contexts of an article that clearly names a vendor or a programme: "Graphite" beside "Paragon
Solutions" is that vendor's product."""

_BODIES = (MentionKind.AGENCY, MentionKind.COURT)
_OF_THE_TRADE = (MentionKind.VENDOR, MentionKind.PROGRAMME)

Target = Name | Places | Cue | Other


class MentionFinder:
    """Finds the mentions of an article. Pure once made; `load` takes over a second."""

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
        name_hits = [Hit(h.start, h.end, h.target) for h in hits if isinstance(h.target, Name)]
        place_hits = [Hit(h.start, h.end, h.target) for h in hits if isinstance(h.target, tuple)]
        subject = self._subject(hits, name_hits, place_hits)
        beside = Beside(text, place_hits, subject.nations)
        names = self._named(text, name_hits, subject, beside)
        words = capitalised(text)
        names += _abbreviated(text, words, names, self._place_names)
        places = self._places.find(text, place_hits, subject.countries)
        others = [
            Found(hit.start, hit.end, "", None, OTHER)
            for hit in hits
            if isinstance(hit.target, Other)
        ]
        people = self._full_names(text, words, name_hits, place_hits)
        bodies = list(formed_bodies(text))
        names = of_the_state(text, names, bodies)
        laws = dated(text, names, formed_laws(text))
        firm = settled([*names, *bodies, *laws, *people, *places, *others])
        known = [one for one in (*firm, *names) if one.kind is MentionKind.PERSON]
        return self._with_short_forms(text, words, firm, known, places)

    def _subject(
        self,
        hits: Iterable[Hit[Target]],
        name_hits: Iterable[Hit[Name]],
        place_hits: Sequence[Hit[Places]],
    ) -> Subject:
        """What an article speaks of: its contexts, and how often it names each country."""
        cues = [Hit(h.start, h.end, h.target) for h in hits if isinstance(h.target, Cue)]
        contexts = frozenset[str]().union(*(hit.target.contexts for hit in cues))
        countries = self._places.countries(place_hits)
        nations = [hit for hit in cues if hit.target.country]
        # "Germans" matches as itself and as a plural: count it once.
        countries.update({hit.start: hit.target.country for hit in nations}.values())
        for hit in name_hits:
            if hit.target.needs is None:
                # An agency counts for its country, a vendor for its trade.
                countries[hit.target.country or ""] += 1
                if hit.target.kind in _OF_THE_TRADE:
                    contexts |= TRADE
        return Subject(contexts, countries, {hit.end: hit.target.country for hit in nations})

    def _full_names(
        self,
        text: str,
        words: Sequence[Word],
        name_hits: Iterable[Hit[Name]],
        place_hits: Iterable[Hit[Places]],
    ) -> list[Found]:
        """The people with a given name, but not who took a picture; "San Diego Padres" contains no
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

    def _named(
        self,
        text: str,
        hits: Iterable[Hit[Name]],
        subject: Subject,
        beside: Beside,
    ) -> list[Found]:
        """The listed names that the article may mean."""
        sure = [hit.target for hit in hits if hit.target.needs is None]
        plain = {name.name for name in sure}
        in_plain = {(name.name, name.country) for name in sure}
        shared: dict[tuple[int, int], list[Name]] = defaultdict(list)
        for hit in hits:
            if hit.target.needs == COUNTRY and (
                beside.owner(hit.start) or _stands_alone(text, hit)
            ):
                shared[hit.start, hit.end].append(hit.target)
        generic = {
            (hit.start, hit.end): hit.target
            for hit in hits
            if hit.target.needs is None and (hit.start, hit.end) in shared
        }
        # "US Department of Justice" says whose "the Department of Justice" is.
        in_full = {
            hit.target
            for hit in hits
            if hit.target.needs is None
            and hit.target.country
            and (hit.start, hit.end) not in shared
        }
        meant: list[tuple[int, int, Name]] = []
        for (start, end), names in shared.items():
            last = generic.get((start, end))
            only = last is None
            own = of_their_country(
                [*names, last] if last in in_full else names,
                (start, end),
                in_plain,
                subject.countries,
                beside,
                only=only,
            )
            # If none is meant, the owner beside may have a body of that name: see `_named_here`.
            rest = names[:1] if only and not own and beside.owner(start) else []
            meant += [(start, end, name) for name in own or rest]
        meant += [
            (hit.start, hit.end, name)
            for hit in hits
            if (name := hit.target).needs is None
            or (
                name.needs != COUNTRY
                and (name.name in plain or name.needs in subject.contexts)
                and _stands_alone(text, hit)
            )
        ]
        found = (self._named_here(text, *one, beside) for one in meant)
        return [one for one in found if one is not None]

    def _named_here(
        self, text: str, start: int, end: int, name: Name, beside: Beside
    ) -> Found | None:
        """A listed name with its place; None if something else has this name here."""
        one = found_name(start, end, name)
        if name.kind is MentionKind.PERSON:
            return None if word_after(text, end) in read_cues()["named_after"] else one
        if name.kind not in _BODIES:
            return with_its_place(text, one, name, self._place_names)
        state = beside.state(start) if " of " in text[start:end] else None
        if state is not None and state[1] == name.country:
            # "California Department of Justice" is not the country's
            return found_form(text, state[0], end, name.kind, name.country)
        may_be_german = name.country in GERMAN or (name.country is None and not name.joins)
        if may_be_german and (land := beside.land(start)):
            return found_form(text, start - len(land) - 1, end, name.kind, "DE")
        if part := beside.part_after(start, end, name):
            stop, country = part
            return found_form(text, start, stop, name.kind, country)
        behind = beside.owner_behind(start, end)
        owner = beside.owner(start) or behind
        if owner and owner != name.country:
            if name.country is None:
                if not name.uri:
                    one = replace(one, country=owner)  # "Kenya's High Court"
            elif behind or " " in text[start:end]:
                # "Egypt's National Security Agency". Acronyms of one country are known abroad.
                return found_form(text, start, end, name.kind, owner)
            elif name.needs == COUNTRY:
                return None
        return with_its_place(text, one, name, self._place_names)


def _stands_alone(text: str, hit: Hit[Name]) -> bool:
    """Whether a single word is neither part of a name ("Elden Ring") nor a plural ("Eagles")."""
    said, before = text[hit.start : hit.end], word_before(text, hit.start)
    if said.endswith("s") and said not in hit.target.spellings and said[0].isupper():
        return False
    if not before[:1].isupper() or before.isupper() or " " in said:
        return True
    if before.endswith(".") and said.isupper():
        return True  # a sentence ends there, as in German with a noun: "im Haus. NSO sagte"
    return before.lower() in read_common_words() or before in _ARTICLES or before.endswith("'s")


def _first_of_each_spelling(names: Sequence[Name]) -> Iterable[list[tuple[str, Target]]]:
    """The spellings of each name, without those that an earlier name has already taken.

    Names with different contexts may share a spelling. The last of them may have no context: it is
    what the spelling means where none of the others is meant.
    """
    taken: dict[str, int] = {}
    for number, name in enumerate(names):
        kept: list[tuple[str, Target]] = []
        for spelling in name.spellings:
            first = taken.setdefault(spelling, number)
            if first == number or names[first].needs:
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


def _abbreviated(
    text: str, words: Sequence[Word], names: Sequence[Found], places: Container[str]
) -> list[Found]:
    """Every occurrence of the acronyms that the article defines after a listed name.

    A place in brackets is not an acronym: "National Cyber Security Centre (Ireland)".
    """
    defined = {
        match[1]: one
        # The longest is meant, and of several with its name the one whose country is known.
        for one in sorted(names, key=lambda one: (one.end - one.start, one.country is not None))
        if one.kind not in (MentionKind.PLACE, MentionKind.PERSON)
        and (match := _ACRONYM.match(text, one.end))
        and match[1] not in places
    }
    if not defined:
        return []
    return [
        Found(word.start, word.end, one.name, one.kind, LISTED, one.uri, one.country)
        for word in words
        if (one := defined.get(word.text)) is not None
    ]


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
