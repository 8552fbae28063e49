"""record what is wrong with a feed's last body.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("feeds", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "fault",
                sa.Text(),
                nullable=True,
                comment="what is wrong with that body, though it could be read",
            )
        )
