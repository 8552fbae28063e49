"""Find police forces, courts, laws and operations by the form of their names, without a list.

"Oakland Police Department", "Fulton County Superior Court", "Landgericht Berlin", "Immigration and
Nationality Act", "Operation Hurricane". The mention's name is that in the text. A lower-case force
("Leeds police") is not a name: then only the place is a mention.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from core.records import MentionKind
from enrich.mentions.found import Found, found_form
from enrich.mentions.gazetteer import Place
from enrich.mentions.names import Name, read_common_words, read_cues, read_nationalities

# Bounded: in a long run of "A-A-A-" each letter begins a word that extends to the end of the run.
_CAPITAL = r"[A-ZÀ-Þ][\w'-]{0,60}"
_WORD = rf"(?:St\. )?{_CAPITAL}"
_OWN = rf"((?:{_WORD} ){{1,3}})"
_BODIES = (
    (
        "Police|Sheriff|Constabulary|Patrol|Public Safety",
        MentionKind.AGENCY,
        re.compile(
            _OWN + r"(?:Police Department|Police Service|Police Force|Police|Sheriff's (?:Office|"
            r"Department)|Constabulary|State Patrol|Highway Patrol|Department of Public Safety)\b"
            r"(?! Stations?\b)"
        ),
    ),
    (
        "Court",
        MentionKind.COURT,
        re.compile(
            _OWN + r"(?:District Court|Superior Court|High Court|Supreme Court|Crown Court"
            r"|Circuit Court|Constitutional Court|Magistrates'? Court|Appeals Court"
            r"|Court of Appeals?|County Court|Administrative Court|Regional Court)\b"
        ),
    ),
    (
        "District Court",
        MentionKind.COURT,
        re.compile(r"U\.?S\.? District Court for the (?:\w+ ){1,2}of [A-ZÀ-Þ]\w+(?: [A-ZÀ-Þ]\w+)?"),
    ),
    (
        " District (?:Court )?of ",
        MentionKind.COURT,
        re.compile(
            r"(?:Eastern|Western|Northern|Southern|Central|Middle) District (?:Court )?of "
            r"[A-ZÀ-Þ]\w+(?: (?:York|Carolina|Dakota|Virginia|Mexico|Jersey|Hampshire|Island))?"
        ),
    ),
)
"""An expression for words without one of which there is no such name (a cheap test), the kind, and
the pattern of the name."""

_UNITED_STATES = "US"
"""The country of the bodies whose patterns have no words of their own: federal courts."""

_MAX_BEFORE, _MAX_AFTER = 240, 120
"""Characters from such a word to either end of a name: up to three words of 65 before it."""

_LAW = re.compile(
    rf"((?:{_CAPITAL} (?:(?:and|of|for|the|in|on|to|or|from|against) )*){{1,8}})"
    rf"(?:\({_CAPITAL}(?:,? [\w'-]{{1,60}}){{0,11}}\) )?"
    r"(Act|Directive|Security Law|Cybercrime Law|Protection Law|Intelligence Law|Espionage Law"
    r"|(?:Regulations|Rules)(?=,? (?:19|20)\d\d))"
    r"\b(?: of)?(?:,? (?:19|20)\d\d\b)?"
)
_LAW_HEADS = ("Act", "Law", "Directive", "Regulations", "Rules")
_BILL = re.compile(r"\bBill [CS]-\d{1,3}\b")
"""A bill in Canada's parliament: "Bill C-22"."""

_GERMAN_LAW = re.compile(r"\b[A-ZÄÖÜ][a-zäöüß]{3,}(?:gesetz|verordnung)(?:e?s)?\b")
_OPERATION = re.compile(r"\bOperation [A-Z][\w'-]+(?: [A-Z][\w'-]+)?")

_YEAR = re.compile(r"(?: of|,)? (?:19|20)\d\d")
_COUNTRIES = frozenset(("EU", "UK", "US"))
"""Short names of countries before a law that are no part of its name: "UK Online Safety Act"."""

_NO_LAW = frozenset(
    ("Better", "Class", "Sister", "Balancing", "Next", "Final", "Second", "Opening")
)
_MAX_LAW_WORDS = 9

_PLACE_AFTER = re.compile(
    r"(?: (?:número|núm\.|n\.?º) ?\d{1,3})?"
    r" (?:de |di |du |d'|of |von |van |da |do |del |in )?(?:la |los |las )?"
    r"[A-ZÀ-Þ][\w-]+(?:(?: (?:de|do|da|del|la) | )[A-ZÀ-Þ][\w-]+)?"
)


def formed_laws(text: str) -> Iterator[Found]:
    """The acts and laws recognised by the ending of their names, and the operations."""
    if any(head in text for head in _LAW_HEADS):
        for match in _LAW.finditer(text):
            own = _words_of_a_law(match[1].split())
            owned = text[: _start(match, own)].endswith(("'s ", "' "))
            if len(own) > 1 or (own and (owned or own[0].lower() not in read_common_words())):
                end = match.end() - (3 if match.group().endswith(" of") else 0)
                yield found_form(text, _start(match, own), end, MentionKind.LAW)
    if "Bill " in text:
        for match in _BILL.finditer(text):
            yield found_form(text, *match.span(), MentionKind.LAW, "CA")
    if "gesetz" in text or "verordnung" in text:
        for match in _GERMAN_LAW.finditer(text):
            yield found_form(text, *match.span(), MentionKind.LAW)
    if "Operation " in text:
        for match in _OPERATION.finditer(text):
            words = match.group().split(" ")
            if len(words) > 2 and words[2].endswith("s"):
                words.pop()  # "Operation Hurricane Leads to Arrests"
            end = match.start() + len(" ".join(words))
            yield found_form(text, match.start(), end, MentionKind.PROGRAMME)


def _words_of_a_law(own: list[str]) -> list[str]:
    """Which of the words before "Act" belong to its name; none if it is no law's."""
    if len(own) > 2 and own[1] == "the":
        own = own[2:]  # "Since the Border Act"
    for joint in ("and", "or", "of", "in", "under", "with"):
        # "the GDPR and the Border Act" is two laws; "Act of the Sea" would be one.
        while joint in own and own[own.index(joint) + 1 : own.index(joint) + 2] == ["the"]:
            own = own[own.index(joint) + 2 :]
    for place in reversed(range(len(own))):
        owner = own[place].removesuffix("'s").removesuffix("'")
        if owner != own[place] and owner.lower() not in read_common_words():
            own = own[place + 1 :]  # "Britain's Online Safety Act", but not "Children's"
            break
    while own and (
        own[0].islower() or own[0] in _COUNTRIES or read_cues()["no_law"].intersection(own)
    ):
        own = own[1:]
    return [] if len(own) > _MAX_LAW_WORDS or (own and own[-1] in _NO_LAW) else own


def _start(match: re.Match[str], own: Iterable[str]) -> int:
    """Where a name begins of which only some words are its own, the last ones of the first
    group."""
    return match.end(1) - sum(len(word) + 1 for word in own)


def dated(text: str, names: Sequence[Found], laws: Iterable[Found]) -> list[Found]:
    """The laws found by their form; a listed one with a year after it is the listed one:
    "Investigatory Powers Act of 2016"."""
    listed = {one.start: one for one in names if one.kind is MentionKind.LAW}
    return [
        replace(one, name=known.name, uri=known.uri, country=known.country)
        if (known := listed.get(one.start)) and _YEAR.fullmatch(text, known.end, one.end)
        else one
        for one in laws
    ]


def formed_bodies(
    text: str, places: Mapping[str, Sequence[Place]], spoken: Callable[[str], Collection[str]]
) -> Iterator[Found]:
    """The police forces and courts recognised by the ending of their names, with the country that
    these begin with: "Austrian", "British Columbia", "Oakland".

    Args:
        text: the unified article.
        places: the gazetteer, by name.
        spoken: the countries that the article speaks of, apart from what the name of a place says.
    """
    cues, common = read_cues(), read_common_words()
    for heads, kind, pattern in _BODIES:
        for match in _near(text, heads, pattern):
            if not match.lastindex:
                yield found_form(text, *match.span(), kind, _UNITED_STATES)
                continue
            own = match[1].split()
            while own and (own[0] in cues["no_body"] or own[0] == "Ex-"):
                del own[0]
            while any(word.endswith(("'s", "'")) for word in own):
                del own[0]  # "California's Supreme Court": a place and a court
            if not own:
                continue
            own[0] = own[0].removeprefix("Ex-")
            # Not "Indonesia Puts Police Tactics in Spotlight", but "Mount Prospect Police".
            name = " ".join(own)
            is_town = len(own) > 1 and any(place.kind == "city" for place in places.get(name, ()))
            if is_town or all(word.lower() not in common or word in cues["body"] for word in own):
                country = _country(name, places, spoken)
                country = country or read_nationalities().get(own[0])
                yield found_form(text, _start(match, own), match.end(), kind, country)


def _country(
    name: str, places: Mapping[str, Sequence[Place]], spoken: Callable[[str], Collection[str]]
) -> str | None:
    """The country of a place; of those that have places of its name the one that is spoken of."""
    countries = {place.country for place in places.get(name, ())}
    meant = countries if len(countries) < 2 else countries.intersection(spoken(name))
    return next(iter(meant)) if len(meant) == 1 else None


def _near(text: str, heads: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The matches of a pattern that contains one of some words, searched only around these words;
    `heads` is an expression that finds them."""
    read_to = 0
    for head in re.finditer(heads, text):
        first = max(read_to, head.start() - _MAX_BEFORE)
        for match in pattern.finditer(text, first, head.start() + _MAX_AFTER):
            yield match
            read_to = match.end()


def with_its_place(
    text: str, found: Found, name: Name, places: Mapping[str, Sequence[Place]]
) -> Found | None:
    """Extend a listed name by a place after it that belongs to it: "Landgericht Berlin".

    The place says of which country it is, unless one of its name is in that of the list: the
    "Oberlandesgericht Wien" is Austria's. A court "in Berlin" has the country, but the
    place stays a mention of its own. None if the name needs such a place and there is none.
    """
    if name.joins is None:
        return found
    match = _PLACE_AFTER.match(text, found.end)
    words = match.group().split(" ") if match else []
    for count in range(len(words), 1, -1):
        tails = [" ".join(words[skip:count]) for skip in range(1, count)]
        named = next((places[tail] for tail in tails if tail in places), None)
        if named is not None:
            is_at_home = any(place.country == found.country for place in named)
            country = found.country if is_at_home else named[0].country
            if words[1] == "in":
                if name.kind is not MentionKind.COURT:
                    break
                return replace(found, country=country)
            end = found.end + len(" ".join(words[:count]))
            return found_form(text, found.start, end, name.kind, country)
    return found if name.joins == "may" else None
