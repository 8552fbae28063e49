"""an entry's date is its page's where its feed gives none.

Revision: 0024, after 0023.
"""

from alembic import op

from core.ledger.utc import Utc

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite has no comments
        op.alter_column(
            "entries",
            "published",
            existing_type=Utc(timezone=True),
            comment="publication time in the feed; if that gives none, on the page",
            existing_comment="publication time in the feed",
            existing_nullable=True,
        )
