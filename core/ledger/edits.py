"""Edits in the ledger: which items an outlet changed, and when their pages are fetched again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from core.ledger import steps
from core.ledger.listings import ItemHashes
from core.ledger.tables import entries, entry_feeds, feeds
from core.ledger.utc import MAX_DELAY
from core.records import ENDS, Feed, FeedItem, State

EDITED = "edited by the outlet"

FRESH = timedelta(hours=6)
"""Up to this age of an entry, every edit of its item has its page fetched at once: most corrections
come early."""

SPACING = 4
"""An older entry whose headline is unchanged has to wait for this part of its age (a quarter) since
it last ended: some feeds count clicks and comments in each summary."""

RESTARTED = {"state": State.FOUND, "attempts": 0, "next_attempt_at": None, "revisit_at": None}
"""The values that send an entry on its way again."""


def is_primary_feed(tx: Connection, entry: str, feed: Feed) -> bool:
    """Whether a feed counts as the one that brought an entry: see `_primary_feed`."""
    primary = _primary_feed(tx, entry)
    return primary is not None and primary.id == feed.id


def _primary_feed(tx: Connection, entry: str) -> Row[Any, Any] | None:
    """The feed that brought an entry, or the first of the entry's own site. If that one was
    removed, one that still lists the entry takes its place: edits would otherwise be missed for
    good."""
    query = (
        select(feeds.c.id, feeds.c.site)
        .join(entry_feeds, feeds.c.id == entry_feeds.c.feed)
        .join(entries, entries.c.id == entry_feeds.c.entry)
        .where(entry_feeds.c.entry == entry)
        .order_by(
            (feeds.c.site == entries.c.site).desc(), entry_feeds.c.first.desc(), entry_feeds.c.feed
        )
        .limit(1)
    )
    return tx.execute(query).one_or_none()


def record(
    tx: Connection, row: Row[Any], item: FeedItem, feed: Feed, before: ItemHashes, now: datetime
) -> bool:
    """If an item is an edit of its entry, given what its feed said of it before, record its new
    words and have its page fetched again; return whether it is.

    Two feeds may word one entry differently for ever, so only a change of a feed's own words
    counts. From the feed that brought the entry, any change does; from another, only a new
    headline, as the first feed may no longer list the entry. Feeds of other sites do not count:
    anybody may list an outlet's article, under any headline.
    """
    if item.item_hash in (row.item_hash, before.item_hash):
        return False
    primary = _primary_feed(tx, row.id)
    # An outlet now lists its own article, which only others listed so far, or nobody: under another
    # headline its page would pass for a wrong one, and the article be lost. Under the same one, a
    # feed that takes the place of a removed one has nothing to claim.
    is_open = row.title != item.title if primary is None else primary.site != row.site
    is_claim = feed.site == row.site and is_open
    is_headline = before.title_hash not in (None, item.title_hash)
    is_theirs = primary is not None and (
        feed.id == primary.id or (is_headline and feed.site == primary.site)
    )
    if not (is_claim or is_theirs):
        return False
    claimed: dict[str, Any] = {
        "outlet": feed.outlet or row.site,
        "authors": list(item.authors),
        # What another site's feed said does not count; what no feed listed has its page's date.
        "published": item.published or (row.published if primary is None else None),
    }
    _record(tx, row, item, claimed if is_claim else {}, now)
    return True


def _record(
    tx: Connection, row: Row[Any], item: FeedItem, claimed: Mapping[str, Any], now: datetime
) -> None:
    """Record an item's new words and what its outlet claims, and have its page fetched again."""
    values: dict[str, Any] = {
        "title": item.title,
        "summary": item.summary,
        "content": item.content or None,
        "item_hash": item.item_hash,
        **claimed,
    }
    visit_at = None
    if row.title == item.title:
        visit_at = refetch_at(row.first_seen, row.updated_at, now)
    if row.state in ENDS:
        values |= RESTARTED | {"reason": EDITED, "next_attempt_at": visit_at}
    elif row.state == State.FOUND and row.reason == EDITED and visit_at is None:
        values["next_attempt_at"] = None  # a new headline need not wait as the last edit did
    elif row.state != State.FOUND:
        values["revisit_at"] = now
    tx.execute(update(entries).where(entries.c.id == row.id).values(**values, updated_at=now))
    if row.state in ENDS:
        steps.record(tx, (row.id,), State.FOUND, now=now, reason=EDITED)
    if row.duplicate_of and not row.revision:
        # This is another address of an article with an entry of its own: that one's page has
        # changed. An earlier visit stays: if this item changes at each poll, none would ever come.
        at = visit_at or now
        is_later = or_(entries.c.revisit_at.is_(None), entries.c.revisit_at > at)
        original = update(entries).where(entries.c.id == row.duplicate_of, is_later)
        tx.execute(original.values(revisit_at=at))


def refetch_at(first_seen: datetime, last: datetime, now: datetime) -> datetime | None:
    """When the page of an entry whose item was edited may be fetched; None for at once.

    Args:
        first_seen: when the entry was found.
        last: when it last came to its end.
        now: the moment of the edit.
    """
    age = now - first_seen
    refetch = min(last + age / SPACING, now + MAX_DELAY)
    return refetch if age > FRESH and refetch > now else None
