"""note archive files that no segment names any more, and since when.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "forgotten",
        sa.Column(
            "path",
            sa.Text(),
            nullable=False,
            comment="archive file that no segment names any more",
        ),
        sa.Column(
            "at",
            Utc(timezone=True),
            nullable=False,
            comment="since when; it is removed a day later",
        ),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_forgotten")),
    )
