"""A ledger in a folder of the test's own, with a clock that the test sets; and records.

`WIREWATCH_TEST_POSTGRES=postgresql+psycopg://...` runs the ledger's tests on PostgreSQL as well,
each in a schema of its own.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from made import Clock, add_feed
from sqlalchemy import create_engine, text

from core.ledger import Ledger
from core.records import Feed


@pytest.fixture
def clock() -> Clock:
    return Clock()


POSTGRES = os.environ.get("WIREWATCH_TEST_POSTGRES", "")


@pytest.fixture(params=["sqlite", "postgresql"] if POSTGRES else ["sqlite"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that holds nothing yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    schema = f"test_{uuid.uuid4().hex[:12]}"
    engine = create_engine(POSTGRES)
    with engine.begin() as tx:
        tx.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{POSTGRES}?options=-csearch_path={schema}"
    with engine.begin() as tx:
        tx.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def ledger(ledger_url: str, clock: Clock) -> Iterator[Ledger]:
    opened = Ledger(ledger_url, now=clock)
    yield opened
    opened.close()


@pytest.fixture
def feed(ledger: Ledger) -> Feed:
    return add_feed(ledger, "https://news.example/rss", title="Example News")
