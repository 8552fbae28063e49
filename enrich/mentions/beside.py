"""Decide which country's body a name means, from the words right beside it.

Bodies of several countries share a name ("Constitutional Court"). The words beside it say which is
meant; if they do not, the whole article does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from core.records import MentionKind
from enrich.mentions.found import FORMED, Found
from enrich.mentions.names import Name, read_cues
from enrich.mentions.patterns import Hit
from enrich.mentions.places import Places
from enrich.mentions.words import word_after, word_before

_SUPREME = "supreme court"

_OF_A_STATE = (" of ", " of the State of ")
_IN_A_LAND = (" in ", " von ", " des Landes ", " of ")
_LINKS = tuple(dict.fromkeys((" ", *_OF_A_STATE, *_IN_A_LAND)))
"""What may stand between a body and the part of a country that it belongs to."""

GERMAN = ("DE", "AT")
"""Where bodies share names with those of Germany's states: Austria has a Verfassungsgerichtshof."""

_IN = re.compile(r" (?:in|of|de|del|du|do|da|en|à) (?:the |la )?")

_OF = re.compile(r" (?:de|del|della|dello|du|do|da)(?: l[ao]s?)? | de l'| d'| dell'| von | der ")
"""Words for "of" in the languages in which a country follows its bodies' names."""


class Beside:
    """The countries named right beside a span: "Lithuania's", "the Irish", "in Karlsruhe".

    "" stands for a part of a country, whose bodies are not the country's.
    """

    def __init__(
        self, text: str, places: Sequence[Hit[Places]], nationalities: Mapping[int, str]
    ) -> None:
        """Places as found; the countries of nationalities, keyed by where these end."""
        self._text = text
        self._nationalities = nationalities
        # Of those that end together the longest is meant: "New Mexico's", "South Sudan's".
        self._ending = {hit.end: hit for hit in sorted(places, key=lambda hit: -hit.start)}
        self._starting: dict[int, list[Hit[Places]]] = {}
        for hit in places:
            self._starting.setdefault(hit.start, []).append(hit)

    def before(self, start: int) -> set[str]:
        """The countries named right before a span."""
        if word_before(self._text, start).lower() in read_cues()["of_a_part"]:
            return {""}
        end = self._end_before(start)
        if end in self._nationalities:
            return {self._nationalities[end]}
        places = self._ending_at(end)
        is_towns = places and places[0].kind == "city" and "C" not in places[0].marks
        if is_towns and self._text.endswith("'s ", 0, start):
            return {""}  # "Victoria's Supreme Court"; a capital may stand for its country
        return _countries(places)

    def land(self, start: int) -> str:
        """The adjective of a German state right before a body that is not the country's by its
        name: "sächsische [Verfassungsschutz]"; "" if there is none."""
        before = word_before(self._text, start)
        is_one = before.lower() in _of_states() and not self._text.startswith("Bund", start)
        return before if is_one else ""

    def owner(self, start: int) -> str:
        """The one country named right before a span as its owner; "" if there is none."""
        end = self._end_before(start)
        if end in self._nationalities:
            return self._nationalities[end]
        return _country(self._ending_at(end))

    def owner_behind(self, start: int, end: int) -> str:
        """The same right behind, where adjectives stand there: "Corte costituzionale [austriaca]",
        "Tribunal Supremo [de Venezuela]"."""
        if self._text[start:end].partition(" ")[0].lower() not in read_cues()["country_behind"]:
            return ""
        word = word_after(self._text, end)
        if word.islower() and (of := self._nationalities.get(end + 1 + len(word))):
            return of
        link = _OF.match(self._text, end)
        return _country(self._longest_at(link.end()) if link else self._genitive(end))

    def all_of(self, start: int, end: int) -> set[str]:
        """The countries named right before a span as its owners, or behind it."""
        return {self.owner(start), self.owner_behind(start, end)} | self.after(end)

    def _genitive(self, end: int) -> Places:
        """The places right behind a span in German's genitive: "das Innenministerium Litauens"."""
        places = self._longest_at(end + 1)
        word = word_after(self._text, end)
        is_one = bool(places) and word.endswith("s") and word not in places[0].names
        return places if is_one else ()

    def state(self, start: int) -> tuple[int, str] | None:
        """Where a state begins that is named right before a span, and its country."""
        hit = self._ending.get(start - 1)
        if not self._text.endswith(" ", 0, start) or not hit or hit.target[0].kind != "state":
            return None
        return hit.start, hit.target[0].country

    def after(self, end: int) -> set[str]:
        """The countries named after "in", "of" and the like."""
        match = _IN.match(self._text, end)
        if match is None:
            return set()
        here = self._starting.get(match.end(), ())
        return {country for hit in here for country in _countries(hit.target)}

    def part_after(self, start: int, end: int, name: Name) -> tuple[int, str] | None:
        """Where a body's name ends that a part of a country after it makes that part's, and the
        country: "Supreme Court [of Utah]", "Verfassungsschutz [Sachsen]"."""
        said = self._text[start:end]
        short = said[1:2].islower() and name.name.startswith("Bund") != said.startswith("Bund")
        for link, hit in self._linked(end):
            place = hit.target[0]
            german = place.country == "DE" and name.country in GERMAN
            if not german and name.country not in (None, place.country):
                continue
            if place.kind == "state" and link in _OF_A_STATE and name.kind is MentionKind.COURT:
                return hit.end, place.country
            if place.kind == "region" and german and (short or name.country == "AT"):
                if link == " ":
                    return hit.end, place.country
                if link in _IN_A_LAND:
                    return end, place.country  # the place is a mention of its own
        return None

    def _linked(self, end: int) -> Iterator[tuple[str, Hit[Places]]]:
        """The places that one of `_LINKS` joins to what ends at an offset, with that link."""
        for link in _LINKS:
            if self._text.startswith(link, end):
                for hit in self._starting.get(end + len(link), ()):
                    yield link, hit

    def _ending_at(self, end: int) -> Places:
        """The places that share the name that ends at an offset."""
        hit = self._ending.get(end)
        return hit.target if hit else ()

    def _longest_at(self, start: int) -> Places:
        """The places of the longest name that begins at an offset."""
        here = self._starting.get(start)
        return here[-1].target if here else ()  # they come in the order of their ends

    def _end_before(self, start: int) -> int:
        if self._text.endswith("'s ", 0, start):
            return start - 3
        return start - 1 if self._text.endswith(" ", 0, start) else -1


def _country(places: Places) -> str:
    """The country that has a name alone; "" if there is none."""
    return places[0].country if len(places) == 1 and places[0].kind == "country" else ""


def _countries(places: Places) -> set[str]:
    """The countries of places that share a name; "" for a part of one. Of cities only the largest
    is meant, "in Athens" speaks of no court of Georgia's, and beside a region none is."""
    plain = [place for place in places if "S" not in place.marks]
    return {
        "" if place.kind in ("state", "region") and place.country != "EU" else place.country
        for place in [place for place in plain if place.kind != "city"] or plain[:1]
    }


def of_their_country(
    names: Sequence[Name],
    span: tuple[int, int],
    plain: Container[tuple[str, str | None]],
    countries: Counter[str],
    beside: Beside,
    *,
    only: bool,
) -> list[Name]:
    """Choose among names that share a spelling in several countries, likeliest first.

    The country right beside decides; else another, unambiguous spelling of one of the names; else
    the country that the article speaks of. `only` means that the spelling stands for nothing else:
    then any country that the article speaks of will do, not only the one it speaks of most.
    """
    several = not only or len({name.country for name in names}) > 1
    said = beside.before(span[0]) or (beside.after(span[1]) if several else set())
    ranked = sorted(names, key=lambda name: -countries[name.country or ""])
    if said:
        own = [name for name in ranked if name.country in said]
        if own or several:
            return own
    known = [name for name in ranked if (name.name, name.country) in plain]
    if known or said:
        return known
    max_mentions = max((countries[one] for one in countries if one not in ("", "EU")), default=0)
    min_mentions = 1 if only else max(max_mentions, 1)
    return [name for name in ranked if name.country and countries[name.country] >= min_mentions]


def of_the_owner(
    text: str, names: Sequence[Found], beside: Beside, countries: Counter[str]
) -> list[Found]:
    """The names, but plain ones of a listed body stand for the one of the same name that the
    article gives to another country: "the National Security Agency" where it speaks of "Egypt's
    National Security Agency". Not if the listed one's country stands beside one of them, nor if the
    article speaks of that country more, apart from these names."""
    given = [
        one
        for one in names
        if one.rank == FORMED and one.kind in (MentionKind.AGENCY, MentionKind.COURT)
    ]
    if not given:
        return list(names)
    owners: dict[str, set[str | None]] = {}
    for one in given:
        owners.setdefault(text[one.start : one.end], set()).add(one.country)
    listed = [one for one in names if one.rank != FORMED]
    own = {
        text[one.start : one.end]
        for one in listed
        if one.country and one.country in beside.all_of(one.start, one.end)
    }
    named = Counter(one.name for one in listed)
    named.update(text[one.start : one.end] for one in given)

    def meant(one: Found) -> Found:
        said = text[one.start : one.end]
        of = owners.get(said, set())
        if one.rank == FORMED or len(of) != 1 or said in own:
            return one
        (country,) = of
        others = countries[one.country or ""] - named[one.name]
        if country == one.country or countries[country or ""] < others:
            return one
        return replace(one, name=said, uri=None, country=country)

    return [meant(one) for one in names]


def of_the_state(text: str, names: Sequence[Found], formed: Sequence[Found]) -> list[Found]:
    """The listed names, but plain ones of a court stand for the one that the article names in full:
    "the Supreme Court" beside "Utah Supreme Court", unless the country's is named in full, too."""
    full = {one.name: one for one in (*names, *formed) if _is_supreme(one) and one.rank == FORMED}
    courts = [one for one in names if _is_supreme(one)]
    plain = sum(_is_plain(text, one) for one in courts)
    if len(full) != 1 or plain < sum(one.rank != FORMED for one in courts):
        return list(names)
    (meant,) = full.values()
    return [
        replace(one, name=meant.name, uri=None, country=meant.country or one.country)
        if _is_plain(text, one)
        else one
        for one in names
    ]


def _is_supreme(one: Found) -> bool:
    return one.kind is MentionKind.COURT and _SUPREME in one.name.lower()


def _is_plain(text: str, one: Found) -> bool:
    """Whether a court is called no more than "the Supreme Court"."""
    return _is_supreme(one) and text[one.start : one.end].lower() == _SUPREME


@cache
def _of_states() -> frozenset[str]:
    endings = ("", "e", "em", "en", "er", "es")
    return frozenset(stem + end for stem in read_cues()["states_german"] for end in endings)
