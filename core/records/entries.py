"""Entries: what the ledger accounts for, and the pages behind them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from core.records.base import Record, Score, UtcTime, content_id


class State(StrEnum):
    """How far an entry has come. The last five are ends: each entry reaches exactly one."""

    FOUND = "found"
    FETCHED = "fetched"
    EXTRACTED = "extracted"
    LINKED = "linked"
    INDEXED = "indexed"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    ERASED = "erased"


SEARCHABLE = (State.INDEXED, State.DUPLICATE)
"""The ends of entries whose articles are in the index."""

ENDS = (*SEARCHABLE, State.REJECTED, State.QUARANTINED, State.ERASED)


class Extraction(StrEnum):
    """How an article's text was made."""

    QUICK = "quick"
    CAREFUL = "careful"
    PDF = "pdf"
    FEED = "feed"


class FeedItem(Record):
    """One item as a feed gave it, with its address already canonical.

    `content` is the article's text as plain paragraphs, a line each, if the feed carries more of it
    than the summary, or the same in several. `known_by` is a hash of what its feed identifies it
    by, if its address may change at each poll; it is kept with the listing, not with the entry.
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

    `address` is where its page is, after redirects and by what the page itself says. `revisit_at`
    is when its page is fetched again to look for edits; while an entry that is `found` is retried,
    it is when the retries began. `overlap` is the share of the shorter text that it has in common
    with `duplicate_of`. `placed_at` is when a person put it into its story. `moves` counts how
    often it came into another story or was tagged again. `historic` means that it was found in a
    feed's history, for which a person asked: no rule alerts on it. `notice` is the fingerprint of a
    notice that its page had in the article's place; other entries with the same notice are
    recognised by it.
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
    placed_at: UtcTime | None = None
    moves: int = 0
    historic: bool = False
    notice: str | None = None

    @property
    def news_at(self) -> datetime:
        """When it was news, by which it is compared with others: when it was first seen; if it is
        historic, when it was published."""
        if not self.historic or self.published is None:
            return self.first_seen
        return min(self.published, self.first_seen)

    @property
    def visit_at(self) -> datetime | None:
        """When its page is fetched next; None if at once, or not again."""
        return self.next_attempt_at if self.state is State.FOUND else self.revisit_at

    @property
    def holds_notice(self) -> bool:
        """Whether its article's text is known to be a notice of its site."""
        return self.notice is not None and self.notice == self.fingerprint

    @property
    def was_read(self) -> bool:
        """Whether its article was read from its page: not from the feed, and not a notice."""
        return self.address is not None and not self.holds_notice


class Step(Record):
    """One step of an entry: the state it reached, when, how many seconds the work on it took, and
    why."""

    at: UtcTime
    state: State
    seconds: float
    reason: str | None = None


class Page(Record):
    """What an article's address returned. `body` has its transfer encoding undone, not its charset.

    `missing` says why there is no page: the article has to be made from its feed.
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
