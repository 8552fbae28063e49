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
    for column, before, after in COMMENTS:
        _comment(column, before, after)


def downgrade() -> None:
    for column, before, after in COMMENTS:
        _comment(column, after, before)


def _comment(column: str, before: str, after: str) -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite has no comments
        op.alter_column("messages", column, comment=after, existing_comment=before)
