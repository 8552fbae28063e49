"""look up a site's feeds, and what a feed lists, without reading all of either.

Revision: 0021, after 0020.
"""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_index("ix_feeds_site", "feeds", ["site"])
    op.drop_index("ix_entry_feeds_known_by", "entry_feeds")
    op.create_index("ix_entry_feeds_feed", "entry_feeds", ["feed", "known_by"])
