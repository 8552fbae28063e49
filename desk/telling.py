"""A story as its page shows it: who watches, with what, where; who confirms or denies it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from alert.speakers import Parties, in_full, parties_in, told_as
from core.evidence import distinct_phrases, is_headline
from core.records import (
    SURVEILLANCE,
    Article,
    Evidence,
    MentionKind,
    Statement,
    StatementKind,
    Tag,
    TextField,
)

NAMES = 8
"""Most names shown of a kind, most frequent first."""

SPEAKERS = 3
"""Most speakers named for a story."""

COMPARED = 100
"""Most speakers that are compared with each other, pair by pair."""

PHRASES = 3
"""Most phrases shown for an article or an alert."""

_OPENING = frozenset('"\u201c\u201e\u00ab\u00bb\u2018')
_CLOSING = frozenset('"\u201d\u201c\u00bb\u00ab\u2019')

NAMED = (
    ("Agencies", MentionKind.AGENCY),
    ("Vendors", MentionKind.VENDOR),
    ("Programmes and products", MentionKind.PROGRAMME),
    ("Technologies", MentionKind.TECHNOLOGY),
    ("People", MentionKind.PERSON),
    ("Places", MentionKind.PLACE),
    ("Laws", MentionKind.LAW),
    ("Courts and oversight", MentionKind.COURT),
)
"""Headings for kinds of names, in page order."""

VOICES = (
    ("Denied", StatementKind.DENIAL),
    ("Confirmed", StatementKind.CONFIRMATION),
    ("Courts", StatementKind.COURT),
    ("Parliaments", StatementKind.PARLIAMENT),
    ("Officials say", StatementKind.OFFICIAL),
)
"""Headings for kinds of statements, in page order."""


_WORD = re.compile(r"\w+")

_LINKING = frozenset(("of", "the"))

_SOMEBODY_ELSE = frozenset(("acting", "assistant", "deputy", "ex", "former", "vice"))
"""Before the name of an office, these words refer to somebody else than the office alone."""


class Named(NamedTuple):
    """A name with its kind, its link if it has one, and the number of articles that have it."""

    kind: MentionKind
    name: str
    uri: str | None
    articles: int


class Voice(NamedTuple):
    """A statement, the first article that has it, and who may make statements there."""

    statement: Statement
    article: Article
    parties: Parties

    @property
    def speaker(self) -> str:
        """Who makes it, as an alert says it; "" if that is not known."""
        return told_as(self.parties, self.statement)


def names(articles: Sequence[Article]) -> dict[str, list[Named]]:
    """The names in some articles under their headings, most frequent first."""
    found = {}
    for heading, kind in NAMED:
        uris: dict[str, str | None] = {}
        counts: Counter[str] = Counter()
        for article in articles:
            ours = {one.name: one.uri for one in article.mentions if one.kind is kind}
            uris |= {name: uris.get(name) or uri for name, uri in ours.items()}
            counts.update(ours.keys())
        if counts:
            found[heading] = [
                Named(kind, name, uris[name], number) for name, number in counts.most_common(NAMES)
            ]
    return found


def voices(articles: Iterable[Article]) -> dict[str, list[Voice]]:
    """The statements in some articles under their headings; each sentence once."""
    found: dict[StatementKind, dict[str, Voice]] = {}
    for article in articles:
        parties = parties_in(article)
        for one in article.statements:
            sentence = " ".join(one.phrase.split())
            found.setdefault(one.kind, {}).setdefault(sentence, Voice(one, article, parties))
    return {heading: list(found[kind].values()) for heading, kind in VOICES if kind in found}


def speakers(told: Iterable[Voice]) -> list[str]:
    """The first few named speakers, each once; a person with several offices by the first of them.

    One that is short for another is left out: of "director", "VSD director" and "director of the
    Valdorian Signals Directorate", the last is named. "The agency" and "firm" mean the only agency,
    or vendor, that their article names, and are shown by its name if they stand alone.
    """
    named: dict[str, Voice] = {}
    for one in told:
        if speaker := one.statement.speaker:
            named.setdefault(_person(speaker, one.parties).casefold(), one)
    found: dict[str, str] = {}
    for one in list(named.values())[:COMPARED]:
        found.setdefault(in_full(one.parties, one.statement), one.speaker)
    return [
        speaker
        for full, speaker in found.items()
        if not any(_is_short_for(full, other) for other in found if other != full)
    ][:SPEAKERS]


def _person(speaker: str, parties: Parties) -> str:
    """A speaker without their office: "its director, Ana Prado", "Ana Prado, its director"."""
    first = speaker.partition(", ")[0]
    return first if first in parties.people else speaker.rpartition(", ")[2]


def _is_short_for(speaker: str, other: str) -> bool:
    """Whether each word of a speaker is a word of another, or the initials of its capitals."""
    words, others = (set(_WORD.findall(one.casefold())) - _LINKING for one in (speaker, other))
    capitals = "".join(word[0] for word in _WORD.findall(other) if word[0].isupper())
    more = others - words
    return (
        words <= others | {capitals.casefold()}
        and len(speaker) < len(other)
        and more.isdisjoint(_SOMEBODY_ELSE)
    )


def topics(articles: Iterable[Article]) -> list[Tag]:
    """The topics of some articles with their highest scores, highest first; without the root
    topic, which all share."""
    best: dict[str, Tag] = {}
    for article in articles:
        for tag in article.tags:
            known = best.get(tag.topic)
            if tag.topic != SURVEILLANCE and (known is None or tag.score > known.score):
                best[tag.topic] = tag
    return sorted(best.values(), key=lambda tag: (-tag.score, tag.topic))


class Passage(NamedTuple):
    """Words of an article that are evidence, and why, by topic."""

    field: TextField
    phrase: str
    reasons: dict[str, str]


def passages(tags: Iterable[Tag]) -> list[Passage]:
    """The evidence for all topics of an article in reading order, each passage once, with its
    reasons by topic."""
    pieces = [(piece, tag.topic) for tag in tags for piece in tag.evidence]
    pieces.sort(key=lambda one: (one[0].field != "title", one[0].start, one[0].end))
    found: dict[tuple[TextField, str], Passage] = {}
    for piece, topic in pieces:
        passage = found.setdefault(
            (piece.field, piece.phrase), Passage(piece.field, piece.phrase, {})
        )
        passage.reasons.setdefault(topic, piece.why)
    return list(found.values())


def is_quoted(phrase: str) -> bool:
    """Whether a phrase begins and ends with quotation marks of its own."""
    within = phrase.rstrip(".,")
    return len(within) > 1 and within[0] in _OPENING and within[-1] in _CLOSING


def reasons(article: Article, headline: str) -> list[Evidence]:
    """The first phrases of evidence that an article is on topic, to be shown below a headline."""
    root = next((tag.evidence for tag in article.tags if tag.topic == SURVEILLANCE), ())
    return first_phrases(root, headline)


def first_phrases(evidence: Sequence[Evidence], headline: str) -> list[Evidence]:
    """The first few phrases, each once, to be shown below a headline: one that repeats it is left
    out beside others, and is all there is to show without them."""
    others = [piece for piece in evidence if not is_headline(piece, headline)]
    return distinct_phrases(others or evidence)[:PHRASES]
