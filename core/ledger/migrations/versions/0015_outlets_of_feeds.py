"""a feed's outlet is called outlet, as in all other tables.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

POSITION_BEFORE = "last segment position that was read"
POSITION_AFTER = "last record that it has read, in the order of recording"


def upgrade() -> None:
    _rename("title", "outlet")
    _tell_position(POSITION_BEFORE, POSITION_AFTER)


def downgrade() -> None:
    _rename("outlet", "title")
    _tell_position(POSITION_AFTER, POSITION_BEFORE)


def _rename(before: str, after: str) -> None:
    # As SQL: both databases rename in place, where Alembic would copy SQLite's tables.
    for table in ("feeds", "notices"):
        op.execute(sa.text(f"ALTER TABLE {table} RENAME COLUMN {before} TO {after}"))


def _tell_position(before: str, after: str) -> None:
    if op.get_bind().dialect.name != "postgresql":  # SQLite has no comments
        return
    op.alter_column(
        "cursors",
        "position",
        existing_type=sa.INTEGER(),
        comment=after,
        existing_comment=before,
        existing_nullable=False,
    )
