"""Articles: clean text, and what was found in it."""

from __future__ import annotations

import operator
from enum import StrEnum
from typing import Literal

from pydantic import Field

from core.records.base import Record, Score, UtcTime
from core.records.entries import Extraction

TextField = Literal["title", "text"]
"""The fields of an article whose words are read: its headline and its text."""

MOVES_BITS = 20
"""Bits of an article's version that count its moves: room for a million, where a handful occur."""


class Evidence(Record):
    """A phrase that supports a tag: `phrase == getattr(article, field)[start:end]`.

    `found` is where the words in it stand by which it was found; nothing if these are most of it,
    or if it counts as a whole. Offsets count Unicode code points of the field.
    """

    field: TextField
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    phrase: str
    why: str
    found: tuple[tuple[int, int], ...] = ()


class Tag(Record):
    """A topic of an article, how certain it is, and the evidence for it."""

    topic: str
    score: Score
    evidence: tuple[Evidence, ...] = ()


class MentionKind(StrEnum):
    """What a mention names. An oversight body counts as a court; a product as a programme."""

    AGENCY = "agency"
    VENDOR = "vendor"
    PROGRAMME = "programme"
    TECHNOLOGY = "technology"
    LAW = "law"
    COURT = "court"
    PERSON = "person"
    PLACE = "place"


COUNTRY_KINDS = frozenset((MentionKind.PLACE, MentionKind.AGENCY, MentionKind.COURT))
"""Kinds of mention that tell an article's countries: its places, and its agencies and courts."""


class Mention(Record):
    """A name in an article: what it names, where it stands, and what it links to.

    `name` is the same for all spellings; offsets are as in `Evidence`. `uri` is a stable one of
    Wikidata, Wikipedia, GeoNames, the owner's site or wirewatch itself; None if the name is known
    only from this article. `country` is an ISO 3166-1 alpha-2 code (`EU` for the Union's bodies and
    laws): where a place lies, or whose an agency, court or law is. Only places have coordinates, in
    degrees of WGS 84.
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

    def spelling(self, article: Article) -> str:
        """The article's own words for it."""
        words: str = getattr(article, self.field)
        return words[self.start : self.end]


class StatementKind(StrEnum):
    """What somebody in authority says or does in an article.

    `denial` and `confirmation` answer a claim; `official` is any other word of an agency, a
    government or its spokesperson; `court` and `parliament` are steps taken there: a ruling, a
    complaint, an inquiry, a bill.
    """

    DENIAL = "denial"
    CONFIRMATION = "confirmation"
    OFFICIAL = "official"
    COURT = "court"
    PARLIAMENT = "parliament"


class Statement(Record):
    """Who says or denies something: `phrase == getattr(article, field)[start:end]`.

    `speaker` is who says or does it, as the article or its mentions name them; None if the article
    does not say. Offsets are as in `Evidence`.
    """

    kind: StatementKind
    speaker: str | None = None
    field: TextField
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    phrase: str


class Article(Record):
    """Clean text with metadata: the unit that is archived, indexed, threaded and alerted on.

    `revision` counts changed texts from 1. `score` is that of the root topic, even below the
    threshold; `tags` holds the topics that passed. `mentions` and `statements` are in the order of
    the text, those in the title first; statements are looked for only on topic or near it. `story`
    is the id of the article that opened its story, or its own id if it stands alone; `moves` counts
    how often it came into another story or was tagged again. `duplicate_of` names the article that
    had the text first. `extraction` says how the text was made. `caveat` says why it is not the
    whole article, if it is not. `meaning` is what articles on topic or near it are put into stories
    by (`enrich.meanings`), and `printed` is whether its page has the title, too; they are not
    indexed.
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
    printed: bool = Field(default=False, exclude_if=operator.not_)
    story: str | None = None
    moves: int = Field(default=0, ge=0)
    duplicate_of: str | None = None

    @property
    def version(self) -> int:
        """Rises with each revision and, within a revision, with each of its moves. Of two writes of
        an article, the one with the higher version wins."""
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
        """Codes of the countries where its places lie, and of the agencies and courts it names."""
        codes = (one.country for one in self.mentions if one.kind in COUNTRY_KINDS)
        return tuple(dict.fromkeys(code for code in codes if code))

    def _named(self, kind: MentionKind) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.name for one in self.mentions if one.kind is kind))
