"""rules that stopped.

Revision: 0026, after 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "stopped",
        sa.Column("rule", sa.Text(), nullable=False, comment="name of a rule that cannot be used"),
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            comment="last segment that it has read",
        ),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_stopped")),
    )
