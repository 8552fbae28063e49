"""The ledger's database: its schema, its clock and its transactions."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import datetime, timedelta, timezone
from importlib import resources

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from factories import NOON, add_feed, item
from full_disk import full_disk
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import OperationalError, StatementError

from core.ledger import Ledger, LedgerError, cursors, entries, feeds, sketches, tables
from core.ledger.ledger import HEAD, in_words
from core.records import Listed, Sketched

A_FEED = Listed(url="https://a.example/")


def test_the_schema_version_is_the_newest_migration(ledger):
    config = Config()
    config.set_main_option("script_location", "core.ledger:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]
    with ledger.read() as tx:
        assert tx.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def test_every_migration_is_packaged():
    folder = resources.files("core.ledger.migrations.versions")
    assert sum(file.name.startswith("0") for file in folder.iterdir()) == int(HEAD)


def test_every_column_says_what_it_holds():
    silent = [
        f"{table.name}.{column.name}"
        for table in tables.metadata.tables.values()
        for column in table.columns
        if not column.comment
    ]
    assert silent == []


def test_a_ledger_from_a_newer_version_is_refused(empty_url):
    with closing(Ledger(empty_url)) as ledger, ledger.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="newer wirewatch"):
        Ledger(empty_url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("no url at all", "cannot be used"),
        ("strange://host/db", "cannot be used"),
        ("postgresql+psycopg://me@host:port/db", "cannot be used"),
        ("sqlite:////dev/null/ledger.db", "cannot create the ledger's folder /dev/null"),
        (
            "sqlite:////proc/ledger.db",
            "cannot open the ledger .*; wirewatch has to be able to write this file and its folder",
        ),
    ],
)
def test_an_unusable_url_is_refused_with_a_reason(url, said):
    with pytest.raises(LedgerError, match=said):
        Ledger(url)


def test_a_file_that_is_not_a_database_is_refused(tmp_path):
    (tmp_path / "ledger.db").write_bytes(b"this is no database, but long enough to be one" * 100)
    with pytest.raises(LedgerError, match="not a database; restore the file from a backup"):
        Ledger(f"sqlite:///{tmp_path}/ledger.db")


def test_a_disk_without_any_room_is_named(tmp_path):
    ledger = tmp_path / "ledger.db"
    Ledger(ledger).close()
    with full_disk(0), pytest.raises(LedgerError, match="I/O error; look whether its disk is full"):
        Ledger(ledger)


def test_a_file_that_is_locked_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr("core.ledger.ledger.BUSY_SECONDS", 0)
    file = tmp_path / "ledger.db"
    with closing(Ledger(file)) as ledger, closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError) as error, ledger.write():
            pass
    assert in_words(error.value).startswith("database is locked; another process keeps it so: try")


def test_errors_do_not_show_the_password():
    with pytest.raises(LedgerError) as error:
        Ledger("postgresql+psycopg://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(error.value)


def test_a_time_without_a_time_zone_is_refused(ledger):
    with ledger.write() as tx, pytest.raises(StatementError, match="without a zone"):
        feeds.add_all(tx, [A_FEED], datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake


def test_a_time_comes_back_in_utc(ledger):
    local = NOON.astimezone(timezone(timedelta(hours=9)))
    with ledger.write() as tx:
        feeds.add_all(tx, [A_FEED], local)
        moment = tx.execute(select(tables.feeds.c.since)).scalar_one()
    assert moment == NOON
    assert moment.utcoffset() == timedelta(0)


def test_a_transaction_that_raises_changes_nothing(ledger):
    def die(tx: Connection) -> None:
        feeds.add_all(tx, [A_FEED], NOON)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), ledger.write() as tx:
        die(tx)
    with ledger.read() as tx:
        assert feeds.listed(tx) == []


def test_a_reader_sees_one_snapshot_and_is_not_blocked_by_a_writer(ledger, ledger_url):
    other = Ledger(ledger_url)
    with ledger.read() as before:
        assert feeds.listed(before) == []
        with other.write() as writing:
            feeds.add_all(writing, [A_FEED], NOON)
            with ledger.read() as during:
                assert feeds.listed(during) == []
        assert feeds.listed(before) == []
    with ledger.read() as after:
        assert len(feeds.listed(after)) == 1
    other.close()


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)  # SQLite has no server
def test_a_ledger_outlives_a_restart_of_its_server(ledger, ledger_url):
    server = Ledger(ledger_url)
    own = select(func.pg_backend_pid())
    with ledger.read() as tx:
        before = tx.execute(own).scalar_one()
    with server.write() as tx:
        assert tx.execute(select(func.pg_terminate_backend(before, 20_000))).scalar_one()
    with ledger.write() as tx:
        assert tx.execute(own).scalar_one() != before
    server.close()


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)  # SQLite counts on anyway
def test_what_was_seen_and_steps_are_numbered_beyond_32_bits(ledger):
    """PostgreSQL refused the row after number 2,147,483,647: no pass could record anything more."""
    feed = add_feed(ledger, "https://a.example/")
    last = 2**31 - 1
    text_of = Sketched(article="a", site="a.example", first_seen=NOON, sketch=b"")
    with ledger.write() as tx:
        for name in ("seen", "steps", "sketches"):
            tx.execute(select(func.setval(f"{name}_id_seq", last)))
        entries.record_items(tx, feed, [item()], NOON)
        sketches.add(tx, text_of)
        for table in (tables.seen, tables.steps, tables.sketches):
            assert tx.execute(select(table.c.id)).scalar_one() == last + 1
        cursors.move(tx, cursors.OPERATIONS, last + 1, since=0)
        assert cursors.read(tx, cursors.OPERATIONS) == last + 1


def test_two_writers_wait_for_each_other(ledger, ledger_url):
    add_feed(ledger, "https://a.example/")
    others = [Ledger(ledger_url) for _ in range(4)]

    def count(own: Ledger) -> None:
        for _ in range(10):
            with own.write() as tx:
                tx.execute(update(tables.feeds).values(failures=tables.feeds.c.failures + 1))

    threads = [threading.Thread(target=count, args=(own,)) for own in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for own in others:
        own.close()
    with ledger.read() as tx:
        assert feeds.listed(tx)[0].failures == 40


def test_processes_opening_a_new_ledger_at_once_create_it_once(empty_url):
    code = "import sys; from core.ledger import Ledger; Ledger(sys.argv[1]).close()"
    command = [sys.executable, "-c", code, empty_url]
    opening = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    said = [process.communicate()[1] for process in opening]
    assert [process.returncode for process in opening] == [0, 0, 0], said
    Ledger(empty_url).close()
