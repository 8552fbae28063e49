"""The ledger's database: its schema, its clock, its transactions and its leases."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from importlib import resources

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from made import NOON, add_feed
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import OperationalError, StatementError

from core.ledger import Ledger, LedgerError, feeds, tables
from core.ledger.ledger import HEAD

HOLD = """
import sys, time
from core.ledger import Ledger
with Ledger(sys.argv[1]).lease(sys.argv[2:], seconds=600) as taken:
    print(*sorted(taken), flush=True)
    sys.stdin.read()
"""


def test_the_migrations_make_the_tables(ledger):
    with ledger.read() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


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


def test_a_ledger_of_a_newer_version_is_refused(ledger, ledger_url):
    with ledger.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="newer wirewatch"):
        Ledger(ledger_url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("no url at all", "of no use"),
        ("strange://host/db", "of no use"),
        ("postgresql+psycopg://me@host:port/db", "of no use"),
        ("sqlite:////dev/null/ledger.db", "cannot make the ledger's folder /dev/null"),
        ("sqlite:////proc/ledger.db", "cannot open the ledger"),
    ],
)
def test_a_url_that_leads_nowhere_is_refused_with_a_reason(url, said):
    with pytest.raises(LedgerError, match=said):
        Ledger(url)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "ledger.db").write_bytes(b"this is no database, but long enough to be one" * 100)
    with pytest.raises(LedgerError, match="not a database"):
        Ledger(f"sqlite:///{tmp_path}/ledger.db")


def test_a_password_is_not_told():
    with pytest.raises(LedgerError) as error:
        Ledger("postgresql+psycopg://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(error.value)


def test_a_time_without_a_zone_is_refused(ledger):
    with ledger.write() as tx, pytest.raises(StatementError, match="without a zone"):
        feeds.add(tx, "https://a.example/", now=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_time_comes_back_as_the_same_moment_in_utc(ledger):
    local = NOON.astimezone(timezone(timedelta(hours=9)))
    with ledger.write() as tx:
        feeds.add(tx, "https://a.example/", now=local)
        moment = tx.execute(select(tables.feeds.c.since)).scalar_one()
    assert moment == NOON
    assert moment.utcoffset() == timedelta(0)


def test_a_transaction_that_raises_changes_nothing(ledger):
    def die(tx: Connection) -> None:
        feeds.add(tx, "https://a.example/", now=NOON)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), ledger.write() as tx:
        die(tx)
    with ledger.read() as tx:
        assert feeds.listed(tx) == []


def test_a_writer_does_not_block_a_reader_who_sees_one_moment(ledger, ledger_url):
    other = Ledger(ledger_url)
    with ledger.read() as before:
        assert feeds.listed(before) == []
        with other.write() as writing:
            feeds.add(writing, "https://a.example/", now=NOON)
            with ledger.read() as during:
                assert feeds.listed(during) == []
        assert feeds.listed(before) == []
    with ledger.read() as after:
        assert len(feeds.listed(after)) == 1
    other.close()


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


def test_processes_that_open_a_new_ledger_at_once_make_it_once(ledger_url):
    code = "import sys; from core.ledger import Ledger; Ledger(sys.argv[1]).close()"
    command = [sys.executable, "-c", code, ledger_url]
    opening = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    said = [process.communicate()[1] for process in opening]
    assert [process.returncode for process in opening] == [0, 0, 0], said
    Ledger(ledger_url).close()


def test_a_second_worker_gets_what_is_free(ledger, ledger_url, clock):
    other = Ledger(ledger_url, now=clock)
    with ledger.lease(["a", "b"], seconds=60) as mine:
        assert mine == {"a", "b"}
        with other.lease(["b", "c"], seconds=60) as theirs:
            assert theirs == {"c"}
        with other.lease(["a"], seconds=60) as none:
            assert none == set()
    other.close()


def test_others_at_work_are_those_whose_leases_hold(ledger, ledger_url, clock):
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, ledger_url, "a", "b"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    other.stdout.readline()
    with ledger.lease(["c"], seconds=60):
        assert ledger.others_at_work() == {f"{socket.gethostname()}/{other.pid}"}
    other.kill()
    other.communicate()
    assert ledger.others_at_work() == set()


def test_a_lease_is_free_at_the_end_of_its_block(ledger, ledger_url, clock):
    other = Ledger(ledger_url, now=clock)
    with pytest.raises(KeyboardInterrupt), ledger.lease(["a"], seconds=60):
        raise KeyboardInterrupt
    with other.lease(["a"], seconds=60) as theirs:
        assert theirs == {"a"}
    other.close()


def test_a_lease_of_nothing_is_nothing(ledger):
    with ledger.lease([], seconds=60) as taken:
        assert taken == set()


def hold_elsewhere(ledger: Ledger, name: str) -> None:
    """Give a lease to a process of another host, whose life cannot be looked into."""
    with ledger.write() as tx:
        tx.execute(update(tables.leases).where(tables.leases.c.name == name).values(owner="h/1/1"))


def test_a_lease_of_another_host_runs_out(ledger, clock):
    with ledger.lease(["a"], seconds=60):
        hold_elsewhere(ledger, "a")
    clock.go(seconds=59)
    with ledger.lease(["a"], seconds=60) as early:
        assert early == set()
    clock.go(seconds=1)
    with ledger.lease(["a"], seconds=60) as late:
        assert late == {"a"}


def test_a_lease_that_was_taken_over_is_not_given_back(ledger):
    with ledger.lease(["a"], seconds=60):
        hold_elsewhere(ledger, "a")
    with ledger.read() as tx:
        assert tx.execute(select(tables.leases.c.owner)).scalars().all() == ["h/1/1"]


def test_a_lease_is_renewed_as_long_as_its_block_runs(ledger, ledger_url):
    renewed = threading.Event()

    def now() -> datetime:
        if threading.current_thread() is not threading.main_thread():
            renewed.set()
            return NOON + timedelta(hours=1)
        return NOON

    working = Ledger(ledger_url, now=now)
    with working.lease(["a"], seconds=0.03):
        assert renewed.wait(10)
    working.close()


def test_a_lease_that_could_not_be_renewed_once_is_renewed_the_next_time(ledger_url, caplog):
    tries = []
    renewed = threading.Event()

    def now() -> datetime:
        if threading.current_thread() is not threading.main_thread():
            tries.append(None)
            if len(tries) == 1:
                raise OperationalError("UPDATE leases", {}, Exception("database is locked"))
            renewed.set()
        return NOON

    working = Ledger(ledger_url, now=now)
    with working.lease(["a"], seconds=0.03):
        assert renewed.wait(10)
    working.close()
    assert "not renewed and will be tried again: database is locked" in caplog.text


def test_who_lost_a_lease_is_told(ledger, ledger_url, caplog):
    renewing = threading.Event()

    def now() -> datetime:
        if threading.current_thread() is not threading.main_thread():
            renewing.set()
        return NOON

    working = Ledger(ledger_url, now=now)
    with working.lease(["a", "b"], seconds=0.03):
        hold_elsewhere(ledger, "a")
        renewing.clear()
        assert renewing.wait(10)
    working.close()
    assert "another process holds 1 of this one's leases" in caplog.text


@pytest.mark.parametrize("reaped", [True, False])
def test_the_lease_of_a_killed_process_is_free_at_once(ledger_url, reaped):
    ledger = Ledger(ledger_url)
    command = [sys.executable, "-c", HOLD, ledger_url, "a", "b"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"a b\n"
        with ledger.lease(["a"], seconds=60) as held:
            assert held == set()
        os.kill(worker.pid, signal.SIGKILL)
        # Wait for its end, and leave it a zombie or not.
        os.waitid(os.P_PID, worker.pid, os.WEXITED | (0 if reaped else os.WNOWAIT))
        with ledger.lease(["a"], seconds=60) as free:
            assert free == {"a"}
    ledger.close()


def test_a_clock_that_is_set_back_a_second_frees_no_lease(ledger, ledger_url, clock):
    other = Ledger(ledger_url, now=clock)
    with ledger.lease(["a"], seconds=60):
        host, pid, started = ledger.owner.rsplit("/", 2)
        owner = f"{host}/{pid}/{float(started) - 1:.2f}"
        with ledger.write() as tx:
            tx.execute(update(tables.leases).values(owner=owner))
        with other.lease(["a"], seconds=60) as theirs:
            assert theirs == set()
    other.close()


def test_a_process_of_the_same_number_is_another_process(ledger):
    with ledger.lease(["a"], seconds=60):
        host, pid, started = ledger.owner.rsplit("/", 2)
        with ledger.write() as tx:
            owner = f"{host}/{pid}/{float(started) - 100:.2f}"
            tx.execute(update(tables.leases).values(owner=owner))
    with ledger.lease(["a"], seconds=60) as free:
        assert free == {"a"}
