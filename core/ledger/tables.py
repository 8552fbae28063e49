"""The ledger's tables. Every column says what it holds; a test checks that it does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from core.ledger.utc import Utc

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


_LONG = BigInteger().with_variant(Integer, "sqlite")
"""Of numbers that never start again: PostgreSQL's `integer` ends at 2,147,483,647, which the polls
of 25,000 feeds reach in ten years. SQLite's holds as much as `bigint` and, as a key, counts up only
under that name."""


def _id(name: str, comment: str, **kwargs: Any) -> Column[str]:
    return Column(name, String(64), comment=comment, **kwargs)


def _delivery() -> tuple[Column[Any], ...]:
    """The columns of every table of deliveries, besides what is delivered."""
    return (
        Column("channel", String(80), primary_key=True, comment="name of a channel in rules.toml"),
        Column("attempts", Integer, nullable=False, comment="failed deliveries in a row"),
        Column("next_attempt_at", Utc, nullable=False, comment="not tried before this"),
        Column("delivered_at", Utc, comment="when the channel took it"),
        Column("closed_at", Utc, comment="when a person gave it up"),
        Column("reason", Text, comment="why the last delivery failed, or was given up"),
    )


def _only_where(condition: str) -> dict[str, Any]:
    """Makes an index partial, in either database."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


feeds = Table(
    "feeds",
    metadata,
    _id("id", "SHA-256 of the address it was added with", primary_key=True),
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

polls = Table(
    "polls",
    metadata,
    Column("id", _LONG, primary_key=True, comment="in order of time"),
    _id("feed", "the polled feed", nullable=False),
    Column("polled_at", Utc, nullable=False, comment="when the answer was recorded"),
    Column("status", Integer, comment="HTTP status; none if no answer came"),
    Column("items", Integer, nullable=False, comment="items in the answer"),
    Column("found", Integer, nullable=False, comment="entries first seen in this poll"),
    Column("edited", Integer, nullable=False, comment="known entries whose item had changed"),
    Column("reason", Text, comment="what was wrong, if anything"),
    Index("ix_polls_feed", "feed", "polled_at"),
    # Most polls find nothing and are forgotten in time; the accounting adds up the others.
    Index("ix_polls_found", "polled_at", "found", **_only_where("found > 0")),
    Index("ix_polls_quiet", "polled_at", **_only_where("found = 0")),
)

gaps = Table(
    "gaps",
    metadata,
    Column("id", Integer, primary_key=True, comment="in order of time"),
    _id("feed", "the feed whose list did not reach back", nullable=False),
    Column("url", Text, nullable=False, comment="its address then"),
    Column("outlet", Text, nullable=False, comment="the outlet's name then"),
    Column("since", Utc, nullable=False, comment="from when on entries may be missing"),
    Column("until", Utc, nullable=False, comment="when the oldest entry that it listed came out"),
    Column("missed", Integer, nullable=False, comment="about how many entries came in between"),
    Column("noticed_at", Utc, nullable=False, comment="when a poll showed it"),
    Index("ix_gaps_noticed_at", "noticed_at"),
)

entries = Table(
    "entries",
    metadata,
    _id("id", "SHA-256 of the canonical URL; the article's id as well", primary_key=True),
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
    _id("text_hash", "hash of title and text of that revision"),
    _id("fingerprint", "hash of the normalised text; equal for equal texts"),
    _id("notice", "fingerprint of the notice that its page had in the article's place"),
    _id("duplicate_of", "article that had the same text first"),
    Column("overlap", Float, comment="share of the shorter text in common with duplicate_of's"),
    _id("story", "id of the article that opened its story"),
    Column("placed_at", Utc, comment="when a person put it into its story; none: nobody did"),
    Column("moves", Integer, nullable=False, comment="how often it came into another story"),
    Index("ix_entries_state", "state", "updated_at"),
    # The accounting reads this instead of all entries. Not in PostgreSQL: its B-trees take no long
    # reason, and it reads the table fast enough.
    Index("ix_entries_reason", "state", "reason").ddl_if(dialect="sqlite"),
    Index("ix_entries_fingerprint", "fingerprint"),
    Index("ix_entries_notice", "notice", **_only_where("notice IS NOT NULL")),
    Index("ix_entries_story", "story"),
    Index("ix_entries_duplicate_of", "duplicate_of"),
    Index("ix_entries_first_seen", "first_seen"),
    # A B-tree takes no address of three thousand letters, and redirects lead to such addresses.
    Index("ix_entries_address", "address", postgresql_using="hash"),
    Index("ix_entries_updated_at", "updated_at"),
    Index("ix_entries_revisit", "slot", "revisit_at"),
)

steps = Table(
    "steps",
    metadata,
    Column("id", _LONG, primary_key=True, comment="in order of time"),
    _id("entry", "the entry", nullable=False),
    Column("at", Utc, nullable=False, comment="when it was taken"),
    Column("state", String(16), nullable=False, comment="the state it led to"),
    Column("seconds", Float, nullable=False, comment="how long the work on the entry took"),
    Column("reason", Text, comment="why, if that is not obvious"),
    Index("ix_steps_entry", "entry"),
)

entry_feeds = Table(
    "entry_feeds",
    metadata,
    _id("entry", "the entry", primary_key=True),
    _id("feed", "a feed that lists it", primary_key=True),
    Column("first", Boolean, nullable=False, comment="whether this feed brought it first"),
    _id("known_by", "hash of the feed's id for it, if its address may change"),
    _id("item_hash", "hash of the item's words as this feed last had them; none in older rows"),
    _id("title_hash", "hash of its title there"),
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
    _id("entry", "an erased entry that files of the archive may still hold", primary_key=True),
    Column("at", Utc, nullable=False, comment="when it was erased"),
)

stories = Table(
    "stories",
    metadata,
    _id("id", "id of the article that opened it", primary_key=True),
    Column("title", Text, nullable=False, comment="its most central headline"),
    Column("first_seen", Utc, nullable=False, comment="of its first article"),
    Column("last_seen", Utc, nullable=False, comment="of its last article"),
    Column("size", Integer, nullable=False, comment="articles without duplicates"),
    Column("score", Float, nullable=False, comment="highest score of its articles"),
    _id("merged_into", "story that it was merged into, which has its articles now"),
    Index("ix_stories_merged_into", "merged_into"),
    Index("ix_stories_last_seen", "last_seen"),
)

members = Table(
    "members",
    metadata,
    _id("article", "an article that was threaded", primary_key=True),
    Column("story", String(64), ForeignKey("stories.id"), nullable=False, comment="its story"),
    Column(
        "first_seen",
        Utc,
        nullable=False,
        comment="when the article was first seen; the window goes by this",
    ),
    Column(
        "profile",
        LargeBinary,
        comment="what others are compared with, packed; none in older rows",
    ),
    Column(
        "similarity", Float, nullable=False, comment="to the story it joined; 0 if it opened it"
    ),
    Column("why", JSON, nullable=False, comment="terms shared with the story, with weights"),
    Column("score", Float, comment="the article's for the topic; none in older rows"),
    Column("title", Text, nullable=False, comment="the article's headline"),
    Column("language", Text, nullable=False, comment="the article's language"),
    Column("countries", JSON, nullable=False, comment="codes of what it mentions"),
    Column("mentions", JSON, nullable=False, comment="names in it"),
    Index("ix_members_first_seen", "first_seen"),
    Index("ix_members_story", "story"),
)

sketches = Table(
    "sketches",
    metadata,
    Column("id", _LONG, primary_key=True, comment="in the order of linking"),
    _id("article", "an article whose text was long enough", nullable=False, unique=True),
    Column("site", Text, nullable=False, comment="registrable domain of the article"),
    Column(
        "first_seen",
        Utc,
        nullable=False,
        comment="when the article was first seen; the window goes by this",
    ),
    _id("duplicate_of", "article that it was found to be a copy of"),
    Column("sketch", LargeBinary, nullable=False, comment="sampled shingles of its text, packed"),
    Index("ix_sketches_first_seen", "first_seen"),
)

parted = Table(
    "parted",
    metadata,
    _id("story", "one of two stories that never become one: a person split them", primary_key=True),
    _id("other", "the other, whose id is the greater one", primary_key=True),
    Column("parted_at", Utc, nullable=False, comment="since when"),
)

moved = Table(
    "moved",
    metadata,
    _id("article", "to be indexed again: it came into another story", primary_key=True),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True, comment="in order of time"),
    _id("key", "of rule, story and number: stable for receivers", nullable=False, unique=True),
    Column("rule", Text, nullable=False, comment="name of the rule"),
    _id("story", "story that met the rule", nullable=False),
    Column("record", JSON, nullable=False, comment="the Alert as delivered"),
    Column("created_at", Utc, nullable=False, comment="when it went into the outbox"),
    Index("ix_alerts_rate", "rule", "created_at"),
    Index("ix_alerts_story", "story"),
)

followed = Table(
    "followed",
    metadata,
    Column("rule", Text, primary_key=True, comment="name of the rule"),
    _id("story", "a story that it has alerted on", primary_key=True),
    Column("known", JSON, comment="what its readers know: a Known; none: everything so far"),
    Column("alerts", Integer, nullable=False, comment="alerts of it so far, held ones included"),
    Index("ix_followed_story", "story"),
)

mutes = Table(
    "mutes",
    metadata,
    _id("story", "a story that no rule alerts on any more", primary_key=True),
    Column("muted_at", Utc, nullable=False, comment="since when"),
)

held_alerts = Table(
    "held_alerts",
    metadata,
    Column("id", Integer, primary_key=True, comment="in order of time"),
    _id(
        "key",
        "as in alerts, where it goes once its rate allows",
        nullable=False,
        unique=True,
    ),
    Column("rule", Text, nullable=False, comment="name of the rule"),
    Column("record", JSON, nullable=False, comment="the Alert so far; what is new is folded in"),
    Column("held_at", Utc, nullable=False, comment="since when it waits"),
    Index("ix_held_alerts_rule", "rule"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("alert", Integer, ForeignKey("alerts.id"), primary_key=True, comment="the alert"),
    *_delivery(),
    Index("ix_deliveries_open", "delivered_at", "next_attempt_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True, comment="in order of time"),
    _id("key", "stable for receivers", nullable=False, unique=True),
    Column("kind", String(16), nullable=False, comment="digest or channel"),
    Column("record", JSON, nullable=False, comment="the Digest or ChannelNews as delivered"),
    Column("created_at", Utc, nullable=False, comment="when it was composed"),
)

message_deliveries = Table(
    "message_deliveries",
    metadata,
    Column("message", Integer, ForeignKey("messages.id"), primary_key=True, comment="the message"),
    *_delivery(),
    Index("ix_message_deliveries_open", "delivered_at", "next_attempt_at"),
)

channels = Table(
    "channels",
    metadata,
    Column("name", String(80), primary_key=True, comment="name of a channel in rules.toml"),
    Column("state", String(16), nullable=False, comment="how it is doing: a ChannelState"),
    Column("since", Utc, nullable=False, comment="since when it is in that state"),
    Column("attempts", Integer, nullable=False, comment="failed tries in a row"),
    Column("next_attempt_at", Utc, nullable=False, comment="nothing is sent before this"),
    Column("reason", Text, comment="why it is in that state"),
    Column("told", String(16), nullable=False, comment="state that operators last heard of"),
    Column("delivered_at", Utc, comment="when it last took something"),
)

digests = Table(
    "digests",
    metadata,
    Column("name", Text, primary_key=True, comment="of the [[digest]] in rules.toml"),
    Column("position", Integer, nullable=False, comment="last alert that one has covered"),
    Column("until", Utc, nullable=False, comment="end of the period that its last one covers"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True, comment="in order of time"),
    _id("feed", "the feed whose health changed", nullable=False),
    Column("url", Text, nullable=False, comment="its address then"),
    Column("outlet", Text, nullable=False, comment="the outlet's name then"),
    Column("before", String(16), nullable=False, comment="the FeedState last told of"),
    Column("state", String(16), nullable=False, comment="the FeedState now"),
    Column("reason", Text, comment="the evidence for it"),
    Column("since", Utc, nullable=False, comment="when that state began"),
    Column("created_at", Utc, nullable=False, comment="when it was recorded"),
    Column("addressed_at", Utc, comment="when the operators' channels were looked up"),
    Index("ix_notices_addressed_at", "addressed_at"),
)

notice_deliveries = Table(
    "notice_deliveries",
    metadata,
    Column("notice", Integer, ForeignKey("notices.id"), primary_key=True, comment="the notice"),
    *_delivery(),
    Index("ix_notice_deliveries_open", "delivered_at", "next_attempt_at"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(32), primary_key=True, comment="whose cursor"),
    Column(
        "position",
        _LONG,
        nullable=False,
        comment="last record that it has read, in the order of recording",
    ),
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

leases = Table(
    "leases",
    metadata,
    Column("name", String(80), primary_key=True, comment="what is being worked on"),
    Column("owner", Text, nullable=False, comment="host, process and its start"),
    Column("expires_at", Utc, nullable=False, comment="free to others after this"),
)
