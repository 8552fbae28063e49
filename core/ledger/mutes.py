"""Stories that a person wants to hear no more of: no rule alerts on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from core.ledger.chunks import chunks
from core.ledger.ledger import upsert
from core.ledger.stories import ids_of
from core.ledger.tables import mutes


def mute(tx: Connection, story: str, now: datetime) -> None:
    """Mute a story; one that is muted already stays so since it was.

    If it becomes one with a story that is not muted, it is heard of again: the other may be news.
    """
    # In the order of ids: two that mute one story at once would otherwise wait for each other.
    rows = [{"story": one, "muted_at": now} for one in sorted(ids_of(tx, [story])[story])]
    tx.execute(upsert(tx, mutes).on_conflict_do_nothing(), rows)


def unmute(tx: Connection, story: str) -> None:
    """Let rules alert on a story again, on what is new from now on."""
    tx.execute(delete(mutes).where(mutes.c.story.in_(ids_of(tx, [story])[story])))


def muted(tx: Connection, named: Iterable[str]) -> dict[str, datetime]:
    """Those of some stories that are muted, by the ids given, and since when."""
    ids = ids_of(tx, named)
    since: dict[str, datetime] = {}
    for some in chunks({one for several in ids.values() for one in several}):
        rows = tx.execute(select(mutes).where(mutes.c.story.in_(some)))
        since |= {row.story: row.muted_at for row in rows}
    return {
        story: min(since[one] for one in several)
        for story, several in ids.items()
        if several <= since.keys()
    }
