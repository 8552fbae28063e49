"""since when older pages of a feed are to be read once more.

Revision: 0028, after 0027.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    # In place: as a batch, Alembic would copy SQLite's table.
    op.add_column(
        "feeds",
        sa.Column(
            "unread_since",
            Utc(timezone=True),
            nullable=True,
            comment="since when older pages are to be read once more",
        ),
    )
