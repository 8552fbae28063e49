"""Fixtures: a fresh ledger per test, with a clock that the test sets.

Each ledger test runs twice: on SQLite, in a folder, and on PostgreSQL, in a schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import Clock, add_feed
from postgres_server import own_schema

from core.ledger import Ledger
from core.records import Feed


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, SQLite or PostgreSQL."""
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
