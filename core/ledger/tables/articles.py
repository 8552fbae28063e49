"""Tables of entries, on their way from feed to article, and of the archive's files."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from core.ledger.tables.columns import LONG, id_column, metadata, only_where
from core.ledger.utc import Utc

entries = Table(
    "entries",
    metadata,
    id_column("id", "SHA-256 of the canonical URL; the article's id as well", primary_key=True),
    Column("url", Text, nullable=False, comment="canonical URL"),
    Column("site", Text, nullable=False, comment="registrable domain of the URL"),
    Column("slot", Integer, nullable=False, comment="hash of the site, for sharing out work"),
    Column("outlet", Text, nullable=False, comment="name of the outlet whose feed had it first"),
    Column("title", Text, nullable=False, comment="title in the feed"),
    Column("summary", Text, nullable=False, comment="summary in the feed, as plain text"),
    Column("authors", JSON, nullable=False, comment="authors in the feed"),
    Column(
        "published", Utc, comment="publication time in the feed; if that gives none, on the page"
    ),
    Column(
        "content", Text, comment="fuller text in the feed, kept while its page is still fetched"
    ),
    Column(
        "item_hash", String(64), nullable=False, comment="hash of the item's words: shows edits"
    ),
    Column("first_seen", Utc, nullable=False, comment="when a poll first brought it"),
    Column("updated_at", Utc, nullable=False, comment="last change of its state"),
    Column("state", String(16), nullable=False, comment="where it is on its way: a State"),
    Column("reason", Text, comment="why it is rejected, quarantined or waits"),
    Column("attempts", Integer, nullable=False, comment="failed fetches in a row"),
    Column("next_attempt_at", Utc, comment="not fetched before this"),
    Column("revision", Integer, nullable=False, comment="of the article; 0 before there is one"),
    Column("address", Text, comment="where its page is, after redirects or as the page declares"),
    Column("revisit_at", Utc, comment="when its page is fetched again to notice edits"),
    Column("visits", Integer, nullable=False, comment="visits to its page that were revisits"),
    id_column("text_hash", "hash of title and text of that revision"),
    id_column("fingerprint", "hash of the normalised text; equal for equal texts"),
    id_column("notice", "fingerprint of the notice that its page had in the article's place"),
    id_column("duplicate_of", "article that had the same text first"),
    Column("overlap", Float, comment="share of the shorter text in common with duplicate_of's"),
    id_column("story", "id of the article that opened its story"),
    Column("placed_at", Utc, comment="when a person put it into its story; none: nobody did"),
    Column(
        "moves",
        Integer,
        nullable=False,
        comment="how often it came into another story or was tagged again",
    ),
    Column(
        "historic",
        Boolean,
        nullable=False,
        comment="found in a feed's history, as a person asked: no rule alerts on it",
    ),
    Index("ix_entries_state", "state", "updated_at"),
    # The accounting reads this instead of all entries. Not in PostgreSQL: its B-trees take no long
    # reason, and it reads the table fast enough.
    Index("ix_entries_reason", "state", "reason").ddl_if(dialect="sqlite"),
    Index("ix_entries_fingerprint", "fingerprint"),
    Index("ix_entries_notice", "notice", **only_where("notice IS NOT NULL")),
    Index("ix_entries_story", "story"),
    Index("ix_entries_duplicate_of", "duplicate_of"),
    Index("ix_entries_first_seen", "first_seen"),
    # A B-tree takes no address of three thousand letters, and redirects lead to such addresses.
    Index("ix_entries_address", "address", postgresql_using="hash"),
    Index("ix_entries_updated_at", "updated_at"),
    Index("ix_entries_revisit", "slot", "revisit_at"),
)

seen = Table(
    "seen",
    metadata,
    Column("id", LONG, primary_key=True, comment="in order of time"),
    Column("at", Utc, nullable=False, comment="when they were recorded"),
    Column("number", Integer, nullable=False, comment="how many entries were new then"),
    Index("ix_seen_at", "at", "number"),
)

steps = Table(
    "steps",
    metadata,
    Column("id", LONG, primary_key=True, comment="in order of time"),
    id_column("entry", "the entry", nullable=False),
    Column("at", Utc, nullable=False, comment="when it was taken"),
    Column("state", String(16), nullable=False, comment="the state it led to"),
    Column("seconds", Float, nullable=False, comment="how long the work on the entry took"),
    Column("reason", Text, comment="why, if that is not obvious"),
    Index("ix_steps_entry", "entry"),
)

entry_feeds = Table(
    "entry_feeds",
    metadata,
    id_column("entry", "the entry", primary_key=True),
    id_column("feed", "a feed that lists it", primary_key=True),
    Column("first", Boolean, nullable=False, comment="whether this feed brought it first"),
    id_column("known_by", "hash of the feed's id for it, if its address may change"),
    id_column(
        "item_hash", "hash of the item's words as this feed last had them; none in older rows"
    ),
    id_column("title_hash", "hash of its title there"),
    Index("ix_entry_feeds_feed", "feed", "known_by"),
)

segments = Table(
    "segments",
    metadata,
    Column("id", String(40), primary_key=True, comment="time of writing and a random part"),
    Column("kind", String(16), nullable=False, comment="pages or articles"),
    Column("path", Text, nullable=False, comment="archive file, below the archive's root"),
    Column("items", Integer, nullable=False, comment="how many records it holds"),
    Column("created_at", Utc, nullable=False, comment="when it was recorded"),
    Column("done_at", Utc, comment="pages: extracted; articles: indexed"),
    Column("position", Integer, unique=True, comment="articles: recorded order, given by linking"),
    Index("ix_segments_open", "kind", "done_at"),
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("path", Text, primary_key=True, comment="archive file that no segment names any more"),
    Column("at", Utc, nullable=False, comment="since when; it is removed a day later"),
)

erased = Table(
    "erased",
    metadata,
    id_column(
        "entry", "an erased entry that files of the archive may still hold", primary_key=True
    ),
    Column("at", Utc, nullable=False, comment="when it was erased"),
)
