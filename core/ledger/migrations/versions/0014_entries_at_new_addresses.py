"""record what a feed identifies an entry by if its address is new at each poll.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

HAS_ONE = sa.text("known_by IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("entry_feeds", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "known_by",
                sa.String(length=64),
                nullable=True,
                comment="hash of the feed's id for it, if its address may change",
            )
        )
        batch_op.create_index(
            "ix_entry_feeds_known_by",
            ["feed", "known_by"],
            unique=False,
            sqlite_where=HAS_ONE,
            postgresql_where=HAS_ONE,
        )
