"""Entries: what the ledger accounts for, and the pages behind them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from core.records.base import Record, Score, UtcTime, content_id


class State(StrEnum):
    """Where an entry is on its way. The last five are ends: each entry comes to exactly one."""

    FOUND = "found"
    FETCHED = "fetched"
    EXTRACTED = "extracted"
    LINKED = "linked"
    INDEXED = "indexed"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    ERASED = "erased"


ENDS = (State.INDEXED, State.DUPLICATE, State.REJECTED, State.QUARANTINED, State.ERASED)


class Extraction(StrEnum):
    """Which way made an article's text."""

    QUICK = "quick"
    CAREFUL = "careful"
    PDF = "pdf"
    FEED = "feed"


class FeedItem(Record):
    """One item as a feed gave it, its address already canonical.

    `content` is the article's text as plain paragraphs, a line each, where the feed carries more
    of it than the summary. `known_by` is a hash of what its feed knows it by where its address
    may be new at each poll; it is kept with the listing, not with the entry.
    """

    url: str
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    published: UtcTime | None = None
    known_by: str | None = Field(default=None, exclude=True)

    @property
    def id(self) -> str:
        """The entry's id: the SHA-256 of its canonical URL."""
        return content_id(self.url)

    @property
    def item_hash(self) -> str:
        """Changes when the outlet changes the item's own words: a sign of an edit."""
        return content_id(f"{self.title}\n{self.summary}")

    @property
    def title_hash(self) -> str:
        """Changes when the outlet changes the item's headline."""
        return content_id(self.title)


class Entry(FeedItem):
    """A feed item that the ledger accounts for, from `found` to one of the ends.

    `address` is where its page was found to be, after redirects and by the page's own word.
    `revisit_at` is when its page is fetched again to see whether it was edited; while that is
    tried, since when. `overlap` is the share of the shorter text that it has in common with that of
    `duplicate_of`. `moves` counts how often its story became part of another. `notice` is the
    fingerprint of what its page had in the article's place, by which others that have it are known.
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
    overlap: Score | None = None
    story: str | None = None
    moves: int = 0
    notice: str | None = None

    @property
    def holds_notice(self) -> bool:
        """Whether the text that its article has is known to be a notice of its site."""
        return self.notice is not None and self.notice == self.fingerprint

    @property
    def was_read(self) -> bool:
        """Whether its article was read from its page: no feed's text, and no notice."""
        return self.address is not None and not self.holds_notice


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
