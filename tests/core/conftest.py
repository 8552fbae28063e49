"""Fixtures: a new ledger for each test, with a clock that the test sets.

Each ledger test runs twice: on SQLite, in a folder, and on PostgreSQL, in a schema.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import Clock, add_feed
from postgres_server import own_schema
from sqlalchemy import text

from core.ledger import Ledger, tables
from core.records import Feed


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def sqlite_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a new ledger, to be copied: making one takes as long as many a test."""
    file = tmp_path_factory.mktemp("ledger") / "ledger.db"
    Ledger(file).close()
    return file


@pytest.fixture(scope="session")
def postgres_ledger(postgres_url: str) -> Iterator[Ledger]:
    """A ledger in PostgreSQL, emptied for each test: making one takes half of their time."""
    with own_schema(postgres_url) as url:
        ledger = Ledger(url)
        yield ledger
        ledger.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new ledger, SQLite or PostgreSQL."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("sqlite_ledger"), tmp_path)
        yield f"sqlite:///{file}"
        return
    kept: Ledger = request.getfixturevalue("postgres_ledger")
    _empty(kept)
    yield kept.engine.url.render_as_string(hide_password=False)


def _empty(ledger: Ledger) -> None:
    """Delete all rows, and number new ones from 1. Truncating takes ten times as long."""
    with ledger.write() as tx:
        # A test that leaves a transaction open is not waited for.
        tx.execute(text("SET LOCAL lock_timeout = '10s'"))
        for table in reversed(tables.metadata.sorted_tables):
            tx.execute(table.delete())
        sequence = "format('%I.%I', schemaname, sequencename)::regclass"
        ours = "pg_sequences WHERE schemaname = current_schema()"
        tx.execute(text(f"SELECT setval({sequence}, 1, false) FROM {ours}"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of the test's own, to make a ledger in or change its schema."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    with own_schema(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture
def ledger(ledger_url: str, clock: Clock) -> Iterator[Ledger]:
    opened = Ledger(ledger_url, now=clock)
    yield opened
    opened.close()


@pytest.fixture
def feed(ledger: Ledger) -> Feed:
    return add_feed(ledger, "https://news.example/rss", outlet="Example News")
