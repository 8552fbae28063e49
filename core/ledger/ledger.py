"""The ledger's database: engine, schema version and transactions.

Queries on the tables (`core.ledger.tables`) are in the modules beside this one, one per subject.
They are functions over an open transaction, so that a stage changes everything that belongs
together at once, or nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Table,
    create_engine,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from core.clock import utc_now
from core.errors import WirewatchError
from core.ledger.tables import metadata
from core.sqlite import BUSY_SECONDS, enable_wal

HEAD = "0032"
"""The schema version that this code works with; a test compares it with the newest migration."""

# PostgreSQL's advisory locks are numbers, shared by all users of the database.
_MIGRATING, LEASING, RECORDING, LEARNING = 7749817001, 7749817002, 7749817003, 7749817004


class LedgerError(WirewatchError):
    """The ledger cannot be used as it is; the text says why and what to do."""


class LedgerUnavailableError(LedgerError):
    """The database does not answer, or has no room. Another try may succeed: it may be starting."""


_DAMAGED = "; restore the file from a backup"
_SHUT = "; wirewatch has to be able to write this file and its folder"
_ADVICE = {
    sqlite3.SQLITE_BUSY: "; another process keeps it so: try again when that has ended",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_CANTOPEN: _SHUT,
    sqlite3.SQLITE_READONLY: _SHUT,
    sqlite3.SQLITE_FULL: "; make room on its disk: what is recorded is kept",
    # A disk without any room at all is told as this one, too.
    sqlite3.SQLITE_IOERR: "; look whether its disk is full or broken",
}
"""What to do about a primary error of SQLite, whose own words do not say."""


def in_words(error: DBAPIError) -> str:
    """What a database's error says, without the statement and its data, and what to do about it."""
    # An extended code's low byte is the primary one.
    advice = _ADVICE.get(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF, "")
    return f"{error.orig}{advice}"


class Ledger:
    """The state database of one person or newsroom: SQLite in WAL mode, or PostgreSQL."""

    def __init__(self, url: str | Path, *, now: Callable[[], datetime] = utc_now) -> None:
        """Open the ledger and bring its schema up to date.

        Args:
            url: a SQLAlchemy URL, or a SQLite file; its folder is made if it is missing.
            now: the clock.

        Raises:
            LedgerError: the database cannot be opened, or is newer than this code.
            LedgerUnavailableError: it does not answer.
        """
        self.now = now
        self.engine = _open(url)
        try:
            self._migrate()
        except DatabaseError as error:
            away = isinstance(error, OperationalError)
            raise (LedgerUnavailableError if away else LedgerError)(
                f"cannot open the ledger {self.engine.url}: {in_words(error)}"
            ) from error

    def write(self) -> AbstractContextManager[Connection]:
        """A transaction that is committed at the end, or rolled back if anything raises."""
        return self.engine.begin()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: it sees one moment, and never waits for a writer."""
        options: dict[str, Any] = {"read_only": True}
        if self.engine.dialect.name == "postgresql":
            # By default each statement there sees a moment of its own, and sums would not agree.
            options["isolation_level"] = "REPEATABLE READ"
        with self.engine.connect().execution_options(**options) as connection:
            yield connection

    def close(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()

    def _migrate(self) -> None:
        if self._version() == HEAD:
            return
        # Imported here: loading Alembic takes longer than running most commands.
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", "core.ledger:migrations")
        # One transaction checks the version and changes the schema, so that two processes that open
        # a new ledger at once do not both create it.
        with self._write_without_foreign_keys() as tx:
            one_at_a_time(tx, _MIGRATING)
            config.attributes["connection"] = tx
            if not inspect(tx).get_table_names():
                # A new ledger need not go through all that its tables once were.
                metadata.create_all(tx, checkfirst=False)
                command.stamp(config, "head")
                return
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise LedgerError(
                    f"the ledger was made by a newer wirewatch ({error}); install that version"
                ) from error

    @contextmanager
    def _write_without_foreign_keys(self) -> Iterator[Connection]:
        """`write` with SQLite's foreign keys off, so that a table that others refer to can be
        dropped and made again: that is how SQLite changes a column."""
        if self.engine.dialect.name != "sqlite":
            with self.write() as tx:
                yield tx
            return
        with self.engine.connect() as connection:
            # Set on the driver: it has no effect in the transaction that SQLAlchemy begins.
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    violations = connection.execute(text("PRAGMA foreign_key_check")).all()
                    if violations:
                        raise LedgerError(
                            "the ledger's schema could not be upgraded and was left as it was: "
                            f"{len(violations)} of its rows refer to rows that do not exist, the "
                            f"first from {violations[0].table} to {violations[0].parent}; "
                            "restore a backup"
                        )
            finally:
                driver.execute("PRAGMA foreign_keys=ON")

    def _version(self) -> str | None:
        with self.read() as tx:
            if not inspect(tx).has_table("alembic_version"):
                return None
            return tx.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upsert(tx: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows `on_conflict_do_...`, in the dialect of the transaction."""
    if tx.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def one_at_a_time(tx: Connection, what: int) -> None:
    """Wait for other transactions of this kind. SQLite has one writer at a time anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(what)))


def _open(url: str | Path) -> Engine:
    # In the text of a URL, a ? or % of the path would have a meaning.
    target = URL.create("sqlite", database=str(url)) if isinstance(url, Path) else url
    try:
        # Pinged: a server that was restarted has closed the connections in the pool, which the desk
        # holds for days and a stage for the length of its work.
        engine = create_engine(target, pool_pre_ping=True)
    except (ArgumentError, ImportError, ValueError) as error:
        raise LedgerError(
            f"the ledger's URL (ledger_url, WIREWATCH_LEDGER_URL) cannot be used: {error}; "
            "expected sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"
        ) from error
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise LedgerError(f"the ledger is kept in SQLite or PostgreSQL, not {engine.dialect.name}")
    if engine.dialect.name == "sqlite":
        if engine.url.database:
            _make_folder(Path(engine.url.database).parent)
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(f"cannot create the ledger's folder {folder}: {error}") from error


def _on_sqlite_connect(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin late and only for writes; ours begin when told to.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    enable_wal(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _on_sqlite_begin(connection: Connection) -> None:
    # A writer takes the lock at once: upgrading a read lock later fails if another wrote meanwhile.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
