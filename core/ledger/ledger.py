"""The ledger's database: engine, schema version, transactions and leases.

What is asked of the tables (`core.ledger.tables`) stands beside this, a module for each matter:
functions over an open transaction, so that a stage moves all that belongs together at once or not
at all.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    delete,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DatabaseError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from core.errors import WirewatchError
from core.ledger import tables
from core.sqlite import BUSY_SECONDS, write_ahead

log = logging.getLogger(__name__)

HEAD = "0014"
"""The schema version that this code speaks; a test compares it with the newest migration."""

# PostgreSQL's advisory locks have numbers, shared by all who use the database.
_MIGRATING, _LEASING, RECORDING = 7749817001, 7749817002, 7749817003

_SAME_START = 5.0
"""Seconds that two readings of a process's start may differ: the clock it is taken from is
adjusted now and then. A process id does not come back so soon."""


class LedgerError(WirewatchError):
    """The ledger cannot be used as it is; the text says why and what to do."""


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


class Ledger:
    """The state database of one person or newsroom: SQLite in WAL mode, or PostgreSQL."""

    def __init__(self, url: str | Path, *, now: Callable[[], datetime] = utc_now) -> None:
        """Open the ledger and bring its schema up to date.

        Args:
            url: a SQLAlchemy URL, or a file of SQLite; its folder is made if it is absent.
            now: the clock.

        Raises:
            LedgerError: the database cannot be opened, or is newer than this code.
        """
        self.now = now
        self.engine = _open(url)
        self.owner = _owner()
        try:
            self._migrate()
        except DatabaseError as error:
            raise LedgerError(f"cannot open the ledger {self.engine.url}: {error.orig}") from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back if anything raises."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads: it sees one moment, and never waits for a writer."""
        options: dict[str, Any] = {"read_only": True}
        if self.engine.dialect.name == "postgresql":
            # By default each statement there sees a moment of its own, and sums do not agree.
            options["isolation_level"] = "REPEATABLE READ"
        with self.engine.connect().execution_options(**options) as connection:
            yield connection

    @contextmanager
    def lease(self, names: Iterable[str], *, seconds: float) -> Iterator[set[str]]:
        """Take what is free of some named things, for as long as the block runs.

        Gives the names that were taken; the others are being worked on elsewhere. A lease is
        renewed in the background, runs out `seconds` after its process is lost, and is free at
        once where the lost process ran on this host.
        """
        taken = self._acquire(set(names), seconds)
        ended = threading.Event()
        renewer = threading.Thread(target=self._renew, args=(taken, seconds, ended), daemon=True)
        if taken:
            renewer.start()
        try:
            yield taken
        finally:
            ended.set()
            if taken:
                renewer.join()
                with self.write() as tx:
                    tx.execute(
                        delete(tables.leases).where(
                            tables.leases.c.name.in_(taken), tables.leases.c.owner == self.owner
                        )
                    )

    def others_at_work(self) -> set[str]:
        """The other processes that have leases, as `host/process`."""
        now = self.now()
        with self.read() as tx:
            held = tx.execute(select(tables.leases).where(tables.leases.c.owner != self.owner))
            owners = {row.owner for row in held if row.expires_at > now}
        return {owner.rpartition("/")[0] for owner in owners if not _is_lost(owner)}

    def close(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()

    def _acquire(self, names: set[str], seconds: float) -> set[str]:
        table = tables.leases
        now = self.now()
        with self.write() as tx:
            one_at_a_time(tx, _LEASING)
            held = {
                row.name
                for row in tx.execute(select(table).where(table.c.name.in_(names)))
                if row.expires_at > now and not _is_lost(row.owner)
            }
            free = names - held
            if free:
                insert = upsert(tx, table).values(
                    [
                        {
                            "name": name,
                            "owner": self.owner,
                            "expires_at": now + timedelta(seconds=seconds),
                        }
                        for name in sorted(free)
                    ]
                )
                tx.execute(
                    insert.on_conflict_do_update(
                        index_elements=["name"],
                        set_={
                            "owner": insert.excluded.owner,
                            "expires_at": insert.excluded.expires_at,
                        },
                    )
                )
        return free

    def _renew(self, names: set[str], seconds: float, ended: threading.Event) -> None:
        table = tables.leases
        while not ended.wait(seconds / 3):
            try:
                with self.write() as tx:
                    kept = tx.execute(
                        table.update()
                        .where(table.c.name.in_(names), table.c.owner == self.owner)
                        .values(expires_at=self.now() + timedelta(seconds=seconds))
                    ).rowcount
            except SQLAlchemyError as error:
                # Two more tries fit in before the leases run out.
                why = getattr(error, "orig", None) or type(error).__name__
                log.warning("leases were not renewed and will be tried again: %s", why)
                continue
            if kept < len(names):
                log.error(
                    "another process holds %d of this one's leases: it did nothing for %g s",
                    len(names) - kept,
                    seconds,
                )

    def _migrate(self) -> None:
        if self._version() == HEAD:
            return
        # Imported here: Alembic takes longer to load than most commands to run.
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", "core.ledger:migrations")
        # One transaction around the look at the version and the change of the schema, so that
        # two processes that open a new ledger at once do not both make it.
        with self._write_unreferenced() as tx:
            one_at_a_time(tx, _MIGRATING)
            config.attributes["connection"] = tx
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise LedgerError(
                    f"the ledger's schema is of a newer wirewatch ({error}); install that one"
                ) from error

    @contextmanager
    def _write_unreferenced(self) -> Iterator[Connection]:
        """`write`, in which a table of SQLite that others refer to can be dropped and made anew:
        that is how a column is changed there."""
        if self.engine.dialect.name != "sqlite":
            with self.write() as tx:
                yield tx
            return
        with self.engine.connect() as connection:
            # Asked of the driver, as it has no effect in the transaction that SQLAlchemy begins.
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    lost = connection.execute(text("PRAGMA foreign_key_check")).all()
                    if lost:
                        raise LedgerError(
                            "the ledger's schema cannot be brought up to date, and is as it was: "
                            f"{len(lost)} of its rows refer to others that are not there, the "
                            f"first from {lost[0].table} to {lost[0].parent}; restore a backup"
                        )
            finally:
                driver.execute("PRAGMA foreign_keys=ON")

    def _version(self) -> str | None:
        with self.read() as tx:
            if not inspect(tx).has_table("alembic_version"):
                return None
            return tx.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upsert(tx: Connection, table: Any) -> Any:
    """An INSERT that knows `on_conflict_do_...`, in the dialect of the transaction."""
    return (postgresql if tx.dialect.name == "postgresql" else sqlite).insert(table)


def one_at_a_time(tx: Connection, what: int) -> None:
    """Wait for other transactions that do the same. SQLite has one writer at a time anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(what)))


def _open(url: str | Path) -> Engine:
    # In the text of a URL a ? or % of the path would be more than a letter.
    where = URL.create("sqlite", database=str(url)) if isinstance(url, Path) else url
    try:
        engine = create_engine(where)
    except (ArgumentError, ImportError, ValueError) as error:
        raise LedgerError(
            f"the ledger's URL (ledger_url, WIREWATCH_LEDGER_URL) is of no use: {error}; expected "
            "is sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"
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
        raise LedgerError(f"cannot make the ledger's folder {folder}: {error}") from error


def _on_sqlite_connect(connection: Any, _: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin late and only for writes; ours begin when told to.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    write_ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _on_sqlite_begin(connection: Connection) -> None:
    # A writer takes the lock at once: upgrading a read lock later fails where another wrote.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _owner() -> str:
    process = psutil.Process()
    return f"{socket.gethostname()}/{os.getpid()}/{process.create_time():.2f}"


def _is_lost(owner: str) -> bool:
    """Whether the owner was a process of this host that runs no more."""
    host, pid, created = owner.rsplit("/", 2)
    if host != socket.gethostname():
        return False
    try:
        process = psutil.Process(int(pid))
        started, status = process.create_time(), process.status()
    except psutil.NoSuchProcess:
        return True
    # A zombie is dead, though nobody has asked for its exit code yet.
    return abs(started - float(created)) > _SAME_START or status == psutil.STATUS_ZOMBIE
