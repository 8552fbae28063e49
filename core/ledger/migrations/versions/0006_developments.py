"""a rule may alert on a story again when it moves on; alerts beyond a rule's rate are held.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

from core.ledger.utc import Utc

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "followed",
        sa.Column("rule", sa.Text(), nullable=False, comment="name of the rule"),
        sa.Column(
            "story", sa.String(length=64), nullable=False, comment="a story that it has alerted on"
        ),
        sa.Column(
            "known",
            sa.JSON(),
            nullable=True,
            comment="what its readers know: a Known; none: everything so far",
        ),
        sa.Column(
            "alerts",
            sa.Integer(),
            nullable=False,
            comment="alerts of it so far, held ones included",
        ),
        sa.PrimaryKeyConstraint("rule", "story", name=op.f("pk_followed")),
    )
    op.create_index("ix_followed_story", "followed", ["story"])
    op.create_table(
        "held_alerts",
        sa.Column("id", sa.Integer(), nullable=False, comment="in order of time"),
        sa.Column(
            "key",
            sa.String(length=64),
            nullable=False,
            comment="as in alerts, where it goes once its rate allows",
        ),
        sa.Column("rule", sa.Text(), nullable=False, comment="name of the rule"),
        sa.Column(
            "record",
            sa.JSON(),
            nullable=False,
            comment="the Alert so far; what is new is folded in",
        ),
        sa.Column("held_at", Utc(timezone=True), nullable=False, comment="since when it waits"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_alerts")),
        sa.UniqueConstraint("key", name=op.f("uq_held_alerts_key")),
    )
    op.create_index("ix_held_alerts_rule", "held_alerts", ["rule"])
    # Each story that was alerted on is followed from now on; its content so far counts as known.
    alerts = sa.table("alerts", sa.column("rule"), sa.column("story"))
    followed = sa.table("followed", *map(sa.column, ("rule", "story", "alerts")))
    told = sa.select(alerts.c.rule, alerts.c.story, sa.literal(1))
    op.execute(followed.insert().from_select(["rule", "story", "alerts"], told))
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_constraint("uq_alerts_rule_story", type_="unique")
        batch_op.alter_column(
            "key",
            existing_type=sa.String(length=64),
            existing_nullable=False,
            comment="of rule, story and number: stable for receivers",
        )
        batch_op.alter_column(
            "created_at",
            existing_type=Utc(timezone=True),
            existing_nullable=False,
            comment="when it went into the outbox",
        )
        batch_op.create_index("ix_alerts_rate", ["rule", "created_at"])
