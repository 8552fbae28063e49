"""feed health and entry steps.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "steps",
        sa.Column("id", sa.Integer(), nullable=False, comment="in order of time"),
        sa.Column("entry", sa.String(length=64), nullable=False, comment="the entry"),
        sa.Column("at", Utc(timezone=True), nullable=False, comment="when it was taken"),
        sa.Column("state", sa.String(length=16), nullable=False, comment="the state it led to"),
        sa.Column(
            "seconds", sa.Float(), nullable=False, comment="how long the work on the entry took"
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="why, if that is not obvious"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steps")),
    )
    with op.batch_alter_table("steps", schema=None) as batch_op:
        batch_op.create_index("ix_steps_entry", ["entry"], unique=False)

    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "content",
                sa.Text(),
                nullable=True,
                comment="fuller text in the feed; dropped once there is an article",
            )
        )
        batch_op.add_column(
            sa.Column(
                "address",
                sa.Text(),
                nullable=True,
                comment="where its page is, after redirects or as the page declares",
            )
        )
        batch_op.add_column(
            sa.Column(
                "revisit_at",
                Utc(timezone=True),
                nullable=True,
                comment="when its page is fetched again to notice edits",
            )
        )
        batch_op.add_column(
            sa.Column(
                "visits",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="visits to its page that were revisits",
            )
        )
        batch_op.create_index("ix_entries_duplicate_of", ["duplicate_of"], unique=False)
        batch_op.create_index("ix_entries_address", ["address"], unique=False)
        batch_op.create_index("ix_entries_revisit", ["slot", "revisit_at"], unique=False)

    with op.batch_alter_table("feeds", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "held",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="polls in a row that the state has lasted",
            )
        )
        batch_op.add_column(
            sa.Column(
                "well_at",
                Utc(timezone=True),
                nullable=True,
                comment="when a poll last went well",
            )
        )
        batch_op.add_column(
            sa.Column(
                "told",
                sa.String(length=16),
                nullable=False,
                server_default="new",
                comment="state that operators were last told of",
            )
        )
        batch_op.add_column(
            sa.Column(
                "full_at",
                Utc(timezone=True),
                nullable=True,
                comment="when a poll last brought a whole body",
            )
        )
        batch_op.add_column(
            sa.Column(
                "denied_at",
                Utc(timezone=True),
                nullable=True,
                comment="last 304 since then",
            )
        )
        batch_op.add_column(
            sa.Column(
                "distrusted",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="its 304s proved untrue: no longer asked for",
            )
        )
        batch_op.add_column(
            sa.Column(
                "marks",
                sa.LargeBinary(),
                nullable=True,
                comment="of the entries in the last body: three bytes of each id",
            )
        )
        batch_op.add_column(
            sa.Column(
                "hints",
                sa.JSON(),
                nullable=False,
                server_default="{}",
                comment="when its document asks to be polled: Hints",
            )
        )
        batch_op.add_column(
            sa.Column(
                "rhythm",
                sa.JSON(),
                nullable=False,
                server_default="{}",
                comment="how often it has something new: a Rhythm",
            )
        )
        batch_op.add_column(
            sa.Column(
                "moved_to",
                sa.Text(),
                nullable=True,
                comment="where its last permanent redirect led",
            )
        )
        batch_op.add_column(
            sa.Column(
                "moved_from",
                sa.Text(),
                nullable=True,
                comment="address that it had before the last move",
            )
        )

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False, comment="in order of time"),
        sa.Column(
            "feed", sa.String(length=64), nullable=False, comment="the feed whose health changed"
        ),
        sa.Column("url", sa.Text(), nullable=False, comment="its address then"),
        sa.Column("title", sa.Text(), nullable=False, comment="the outlet's name then"),
        sa.Column(
            "before", sa.String(length=16), nullable=False, comment="the FeedState last told of"
        ),
        sa.Column("state", sa.String(length=16), nullable=False, comment="the FeedState now"),
        sa.Column("reason", sa.Text(), nullable=True, comment="the evidence for it"),
        sa.Column("since", Utc(timezone=True), nullable=False, comment="when that state began"),
        sa.Column("created_at", Utc(timezone=True), nullable=False, comment="when it was recorded"),
        sa.Column(
            "addressed_at",
            Utc(timezone=True),
            nullable=True,
            comment="when the operators' channels were looked up",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("ix_notices_addressed_at", ["addressed_at"], unique=False)

    op.create_table(
        "notice_deliveries",
        sa.Column("notice", sa.Integer(), nullable=False, comment="the notice"),
        sa.Column(
            "channel",
            sa.String(length=80),
            nullable=False,
            comment="name of a channel in rules.toml",
        ),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="failed deliveries in a row"),
        sa.Column(
            "next_attempt_at", Utc(timezone=True), nullable=False, comment="not tried before this"
        ),
        sa.Column(
            "delivered_at", Utc(timezone=True), nullable=True, comment="when the channel took it"
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="why the last delivery failed"),
        sa.ForeignKeyConstraint(
            ["notice"], ["notices.id"], name=op.f("fk_notice_deliveries_notice")
        ),
        sa.PrimaryKeyConstraint("notice", "channel", name=op.f("pk_notice_deliveries")),
    )
    with op.batch_alter_table("notice_deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notice_deliveries_open", ["delivered_at", "next_attempt_at"], unique=False
        )
