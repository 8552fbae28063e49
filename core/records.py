"""The one vocabulary: what wirewatch speaks of, as frozen records.

Every stage takes and gives these records; ledger columns, index fields, JSON lines and the
documentation use the same names. Times are timezone-aware UTC. Ids are lower-case hex.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

SURVEILLANCE = "surveillance"
"""The root topic. Every tagged article carries a `Tag` of it, or is off topic."""


def _to_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


UtcTime = Annotated[datetime, AfterValidator(_to_utc)]
"""A moment in UTC; a time without a zone is taken as UTC, as feeds mostly mean it."""

Score = Annotated[float, Field(ge=0, le=1)]


def content_id(text: str) -> str:
    """The id of anything named by a text: the SHA-256 of its UTF-8 bytes, as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Record(BaseModel):
    """Base of all records: frozen, and closed to names outside the vocabulary."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Hints(Record):
    """What a feed's own document says about when to ask for it.

    `every` is the longer of RSS's `ttl` and what `sy:updatePeriod` and `sy:updateFrequency`
    come to, in seconds. `skip_hours` (0 to 23) and `skip_days` (0 is Monday) are in UTC.
    """

    every: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


class FeedState(StrEnum):
    """How a feed is doing, as its last polls told."""

    NEW = "new"
    OK = "ok"
    MOVED = "moved"
    GONE = "gone"
    BLOCKED = "blocked"
    EMPTY = "empty"
    STALE = "stale"
    FAILING = "failing"
    NOT_A_FEED = "not a feed"
    FROZEN = "frozen"


class Rhythm(Record):
    """How often a feed has something new, learnt from what its polls brought.

    `gaps` counts the times between two entries that were learnt from, `span` is their sum and
    `longest` the longest of them, in seconds; all three fade with a half-life of a month of the
    feed's own time, so that a feed may change its ways. `newest_at` is when its newest entry came
    out.
    """

    gaps: float = 0.0
    span: float = 0.0
    longest: float = 0.0
    newest_at: UtcTime | None = None

    @property
    def interval(self) -> float | None:
        """The mean time between two entries in seconds; None before there were two."""
        return self.span / self.gaps if self.gaps else None


class Feed(Record):
    """A polled address, with what the next poll of it has to know.

    **Health.** `since` is when its `state` began, `reason` the evidence for it, `held` how many
    polls in a row it has lasted, `well_at` when a poll last was as it should be, `told` the state
    that operators were last told of.

    **Conditions.** `body_hash` is that of the last whole body, which came at `full_at`;
    `denied_at` is when the server last said "not modified", if it did since. `distrusted` tells
    that it once said so of a feed that was: it is asked without conditions.

    **Rhythm.** `marks` holds a few bytes of the id of each entry in the last body, which tell the
    new ones from those that were merely listed again; `hints` and `rhythm` say when to ask.

    **Moves.** `moved_to` is where its server's last permanent redirect led, `moves` how often in
    a row; `moved_from` is the address that it was last followed from.
    """

    id: str
    url: str
    site: str
    title: str = ""
    labels: tuple[str, ...] = ()
    state: FeedState
    since: UtcTime
    reason: str | None = None
    held: int = 0
    well_at: UtcTime | None = None
    told: FeedState = FeedState.NEW
    etag: bytes | None = None
    last_modified: bytes | None = None
    validators_url: str | None = None
    body_hash: str | None = None
    full_at: UtcTime | None = None
    denied_at: UtcTime | None = None
    distrusted: bool = False
    marks: bytes | None = None
    hints: Hints = Hints()
    rhythm: Rhythm = Rhythm()
    next_poll_at: UtcTime
    last_polled_at: UtcTime | None = None
    failures: int = 0
    moves: int = 0
    moved_to: str | None = None
    moved_from: str | None = None


class State(StrEnum):
    """Where an entry is on its way. The last four are ends: each entry comes to exactly one."""

    FOUND = "found"
    FETCHED = "fetched"
    EXTRACTED = "extracted"
    LINKED = "linked"
    INDEXED = "indexed"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"


ENDS = (State.INDEXED, State.DUPLICATE, State.REJECTED, State.QUARANTINED)


class Extraction(StrEnum):
    """Which way made an article's text."""

    QUICK = "quick"
    CAREFUL = "careful"
    PDF = "pdf"
    FEED = "feed"


class FeedItem(Record):
    """One item as a feed gave it, its address already canonical.

    `content` is the article's text as plain paragraphs, a line each, where the feed carries more
    of it than the summary.
    """

    url: str
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    published: UtcTime | None = None

    @property
    def id(self) -> str:
        """The entry's id: the SHA-256 of its canonical URL."""
        return content_id(self.url)

    @property
    def item_hash(self) -> str:
        """Changes when the outlet changes the item's own words: a sign of an edit."""
        return content_id(f"{self.title}\n{self.summary}")


class Entry(FeedItem):
    """A feed item that the ledger accounts for, from `found` to one of the ends.

    `address` is where its page was found to be, after redirects and by the page's own word.
    `revisit_at` is when its page is fetched again to see whether it was edited.
    """

    site: str
    outlet: str
    feeds: tuple[str, ...] = ()
    state: State = State.FOUND
    reason: str | None = None
    revision: int = 0
    text_hash: str | None = None
    fingerprint: str | None = None
    first_seen: UtcTime
    attempts: int = 0
    next_attempt_at: UtcTime | None = None
    address: str | None = None
    revisit_at: UtcTime | None = None
    visits: int = 0
    duplicate_of: str | None = None
    story: str | None = None


class Step(Record):
    """One step of an entry on its way: the state it came to, when, how long the work on it took
    in seconds, and why."""

    at: UtcTime
    state: State
    seconds: float
    reason: str | None = None


class Page(Record):
    """What an article's address returned. `body` is decoded from its transfer, not its charset.

    `missing` tells why there is no page: the article has to be made of what its feed says.
    """

    id: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes
    fetched_at: UtcTime
    missing: str | None = None

    @property
    def content_type(self) -> str:
        """The Content-Type header, or an empty string."""
        return next((v for k, v in self.headers if k.lower() == "content-type"), "")


class Evidence(Record):
    """A phrase that speaks for a tag: `phrase == getattr(article, field)[start:end]`.

    Offsets count Unicode code points.
    """

    field: Literal["title", "text"]
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
    field: Literal["title", "text"]
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    uri: str | None = None
    country: str | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)


class Article(Record):
    """Clean text with metadata: the unit that is archived, indexed, threaded and alerted on.

    `revision` counts changed texts from 1. `score` is that of the root topic, also below the
    threshold; `tags` holds the topics that passed. `mentions` stand in the order of the text, those
    of the title first. `story` is the id of the article that opened
    its story, its own id where it stands alone. `duplicate_of` names the first article of the
    same text. `extraction` is the way that made the text. `caveat` tells why it is not the whole
    article, where that is so.
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
    fingerprint: str = ""
    story: str | None = None
    duplicate_of: str | None = None

    @property
    def topic(self) -> tuple[str, ...]:
        """The topics that it is tagged with, as searched by `topic:`."""
        return tuple(tag.topic for tag in self.tags)

    @property
    def mention(self) -> tuple[str, ...]:
        """The names of all its mentions, as searched by `mention:`."""
        return tuple(dict.fromkeys(one.name for one in self.mentions))

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
        whose = (MentionKind.PLACE, MentionKind.AGENCY, MentionKind.COURT)
        codes = (one.country for one in self.mentions if one.kind in whose)
        return tuple(dict.fromkeys(code for code in codes if code))

    def _named(self, kind: MentionKind) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.name for one in self.mentions if one.kind is kind))


class Story(Record):
    """Articles about one event. `size` leaves duplicates out, `outlets` counts them in."""

    id: str
    title: str
    first_seen: UtcTime
    last_seen: UtcTime
    size: int
    outlets: tuple[str, ...]
    score: Score


class Notice(Record):
    """A change of a feed's health that the operators are to hear of.

    `before` is the state that they last knew of, `since` when the new one began, `reason` the
    evidence for it. A feed that moved is well: its `state` is `moved`, its `url` the new one.
    """

    feed: str
    url: str
    title: str
    before: FeedState
    state: FeedState
    reason: str | None
    since: UtcTime
    created_at: UtcTime


class Alert(Record):
    """A story that met a rule, once. `key` is stable, so that a receiver can drop repeats."""

    key: str
    rule: str
    query: str
    story: str
    article: str
    title: str
    url: str
    outlet: str
    score: Score
    why: tuple[Evidence, ...]
    created_at: UtcTime
