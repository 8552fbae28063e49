"""an entry's date is its page's where its feed gives none.

Revision: 0024, after 0023.
"""

from alembic import op

from core.ledger.utc import Utc

revision = "0024"
down_revision = "0023"

BEFORE = "publication time in the feed"
AFTER = "publication time in the feed; if that gives none, on the page"


def upgrade() -> None:
    _tell_published(BEFORE, AFTER)


def downgrade() -> None:
    _tell_published(AFTER, BEFORE)


def _tell_published(before: str, after: str) -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite has no comments
        op.alter_column(
            "entries",
            "published",
            existing_type=Utc(timezone=True),
            comment=after,
            existing_comment=before,
            existing_nullable=True,
        )
