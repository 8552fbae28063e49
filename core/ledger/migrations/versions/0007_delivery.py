"""channels, digests, and other messages.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column(
            "name", sa.String(length=80), nullable=False, comment="name of a channel in rules.toml"
        ),
        sa.Column(
            "state", sa.String(length=16), nullable=False, comment="how it is doing: a ChannelState"
        ),
        sa.Column(
            "since", Utc(timezone=True), nullable=False, comment="since when it is in that state"
        ),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="failed tries in a row"),
        sa.Column(
            "next_attempt_at",
            Utc(timezone=True),
            nullable=False,
            comment="nothing is sent before this",
        ),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it is in that state"),
        sa.Column(
            "told",
            sa.String(length=16),
            nullable=False,
            comment="state that operators last heard of",
        ),
        sa.Column(
            "delivered_at", Utc(timezone=True), nullable=True, comment="when it last took something"
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channels")),
    )
    op.create_table(
        "digests",
        sa.Column("name", sa.Text(), nullable=False, comment="of the [[digest]] in rules.toml"),
        sa.Column(
            "position", sa.Integer(), nullable=False, comment="last alert that one has covered"
        ),
        sa.Column(
            "until",
            Utc(timezone=True),
            nullable=False,
            comment="end of the period that its last one covers",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_digests")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False, comment="in order of time"),
        sa.Column("key", sa.String(length=64), nullable=False, comment="stable for receivers"),
        sa.Column("kind", sa.String(length=16), nullable=False, comment="digest or channel"),
        sa.Column(
            "record", sa.JSON(), nullable=False, comment="the Digest or ChannelNews as delivered"
        ),
        sa.Column("created_at", Utc(timezone=True), nullable=False, comment="when it was composed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_messages_key")),
    )
    op.create_table(
        "message_deliveries",
        sa.Column("message", sa.Integer(), nullable=False, comment="the message"),
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
        sa.Column(
            "closed_at", Utc(timezone=True), nullable=True, comment="when a person gave it up"
        ),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=True,
            comment="why the last delivery failed, or was given up",
        ),
        sa.ForeignKeyConstraint(
            ["message"], ["messages.id"], name=op.f("fk_message_deliveries_message")
        ),
        sa.PrimaryKeyConstraint("message", "channel", name=op.f("pk_message_deliveries")),
    )
    with op.batch_alter_table("message_deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_deliveries_open", ["delivered_at", "next_attempt_at"], unique=False
        )

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "closed_at", Utc(timezone=True), nullable=True, comment="when a person gave it up"
            )
        )
        batch_op.alter_column(
            "reason",
            existing_type=sa.Text(),
            existing_nullable=True,
            comment="why the last delivery failed, or was given up",
        )
