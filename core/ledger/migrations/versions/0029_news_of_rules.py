"""news of rules.

Revision: 0029, after 0028.
"""

from alembic import op

revision = "0029"
down_revision = "0028"

COMMENTS = (
    ("kind", "digest or channel", "digest, channel or rules"),
    (
        "record",
        "the Digest or ChannelNews as delivered",
        "the Digest, ChannelNews or RulesNews as delivered",
    ),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite has no comments
        for column, before, after in COMMENTS:
            op.alter_column("messages", column, comment=after, existing_comment=before)
