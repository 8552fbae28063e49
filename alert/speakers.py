"""Who makes a statement: the known party behind it, and its name in an English sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from core.records import Article, Mention, MentionKind, Statement, StatementKind

_PARTIES = (MentionKind.AGENCY, MentionKind.VENDOR, MentionKind.COURT)

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


def party_of(spellings: Mapping[str, str], one: Statement) -> str:
    """The agency, firm or court that makes a statement, by the name that all languages share."""
    speaker = (one.speaker or "").casefold()
    names = (name for spelling, name in spellings.items() if _contains_name(speaker, spelling))
    return next(names, "")


def spellings_in(article: Article) -> dict[str, str]:
    """The names of the known parties, by each of their spellings in an article, folded. Each once:
    a hostile list of firms has thousands."""
    found: dict[str, str] = {}
    for one in _parties(article):
        for spelling in filter(None, (one.name, one.spelling(article))):
            found.setdefault(spelling.casefold(), one.name)
    return found


def _parties(article: Article) -> Iterable[Mention]:
    """The known parties that an article names."""
    return (one for one in article.mentions if one.kind in _PARTIES and one.uri)


def _contains_name(speaker: str, name: str) -> bool:
    """Whether a speaker's name has `name` in it, in whole words: "Defensa" has no NSA in it."""
    # The first look is quick; almost no speaker passes it.
    return name in speaker and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", speaker))


def wording(article: Article, one: Statement) -> str:
    """Who made a statement and what it is, as a sentence without its full stop."""
    if not one.speaker:
        return _WITHOUT_SPEAKER[one.kind]
    return _VERBS[one.kind].format(_speaker_name(article, one))


def _speaker_name(article: Article, one: Statement) -> str:
    """A speaker, to begin an English sentence. From an article in another language: by the name
    that all languages share if that is all it says, else by the name of the person whose office it
    gives, else as a quotation."""
    speaker = one.speaker or ""
    if article.language in ("", "en"):
        named = speaker[0].upper() + speaker[1:]
        # An office with its holder: "The agency's director, Ana Prado, denied it".
        return f"{named}," if ", " in named else named
    bare = _ARTICLE.sub("", speaker).casefold()
    countries = (one for one in article.mentions if one.kind is MentionKind.PLACE)
    for mention in (*_parties(article), *countries):
        if bare in (mention.name.casefold(), mention.spelling(article).casefold()):
            return mention.name
    for mention in article.mentions:
        person = mention.spelling(article)
        if mention.kind is MentionKind.PERSON and _is_holder(speaker, person):
            return person
    return f"“{speaker}”"


def _is_holder(speaker: str, person: str) -> bool:
    """Whether a speaker is a person, alone or with an office: "ministra Ana Prado", "directora del
    VSD, Ana Prado", but not "abogado de la periodista Ana Prado"."""
    office, found, behind = f" {speaker}".rpartition(f" {person}")
    if not found or behind:
        return False
    return office.endswith(",") or not _OF.search(office)
