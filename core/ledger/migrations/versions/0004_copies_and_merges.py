"""find copies by sketches; merge stories that become one.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "moved",
        sa.Column(
            "article",
            sa.String(length=64),
            nullable=False,
            comment="to be indexed again: its story became part of another",
        ),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_moved")),
    )
    op.create_table(
        "sketches",
        sa.Column("id", sa.Integer(), nullable=False, comment="in the order of linking"),
        sa.Column(
            "article",
            sa.String(length=64),
            nullable=False,
            comment="an article whose text was long enough",
        ),
        sa.Column("site", sa.Text(), nullable=False, comment="registrable domain of the article"),
        sa.Column(
            "first_seen",
            Utc(timezone=True),
            nullable=False,
            comment="when the article was first seen; the window goes by this",
        ),
        sa.Column(
            "duplicate_of",
            sa.String(length=64),
            nullable=True,
            comment="article that it was found to be a copy of",
        ),
        sa.Column(
            "sketch",
            sa.LargeBinary(),
            nullable=False,
            comment="sampled shingles of its text, packed",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sketches")),
        sa.UniqueConstraint("article", name=op.f("uq_sketches_article")),
    )
    op.create_index("ix_sketches_first_seen", "sketches", ["first_seen"])
    with op.batch_alter_table("entries") as entries:
        entries.add_column(
            sa.Column(
                "overlap",
                sa.Float(),
                nullable=True,
                comment="share of the shorter text in common with duplicate_of's",
            )
        )
        entries.add_column(
            sa.Column(
                "moves",
                sa.Integer(),
                server_default="0",
                nullable=False,
                comment="how often its story became part of another",
            )
        )
    with op.batch_alter_table("members") as members:
        members.add_column(
            sa.Column(
                "title",
                sa.Text(),
                server_default="",
                nullable=False,
                comment="the article's headline",
            )
        )
        members.add_column(
            sa.Column(
                "language",
                sa.Text(),
                server_default="",
                nullable=False,
                comment="the article's language",
            )
        )
        members.add_column(
            sa.Column(
                "countries",
                sa.JSON(),
                server_default="[]",
                nullable=False,
                comment="codes of what it mentions",
            )
        )
        members.add_column(
            sa.Column(
                "mentions", sa.JSON(), server_default="[]", nullable=False, comment="names in it"
            )
        )
    with op.batch_alter_table("stories") as stories:
        stories.alter_column(
            "title",
            existing_type=sa.Text(),
            existing_nullable=False,
            comment="its most central headline",
            existing_comment="headline of the article that opened it",
        )
        stories.add_column(
            sa.Column(
                "merged_into",
                sa.String(length=64),
                nullable=True,
                comment="story that it was merged into, which has its articles now",
            )
        )
        stories.create_index("ix_stories_merged_into", ["merged_into"])
    # Older members get the headlines that their feeds gave.
    op.execute(
        "UPDATE members SET title ="
        " coalesce((SELECT title FROM entries WHERE entries.id = members.article), '')"
    )
