"""What the ledger's tables share: their metadata, and columns of a kind."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    String,
    Text,
    text,
)

from core.ledger.utc import Utc

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


LONG = BigInteger().with_variant(Integer, "sqlite")
"""Of numbers that never start again: PostgreSQL's `integer` ends at 2,147,483,647, which the steps
of a million entries a day reach in a year. SQLite's holds as much as `bigint` and, as a key, counts
up only under that name."""


def id_column(name: str, comment: str, **kwargs: Any) -> Column[str]:
    """A column of ids: SHA-256 in hexadecimal digits."""
    return Column(name, String(64), comment=comment, **kwargs)


def delivery_columns() -> tuple[Column[Any], ...]:
    """The columns of every table of deliveries, besides what is delivered."""
    return (
        Column("channel", String(80), primary_key=True, comment="name of a channel in rules.toml"),
        Column("attempts", Integer, nullable=False, comment="failed deliveries in a row"),
        Column("next_attempt_at", Utc, nullable=False, comment="not tried before this"),
        Column("delivered_at", Utc, comment="when the channel took it"),
        Column("closed_at", Utc, comment="when a person gave it up"),
        Column("reason", Text, comment="why the last delivery failed, or was given up"),
    )


def only_where(condition: str) -> dict[str, Any]:
    """Makes an index partial, in either database."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
