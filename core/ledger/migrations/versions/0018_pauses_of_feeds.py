"""keep feeds from being polled for a while, since when and why.

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    # In place: as a batch, Alembic would copy SQLite's table.
    for column in (
        sa.Column(
            "paused_at",
            Utc(timezone=True),
            nullable=True,
            comment="since when a person keeps it from being polled",
        ),
        sa.Column("paused_why", sa.Text(), nullable=True, comment="that person's reason"),
        sa.Column(
            "resumed_at", Utc(timezone=True), nullable=True, comment="when its last pause ended"
        ),
    ):
        op.add_column("feeds", column)
