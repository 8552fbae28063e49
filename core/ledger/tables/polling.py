"""Tables of polling: feeds, what they may have had unseen, and what is owed to sites."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from core.ledger.tables.columns import id_column, metadata
from core.ledger.utc import Utc

feeds = Table(
    "feeds",
    metadata,
    id_column("id", "SHA-256 of the address it was added with", primary_key=True),
    Column("url", Text, nullable=False, unique=True, comment="address that is polled"),
    Column("site", Text, nullable=False, comment="registrable domain, the unit of politeness"),
    Column("slot", Integer, nullable=False, comment="hash of the site, for sharing out work"),
    Column("outlet", Text, nullable=False, comment="the outlet's name"),
    Column("labels", JSON, nullable=False, comment="folders of the OPML it came from"),
    Column("state", String(16), nullable=False, comment="how it is doing: a FeedState"),
    Column("reason", Text, comment="why it is in that state"),
    Column("since", Utc, nullable=False, comment="since when it is in that state"),
    Column("held", Integer, nullable=False, comment="polls in a row that the state has lasted"),
    Column("well_at", Utc, comment="when a poll last went well"),
    Column("told", String(16), nullable=False, comment="state that operators were last told of"),
    Column("etag", LargeBinary, comment="validator, as the bytes received"),
    Column("last_modified", LargeBinary, comment="validator, as the bytes received"),
    Column("validators_url", Text, comment="the address that the validators came from"),
    Column("body_hash", String(64), comment="SHA-256 of the last parsed body"),
    Column("fault", Text, comment="what is wrong with that body, though it could be read"),
    Column("full_at", Utc, comment="when a poll last brought a whole body"),
    Column("denied_at", Utc, comment="last 304 since then"),
    Column(
        "distrusted", Boolean, nullable=False, comment="its 304s proved untrue: no longer asked for"
    ),
    Column("marks", LargeBinary, comment="of the entries in the last body: three bytes of each id"),
    Column("hints", JSON, nullable=False, comment="when its document asks to be polled: Hints"),
    Column("rhythm", JSON, nullable=False, comment="how often it has something new: a Rhythm"),
    Column("unread_since", Utc, comment="since when older pages are to be read once more"),
    Column("next_poll_at", Utc, nullable=False, comment="not polled before this"),
    Column("last_polled_at", Utc, comment="last answer or failure"),
    Column("failures", Integer, nullable=False, comment="failed polls in a row"),
    Column("moves", Integer, nullable=False, comment="permanent redirects to moved_to in a row"),
    Column("moved_to", Text, comment="where its last permanent redirect led"),
    Column("moved_from", Text, comment="address that it had before the last move"),
    Column("paused_at", Utc, comment="since when a person keeps it from being polled"),
    Column("paused_why", Text, comment="that person's reason"),
    Column("resumed_at", Utc, comment="when its last pause ended"),
    Index("ix_feeds_due", "slot", "next_poll_at"),
    Index("ix_feeds_site", "site"),
)

gaps = Table(
    "gaps",
    metadata,
    Column("id", Integer, primary_key=True, comment="in order of time"),
    id_column("feed", "the feed whose list did not reach back", nullable=False),
    Column("url", Text, nullable=False, comment="its address then"),
    Column("outlet", Text, nullable=False, comment="the outlet's name then"),
    Column("since", Utc, nullable=False, comment="from when on entries may be missing"),
    Column("until", Utc, nullable=False, comment="when the oldest entry that it listed came out"),
    Column("missed", Integer, nullable=False, comment="about how many entries came in between"),
    Column("noticed_at", Utc, nullable=False, comment="when a poll showed it"),
    Index("ix_gaps_noticed_at", "noticed_at"),
)

robots = Table(
    "robots",
    metadata,
    Column("address", Text, primary_key=True, comment="of a robots.txt"),
    Column("verdict", String(16), nullable=False, comment="verdict on all addresses, or READ"),
    Column("body", LargeBinary, nullable=False, comment="its text if it is READ, deflated"),
    Column("until", Utc, nullable=False, comment="fetched again after this"),
    Index("ix_robots_until", "until"),
)

sites = Table(
    "sites",
    metadata,
    Column("name", Text, primary_key=True, comment="registrable domain"),
    Column("asked_at", Utc, comment="end of the last request, if the pause is a long one"),
    Column("pause", Float, comment="its Crawl-delay in seconds, where longer than our own pause"),
    Column("held_until", Utc, comment="no requests before this, as it asked"),
    Column("until", Utc, nullable=False, comment="the row means nothing after this"),
    Index("ix_sites_until", "until"),
)
