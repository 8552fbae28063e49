"""dossiers of stories.

Revision: 0032, after 0031.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "dossiers",
        sa.Column(
            "id",
            sa.Integer(),
            nullable=False,
            comment="in order of time; part of its page's address",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="what a person calls it"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("name", name=op.f("uq_dossiers_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "dossier_stories",
        sa.Column("dossier", sa.Integer(), nullable=False, comment="the dossier"),
        sa.Column(
            "story",
            sa.String(length=64),
            nullable=False,
            comment="a story in it, by the id that it had then",
        ),
        sa.Column(
            "place", sa.Integer(), nullable=False, comment="where it stands among the others"
        ),
        sa.Column(
            "note", sa.Text(), nullable=False, comment="what a person says of it; may be empty"
        ),
        sa.Column("added_at", Utc(timezone=True), nullable=False, comment="since when it is in it"),
        sa.ForeignKeyConstraint(
            ["dossier"], ["dossiers.id"], name=op.f("fk_dossier_stories_dossier")
        ),
        sa.PrimaryKeyConstraint("dossier", "story", name=op.f("pk_dossier_stories")),
    )
    with op.batch_alter_table("dossier_stories", schema=None) as batch_op:
        batch_op.create_index("ix_dossier_stories_story", ["story"], unique=False)
