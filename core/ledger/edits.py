"""Edits in the ledger: an item that its outlet changed, and when its page is looked at for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from core.ledger import steps
from core.ledger.listings import Said
from core.ledger.tables import entries, entry_feeds, feeds
from core.ledger.utc import FARTHEST
from core.records import ENDS, Feed, FeedItem, State

EDITED = "edited by the outlet"

FRESH = timedelta(hours=6)
"""Age of an entry up to which its page is looked at after each edit of its item: then corrections
come."""

SPACING = 4
"""Under the same headline, an older one's page is looked at again only once so large a part of its
age has passed since it was: some feeds count clicks and comments in each summary."""

AGAIN = {"state": State.FOUND, "attempts": 0, "next_attempt_at": None, "revisit_at": None}
"""What sends an entry on its way again."""


def is_edit(tx: Connection, row: Row[Any], item: FeedItem, feed: Feed, before: Said) -> bool:
    """Whether an item is an edit of its entry, given what its feed said of it before.

    What two feeds say of one entry may differ for ever. So a feed has to change its own words; and
    but for the one that brought the entry, its headline: that one may not list it any more.
    """
    if item.item_hash in (row.item_hash, before.item_hash):
        return False
    is_headline = before.title_hash not in (None, item.title_hash)
    return is_headline or may_edit(tx, row.id, feed)


def may_edit(tx: Connection, entry: str, feed: Feed) -> bool:
    """Whether a feed is the one that brought an entry first. Where that is off the list, one of
    those that still list the entry takes its place: an edit would be missed for good."""
    query = (
        select(entry_feeds.c.feed)
        .join(feeds, feeds.c.id == entry_feeds.c.feed)
        .where(entry_feeds.c.entry == entry)
        .order_by(entry_feeds.c.first.desc(), entry_feeds.c.feed)
        .limit(1)
    )
    return tx.execute(query).scalar() == feed.id


def record(tx: Connection, row: Row[Any], item: FeedItem, now: datetime) -> None:
    """Record an item's new words, and see to it that its page is fetched again."""
    values: dict[str, Any] = {
        "title": item.title,
        "summary": item.summary,
        "content": item.content or None,
        "item_hash": item.item_hash,
    }
    looked_at = None
    if row.title == item.title:
        looked_at = next_look(row.first_seen, row.updated_at, now)
    if row.state in ENDS:
        values |= AGAIN | {"reason": EDITED, "next_attempt_at": looked_at}
    elif row.state == State.FOUND and row.reason == EDITED and looked_at is None:
        values["next_attempt_at"] = None  # a new headline does not wait as what changed before it
    elif row.state != State.FOUND:
        values["revisit_at"] = now
    tx.execute(update(entries).where(entries.c.id == row.id).values(**values, updated_at=now))
    if row.state in ENDS:
        steps.record(tx, (row.id,), State.FOUND, now=now, reason=EDITED)
    if row.duplicate_of and not row.revision:
        # Another address of an article that has its own entry: that one's page has changed.
        original = update(entries).where(entries.c.id == row.duplicate_of)
        tx.execute(original.values(revisit_at=looked_at or now))


def next_look(first_seen: datetime, last: datetime, now: datetime) -> datetime | None:
    """When the page of an entry whose item was edited may be looked at; None for at once.

    Args:
        first_seen: when the entry was found.
        last: when it came to its end the last time.
        now: the moment of the edit.
    """
    age = now - first_seen
    again = min(last + age / SPACING, now + FARTHEST)
    return again if age > FRESH and again > now else None
