"""Decide which listed names an article means, and extend them by what belongs to them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from core.records import MentionKind
from enrich.mentions.beside import GERMAN, Beside, of_their_country
from enrich.mentions.bodies import with_its_place
from enrich.mentions.found import LISTED, Found, found_form, found_name
from enrich.mentions.gazetteer import Place
from enrich.mentions.names import COUNTRY, Name, read_common_words
from enrich.mentions.patterns import Hit
from enrich.mentions.people import is_named_after
from enrich.mentions.subject import Subject
from enrich.mentions.words import Word, word_before

_ACRONYM = re.compile(r"'?s? \(\"?(?:the |or )?([A-Z][A-Za-z&-]{1,9})\"?\)")
"""An acronym right after a name: "Government Communications Security Bureau (GCSB)"."""

_WIDEST_IN_FULL = 120
"""Characters before an acronym in brackets within which its name stands in full."""

_BEHIND = re.compile(r" \(([^()]{1,120})\)")
"""What stands in brackets behind an acronym, which may be its name in full."""

_SMALL = frozenset(
    ("and", "de", "del", "der", "des", "du", "et", "for", "für", "of", "on", "the", "und")
)
"""Words of such a name that are not in its acronym."""

_WORD = re.compile(r"[^\W_]+")

_STEM = 5
"""Letters by which two words are the same: "Investigation", "Investigations"."""

_ARTICLES = frozenset(
    (
        *("Das", "Den", "Dem", "Des", "Der", "Ein", "Eine", "Le", "La", "Les", "Un", "Une"),
        *("El", "Los", "Las", "Il", "Lo", "Gli", "Os", "As", "Het", "Een"),
    )
)
"""Articles of other languages than that of the common words; they are no part of a name."""

_BODIES = (MentionKind.AGENCY, MentionKind.COURT)

_OF_THE_EU = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
        *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
        *("IS", "LI", "NO"),
    )
)
"""The countries in which laws of the European Union hold: its members, and those of the EEA."""


def listed(
    text: str,
    hits: Sequence[Hit[Name]],
    subject: Subject,
    beside: Beside,
    places: Mapping[str, Sequence[Place]],
) -> list[Found]:
    """The listed names that an article may mean.

    Args:
        text: the unified article.
        hits: the spellings of listed names in it.
        subject: what it speaks of.
        beside: tells which country stands beside a span of it.
        places: the gazetteer, by name.
    """
    sure = [hit for hit in hits if hit.target.needs is None]
    plain = {hit.target.name for hit in sure}
    by_themselves = (
        hit
        for hit in hits
        if (name := hit.target).needs is None
        or (
            name.needs != COUNTRY
            and (name.name in plain or name.needs in subject.contexts)
            and _stands_alone(text, hit)
        )
    )
    meant = (*_of_several(text, hits, sure, subject, beside), *by_themselves)
    found = (_with_what_belongs(text, one, beside, places) for one in meant)
    return [one for one in found if one is not None]


def _of_several(
    text: str,
    hits: Iterable[Hit[Name]],
    sure: Iterable[Hit[Name]],
    subject: Subject,
    beside: Beside,
) -> Iterator[Hit[Name]]:
    """The bodies that share their spellings with those of other countries, if they are meant."""
    shared: dict[tuple[int, int], list[Name]] = defaultdict(list)
    for hit in hits:
        if hit.target.needs == COUNTRY and (beside.owner(hit.start) or _stands_alone(text, hit)):
            shared[hit.start, hit.end].append(hit.target)
    generic = {(hit.start, hit.end): hit.target for hit in sure if (hit.start, hit.end) in shared}
    # "US Department of Justice" says whose "the Department of Justice" is.
    in_full = {
        hit.target for hit in sure if hit.target.country and (hit.start, hit.end) not in shared
    }
    plain = {(hit.target.name, hit.target.country) for hit in sure}
    for span, names in shared.items():
        last = generic.get(span)
        only = last is None
        own = of_their_country(
            [*names, last] if last in in_full else names,
            span,
            plain,
            subject.countries,
            beside,
            only=only,
        )
        # If none is meant, the owner beside may have a body of that name: see
        # `_with_what_belongs`.
        rest = names[:1] if only and not own and beside.owner(span[0]) else []
        for name in own or rest:
            yield Hit(*span, name)


def _with_what_belongs(
    text: str, meant: Hit[Name], beside: Beside, places: Mapping[str, Sequence[Place]]
) -> Found | None:
    """A listed name with the place or state that belongs to it; None if something else has this
    name here."""
    start, end, name = meant
    one = found_name(start, end, name)
    if name.kind is MentionKind.PERSON:
        return None if is_named_after(text, end) else one
    if name.kind is MentionKind.LAW:
        owner = beside.owner(start)
        is_anothers = owner and not _is_law_in(owner, name)  # "Kenya's Data Protection Act"
        return found_form(text, start, end, name.kind, owner) if is_anothers else one
    if name.kind not in _BODIES:
        return with_its_place(text, one, name, places)
    if part := _of_a_part(text, meant, beside):
        return part
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
    return with_its_place(text, one, name, places)


def _is_law_in(country: str, law: Name) -> bool:
    """Whether a listed law holds in a country: its own, a treaty, or one of the European Union."""
    if law.country is None:
        return bool(law.uri)
    return country == law.country or (law.country == "EU" and country in _OF_THE_EU)


def _of_a_part(text: str, meant: Hit[Name], beside: Beside) -> Found | None:
    """The body of a state or region that has the name of a country's, if that is meant."""
    start, end, name = meant
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
    return None


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


def abbreviated(
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
    return [
        replace(one, start=word.start, end=word.end, rank=LISTED)
        for word in words
        if (one := defined.get(word.text)) is not None
    ]


def without_namesakes(text: str, names: Sequence[Found]) -> list[Found]:
    """The names without the acronyms that the article gives to something else: behind "British
    Standards Institute (BSI)", BSI is no German agency."""
    begun = {(one.name, one.start) for one in names}
    others = {
        text[one.start : one.end]
        for one in names
        if (one.name, one.end + len(" (")) not in begun and _is_anothers(text, one)
    }
    return [one for one in names if text[one.start : one.end] not in others]


def _is_anothers(text: str, one: Found) -> bool:
    """Whether an acronym stands beside words with its initials that are not those of the listed
    name: half of them or fewer where this has the same initials, as "National Sheriffs'
    Association" and "National Security Agency" have, and none of them or of the link otherwise."""
    acronym = text[one.start : one.end]
    own = list(_in_full(text, one)) if acronym.isupper() else []
    if len(own) < 2 or _initials(own) != acronym:
        return False
    known = {word[:_STEM].lower() for word in _WORD.findall(f"{one.name} {one.uri}")}
    shared = sum(word[:_STEM].lower() in known for word in own)
    listed_so = _initials(word for word in one.name.split() if word[0].isupper()) == acronym
    return 2 * shared <= len(own) if listed_so else not shared


def _in_full(text: str, one: Found) -> Iterator[str]:
    """The words with capitals before an acronym in brackets, "British Standards Institute (BSI)",
    as many as it has letters, or in the brackets behind it, "BSI (British Standards Institute)"."""
    if text[one.start - 1 : one.start] == "(" and text[one.end : one.end + 1] == ")":
        before = text[max(0, one.start - _WIDEST_IN_FULL) : one.start - 1].split()
        named = [word for word in _of_a_name(reversed(before)) if word[0].isupper()]
        yield from reversed(named[: one.end - one.start])
    elif behind := _BEHIND.match(text, one.end):
        yield from (word for word in _of_a_name(behind[1].split()) if word[0].isupper())


def _of_a_name(words: Iterable[str]) -> Iterator[str]:
    """Words up to the first that is not part of a name."""
    return takewhile(lambda word: word[0].isupper() or word in _SMALL, words)


def _initials(words: Iterable[str]) -> str:
    return "".join(word[0] for word in words)
