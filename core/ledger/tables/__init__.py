"""The ledger's tables. Every column says what it holds; a test checks that it does."""

from __future__ import annotations

from core.ledger.tables.articles import (
    entries,
    entry_feeds,
    erased,
    forgotten,
    seen,
    segments,
    steps,
)
from core.ledger.tables.columns import metadata
from core.ledger.tables.polling import feeds, gaps, robots, sites
from core.ledger.tables.stories import (
    dossier_stories,
    dossiers,
    members,
    moved,
    mutes,
    parted,
    sketches,
    stories,
)
from core.ledger.tables.telling import (
    alerts,
    channels,
    deliveries,
    digests,
    followed,
    held_alerts,
    message_deliveries,
    messages,
    notice_deliveries,
    notices,
    stopped,
)
from core.ledger.tables.work import cursors, leases

__all__ = [
    "alerts",
    "channels",
    "cursors",
    "deliveries",
    "digests",
    "dossier_stories",
    "dossiers",
    "entries",
    "entry_feeds",
    "erased",
    "feeds",
    "followed",
    "forgotten",
    "gaps",
    "held_alerts",
    "leases",
    "members",
    "message_deliveries",
    "messages",
    "metadata",
    "moved",
    "mutes",
    "notice_deliveries",
    "notices",
    "parted",
    "robots",
    "seen",
    "segments",
    "sites",
    "sketches",
    "steps",
    "stopped",
    "stories",
]
