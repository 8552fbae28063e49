"""record which notice an entry's page had in the article's place.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

HAS_ONE = sa.text("notice IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "notice",
                sa.String(length=64),
                nullable=True,
                comment="fingerprint of the notice that its page had in the article's place",
            )
        )
        batch_op.create_index(
            "ix_entries_notice",
            ["notice"],
            unique=False,
            sqlite_where=HAS_ONE,
            postgresql_where=HAS_ONE,
        )
