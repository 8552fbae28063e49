"""Articles: clean text, and what was found in it."""

from __future__ import annotations

import operator
from enum import StrEnum
from typing import Literal

from pydantic import Field

from core.records.base import Record, Score, UtcTime
from core.records.entries import Extraction

TextField = Literal["title", "text"]
"""Where in an article words stand that are read: its headline, or its text."""

MOVES_BITS = 20
"""Of an article's version, for its moves: a million, where a handful are seen."""


class Evidence(Record):
    """A phrase that speaks for a tag: `phrase == getattr(article, field)[start:end]`.

    Offsets count Unicode code points.
    """

    field: TextField
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    phrase: str
    why: str


class Tag(Record):
    """A topic that an article is about, how surely, and what says so."""

    topic: str
    score: Score
    evidence: tuple[Evidence, ...] = ()


class MentionKind(StrEnum):
    """What a mention names. A body of oversight counts as a court; a product as a programme."""

    AGENCY = "agency"
    VENDOR = "vendor"
    PROGRAMME = "programme"
    TECHNOLOGY = "technology"
    LAW = "law"
    COURT = "court"
    PERSON = "person"
    PLACE = "place"


COUNTRY_KINDS = frozenset((MentionKind.PLACE, MentionKind.AGENCY, MentionKind.COURT))
"""Mentions by which an article is about a country: where its places lie, and whose agencies and
courts it names."""


class Mention(Record):
    """A name in an article: of what, where it stands, and what it is linked to.

    `name` is the one that all spellings share; what the article says is
    `getattr(article, field)[start:end]`, with offsets as in `Evidence`. `uri` is stable, of
    Wikidata, Wikipedia, GeoNames, the owner's site or wirewatch itself; None where a name is known
    from this article alone. `country` is an ISO 3166-1 alpha-2 code (`EU` for the Union's bodies
    and laws), of where a place lies or whose an agency, court or law is. Only places have
    coordinates, in degrees of WGS 84.
    """

    name: str
    kind: MentionKind
    field: TextField
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    uri: str | None = None
    country: str | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)


class StatementKind(StrEnum):
    """What somebody with a say does in an article.

    `denial` and `confirmation` are of what is claimed; `official` is any other word of an agency,
    a government or its spokesperson; `court` and `parliament` are steps taken there: a ruling, a
    complaint, an inquiry, a bill.
    """

    DENIAL = "denial"
    CONFIRMATION = "confirmation"
    OFFICIAL = "official"
    COURT = "court"
    PARLIAMENT = "parliament"


class Statement(Record):
    """Who says so, and who denies it: `phrase == getattr(article, field)[start:end]`.

    `speaker` is who says or does it, as the article or its mentions name them; None where it does
    not say. Offsets as in `Evidence`.
    """

    kind: StatementKind
    speaker: str | None = None
    field: TextField
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    phrase: str


class Article(Record):
    """Clean text with metadata: the unit that is archived, indexed, threaded and alerted on.

    `revision` counts changed texts from 1. `score` is that of the root topic, also below the
    threshold; `tags` holds the topics that passed. `mentions` stand in the order of the text, those
    of the title first, and so do `statements`, which are looked for on topic or near it. `story`
    is the id of the article that opened its story, its own id where it stands alone; `moves`
    counts how often that story became part of another. `duplicate_of` names the first article of
    the same text. `extraction` is the way that made the text. `caveat` tells why it is not the
    whole article, where that is so. `meaning` is what articles on topic or near it are put into
    stories by (`enrich.meanings`); no index takes it.
    """

    id: str
    revision: int = Field(default=1, ge=1)
    url: str
    site: str
    outlet: str
    feeds: tuple[str, ...] = ()
    title: str
    text: str
    authors: tuple[str, ...] = ()
    published: UtcTime | None = None
    first_seen: UtcTime
    language: str = ""
    extraction: Extraction = Extraction.QUICK
    caveat: str | None = None
    score: Score = 0.0
    tags: tuple[Tag, ...] = ()
    mentions: tuple[Mention, ...] = ()
    statements: tuple[Statement, ...] = ()
    fingerprint: str = ""
    meaning: str = Field(default="", exclude_if=operator.not_)
    story: str | None = None
    moves: int = Field(default=0, ge=0)
    duplicate_of: str | None = None

    @property
    def version(self) -> int:
        """Rises with each revision, and within one with each move to another story: of two
        writings of an article, the one of the higher version holds."""
        return (self.revision << MOVES_BITS) + min(self.moves, (1 << MOVES_BITS) - 1)

    @property
    def topic(self) -> tuple[str, ...]:
        """The topics that it is tagged with, as searched by `topic:`."""
        return tuple(tag.topic for tag in self.tags)

    @property
    def mention(self) -> tuple[str, ...]:
        """The names of all its mentions, as searched by `mention:`."""
        return tuple(dict.fromkeys(one.name for one in self.mentions))

    @property
    def statement(self) -> tuple[str, ...]:
        """The kinds of its statements, as searched by `statement:`."""
        return tuple(dict.fromkeys(one.kind.value for one in self.statements))

    @property
    def agency(self) -> tuple[str, ...]:
        """The agencies that it names, as searched by `agency:`."""
        return self._named(MentionKind.AGENCY)

    @property
    def vendor(self) -> tuple[str, ...]:
        """The vendors that it names, as searched by `vendor:`."""
        return self._named(MentionKind.VENDOR)

    @property
    def programme(self) -> tuple[str, ...]:
        """The programmes and products that it names, as searched by `programme:`."""
        return self._named(MentionKind.PROGRAMME)

    @property
    def technology(self) -> tuple[str, ...]:
        """The technologies that it names, as searched by `technology:`."""
        return self._named(MentionKind.TECHNOLOGY)

    @property
    def law(self) -> tuple[str, ...]:
        """The laws that it names, as searched by `law:`."""
        return self._named(MentionKind.LAW)

    @property
    def court(self) -> tuple[str, ...]:
        """The courts and bodies of oversight that it names, as searched by `court:`."""
        return self._named(MentionKind.COURT)

    @property
    def person(self) -> tuple[str, ...]:
        """The people that it names, as searched by `person:`."""
        return self._named(MentionKind.PERSON)

    @property
    def place(self) -> tuple[str, ...]:
        """The places that it names, as searched by `place:`."""
        return self._named(MentionKind.PLACE)

    @property
    def country(self) -> tuple[str, ...]:
        """Codes of the countries where its places lie, and whose agencies and courts it names."""
        codes = (one.country for one in self.mentions if one.kind in COUNTRY_KINDS)
        return tuple(dict.fromkeys(code for code in codes if code))

    def _named(self, kind: MentionKind) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.name for one in self.mentions if one.kind is kind))
