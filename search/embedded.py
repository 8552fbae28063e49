"""The index that needs no server: one SQLite file.

Articles are kept whole as JSON. FTS5 searches their words (`core.words`); the other fields are in
side tables (`search.stored`). A stem is searched as all its indexed words, so phrases and patterns
stay exact with a single index.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from core.conditions import Moment
from core.dates import period
from core.index import (
    FACET_VALUES,
    TITLE_WEIGHT,
    DateField,
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
from search import stored
from search.file import VERSION, is_damage, open_file, unlink, version_of
from search.moments import bound_milliseconds
from search.sql import Sql, ranking, where

BATCH = 500
"""Articles in a transaction of `write`."""

_RANK = f"bm25(words, {TITLE_WEIGHT}, 1.0, 1.0)"
"""How well words fit: the columns of `words` are the title, the text and the authors."""


class EmbeddedIndex:
    """`core.index.Index` in a SQLite file.

    Threads may share one; each process opens its own on the same file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._translating_errors():
            self._db = open_file(path)
        self._inode = self._inode_now()

    def prepare(self) -> None:
        """See `Index.prepare`. Opening the file has done it, unless it is of another version."""
        self._check_version()

    def write(self, articles: Iterable[Article]) -> Iterator[Written]:
        """See `Index.write`. Outcomes are yielded once their batch is committed."""
        remaining = iter(articles)
        while batch := list(islice(remaining, BATCH)):
            try:
                with self._transaction() as db:
                    written = stored.write(db, batch)
            except IndexUnavailableError as error:
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
        days: DateField | None = None,
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
            counts = {name: self._facet(name, matching, values) for name in dict.fromkeys(facets)}
            by_day = self._days(matching, days) if days else {}
        return Hits(
            total=total,
            articles=tuple(Article.model_validate_json(json) for json in page),
            facets=counts,
            days=by_day,
        )

    def delete(self, article_ids: Iterable[str]) -> int:
        """See `Index.delete`."""
        with self._transaction() as db:
            found = {row[0] for each in article_ids if (row := stored.row_of(db, each))}
            for rowid in found:
                stored.remove(db, rowid)
        return len(found)

    def scan(self) -> Iterator[IndexedArticle]:
        """See `Index.scan`."""
        last = ""
        self._check_version()
        page = (
            "SELECT id, revision, value, coalesce(json_extract(json, '$.moves'), 0)"
            " FROM article JOIN source USING (rowid)"
            " LEFT JOIN keyword ON article = article.rowid AND field = 'story'"
            " WHERE id > ? ORDER BY id LIMIT 1000"
        )
        while rows := self._rows(Sql(page, (last,))):
            for article_id, revision, story, moves in rows:
                named = str(story) if story else None
                yield IndexedArticle(str(article_id), int(revision), named, int(moves))
            last = str(rows[-1][0])

    def rebuild(self, articles: Iterable[Article], month: str | None = None) -> Iterator[Written]:
        """See `Index.rebuild`. A second database is filled, then copied in one transaction.

        It is not renamed over the first: processes that have the first open would go on with the
        old file and, in WAL mode, could damage the new one.
        """
        aside = self.path.with_name(f"{self.path.name}.rebuild")
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
            unlink(aside)

    def _empty(self, since: Moment, until: Moment) -> None:
        """Remove what was first seen in a period."""
        seen = "SELECT rowid FROM article WHERE first_seen >= ? AND first_seen < ?"
        bounds = (bound_milliseconds(since), bound_milliseconds(until))
        with self._transaction() as db:
            for (rowid,) in db.execute(seen, bounds).fetchall():
                stored.remove(db, rowid)

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
            f" ORDER BY {first}first_seen DESC, published DESC, id LIMIT ? OFFSET ?",
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

    def _days(self, matching: Sql, field: DateField) -> dict[date, int]:
        """How many of the articles that match have each day in the field."""
        # Whole numbers are rounded towards zero: before 1970, the end of a day into the next.
        each = _select(f"date({field} / 1000.0, 'unixepoch') AS day, count(*)", matching)
        of_days = f"{each.text} GROUP BY day HAVING day IS NOT NULL ORDER BY day"
        rows = self._rows(Sql(of_days, each.parameters))
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
                self._check_version()
                yield
            finally:
                self._db.rollback()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Several writes at once, or none."""
        with self._lock, self._translating_errors():
            self._reopen_if_replaced()
            with self._db as db:
                db.execute("BEGIN IMMEDIATE")
                self._check_version()
                yield db

    def _check_version(self) -> None:
        """Refuse a file of another version, as another process may have made it meanwhile."""
        with self._lock, self._translating_errors():
            found = version_of(self._db)
        if found > VERSION:
            raise IndexUnavailableError(
                f"{self.path} was made by a newer wirewatch: upgrade and restart this one, or run "
                "`wirewatch index rebuild`"
            )
        if found < VERSION:
            raise IndexUnavailableError(
                f"{self.path} was made by an older wirewatch, which stored articles otherwise: run "
                "`wirewatch index rebuild`"
            )

    def _reopen_if_replaced(self) -> None:
        """Reopen the file if it was deleted, as a damaged one has to be."""
        if self._inode_now() != self._inode:
            self._db.close()
            self._db = open_file(self.path)
            self._inode = self._inode_now()

    def _inode_now(self) -> int | None:
        return self.path.stat().st_ino if self.path.exists() else None

    @contextlib.contextmanager
    def _translating_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise IndexUnavailableError(f"{self.path}: {error}") from error
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            raise IndexUnavailableError(
                f"{self.path} is damaged ({error}): delete it and the files whose "
                "names begin with its name, then run `wirewatch index rebuild`"
            ) from error


def _select(what: str, matching: Sql) -> Sql:
    return Sql(f"SELECT {what} FROM article WHERE {matching.text}", matching.parameters)  # noqa: S608 - see `Sql`
