"""Articles that a person adds by address: entries that no feed has listed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from core.ledger import entries
from core.ledger.outlets import outlets_at
from core.records import FeedItem
from core.sites import site_of

BY_HAND = "added by a person"
"""Why there is such an entry."""


def add(tx: Connection, urls: Iterable[str], now: datetime) -> set[str]:
    """Begin entries at canonical addresses that have none; returns the ids of the new ones.

    An entry has no title until its page is read. If a feed of its site lists it later, it is that
    feed's (`core.ledger.edits`).
    """
    items = {item.id: item for item in (FeedItem(url=url) for url in urls)}
    entries.lock_to_record(tx, items.values())
    known = entries.get(tx, items)
    new = [item for key, item in items.items() if key not in known]
    if not new:
        return set()
    outlets = outlets_at(tx, {item.url: site_of(item.url) for item in new})
    entries.insert_new(tx, new, outlets, now, reason=BY_HAND)
    return {item.id for item in new}
