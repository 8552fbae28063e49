"""Stories that a person wants to hear no more of: no rule alerts on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete

from core.ledger.ledger import upsert
from core.ledger.stories import ids_of, muted
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


def take_in(tx: Connection, story: str, article: str) -> None:
    """Let an article that stood alone become part of a story: if that is muted, it stays so.

    The article is no story that somebody left unmuted, but joins like any other. Call this before
    `core.ledger.stories.merge`.
    """
    if (muted_at := muted(tx, [story]).get(story)) is not None:
        mute(tx, article, muted_at)
