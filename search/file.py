"""The SQLite file of the embedded index: its tables, and how it is opened and removed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from core.sqlite import BUSY_SECONDS, enable_wal

VERSION = 1
"""The version of the tables and of what is stored in them, words as they are cut included. A file
of another version is neither searched nor written to, until it is rebuilt."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS article (
    rowid INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    score REAL NOT NULL,
    published INTEGER,
    first_seen INTEGER NOT NULL,
    has_title INTEGER NOT NULL,
    has_text INTEGER NOT NULL,
    has_authors INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS article_newest ON article (first_seen DESC, id);
CREATE TABLE IF NOT EXISTS source (rowid INTEGER PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS keyword (
    field TEXT NOT NULL,
    folded TEXT NOT NULL,
    article INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (field, folded, article, value)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS keyword_article ON keyword (article, field);
CREATE TABLE IF NOT EXISTS form (word TEXT PRIMARY KEY, stem TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS form_stem ON form (stem);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (title, text, authors, tokenize = 'ascii');
CREATE VIRTUAL TABLE IF NOT EXISTS instance USING fts5vocab (words, 'instance');
"""


def version_of(db: sqlite3.Connection) -> int:
    """The version of a file. The first ones were made without a number."""
    (number,) = db.execute("PRAGMA user_version").fetchone()
    return int(number) or 1


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself cannot be read, by SQLite's primary code."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def open_file(path: Path) -> sqlite3.Connection:
    """A connection to the file, with the tables made if it is new; its transactions are ours to
    begin."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    enable_wal(db)
    db.execute("PRAGMA synchronous = NORMAL")
    if db.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
        made = f"{SCHEMA} PRAGMA user_version = {VERSION};"
        db.executescript(f"BEGIN IMMEDIATE; {made} COMMIT;")
    return db


def unlink(path: Path) -> None:
    """Remove the file, and what SQLite keeps beside it."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
