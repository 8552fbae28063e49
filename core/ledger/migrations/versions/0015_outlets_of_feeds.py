"""a feed's outlet is called outlet, as in all other tables.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    # As SQL: both databases rename in place, where Alembic would copy SQLite's tables.
    for table in ("feeds", "notices"):
        op.execute(sa.text(f"ALTER TABLE {table} RENAME COLUMN title TO outlet"))
    if op.get_bind().dialect.name != "postgresql":  # SQLite has no comments
        return
    op.alter_column(
        "cursors",
        "position",
        existing_type=sa.INTEGER(),
        comment="last record that it has read, in the order of recording",
        existing_comment="last segment position that was read",
        existing_nullable=False,
    )
