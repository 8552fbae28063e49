"""Ledgers of older versions are brought up to date without losing anything."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from factories import NOON
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from core.ledger import Ledger, LedgerError, accounting, entries, feeds, tables
from core.ledger.ledger import HEAD
from core.records import content_id

ONLY_IN = {"ix_entries_reason": "sqlite"}
"""Indexes that one of the databases has, and the other need not."""

LONG_AGO = datetime(2026, 2, 1, 9)  # noqa: DTZ001 - as the driver of the time wrote it


@contextmanager
def made_at(version, empty_url):
    """A transaction over a ledger of an older version, and its tables."""
    old = sa.create_engine(empty_url)
    config = Config()
    config.set_main_option("script_location", "core.ledger:migrations")
    with old.begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, version)
        then = sa.MetaData()
        then.reflect(tx)
        yield tx, then.tables
    old.dispose()


def test_a_ledger_of_the_first_version_keeps_its_feeds_and_entries(empty_url):
    with made_at("0001", empty_url) as (tx, tables_then):
        when = LONG_AGO
        address, host = "https://a.blogspot.com/1", "blogspot.com"
        feed = {
            "id": "f" * 64,
            "url": address,
            "site": host,
            "slot": 1,
            "title": "A",
            "labels": ["Dailies"],
            "state": "ok",
            "since": when,
            "next_poll_at": when,
            "failures": 2,
            "moves": 1,
        }
        entry = {
            "id": content_id(address),
            "url": address,
            "site": host,
            "slot": 1,
            "outlet": "A",
            "title": "News",
            "summary": "",
            "authors": ["Ann"],
            "item_hash": "0" * 64,
            "first_seen": when,
            "updated_at": when,
            "state": "indexed",
            "attempts": 0,
            "revision": 1,
        }
        listing = {"entry": entry["id"], "feed": feed["id"], "first": True}
        for name, row in (("feeds", feed), ("entries", entry), ("entry_feeds", listing)):
            tx.execute(tables_then[name].insert().values(**row))
        for number in (1, 0):
            poll = {"feed": feed["id"], "polled_at": when, "items": 1, "found": number, "edited": 0}
            tx.execute(tables_then["polls"].insert().values(**poll))
    ledger = Ledger(empty_url)
    with ledger.read() as tx:
        (kept,) = feeds.listed(tx)
        (found,) = entries.get(tx, [content_id(address)]).values()
        assert accounting.account(tx).seen == 1
    ledger.close()
    assert (kept.url, kept.labels, kept.failures) == (address, ("Dailies",), 2)
    assert kept.outlet == "A"
    # What the first version took for one site is now split by who publishes there.
    assert kept.site == found.site == "a.blogspot.com"
    assert (found.url, found.authors, found.feeds) == (address, ("Ann",), (kept.url,))


def shape(ledger):
    """All that the database knows of each table, in no order."""
    with ledger.read() as tx:
        seen = sa.inspect(tx)
        ask = {
            # A migration's defaults fill rows that were there before; nothing else uses them.
            "columns": lambda table: [one | {"default": None} for one in seen.get_columns(table)],
            "indexes": seen.get_indexes,
            "unique": seen.get_unique_constraints,
            "references": seen.get_foreign_keys,
            "checks": seen.get_check_constraints,
            "key": lambda table: [seen.get_pk_constraint(table)],
        }
        return {
            (table, what): {repr(_spelt(one)) for one in told(table)}
            for table in seen.get_table_names()
            for what, told in ask.items()
        }


def _spelt(one):
    """A part of a table with its types and predicates as texts."""
    if isinstance(one, dict):
        return {name: _spelt(value) for name, value in sorted(one.items())}
    return one if isinstance(one, (list, bool, type(None))) else str(one)


def test_an_upgraded_ledger_has_the_tables_of_a_new_one(empty_url):
    new = Ledger(empty_url)
    expected = shape(new)
    with new.write() as tx:
        tables.metadata.drop_all(tx)
        tx.execute(text("DROP TABLE alembic_version"))
    new.close()
    with made_at("0001", empty_url):
        pass
    upgraded = Ledger(empty_url)
    found = shape(upgraded)
    with upgraded.read() as tx:
        database = tx.dialect.name

        def is_here(_thing, name, *_):
            return ONLY_IN.get(name, database) == database

        compared = {"compare_type": True, "include_object": is_here}
        context = MigrationContext.configure(tx, opts=compared)
        assert compare_metadata(context, tables.metadata) == []
    upgraded.close()
    assert {
        one: found[one] ^ expected[one] for one in expected if found[one] != expected[one]
    } == {}
    assert found.keys() == expected.keys()


@pytest.mark.parametrize("version", [f"{number:04}" for number in range(1, int(HEAD))])
def test_a_ledger_of_each_version_keeps_its_stories_and_what_was_delivered(empty_url, version):
    story, when = "s" * 64, LONG_AGO
    seen = {"first_seen": when, "last_seen": when}
    rows = {
        "stories": seen | {"id": story, "title": "T", "size": 1, "score": 0.9},
        "members": seen
        | {"article": story, "story": story, "similarity": 0.0, "terms": {}}
        | {"why": []},
        "alerts": {"id": 1, "key": "k" * 64, "rule": "r", "story": story, "record": {}}
        | {"created_at": when},
        "deliveries": {"alert": 1, "channel": "desk", "attempts": 0, "delivered_at": when}
        | {"next_attempt_at": when},
    }
    with made_at(version, empty_url) as (tx, then):
        for name, row in rows.items():
            known = {column: value for column, value in row.items() if column in then[name].c}
            tx.execute(then[name].insert().values(known))
    ledger = Ledger(empty_url)
    with ledger.read() as tx:
        for name in rows:
            count = select(sa.func.count()).select_from(tables.metadata.tables[name])
            assert tx.execute(count).scalar() == 1, name
    orphan = tables.deliveries.insert().values(
        alert=2, channel="desk", attempts=0, next_attempt_at=NOON
    )
    with pytest.raises(IntegrityError), ledger.write() as tx:
        tx.execute(orphan)
    ledger.close()


def test_a_ledger_with_dangling_references_stays_at_its_version(tmp_path):
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with made_at("0001", url) as (tx, then):
        # A manual repair can do this: SQLite does not enforce references unless told to.
        row = {"alert": 2, "channel": "desk", "attempts": 0, "next_attempt_at": LONG_AGO}
        tx.execute(then["deliveries"].insert().values(row))
    with pytest.raises(LedgerError, match="the first from deliveries to alerts"):
        Ledger(url)
    with sa.create_engine(url).connect() as tx:
        assert tx.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0001"
