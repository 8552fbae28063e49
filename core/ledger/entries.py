"""Entries in the ledger: each in exactly one state, each end with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from core.ledger.ledger import LedgerError, upsert
from core.ledger.tables import entries, entry_feeds, feeds, polls
from core.records import ENDS, Entry, Feed, FeedItem, Record, State
from core.sites import site_of, slot_of

BATCH = 500
"""Ids in one statement; SQLite's oldest limit on parameters is 999."""


class Accounting(Record):
    """How many entries were seen and how they ended, per reason.

    `seen` is the sum of what the polls reported as found, counted apart from the entries
    themselves; `balances` tells whether the two agree.
    """

    seen: int
    states: Mapping[State, Mapping[str, int]]

    def count(self, state: State) -> int:
        """Entries in a state, whatever the reason."""
        return sum(self.states.get(state, {}).values())

    @property
    def waiting(self) -> int:
        """Entries that have not come to an end: they are still to be tried."""
        return sum(self.count(state) for state in State if state not in ENDS)

    @property
    def balances(self) -> bool:
        """Whether every entry seen is in exactly one state."""
        return self.seen == self.waiting + sum(self.count(state) for state in ENDS)


def record_items(
    tx: Connection, feed: Feed, items: Sequence[FeedItem], now: datetime
) -> tuple[int, int]:
    """Record what a feed listed; how many entries are new, and how many are edited.

    An entry is recorded once, whatever feeds list it. One that has come to an end goes back to
    `found` when its item changes: the outlet has edited it.
    """
    fresh = {item.id: item for item in items}
    known = {
        row.id: row
        for chunk in _chunks(fresh)
        for row in tx.execute(
            select(entries.c.id, entries.c.state, entries.c.item_hash).where(
                entries.c.id.in_(chunk)
            )
        )
    }
    new = [_new_row(feed, item, now) for key, item in fresh.items() if key not in known]
    if new:
        tx.execute(insert(entries), new)
    edited = 0
    for key, row in known.items():
        item = fresh[key]
        # What two feeds say of one entry may differ for ever: only the feed that brought it
        # first can edit it.
        if row.item_hash != item.item_hash and row.state in ENDS and _is_first(tx, key, feed):
            edited += 1
            tx.execute(
                update(entries).where(entries.c.id == key).values(**_edit(item), updated_at=now)
            )
    links = [{"entry": key, "feed": feed.id, "first": key not in known} for key in fresh]
    if links:
        tx.execute(upsert(tx, entry_feeds).on_conflict_do_nothing(), links)
    return len(new), edited


def due(tx: Connection, slots: Collection[int], now: datetime, limit: int) -> list[Entry]:
    """Entries of these slots whose pages may be fetched now, in the order they were seen."""
    query = (
        select(entries)
        .where(
            entries.c.state == State.FOUND,
            entries.c.slot.in_(slots),
            or_(entries.c.next_attempt_at.is_(None), entries.c.next_attempt_at <= now),
        )
        .order_by(entries.c.first_seen, entries.c.id)
        .limit(limit)
    )
    return _with_feeds(tx, list(tx.execute(query)))


def get(tx: Connection, ids: Iterable[str]) -> dict[str, Entry]:
    """Entries by id; unknown ids are left out."""
    rows = [
        row
        for chunk in _chunks(ids)
        for row in tx.execute(select(entries).where(entries.c.id.in_(chunk)))
    ]
    return {entry.id: entry for entry in _with_feeds(tx, rows)}


def listed(
    tx: Connection, *, state: State | None = None, since: datetime | None = None
) -> Iterator[Entry]:
    """All entries, or those of a state or changed since a time, in the order they were seen."""
    query = select(entries).order_by(entries.c.first_seen, entries.c.id)
    if state is not None:
        query = query.where(entries.c.state == state)
    if since is not None:
        query = query.where(entries.c.updated_at >= since)
    for rows in tx.execute(query).partitions(BATCH):
        yield from _with_feeds(tx, rows)


def find(tx: Connection, prefix: str) -> list[Entry]:
    """Entries whose id begins so, two at most: enough to tell one from several."""
    query = select(entries).where(entries.c.id.startswith(prefix, autoescape=True)).limit(2)
    return _with_feeds(tx, list(tx.execute(query)))


def move(
    tx: Connection,
    entry: Entry,
    state: State,
    *,
    now: datetime,
    reason: str | None = None,
    **values: Any,
) -> bool:
    """Move an entry on from the state that it was read in.

    False, and nothing is changed, where another worker has moved it meanwhile.
    """
    statement = (
        update(entries)
        .where(
            entries.c.id == entry.id,
            entries.c.state == entry.state,
            entries.c.revision == entry.revision,
        )
        .values(state=state, reason=reason, updated_at=now, **values)
    )
    return bool(tx.execute(statement).rowcount)


def original(tx: Connection, article: str, fingerprint: str) -> Entry | None:
    """The linked article, other than this one, that had a text first; None if it is new."""
    if not fingerprint:
        return None
    query = (
        select(entries)
        .where(
            entries.c.fingerprint == fingerprint,
            entries.c.id != article,
            entries.c.duplicate_of.is_(None),
            entries.c.state.in_((State.LINKED, State.INDEXED, State.DUPLICATE)),
        )
        .order_by(entries.c.first_seen, entries.c.id)
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else _entry(row, ())


def replay(tx: Connection, *, now: datetime, reason: str | None = None) -> int:
    """Send quarantined entries, or those of one reason, on their way again; how many."""
    chosen = entries.c.state == State.QUARANTINED
    if reason is not None:
        chosen = and_(chosen, entries.c.reason == reason)
    values = {"state": State.FOUND, "reason": "replayed", "attempts": 0, "next_attempt_at": None}
    return tx.execute(update(entries).where(chosen).values(updated_at=now, **values)).rowcount


def account(tx: Connection, *, since: datetime | None = None) -> Accounting:
    """The accounting of all entries, or of those first seen since a time.

    Raises:
        LedgerError: the sums do not agree, which would mean that an entry was lost.
    """
    seen = select(func.coalesce(func.sum(polls.c.found), 0))
    states = select(entries.c.state, entries.c.reason, func.count()).group_by(
        entries.c.state, entries.c.reason
    )
    if since is not None:
        seen = seen.where(polls.c.polled_at >= since)
        states = states.where(entries.c.first_seen >= since)
    counted: dict[State, dict[str, int]] = {}
    for state, reason, number in tx.execute(states):
        reasons = counted.setdefault(State(state), {})
        reasons[reason or ""] = reasons.get(reason or "", 0) + number
    accounting = Accounting(seen=tx.execute(seen).scalar_one(), states=counted)
    if not accounting.balances:
        raise LedgerError(
            f"the accounting does not add up: {accounting.seen} entries seen, but in states: "
            f"{counted}; please report this with a copy of the ledger"
        )
    return accounting


def _new_row(feed: Feed, item: FeedItem, now: datetime) -> dict[str, Any]:
    site = site_of(item.url)
    return {
        **item.model_dump(exclude={"authors"}),
        "authors": list(item.authors),
        "id": item.id,
        "item_hash": item.item_hash,
        "site": site,
        "slot": slot_of(site),
        "outlet": feed.title or site,
        "first_seen": now,
        "updated_at": now,
        "state": State.FOUND,
        "attempts": 0,
        "revision": 0,
    }


def _edit(item: FeedItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "summary": item.summary,
        "item_hash": item.item_hash,
        "state": State.FOUND,
        "reason": "edited by the outlet",
        "attempts": 0,
        "next_attempt_at": None,
    }


def _is_first(tx: Connection, entry: str, feed: Feed) -> bool:
    query = select(entry_feeds.c.first).where(
        entry_feeds.c.entry == entry, entry_feeds.c.feed == feed.id
    )
    return bool(tx.execute(query).scalar())


def _with_feeds(tx: Connection, rows: Sequence[Row[Any]]) -> list[Entry]:
    named: dict[str, list[str]] = {}
    for chunk in _chunks(row.id for row in rows):
        query = (
            select(entry_feeds.c.entry, feeds.c.url)
            .join(feeds, feeds.c.id == entry_feeds.c.feed)
            .where(entry_feeds.c.entry.in_(chunk))
            .order_by(feeds.c.url)
        )
        for entry, url in tx.execute(query):
            named.setdefault(entry, []).append(url)
    return [_entry(row, tuple(named.get(row.id, ()))) for row in rows]


def _entry(row: Row[Any], feed_urls: tuple[str, ...]) -> Entry:
    values = dict(row._mapping)
    for name in ("id", "slot", "item_hash", "updated_at"):
        del values[name]
    return Entry(**values, feeds=feed_urls)


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    everything = list(values)
    for start in range(0, len(everything), BATCH):
        yield everything[start : start + BATCH]
