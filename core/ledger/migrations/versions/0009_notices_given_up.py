"""notices to the operators can be given up.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    with op.batch_alter_table("notice_deliveries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "closed_at", Utc(timezone=True), nullable=True, comment="when a person gave it up"
            )
        )
        batch_op.alter_column(
            "reason",
            existing_type=sa.TEXT(),
            comment="why the last delivery failed, or was given up",
            existing_comment="why the last delivery failed",
            existing_nullable=True,
        )
