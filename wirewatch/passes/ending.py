"""End an entry that brought no new article, whichever stage finds that out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from core.ledger import entries
from core.records import Entry, State
from ingest.pages.outcomes import Quarantined, Rejected, Unchanged
from ingest.pages.revisit import next_try_at


def end_entry(
    tx: Connection,
    entry: Entry,
    result: Rejected | Quarantined | Unchanged,
    *,
    now: datetime,
    seconds: float,
) -> None:
    """Move an entry to its end, with the reason; `seconds` is how long the work on it took. An
    article that stays as it was is visited again."""
    if isinstance(result, Unchanged):
        again = next_try_at(entry, now)
        entries.restore_end(
            tx, entry, now=now, seconds=seconds, reason=result.reason, revisit_at=again
        )
        return
    state = State.REJECTED if isinstance(result, Rejected) else State.QUARANTINED
    entries.transition(
        tx, entry, state, now=now, seconds=seconds, reason=result.reason, revisit_at=None
    )
