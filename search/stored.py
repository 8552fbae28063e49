"""What the embedded index stores of an article, in the tables of `search.file.SCHEMA`.

FTS5 gets the words already folded, and only splits them at spaces.
"""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Final, NamedTuple

from core.clauses import values_of
from core.faults import Fault, raise_if_common, tried
from core.fields import FIELDS, Kind
from core.index import Outcome, Written
from core.records import Article
from core.words import lower, stem, words
from search.moments import milliseconds

MAX_KEYWORD_BYTES: Final = 32_766
"""Longer values are rejected, as Lucene, and so Elasticsearch, cannot index them."""

_AUTHORS_GAP = " · "
"""Separates authors, so that no phrase spans two: it is a word that no query can hold."""

_KEYWORDS = tuple(field for field, kind in FIELDS.items() if kind is Kind.KEYWORD)


def write(db: sqlite3.Connection, articles: list[Article]) -> list[Written]:
    """Write articles inside a transaction."""
    written = []
    vocabulary: set[str] = set()
    met: list[tuple[str, object]] = []
    for article in articles:
        existing = row_of(db, article.id)
        if existing is not None and existing[1] >= (article.revision, article.moves):
            written.append(Written.of(article, Outcome.SAME))
            continue
        stored = tried("indexing", article.url, partial(_stored, article))
        met.append((article.site, stored))
        if not isinstance(stored, _Stored):
            reason = stored.reason if isinstance(stored, Fault) else stored
            written.append(Written.of(article, Outcome.REJECTED, reason))
            continue
        if existing is not None:
            remove(db, existing[0])
        _insert(db, stored, None if existing is None else existing[0])
        vocabulary |= stored.vocabulary
        written.append(Written.of(article, Outcome.UPDATED if existing else Outcome.CREATED))
    raise_if_common(met)
    rows = ((word, stem(word)) for word in vocabulary)
    db.executemany("INSERT OR IGNORE INTO form (word, stem) VALUES (?, ?)", rows)
    return written


def row_of(db: sqlite3.Connection, article_id: str) -> tuple[int, tuple[int, int]] | None:
    """The row of an article, and its revision and moves there; or None."""
    found = (
        "SELECT rowid, revision, coalesce(json_extract(json, '$.moves'), 0)"
        " FROM article JOIN source USING (rowid) WHERE id = ?"
    )
    row = db.execute(found, (article_id,)).fetchone()
    return None if row is None else (int(row[0]), (int(row[1]), int(row[2])))


def remove(db: sqlite3.Connection, rowid: int) -> None:
    """Take an article out of every table. Its words stay listed as forms, which does no harm."""
    db.execute("DELETE FROM article WHERE rowid = ?", (rowid,))
    db.execute("DELETE FROM source WHERE rowid = ?", (rowid,))
    db.execute("DELETE FROM keyword WHERE article = ?", (rowid,))
    db.execute("DELETE FROM words WHERE rowid = ?", (rowid,))


def _insert(db: sqlite3.Connection, stored: _Stored, rowid: int | None) -> None:
    """Put an article into every table but `form`."""
    row = "INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    rowid = db.execute(row, (rowid, *stored.columns)).lastrowid
    db.execute("INSERT INTO source VALUES (?, ?)", (rowid, stored.json))
    db.executemany(
        "INSERT INTO keyword VALUES (?, ?, ?, ?)",
        [(field, small, rowid, value) for field, small, value in stored.keywords],
    )
    db.execute(
        "INSERT INTO words (rowid, title, text, authors) VALUES (?, ?, ?, ?)",
        (rowid, *stored.words),
    )


class _Stored(NamedTuple):
    """What is stored of an article: the columns of its row after the first, its JSON, its KEYWORD
    values (field, as searched, as written), its words as FTS5 reads them, and all of its words."""

    columns: tuple[object, ...]
    json: str
    keywords: list[tuple[str, str, str]]
    words: tuple[str, str, str]
    vocabulary: set[str]


def _stored(article: Article) -> _Stored | str:
    """What is stored of an article; or why no index can take it."""
    if reason := _rejection(article):
        return reason
    title, text = words(article.title), words(article.text)
    authors = [words(author) for author in article.authors]
    return _Stored(
        columns=(
            article.id,
            article.revision,
            article.score,
            None if article.published is None else milliseconds(article.published),
            milliseconds(article.first_seen),
            bool(article.title),
            bool(article.text),
            any(article.authors),
        ),
        json=article.model_dump_json(),
        keywords=[
            (field, lower(value), value)
            for field in _KEYWORDS
            for value in values_of(article, field)
        ],
        words=(" ".join(title), " ".join(text), _AUTHORS_GAP.join(map(" ".join, authors))),
        vocabulary=set(title).union(text, *authors),
    )


def _rejection(article: Article) -> str | None:
    """Why no index can take this article, or None."""
    for field in _KEYWORDS:
        for value in values_of(article, field):
            if len(value) * 4 > MAX_KEYWORD_BYTES and len(value.encode()) > MAX_KEYWORD_BYTES:
                return f"{field}: a value of more than {MAX_KEYWORD_BYTES:,} bytes"
    return None
