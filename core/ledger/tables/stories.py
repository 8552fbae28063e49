"""Tables of stories, and of what articles are compared by."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from core.ledger.tables.columns import LONG, id_column, metadata
from core.ledger.utc import Utc

stories = Table(
    "stories",
    metadata,
    id_column("id", "id of the article that opened it", primary_key=True),
    Column("title", Text, nullable=False, comment="its most central headline"),
    Column("first_seen", Utc, nullable=False, comment="of its first article"),
    Column("last_seen", Utc, nullable=False, comment="of its last article"),
    Column("size", Integer, nullable=False, comment="articles without duplicates"),
    Column("score", Float, nullable=False, comment="highest score of its articles"),
    id_column("merged_into", "story that it was merged into, which has its articles now"),
    Index("ix_stories_merged_into", "merged_into"),
    Index("ix_stories_last_seen", "last_seen"),
)

members = Table(
    "members",
    metadata,
    id_column("article", "an article that was threaded", primary_key=True),
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
    Column("id", LONG, primary_key=True, comment="in the order of linking"),
    id_column("article", "an article whose text was long enough", nullable=False, unique=True),
    Column("site", Text, nullable=False, comment="registrable domain of the article"),
    Column(
        "first_seen",
        Utc,
        nullable=False,
        comment="when the article was first seen; the window goes by this",
    ),
    id_column("duplicate_of", "article that it was found to be a copy of"),
    Column("sketch", LargeBinary, nullable=False, comment="sampled shingles of its text, packed"),
    Index("ix_sketches_first_seen", "first_seen"),
)

parted = Table(
    "parted",
    metadata,
    id_column(
        "story", "one of two stories that never become one: a person split them", primary_key=True
    ),
    id_column("other", "the other, whose id is the greater one", primary_key=True),
    Column("parted_at", Utc, nullable=False, comment="since when"),
)

moved = Table(
    "moved",
    metadata,
    id_column("article", "to be indexed again: it came into another story", primary_key=True),
)

mutes = Table(
    "mutes",
    metadata,
    id_column("story", "a story that no rule alerts on any more", primary_key=True),
    Column("muted_at", Utc, nullable=False, comment="since when"),
)

dossiers = Table(
    "dossiers",
    metadata,
    Column("id", Integer, primary_key=True, comment="in order of time; part of its page's address"),
    Column("name", Text, nullable=False, unique=True, comment="what a person calls it"),
    # A removed dossier's address must not lead to another one.
    sqlite_autoincrement=True,
)

dossier_stories = Table(
    "dossier_stories",
    metadata,
    Column("dossier", Integer, ForeignKey("dossiers.id"), primary_key=True, comment="the dossier"),
    id_column("story", "a story in it, by the id that it had then", primary_key=True),
    Column("place", Integer, nullable=False, comment="where it stands among the others"),
    Column("note", Text, nullable=False, comment="what a person says of it; may be empty"),
    Column("added_at", Utc, nullable=False, comment="since when it is in it"),
    Index("ix_dossier_stories_story", "story"),
)
