"""Who makes a statement: the known party behind it, and what readers are told that it is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from core.records import Article, Mention, MentionKind, Statement, StatementKind

_KNOWN = (MentionKind.AGENCY, MentionKind.VENDOR, MentionKind.COURT)

_COMMON_NOUN = re.compile(r"(?:the )?(agency|company|firm)(?:['\u2019]s)?(?: |$)", re.IGNORECASE)

_KIND_OF = {
    "agency": MentionKind.AGENCY,
    "company": MentionKind.VENDOR,
    "firm": MentionKind.VENDOR,
}
"""What a common noun refers to, if an article names only one."""

_ARTICLE = re.compile(
    r"^(?:l['\u2019]|(?:der|die|das|la|le|el|lo|il|o|a|de|het)\s+)", re.IGNORECASE
)
"""Articles before an agency's or a firm's name, in the languages that are tagged."""

_OF = re.compile(
    r"(?i)['\u2019]|\b(?:d(?:[aeiou]s?|e[lmnr]|ell[aeo]|egli)|v[ao]n|vom|f\u00fcr|pour|par[ao]?|per|voor)\b"
)
"""Words that part an office from somebody else's name, in the languages that are tagged."""

# In the past tense, which fits one speaker and many: "Police denied it". A court that has ruled did
# more than take it up; "acted" also fits a prosecutor's charges and a regulator's fine. Who "went
# on record" may have declined to comment, or be the office whose report or order the story is
# about: the former has not commented on it, the latter has not responded.
_VERBS = {
    StatementKind.DENIAL: "{} denied it",
    StatementKind.CONFIRMATION: "{} confirmed it",
    StatementKind.OFFICIAL: "{} went on record",
    StatementKind.COURT: "{} acted on it",
    StatementKind.PARLIAMENT: "{} took it up",
}
# Without a speaker. Not "nobody is named": we may have missed the name. The quote follows.
_WITHOUT_SPEAKER = {
    StatementKind.DENIAL: "A denial is reported",
    StatementKind.CONFIRMATION: "A confirmation is reported",
    StatementKind.OFFICIAL: "An official word is reported",
    StatementKind.COURT: "It has come to court",
    StatementKind.PARLIAMENT: "It has come to parliament",
}


class Parties(NamedTuple):
    """Who may make the statements of an article in a language: the names of the parties that are
    known, and of countries, by each of their spellings in it, folded; people by their spellings,
    each with its place among them; and the agency and the vendor that its common nouns stand for,
    by noun."""

    language: str
    known: Mapping[str, str]
    countries: Mapping[str, str]
    people: Mapping[str, int]
    meant: Mapping[str, str]


def parties_in(article: Article) -> Parties:
    """The parties that an article names. Each once, and looked up by its name: a hostile list of
    firms has thousands, and there may be hundreds of statements."""
    people = (one.spelling(article) for one in article.mentions if one.kind is MentionKind.PERSON)
    return Parties(
        article.language,
        _by_spelling(article, (one for one in article.mentions if one.kind in _KNOWN and one.uri)),
        _by_spelling(article, (one for one in article.mentions if one.kind is MentionKind.PLACE)),
        {person: place for place, person in enumerate(dict.fromkeys(people))},
        _meant(article),
    )


def _by_spelling(article: Article, mentions: Iterable[Mention]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in mentions:
        for spelling in filter(None, (one.name, one.spelling(article))):
            found.setdefault(spelling.casefold(), one.name)
    return found


def party_of(parties: Parties, one: Statement) -> str:
    """The agency, firm or court that makes a statement, by the name that all languages share."""
    speaker = _in_full(parties.meant, one.speaker or "").casefold()
    known = parties.known.items()
    return next((name for spelling, name in known if _contains_name(speaker, spelling)), "")


def _meant(article: Article) -> dict[str, str]:
    """What "the agency" is, and "the firm", where an article names only one of the kind."""
    named: dict[MentionKind, set[str]] = {}
    for one in article.mentions:
        named.setdefault(one.kind, set()).add(one.name)
    return {
        noun: next(iter(names))
        for noun, kind in _KIND_OF.items()
        if len(names := named.get(kind, set())) == 1
    }


def _in_full(meant: Mapping[str, str], speaker: str) -> str:
    """A speaker with the name in place of the noun that it begins with, if that is known."""
    noun = _COMMON_NOUN.match(speaker)
    if noun is None or (name := meant.get(noun[1].lower())) is None:
        return speaker
    return f"{name} {speaker[noun.end() :]}".rstrip()


def _contains_name(speaker: str, name: str) -> bool:
    """Whether a speaker's name has `name` in it, in whole words: "Defensa" has no NSA in it."""
    # The first look is quick; almost no speaker passes it.
    return name in speaker and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", speaker))


def wording(parties: Parties, one: Statement) -> str:
    """Who made a statement and what it is, as a sentence without its full stop."""
    if not (told := told_as(parties, one)):
        return _WITHOUT_SPEAKER[one.kind]
    named = told[0].upper() + told[1:]
    # An office with its holder: "The agency's director, Ana Prado, denied it".
    has_holder = ", " in named and not named.endswith("”")
    return _VERBS[one.kind].format(f"{named}," if has_holder else named)


def told_as(parties: Parties, one: Statement) -> str:
    """What readers are told that a speaker is called; "" if there is none.

    "The firm" alone is its name, if the article names only one. From an article in another
    language than English: the name that all languages share if that is all it says, else the name
    of the person whose office it gives, else a quotation.
    """
    speaker = one.speaker or ""
    if not speaker:
        return ""
    if _COMMON_NOUN.fullmatch(speaker):
        return _in_full(parties.meant, speaker)
    if parties.language in ("", "en"):
        return speaker
    bare = _ARTICLE.sub("", speaker).casefold()
    name = parties.known.get(bare) or parties.countries.get(bare)
    return name or _holder(speaker, parties.people) or f"“{speaker}”"


def in_full(parties: Parties, one: Statement) -> str:
    """The same, by which speakers can be compared: of "the firm's lawyer", too, the firm has its
    name."""
    return _in_full(parties.meant, told_as(parties, one))


def _holder(speaker: str, people: Mapping[str, int]) -> str | None:
    """The person that a speaker is, alone or with an office: "ministra Ana Prado", "directora del
    VSD, Ana Prado", "Ana Prado, directora", but not "abogado de la periodista Ana Prado"."""
    named = [speaker[: comma.start()] for comma in re.finditer(", ", speaker)]
    for space in re.finditer("^| ", speaker):
        office, person = speaker[: space.start()], speaker[space.end() :]
        if person in people and (office.endswith(",") or not _OF.search(office)):
            named.append(person)
    return min((one for one in named if one in people), key=people.__getitem__, default=None)
