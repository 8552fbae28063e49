"""Entries in the ledger: each in exactly one state, each end with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, TypedDict, Unpack

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    case,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from core.ledger import edits, listings, steps
from core.ledger.chunks import change_with, chunks, rows_with
from core.ledger.ledger import RECORDING, one_at_a_time
from core.ledger.listings import ItemHashes
from core.ledger.outlets import outlets_of
from core.ledger.prefixes import begins
from core.ledger.tables import entries, entry_feeds, feeds, seen
from core.ledger.utc import Utc, within
from core.records import SEARCHABLE, Entry, Feed, FeedItem, State, content_id
from core.sites import site_of, slot_of

BATCH = 500
"""Rows read at a time."""

ON_ITS_WAY = (State.FETCHED, State.EXTRACTED, State.LINKED)

UNSEEN = ""
"""The `text_hash` of an article that rules have to see again, even if its text is the same. None
would mean that the index refused it."""

FROM_HISTORY = "from the history of its feed"
"""Why there is an entry that its feed no longer lists."""

_WITHOUT_ARTICLE = (State.REJECTED, State.QUARANTINED)


class Changes(TypedDict, total=False):
    """What a step may change of an entry besides its state; the fields are those of `Entry`."""

    attempts: int
    next_attempt_at: datetime | None
    visits: int
    revisit_at: datetime | None
    address: str | None
    revision: int
    text_hash: str | None
    fingerprint: str | None
    published: datetime | None
    duplicate_of: str | None
    overlap: float | None
    story: str | None
    placed_at: datetime | None


class Chosen(TypedDict, total=False):
    """Which entries are meant: of a state, with words in their reason (in upper or lower case),
    first seen since a time, first seen before another. None is any, as is what is left out."""

    state: State | None
    reason: str | None
    since: datetime | None
    until: datetime | None


def record_items(
    tx: Connection, feed: Feed, items: Sequence[FeedItem], now: datetime, *, historic: bool = False
) -> tuple[int, int]:
    """Record what a feed listed; returns how many entries are new, and how many are edited.

    New ones are `historic` if these are pages of its history, for which a person asked. What a poll
    lists is news all the same, if it has no article yet: the poll would have brought it.

    An entry is recorded once, whatever feeds list it, at the address that it had first, as the
    article of the feed's outlet, or of its own (`core.ledger.outlets`). If its item changes, the
    outlet has edited it: an entry that has ended goes back to `found`, and one that is still on its
    way is visited again after its end.
    """
    items_by_id = {item.id: item for item in items}
    lock_to_record(tx, items_by_id.values(), [feed.id])
    existing = {row.id: row for row in rows_with(tx, select(entries), entries.c.id, items_by_id)}
    unknown = [item for key, item in items_by_id.items() if key not in existing]
    for key, row in listings.find_moved(tx, feed, unknown, items_by_id.keys(), now).items():
        items_by_id[row.id] = items_by_id.pop(key)
        existing[row.id] = row
    outlets = outlets_of(tx, feed, items)
    new = [item for key, item in items_by_id.items() if key not in existing]
    insert_new(tx, new, outlets, now, FROM_HISTORY if historic else None, historic=historic)
    if not historic:
        wanted = [key for key, row in existing.items() if row.historic and not row.revision]
        change_with(tx, update(entries).values(historic=False), entries.c.id, wanted)
    previous = listings.previous_hashes(tx, feed, existing)
    edited = 0
    for key, row in existing.items():
        if row.state == State.ERASED:
            continue  # erased for good, whatever its feeds say
        item = items_by_id[key]
        has_other = bool(row.content) and item.content not in ("", row.content)
        if edits.record(tx, row, item, feed, previous.get(key, ItemHashes()), now):
            edited += 1
        elif has_other and edits.is_primary_feed(tx, key, feed):
            # For its next visit. Not an edit: some feeds list what others are reading, new at each
            # poll.
            tx.execute(update(entries).where(entries.c.id == key).values(content=item.content))
    listings.record(tx, feed, items_by_id, existing)
    return len(new), edited


def insert_new(
    tx: Connection,
    items: Sequence[FeedItem],
    outlets: Mapping[str, str],
    now: datetime,
    reason: str | None,
    *,
    historic: bool = False,
) -> None:
    """Begin entries for items that have none, each as the article of the outlet at its address, and
    count them for the accounting."""
    if items:
        rows = [_new_row(outlets, item, now) | {"historic": historic} for item in items]
        tx.execute(insert(entries), rows)
        tx.execute(insert(seen), {"at": now, "number": len(rows)})
        steps.record(tx, (item.id for item in items), State.FOUND, now=now, reason=reason)


def lock(tx: Connection, ids: Iterable[str]) -> None:
    """Lock entries that a transaction will change, in the order of their ids: two that locked them
    in different orders would wait for each other, and PostgreSQL would end one of them. SQLite has
    one writer at a time anyway."""
    if tx.dialect.name != "postgresql":
        return
    for chunk in chunks(sorted(ids)):
        ours = select(entries.c.id).where(entries.c.id.in_(chunk)).order_by(entries.c.id)
        tx.execute(ours.with_for_update())


def lock_to_record(
    tx: Connection, items: Iterable[FeedItem], listed_by: Collection[str] = ()
) -> None:
    """The same for `record_items`: a transaction that calls it for several feeds begins with this
    for the items of all of them, and with the ids of the feeds. Entries that these list at other
    addresses by now (`listings.find_moved`) are locked as well, and the articles of which an item
    is only another address: if it is edited, their pages are fetched again.

    Another worker may find the same article in another feed at the same moment: the second one
    waits, and finds it known.
    """
    one_at_a_time(tx, RECORDING)
    items = list(items)
    ids = {item.id for item in items}.union(listings.marked(tx, listed_by, items))
    articles = select(entries.c.duplicate_of).where(entries.c.revision == 0)
    named = rows_with(tx, articles.where(entries.c.duplicate_of.is_not(None)), entries.c.id, ids)
    lock(tx, ids.union(row.duplicate_of for row in named))


def get(tx: Connection, ids: Iterable[str]) -> dict[str, Entry]:
    """Entries by id; unknown ids are left out."""
    rows = list(rows_with(tx, select(entries), entries.c.id, ids))
    return {entry.id: entry for entry in with_feeds(tx, rows)}


def listed(tx: Connection, **chosen: Unpack[Chosen]) -> Iterator[Entry]:
    """The chosen entries, in the order they were seen."""
    query = select(entries).order_by(entries.c.first_seen, entries.c.id)
    query = query.where(*_filters(**chosen))
    # Without the option, PostgreSQL's driver would first fetch them all.
    for rows in tx.execute(query.execution_options(yield_per=BATCH)).partitions():
        yield from with_feeds(tx, rows)


def with_articles(tx: Connection) -> Iterator[Row[Any]]:
    """What an index is compared with: the id, state, version, story and text's hash of all entries
    that have an article, in the order of ids. As rows, since there are millions."""
    compared = ("id", "state", "revision", "moves", "story", "text_hash")
    columns = (entries.c[name] for name in compared)
    # By an expression: reading the table and sorting this little is faster than looking each up.
    in_order = entries.c.id.concat("")
    query = select(*columns).where(entries.c.revision > 0).order_by(in_order)
    yield from tx.execute(query.execution_options(yield_per=BATCH))


def latest(tx: Connection, *, limit: int, offset: int = 0, **chosen: Unpack[Chosen]) -> list[Entry]:
    """The chosen entries, the last changed first."""
    query = select(entries).order_by(entries.c.updated_at.desc(), entries.c.id)
    query = query.where(*_filters(**chosen))
    return with_feeds(tx, list(tx.execute(query.limit(limit).offset(offset))))


def count(tx: Connection, **chosen: Unpack[Chosen]) -> int:
    """How many entries there are of the chosen."""
    query = select(func.count()).select_from(entries).where(*_filters(**chosen))
    return tx.execute(query).scalar_one()


def _filters(
    state: State | None = None,
    reason: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[ColumnElement[bool]]:
    if state is not None:
        yield entries.c.state == state
    if reason is not None:
        yield entries.c.reason.icontains(reason, autoescape=True)
    yield from within(entries.c.first_seen, since, until)


def find(tx: Connection, prefix: str) -> list[Entry]:
    """Entries whose id begins with a prefix, two at most: enough to tell one from several."""
    query = select(entries).where(begins(entries.c.id, prefix)).limit(2)
    return with_feeds(tx, list(tx.execute(query)))


def at(tx: Connection, url: str) -> Entry | None:
    """The entry of a canonical address; if there is none, the first one whose page is there."""
    own = entries.c.id == content_id(url)
    query = select(entries).where(or_(own, entries.c.address == url))
    rows = tx.execute(query.order_by(own.desc(), entries.c.first_seen, entries.c.id).limit(1))
    return next(iter(with_feeds(tx, list(rows))), None)


def transition(
    tx: Connection,
    entry: Entry,
    state: State,
    *,
    now: datetime,
    seconds: float = 0.0,
    reason: str | None = None,
    **changes: Unpack[Changes],
) -> bool:
    """Move an entry on from the state that it was read in, and record the step.

    False, with nothing changed, if another worker has moved it meanwhile. `seconds` is how long the
    work on it took. If an entry ends without an article, and its outlet has edited it meanwhile, it
    goes on its way again: only its old version was refused.
    """
    values: dict[str, Any] = {**changes}
    edited = state in _WITHOUT_ARTICLE and _is_edited(tx, entry, now)
    if "revisit_at" in changes or state is State.FETCHED:
        values["revisit_at"] = _revisit_at(entry, state, changes.get("revisit_at"))
    if state is State.REJECTED and not edited:
        values["content"] = None  # no longer needed
    elif state in SEARCHABLE:
        values["content"] = _content(values)
    statement = (
        update(entries)
        .where(
            entries.c.id == entry.id,
            entries.c.state == entry.state,
            entries.c.revision == entry.revision,
        )
        .values(state=state, reason=reason, updated_at=now, **values)
    )
    if not tx.execute(statement).rowcount:
        return False
    steps.record(tx, (entry.id,), state, now=now, seconds=seconds, reason=reason)
    if edited:
        restart = update(entries).where(entries.c.id == entry.id)
        tx.execute(restart.values(**edits.RESTARTED, reason=edits.EDITED))
        steps.record(tx, (entry.id,), State.FOUND, now=now, reason=edits.EDITED)
    return True


def _revisit_at(entry: Entry, state: State, wanted: datetime | None) -> ColumnElement[Any]:
    """When to visit the page of an entry again that moves to a state."""
    if state is State.FETCHED:
        return literal(None, Utc)  # from here on, a value means that an edit came meanwhile
    if entry.state is State.FETCHED:
        # Its page is from before that edit.
        return func.coalesce(entries.c.revisit_at, literal(wanted, Utc))
    return literal(wanted, Utc)


def _content(values: Mapping[str, Any]) -> ColumnElement[Any]:
    """What is kept of the feed's own text once there is an article, given the other new values.

    The archive has the text, so it is dropped, with two exceptions. If no page was read, it is the
    article, even if somebody replays it in a year. And until the last visit a page may refuse us,
    or show only its beginning.
    """
    again = values.get("revisit_at", entries.c.revisit_at)
    unread = false() if values.get("address") else entries.c.address.is_(None)
    return case((or_(again.is_not(None), unread), entries.c.content))


def _is_edited(tx: Connection, entry: Entry, now: datetime) -> bool:
    """Whether an edit came while an entry was on its way."""
    query = select(entries.c.revisit_at).where(entries.c.id == entry.id)
    revisit_at = tx.execute(query).scalar()
    return entry.state in ON_ITS_WAY and revisit_at is not None and revisit_at <= now


def restore_end(
    tx: Connection,
    entry: Entry,
    *,
    now: datetime,
    seconds: float = 0.0,
    reason: str | None = None,
    revisit_at: datetime | None = None,
) -> bool:
    """Return an entry whose article is unchanged to the end that it had come to.

    False, with nothing changed, if another worker has moved it meanwhile.
    """
    end = State.DUPLICATE if entry.duplicate_of else State.INDEXED
    if entry.text_hash == UNSEEN:
        # What they did not tell of it would be lost in silence.
        end = State.QUARANTINED
        reason = "; ".join(filter(None, (reason, "a rule that failed has not seen it yet")))
    return transition(
        tx,
        entry,
        end,
        now=now,
        seconds=seconds,
        reason=reason,
        visits=entry.visits + 1,
        attempts=0,
        next_attempt_at=None,
        revisit_at=revisit_at,
    )


def count_moves(tx: Connection, ids: Iterable[str]) -> None:
    """Raise the versions of articles whose tags have changed, so that the index takes them anew."""
    change_with(tx, update(entries).values(moves=entries.c.moves + 1), entries.c.id, ids)


def _new_row(outlets: Mapping[str, str], item: FeedItem, now: datetime) -> dict[str, Any]:
    site = site_of(item.url)
    return {
        **item.model_dump(exclude={"authors"}),
        "authors": list(item.authors),
        "content": item.content or None,
        "id": item.id,
        "item_hash": item.item_hash,
        "site": site,
        "slot": slot_of(site),
        "outlet": outlets[item.url],
        "first_seen": now,
        "updated_at": now,
        "state": State.FOUND,
        "attempts": 0,
        "visits": 0,
        "revision": 0,
        "moves": 0,
    }


def with_feeds(tx: Connection, rows: Sequence[Row[Any]]) -> list[Entry]:
    """Entries with the addresses of the feeds that list them, at this or another address."""
    ids = [row.id for row in rows]
    own = select(entry_feeds.c.entry, feeds.c.url).join(feeds, feeds.c.id == entry_feeds.c.feed)
    by_another_address = (
        select(entries.c.duplicate_of.label("entry"), feeds.c.url)
        .join(entry_feeds, entry_feeds.c.entry == entries.c.id)
        .join(feeds, feeds.c.id == entry_feeds.c.feed)
        .where(entries.c.revision == 0)
    )
    named: dict[str, set[str]] = {}
    for row in chain(
        rows_with(tx, own, entry_feeds.c.entry, ids),
        rows_with(tx, by_another_address, entries.c.duplicate_of, ids),
    ):
        named.setdefault(row.entry, set()).add(row.url)
    return [from_row(row, tuple(sorted(named.get(row.id, ())))) for row in rows]


def from_row(row: Row[Any], feed_urls: tuple[str, ...] = ()) -> Entry:
    """A row of the table as a record, with the addresses of its feeds if they are given."""
    values = dict(row._mapping)
    for name in ("id", "slot", "item_hash", "updated_at"):
        del values[name]
    values["content"] = values["content"] or ""
    return Entry(**values, feeds=feed_urls)
