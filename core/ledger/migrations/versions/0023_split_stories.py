"""split stories.

Revision: 0023, after 0022.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0023"
down_revision = "0022"


COMMENTS = (
    (
        "entries",
        "moves",
        "how often its story became part of another",
        "how often it came into another story",
    ),
    (
        "moved",
        "article",
        "to be indexed again: its story became part of another",
        "to be indexed again: it came into another story",
    ),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite has no comments
        for table, column, before, after in COMMENTS:
            op.alter_column(table, column, comment=after, existing_comment=before)
    op.create_table(
        "parted",
        sa.Column(
            "story",
            sa.String(length=64),
            nullable=False,
            comment="one of two stories that never become one: a person split them",
        ),
        sa.Column(
            "other",
            sa.String(length=64),
            nullable=False,
            comment="the other, whose id is the greater one",
        ),
        sa.Column("parted_at", Utc(timezone=True), nullable=False, comment="since when"),
        sa.PrimaryKeyConstraint("story", "other", name=op.f("pk_parted")),
    )
    op.add_column(
        "entries",
        sa.Column(
            "placed_at",
            Utc(timezone=True),
            nullable=True,
            comment="when a person put it into its story; none: nobody did",
        ),
    )
    op.add_column(
        "members",
        sa.Column(
            "score",
            sa.Float(),
            nullable=True,
            comment="the article's for the topic; none in older rows",
        ),
    )
