"""mute stories.

Revision: 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "mutes",
        sa.Column(
            "story",
            sa.String(length=64),
            nullable=False,
            comment="a story that no rule alerts on any more",
        ),
        sa.Column("muted_at", Utc(timezone=True), nullable=False, comment="since when"),
        sa.PrimaryKeyConstraint("story", name=op.f("pk_mutes")),
    )
