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


class Feed(Record):
    """A polled address, with what the next poll of it has to know."""

    id: str
    url: str
    site: str
    title: str = ""
    labels: tuple[str, ...] = ()
    state: FeedState
    reason: str | None = None
    etag: bytes | None = None
    last_modified: bytes | None = None
    validators_url: str | None = None
    body_hash: str | None = None
    next_poll_at: UtcTime
    last_polled_at: UtcTime | None = None
    failures: int = 0
    moves: int = 0


class FeedState(StrEnum):
    """How a feed is doing, as its last polls told."""

    NEW = "new"
    OK = "ok"
    MOVED = "moved"
    GONE = "gone"
    BLOCKED = "blocked"
    FAILING = "failing"


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


class FeedItem(Record):
    """One item as a feed gave it, its address already canonical."""

    url: str
    title: str = ""
    summary: str = ""
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
    """A feed item that the ledger accounts for, from `found` to one of the ends."""

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
    duplicate_of: str | None = None
    story: str | None = None


class Page(Record):
    """What an article's address returned. `body` is decoded from its transfer, not its charset."""

    id: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes
    fetched_at: UtcTime

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


class Article(Record):
    """Clean text with metadata: the unit that is archived, indexed, threaded and alerted on.

    `revision` counts changed texts from 1. `score` is that of the root topic, also below the
    threshold; `tags` holds the topics that passed. `story` is the id of the article that opened
    its story, its own id where it stands alone. `duplicate_of` names the first article of the
    same text.
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
    score: Score = 0.0
    tags: tuple[Tag, ...] = ()
    fingerprint: str = ""
    story: str | None = None
    duplicate_of: str | None = None

    @property
    def topic(self) -> tuple[str, ...]:
        """The topics that it is tagged with, as searched by `topic:`."""
        return tuple(tag.topic for tag in self.tags)


class Story(Record):
    """Articles about one event. `size` leaves duplicates out, `outlets` counts them in."""

    id: str
    title: str
    first_seen: UtcTime
    last_seen: UtcTime
    size: int
    outlets: tuple[str, ...]
    score: Score


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


Feed.model_rebuild()
