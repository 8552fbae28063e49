"""allow addresses of any length; keep a feed's fuller text for revisits.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    # SQLite has one kind of index and no comments, so its table need not be copied.
    if op.get_bind().dialect.name != "postgresql":
        return
    op.drop_index("ix_entries_address", table_name="entries")
    op.create_index("ix_entries_address", "entries", ["address"], postgresql_using="hash")
    op.alter_column(
        "entries",
        "content",
        existing_type=sa.TEXT(),
        comment="fuller text in the feed, kept while its page is still fetched",
        existing_comment="fuller text in the feed; dropped once there is an article",
        existing_nullable=True,
    )
