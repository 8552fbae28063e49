"""list a state's entries by their last change, and account for them, without reading them all.

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

FOUND_SOME = sa.text("found > 0")


def upgrade() -> None:
    op.drop_index("ix_polls_found", "polls")
    op.create_index(
        "ix_polls_found",
        "polls",
        ["polled_at", "found"],
        sqlite_where=FOUND_SOME,
        postgresql_where=FOUND_SOME,
    )
    op.drop_index("ix_entries_state", "entries")
    op.create_index("ix_entries_state", "entries", ["state", "updated_at"])
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_entries_reason", "entries", ["state", "reason"])
