"""A story as a page tells it: who watches, with what, where; who says so, who denies it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.evidence import each_once
from core.records import (
    SURVEILLANCE,
    Article,
    Evidence,
    MentionKind,
    Statement,
    StatementKind,
    Tag,
)

NAMES = 8
"""Names of a kind that are shown, the most frequent."""

SPEAKERS = 3
"""Speakers that are named of a story."""

PHRASES = 3
"""Phrases that are shown of an article or an alert."""

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
"""Kinds of names by their headings, in the order of a page."""

VOICES = (
    ("Denied", StatementKind.DENIAL),
    ("Confirmed", StatementKind.CONFIRMATION),
    ("Courts", StatementKind.COURT),
    ("Parliaments", StatementKind.PARLIAMENT),
    ("Officials say", StatementKind.OFFICIAL),
)
"""Kinds of statements by their headings, in the order of a page."""


_WORD = re.compile(r"\w+")

_SOMEBODY_ELSE = frozenset(("acting", "assistant", "deputy", "ex", "former", "vice"))
"""Before an office these name somebody else than it does alone."""


class Named(NamedTuple):
    """A name of a kind, its link if it has one, and in how many articles it is."""

    kind: MentionKind
    name: str
    uri: str | None
    articles: int


class Voice(NamedTuple):
    """A statement and the article that has it first."""

    statement: Statement
    article: Article


def names(articles: Sequence[Article]) -> dict[str, list[Named]]:
    """The names in some articles under their headings, those of most articles first."""
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
    """Who says so and who denies it in some articles, under headings; one sentence once."""
    found: dict[StatementKind, dict[str, Voice]] = {}
    for article in articles:
        for one in article.statements:
            sentence = " ".join(one.phrase.split())
            found.setdefault(one.kind, {}).setdefault(sentence, Voice(one, article))
    return {heading: list(found[kind].values()) for heading, kind in VOICES if kind in found}


def speakers(told: Iterable[Voice]) -> list[str]:
    """The first few who are named as speakers, each once: a person by whatever office, and of
    "director", "VSD director" and "director of the Valdorian Signals Directorate" the last."""
    named: dict[str, str] = {}
    for one in told:
        if speaker := one.statement.speaker:
            named.setdefault(speaker.rpartition(", ")[2].casefold(), speaker)
    found = list(named.values())
    return [
        one
        for one in found
        if not any(_is_short_for(one, other) for other in found if other is not one)
    ][:SPEAKERS]


def _is_short_for(speaker: str, other: str) -> bool:
    """Whether each word of a speaker is one of another's, or stands for its capitals."""
    words, others = (set(_WORD.findall(one.casefold())) for one in (speaker, other))
    capitals = "".join(word[0] for word in _WORD.findall(other) if word[0].isupper())
    more = others - words
    return (
        words <= others | {capitals.casefold()}
        and len(speaker) < len(other)
        and more.isdisjoint(_SOMEBODY_ELSE)
    )


def topics(articles: Iterable[Article]) -> list[Tag]:
    """The topics of some articles with their highest scores, the surest first; the root topic,
    which all share, is left out."""
    best: dict[str, Tag] = {}
    for article in articles:
        for tag in article.tags:
            known = best.get(tag.topic)
            if tag.topic != SURVEILLANCE and (known is None or tag.score > known.score):
                best[tag.topic] = tag
    return sorted(best.values(), key=lambda tag: (-tag.score, tag.topic))


def reasons(article: Article) -> list[Evidence]:
    """The first phrases that speak for an article's being on topic."""
    root = (tag.evidence for tag in article.tags if tag.topic == SURVEILLANCE)
    return first_phrases(next(root, ()))


def first_phrases(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The first few of some phrases, each once."""
    return each_once(evidence)[:PHRASES]
