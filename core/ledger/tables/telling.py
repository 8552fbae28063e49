"""Tables of what readers and operators are told, and of what became of it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from core.ledger.tables.columns import LONG, delivery_columns, id_column, metadata
from core.ledger.utc import Utc

alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True, comment="in order of time"),
    id_column(
        "key", "of rule, story and number: stable for receivers", nullable=False, unique=True
    ),
    Column("rule", Text, nullable=False, comment="name of the rule"),
    id_column("story", "story that met the rule", nullable=False),
    Column("record", JSON, nullable=False, comment="the Alert as delivered"),
    Column("created_at", Utc, nullable=False, comment="when it went into the outbox"),
    Index("ix_alerts_rate", "rule", "created_at"),
    Index("ix_alerts_story", "story"),
)

followed = Table(
    "followed",
    metadata,
    Column("rule", Text, primary_key=True, comment="name of the rule"),
    id_column("story", "a story that it has alerted on", primary_key=True),
    Column("known", JSON, comment="what its readers know: a Known; none: everything so far"),
    Column("alerts", Integer, nullable=False, comment="alerts of it so far, held ones included"),
    Index("ix_followed_story", "story"),
)

stopped = Table(
    "stopped",
    metadata,
    Column("rule", Text, primary_key=True, comment="name of a rule that cannot be used"),
    Column("position", LONG, nullable=False, comment="last segment that it has read"),
)

held_alerts = Table(
    "held_alerts",
    metadata,
    Column("id", Integer, primary_key=True, comment="in order of time"),
    id_column(
        "key",
        "as in alerts, where it goes once its rate allows",
        nullable=False,
        unique=True,
    ),
    Column("rule", Text, nullable=False, comment="name of the rule"),
    Column("record", JSON, nullable=False, comment="the Alert so far; what is new is folded in"),
    Column("held_at", Utc, nullable=False, comment="since when it waits"),
    Index("ix_held_alerts_rule", "rule"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("alert", Integer, ForeignKey("alerts.id"), primary_key=True, comment="the alert"),
    *delivery_columns(),
    Index("ix_deliveries_open", "delivered_at", "next_attempt_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True, comment="in order of time"),
    id_column("key", "stable for receivers", nullable=False, unique=True),
    Column("kind", String(16), nullable=False, comment="digest, channel or rules"),
    Column(
        "record",
        JSON,
        nullable=False,
        comment="the Digest, ChannelNews or RulesNews as delivered",
    ),
    Column("created_at", Utc, nullable=False, comment="when it was composed"),
)

message_deliveries = Table(
    "message_deliveries",
    metadata,
    Column("message", Integer, ForeignKey("messages.id"), primary_key=True, comment="the message"),
    *delivery_columns(),
    Index("ix_message_deliveries_open", "delivered_at", "next_attempt_at"),
)

channels = Table(
    "channels",
    metadata,
    Column("name", String(80), primary_key=True, comment="name of a channel in rules.toml"),
    Column("state", String(16), nullable=False, comment="how it is doing: a ChannelState"),
    Column("since", Utc, nullable=False, comment="since when it is in that state"),
    Column("attempts", Integer, nullable=False, comment="failed tries in a row"),
    Column("next_attempt_at", Utc, nullable=False, comment="nothing is sent before this"),
    Column("reason", Text, comment="why it is in that state"),
    Column("told", String(16), nullable=False, comment="state that operators last heard of"),
    Column("delivered_at", Utc, comment="when it last took something"),
)

digests = Table(
    "digests",
    metadata,
    Column("name", Text, primary_key=True, comment="of the [[digest]] in rules.toml"),
    Column("position", Integer, nullable=False, comment="last alert that one has covered"),
    Column("until", Utc, nullable=False, comment="end of the period that its last one covers"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True, comment="in order of time"),
    id_column("feed", "the feed whose health changed", nullable=False),
    Column("url", Text, nullable=False, comment="its address then"),
    Column("outlet", Text, nullable=False, comment="the outlet's name then"),
    Column("before", String(16), nullable=False, comment="the FeedState last told of"),
    Column("state", String(16), nullable=False, comment="the FeedState now"),
    Column("reason", Text, comment="the evidence for it"),
    Column("since", Utc, nullable=False, comment="when that state began"),
    Column("created_at", Utc, nullable=False, comment="when it was recorded"),
    Column("addressed_at", Utc, comment="when the operators' channels were looked up"),
    Index("ix_notices_addressed_at", "addressed_at"),
)

notice_deliveries = Table(
    "notice_deliveries",
    metadata,
    Column("notice", Integer, ForeignKey("notices.id"), primary_key=True, comment="the notice"),
    *delivery_columns(),
    Index("ix_notice_deliveries_open", "delivered_at", "next_attempt_at"),
)
