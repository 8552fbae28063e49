"""note erased entries until the archive holds nothing of them.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "erased",
        sa.Column(
            "entry",
            sa.String(length=64),
            nullable=False,
            comment="an erased entry that files of the archive may still hold",
        ),
        sa.Column("at", Utc(timezone=True), nullable=False, comment="when it was erased"),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_erased")),
    )
