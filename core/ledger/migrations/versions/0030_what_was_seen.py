"""count what was seen; nothing read of polls what they did not find.

Revision: 0030, after 0029.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.tables.columns import LONG
from core.ledger.utc import Utc

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "seen",
        sa.Column("id", LONG, nullable=False, comment="in order of time"),
        sa.Column("at", Utc(timezone=True), nullable=False, comment="when they were recorded"),
        sa.Column("number", sa.Integer(), nullable=False, comment="how many entries were new then"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seen")),
    )
    op.create_index("ix_seen_at", "seen", ["at", "number"])
    op.execute(
        "INSERT INTO seen (at, number) "
        "SELECT polled_at, found FROM polls WHERE found > 0 ORDER BY id"
    )
    op.drop_table("polls")
