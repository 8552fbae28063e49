"""Tables of the work itself: how far it is, and who is at it."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    String,
    Table,
    Text,
)

from core.ledger.tables.columns import LONG, metadata
from core.ledger.utc import Utc

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(32), primary_key=True, comment="whose cursor"),
    Column(
        "position",
        LONG,
        nullable=False,
        comment="last record that it has read, in the order of recording",
    ),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(80), primary_key=True, comment="what is being worked on"),
    Column("owner", Text, nullable=False, comment="host, process and its start"),
    Column("expires_at", Utc, nullable=False, comment="free to others after this"),
)
