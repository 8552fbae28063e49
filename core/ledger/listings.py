"""Listings: which feeds list which entries, and what each feed identifies them by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, or_, select

from core.ledger.chunks import rows_with
from core.ledger.ledger import upsert
from core.ledger.tables import entries, entry_feeds
from core.records import Feed, FeedItem, State, content_id

_CHANGING = ("known_by", "item_hash", "title_hash")
"""The columns that may change at each poll."""


class ItemHashes(NamedTuple):
    """What a feed last said of an entry, as hashes; None if that was before they were kept."""

    item_hash: str | None = None
    title_hash: str | None = None


OLD = timedelta(days=7)
"""From this age on, an item's headline and time are looked up. Of a younger one its text shows what
it is a copy of, and an entry whose page is still visited for edits keeps the address that works."""


def find_moved(
    tx: Connection,
    feed: Feed,
    items: Sequence[FeedItem],
    listed: Collection[str],
    now: datetime,
) -> dict[str, Row[Any]]:
    """Entries that a feed lists at other addresses than before, by the ids of their new items. They
    may be changed if the transaction began with `entries.lock_to_record`.

    Args:
        tx: a transaction.
        feed: the feed; what other feeds identify their entries by says nothing of these.
        items: those that have no entry.
        listed: ids of all items of the same body: if both addresses are in it, they are two
            entries.
        now: the present moment.
    """
    found = _known_by_mark(tx, feed, items, listed)
    old = [
        item
        for item in items
        if item.id not in found and item.title and item.published and item.published < now - OLD
    ]
    taken = {*listed, *(row.id for row in found.values())}
    return found | _known_by_time(tx, feed, old, taken)


def _known_by_mark(
    tx: Connection, feed: Feed, items: Sequence[FeedItem], listed: Collection[str]
) -> dict[str, Row[Any]]:
    """Those whose address changes at each poll, by what the feed identifies them by.

    Some feeds reuse ids and headlines. So an item and its entry must also agree in headline or time
    of publication; if several entries do, it is the one that was seen last.
    """
    named = {item.known_by: item for item in items if item.known_by}
    query = (
        select(entries, entry_feeds.c.known_by)
        .join(entry_feeds, entry_feeds.c.entry == entries.c.id)
        .where(entry_feeds.c.feed == feed.id)
        .order_by(entries.c.first_seen, entries.c.id)
    )
    found: dict[str, Row[Any]] = {}
    for row in rows_with(tx, query, entry_feeds.c.known_by, named):
        item = named[row.known_by]
        if row.id not in listed and _same_item(row, item):
            found[item.id] = row
    return found


def _known_by_time(
    tx: Connection, feed: Feed, items: Sequence[FeedItem], taken: Collection[str]
) -> dict[str, Row[Any]]:
    """Articles whose site has changed its addresses: the feed gave them the same headline and time
    of publication at other ones. It must have given these to no other article: some feeds have one
    headline and one time for all.

    An entry without an article is left out: at the new address it may have one.
    """
    named: dict[str, list[FeedItem]] = {}
    for item in items:
        named.setdefault(item.title_hash, []).append(item)
    query = (
        select(entries, entry_feeds.c.title_hash)
        .join(entry_feeds, entry_feeds.c.entry == entries.c.id)
        .where(entry_feeds.c.feed == feed.id)
        .where(or_(entries.c.revision > 0, entries.c.state == State.ERASED))
        .order_by(entries.c.first_seen, entries.c.id)
        .with_for_update(of=entries)  # nobody could know before that they would be changed
    )
    rows_of: dict[str, list[Row[Any]]] = {}
    for row in rows_with(tx, query, entry_feeds.c.title_hash, named):
        same = [one for one in named[row.title_hash] if one.published == row.published]
        if len(same) == 1:
            rows_of.setdefault(same[0].id, []).append(row)
    found: dict[str, Row[Any]] = {}
    for item in items:
        only = _only(rows_of.get(item.id, ()))
        if only is not None and only.id not in taken and _is_distinct(only, item):
            found[item.id] = only
    return found


def _only(rows: Sequence[Row[Any]]) -> Row[Any] | None:
    """The entry that is meant, of those with one headline and time; None if they are several
    articles, which does not count copies of another of them. If one is erased, it is that one, as
    it must not return."""
    ids = {row.id for row in rows}
    articles = [row for row in rows if row.duplicate_of not in ids]
    erased = [row for row in rows if row.state == State.ERASED]
    if erased:
        return erased[0]
    return articles[0] if len(articles) == 1 else None


def _is_distinct(row: Row[Any], item: FeedItem) -> bool:
    """Whether the time tells an article from others with its headline. A quarter of an hour often
    stands for a day: in India, that begins at 18:30 UTC. Then the summary must be the same, too."""
    published: datetime = row.published
    is_to_the_minute = published.minute % 15 > 0 or published.second > 0
    is_same = bool(item.summary) and item.item_hash == row.item_hash
    return is_to_the_minute or is_same or State(row.state) is State.ERASED


def marked(tx: Connection, feeds: Collection[str], items: Iterable[FeedItem]) -> Iterator[str]:
    """The ids of the entries that some feeds identify by what these items are known by."""
    marks = {item.known_by for item in items if item.known_by}
    query = select(entry_feeds.c.entry).where(entry_feeds.c.feed.in_(feeds))
    for row in rows_with(tx, query, entry_feeds.c.known_by, marks):
        yield row.entry


def previous_hashes(tx: Connection, feed: Feed, ids: Collection[str]) -> dict[str, ItemHashes]:
    """What a feed said of some entries, as far as it listed them before."""
    listing = entry_feeds.c
    query = select(listing.entry, listing.item_hash, listing.title_hash)
    rows = rows_with(tx, query.where(listing.feed == feed.id), listing.entry, ids)
    return {row.entry: ItemHashes(row.item_hash, row.title_hash) for row in rows}


def record(
    tx: Connection, feed: Feed, items: Mapping[str, FeedItem], known: Collection[str]
) -> None:
    """Record that a feed lists entries, by their ids; it brought those that were not `known`."""
    links = [
        {
            "entry": key,
            "feed": feed.id,
            "first": key not in known,
            "known_by": item.known_by,
            "item_hash": item.item_hash,
            "title_hash": item.title_hash,
        }
        for key, item in items.items()
    ]
    if links:
        listing = upsert(tx, entry_feeds)
        latest = {name: listing.excluded[name] for name in _CHANGING}
        changed = [entry_feeds.c[name].is_distinct_from(new) for name, new in latest.items()]
        tx.execute(
            listing.on_conflict_do_update(
                index_elements=["entry", "feed"], set_=latest, where=or_(*changed)
            ),
            links,
        )


def _same_item(row: Row[Any], item: FeedItem) -> bool:
    if row.state == State.ERASED:
        is_headed_alike = row.item_hash == content_id(item.title)  # all that is left of it
    else:
        is_headed_alike = row.title == item.title
    return is_headed_alike or (item.published is not None and row.published == item.published)
