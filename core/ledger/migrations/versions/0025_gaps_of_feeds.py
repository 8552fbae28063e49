"""gaps of feeds.

Revision: 0025, after 0024.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer(), nullable=False, comment="in order of time"),
        sa.Column(
            "feed",
            sa.String(length=64),
            nullable=False,
            comment="the feed whose list did not reach back",
        ),
        sa.Column("url", sa.Text(), nullable=False, comment="its address then"),
        sa.Column("outlet", sa.Text(), nullable=False, comment="the outlet's name then"),
        sa.Column(
            "since",
            Utc(timezone=True),
            nullable=False,
            comment="from when on entries may be missing",
        ),
        sa.Column(
            "until",
            Utc(timezone=True),
            nullable=False,
            comment="when the oldest entry that it listed came out",
        ),
        sa.Column(
            "missed",
            sa.Integer(),
            nullable=False,
            comment="about how many entries came in between",
        ),
        sa.Column(
            "noticed_at", Utc(timezone=True), nullable=False, comment="when a poll showed it"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
    )
    op.create_index("ix_gaps_noticed_at", "gaps", ["noticed_at"])
