"""look up a site's feeds, and what a feed lists, without reading all of either.

Revision: 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

HAS_ONE = sa.text("known_by IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_feeds_site", "feeds", ["site"])
    op.drop_index("ix_entry_feeds_known_by", "entry_feeds")
    op.create_index("ix_entry_feeds_feed", "entry_feeds", ["feed", "known_by"])


def downgrade() -> None:
    op.drop_index("ix_entry_feeds_feed", "entry_feeds")
    op.create_index(
        "ix_entry_feeds_known_by",
        "entry_feeds",
        ["feed", "known_by"],
        sqlite_where=HAS_ONE,
        postgresql_where=HAS_ONE,
    )
    op.drop_index("ix_feeds_site", "feeds")
