"""let polls, steps and sketches be numbered beyond two thousand million, in PostgreSQL.

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

NUMBERED = ("polls", "steps", "sketches")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return  # its integers are as long already
    for table in NUMBERED:
        op.alter_column(table, "id", type_=sa.BigInteger())
        # The sequence that fills the column would still end where the shorter type does.
        op.execute(f"ALTER SEQUENCE {table}_id_seq AS bigint")
    op.alter_column("cursors", "position", type_=sa.BigInteger())
