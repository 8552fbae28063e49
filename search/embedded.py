"""The index that needs no server: one SQLite file, or memory for a batch.

Articles are kept whole as JSON. FTS5 searches their words (`core.words`); the other fields are in
side tables. FTS5 gets words already folded and only splits them at spaces. A stem is searched as
all its indexed words, so phrases and patterns stay exact with a single index.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from core.clauses import values_of
from core.conditions import Moment
from core.dates import period
from core.faults import Fault, raise_if_common, tried
from core.fields import FIELDS, Kind
from core.index import (
    FACET_VALUES,
    TITLE_WEIGHT,
    Hits,
    IndexedArticle,
    IndexUnavailableError,
    Outcome,
    Sort,
    Written,
    check_search,
)
from core.query import Query
from core.records import Article
from core.words import lower, stem, words
from search.file import is_damage, open_file, unlink
from search.moments import bound_milliseconds, milliseconds
from search.sql import Sql, ranking, where

BATCH = 500
"""Articles in a transaction of `write`."""

MAX_KEYWORD_BYTES: Final = 32_766
"""Longer values are rejected, as Lucene, and so Elasticsearch, cannot index them."""

_AUTHORS_GAP = " · "
"""Separates authors, so that no phrase spans two: it is a word that no query can hold."""

_KEYWORDS = tuple(field for field, kind in FIELDS.items() if kind is Kind.KEYWORD)

_RANK = f"bm25(words, {TITLE_WEIGHT}, 1.0, 1.0)"
"""How well words fit: the columns of `words` are the title, the text and the authors."""


class EmbeddedIndex:
    """`core.index.Index` in a SQLite file, or in memory if `path` is None.

    Threads may share one; each process opens its own on the same file.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._translating_errors():
            self._db = open_file(path)
        self._inode = self._inode_now()

    def prepare(self) -> None:
        """See `Index.prepare`. Opening the file has done it."""

    def write(self, articles: Iterable[Article]) -> Iterator[Written]:
        """See `Index.write`. Outcomes are yielded once their batch is committed."""
        remaining = iter(articles)
        while batch := list(islice(remaining, BATCH)):
            try:
                with self._transaction() as db:
                    written = _write(db, batch)
            except sqlite3.DatabaseError as error:
                if not isinstance(error, sqlite3.OperationalError) and not is_damage(error):
                    raise
                written = [Written.of(each, Outcome.FAILED, str(error)) for each in batch]
            yield from written

    def get(self, article_id: str) -> Article | None:
        """See `Index.get`."""
        found = "SELECT json FROM source JOIN article USING (rowid) WHERE id = ?"
        with self._lock, self._snapshot():
            rows = self._rows(Sql(found, (article_id,)))
        return Article.model_validate_json(str(rows[0][0])) if rows else None

    def search(
        self,
        query: Query,
        *,
        size: int = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        facets: Sequence[str] = (),
        values: int = FACET_VALUES,
        days: bool = False,
    ) -> Hits:
        """See `Index.search`."""
        check_search(size, offset, facets)
        condition = query.at(datetime.now(UTC)).condition
        with self._lock, self._snapshot():
            matching = where(condition, self._forms)
            if facets or days:
                matching = self._materialise(matching)
            rank_by = ranking(condition, self._forms) if sort == "relevance" else None
            page = self._page(matching, rank_by, size, offset)
            total = offset + len(page)
            if len(page) == size or (offset and not page):
                total = int(self._rows(_select("count(*)", matching))[0][0])
            counts = {name: self._facet(name, matching, values) for name in facets}
            by_day = self._days(matching) if days else {}
        return Hits(
            total=total,
            articles=tuple(Article.model_validate_json(json) for json in page),
            facets=counts,
            days=by_day,
        )

    def delete(self, article_ids: Iterable[str]) -> int:
        """See `Index.delete`."""
        with self._translating_errors(), self._transaction() as db:
            found = {row[0] for each in article_ids if (row := _row_of(db, each))}
            for rowid in found:
                _remove(db, rowid)
        return len(found)

    def scan(self) -> Iterator[IndexedArticle]:
        """See `Index.scan`."""
        last = ""
        page = (
            "SELECT id, revision, value FROM article"
            " LEFT JOIN keyword ON article = article.rowid AND field = 'story'"
            " WHERE id > ? ORDER BY id LIMIT 1000"
        )
        while rows := self._rows(Sql(page, (last,))):
            for article_id, revision, story in rows:
                yield IndexedArticle(str(article_id), int(revision), str(story) if story else None)
            last = str(rows[-1][0])

    def rebuild(self, articles: Iterable[Article], month: str | None = None) -> Iterator[Written]:
        """See `Index.rebuild`. A second database is filled, then copied in one transaction.

        It is not renamed over the first: processes that have the first open would go on with the
        old file and, in WAL mode, could damage the new one.
        """
        aside = None if self.path is None else self.path.with_name(f"{self.path.name}.rebuild")
        if aside is not None:
            unlink(aside)
        fresh = EmbeddedIndex(aside)
        try:
            failed = False
            if month is not None:
                with self._lock, self._translating_errors():
                    self._db.backup(fresh._db)
                fresh._empty(*period(month))
            for written in fresh.write(articles):
                failed = failed or written.outcome is Outcome.FAILED
                yield written
            if not failed:
                with self._lock, self._translating_errors():
                    fresh._db.backup(self._db)
        finally:
            fresh.close()
            if aside is not None:
                unlink(aside)

    def _empty(self, since: Moment, until: Moment) -> None:
        """Remove what was first seen in a period."""
        seen = "SELECT rowid FROM article WHERE first_seen >= ? AND first_seen < ?"
        bounds = (bound_milliseconds(since), bound_milliseconds(until))
        with self._translating_errors(), self._transaction() as db:
            for (rowid,) in db.execute(seen, bounds).fetchall():
                _remove(db, rowid)

    def close(self) -> None:
        """See `Index.close`."""
        with self._lock:
            self._db.close()

    def _page(self, matching: Sql, rank_by: str | None, size: int, offset: int) -> list[str]:
        """The JSON of one page of the articles that match."""
        if rank_by is None:
            order = Sql("FROM article", ())
            first = ""
        else:
            ranked = f"SELECT rowid AS ranked, {_RANK} AS rank FROM words WHERE words MATCH ?"  # noqa: S608 - see `Sql`
            order = Sql(f"FROM article LEFT JOIN ({ranked}) ON ranked = rowid", (rank_by,))
            first = "coalesce(rank, 0), "
        page = Sql(
            f"SELECT rowid {order.text} WHERE {matching.text}"
            f" ORDER BY {first}first_seen DESC, id LIMIT ? OFFSET ?",
            (*order.parameters, *matching.parameters, size, offset),
        )
        rowids = [row[0] for row in self._rows(page)]
        read = "SELECT json FROM source WHERE rowid = ?"
        return [str(self._rows(Sql(read, (rowid,)))[0][0]) for rowid in rowids]

    def _materialise(self, matching: Sql) -> Sql:
        """What matches, found once for everything that is counted; the end of `_snapshot` drops
        it."""
        self._rows(Sql("CREATE TEMP TABLE found (article INTEGER PRIMARY KEY)"))
        found = f"INSERT INTO temp.found SELECT rowid FROM article WHERE {matching.text}"  # noqa: S608 - see `Sql`
        self._rows(Sql(found, matching.parameters))
        return Sql("rowid IN (SELECT article FROM temp.found)")

    def _facet(self, name: str, matching: Sql, values: int) -> dict[str, int]:
        """How many of the articles that match have each value of the field."""
        rows = self._rows(
            Sql(
                "SELECT value, count(*) FROM keyword WHERE field = ? AND article IN "  # noqa: S608 - see `Sql`
                f"(SELECT rowid FROM article WHERE {matching.text})"
                " GROUP BY value ORDER BY count(*) DESC, value LIMIT ?",
                (name, *matching.parameters, values),
            )
        )
        return {str(value): int(count) for value, count in rows}

    def _days(self, matching: Sql) -> dict[date, int]:
        """How many of the articles that match were first seen on each day."""
        each = _select("date(first_seen / 1000, 'unixepoch') AS day, count(*)", matching)
        rows = self._rows(Sql(f"{each.text} GROUP BY day ORDER BY day", each.parameters))
        return {date.fromisoformat(str(day)): int(count) for day, count in rows}

    def _forms(self, stemmed: str) -> list[str]:
        """The indexed words of a stem."""
        rows = self._rows(Sql("SELECT word FROM form WHERE stem = ? ORDER BY word", (stemmed,)))
        return [str(row[0]) for row in rows]

    def _rows(self, sql: Sql) -> list[tuple[str | int, ...]]:
        with self._lock, self._translating_errors():
            return self._db.execute(sql.text, sql.parameters).fetchall()

    @contextlib.contextmanager
    def _snapshot(self) -> Iterator[None]:
        """One snapshot for several reads, whatever other processes write meanwhile."""
        with self._translating_errors():
            self._reopen_if_replaced()
            self._db.execute("BEGIN")
            try:
                yield
            finally:
                self._db.rollback()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Several writes at once; SQLite's errors stay as they are."""
        with self._lock:
            self._reopen_if_replaced()
            with self._db as db:
                db.execute("BEGIN IMMEDIATE")
                yield db

    def _reopen_if_replaced(self) -> None:
        """Reopen the file if it was deleted, as a damaged one has to be."""
        if self._inode_now() != self._inode:
            self._db.close()
            self._db = open_file(self.path)
            self._inode = self._inode_now()

    def _inode_now(self) -> int | None:
        return self.path.stat().st_ino if self.path is not None and self.path.exists() else None

    @contextlib.contextmanager
    def _translating_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise IndexUnavailableError(f"{self.path or 'memory'}: {error}") from error
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            raise IndexUnavailableError(
                f"{self.path or 'memory'} is damaged ({error}): delete it and the files whose "
                "names begin with its name, then run `wirewatch index rebuild`"
            ) from error


def _select(what: str, matching: Sql) -> Sql:
    return Sql(f"SELECT {what} FROM article WHERE {matching.text}", matching.parameters)  # noqa: S608 - see `Sql`


def _row_of(db: sqlite3.Connection, article_id: str) -> tuple[int, tuple[int, int]] | None:
    """The row of an article, and its revision and moves there; or None."""
    found = (
        "SELECT rowid, revision, coalesce(json_extract(json, '$.moves'), 0)"
        " FROM article JOIN source USING (rowid) WHERE id = ?"
    )
    row = db.execute(found, (article_id,)).fetchone()
    return None if row is None else (int(row[0]), (int(row[1]), int(row[2])))


def _remove(db: sqlite3.Connection, rowid: int) -> None:
    """Take an article out of every table. Its words stay listed as forms, which does no harm."""
    db.execute("DELETE FROM article WHERE rowid = ?", (rowid,))
    db.execute("DELETE FROM source WHERE rowid = ?", (rowid,))
    db.execute("DELETE FROM keyword WHERE article = ?", (rowid,))
    db.execute("DELETE FROM words WHERE rowid = ?", (rowid,))


def _write(db: sqlite3.Connection, articles: list[Article]) -> list[Written]:
    """Write articles inside a transaction."""
    written = []
    vocabulary: set[str] = set()
    met: list[tuple[str, Fault | None]] = []
    for article in articles:
        existing = _row_of(db, article.id)
        if existing is not None and existing[1] >= (article.revision, article.moves):
            written.append(Written.of(article, Outcome.SAME))
            continue
        stored = tried("indexing", article.url, partial(_stored, article))
        met.append((article.site, stored if isinstance(stored, Fault) else None))
        if not isinstance(stored, _Stored):
            reason = stored.reason if isinstance(stored, Fault) else stored
            written.append(Written.of(article, Outcome.REJECTED, reason))
            continue
        if existing is not None:
            _remove(db, existing[0])
        _insert(db, stored, None if existing is None else existing[0])
        vocabulary |= stored.vocabulary
        written.append(Written.of(article, Outcome.UPDATED if existing else Outcome.CREATED))
    raise_if_common(met)
    rows = ((word, stem(word)) for word in vocabulary)
    db.executemany("INSERT OR IGNORE INTO form (word, stem) VALUES (?, ?)", rows)
    return written


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
