"""history of feeds.

Revision: 0027, after 0026.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column(
        "entries",
        sa.Column(
            "historic",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="found in a feed's history, as a person asked: no rule alerts on it",
        ),
    )
