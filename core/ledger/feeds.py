"""Feeds in the ledger: the list, what is due, what a poll made of a feed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    String,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from core.ledger.chunks import change_with, rows_with
from core.ledger.ledger import upsert
from core.ledger.tables import entry_feeds, feeds
from core.ledger.utc import has_come
from core.records import Feed, FeedState, Listed, content_id
from core.sites import site_of, slot_of

_SAVE = (
    update(feeds)
    .where(feeds.c.id == bindparam("saved"))
    # A poll names an outlet that has no name; a person may have given it one meanwhile.
    .values(
        outlet=case((feeds.c.outlet == "", bindparam("named", type_=String)), else_=feeds.c.outlet)
    )
)

_POLLED = feeds.c.paused_at.is_(None)
"""Which feeds are polled: those that nobody has paused."""

_BY_PERSONS = {"labels", "paused_at", "paused_why", "resumed_at"}
"""What no poll changes: one that is under way when its feed is paused must not undo that."""

_MOVE = {"url", "moves", "moved_to", "moved_from"}

_NOT_AS_IT_IS = {"id", "site", "hints", "rhythm"}
"""What is recomputed or written as JSON when a poll's result is saved."""


def add_all(tx: Connection, listed: Iterable[Listed], now: datetime) -> int:
    """Put feeds on the list, due at once; returns how many were not on it yet."""
    rows = [_new(one, now) for one in listed]
    if not rows:
        return 0
    ids = [row["id"] for row in rows]
    same = rows_with(tx, select(feeds.c.id, feeds.c.url), feeds.c.id, ids)
    known = {row.id: row.url for row in same}
    for row in rows:
        # The feed that was added with this address has moved away, so the address may be added
        # again.
        if known.get(row["id"], row["url"]) != row["url"]:
            row["id"] = content_id(f"{row['url']}\n{now.isoformat()}")
    # Not every driver counts the rows of an INSERT.
    statement = upsert(tx, feeds).on_conflict_do_nothing().returning(feeds.c.id)
    return len(tx.execute(statement, rows).all())


def _new(listed: Listed, now: datetime) -> dict[str, Any]:
    """The row of a feed that was never polled."""
    site = site_of(listed.url)
    return {
        "id": content_id(listed.url),
        "url": listed.url,
        "site": site,
        "slot": slot_of(site),
        "outlet": listed.outlet,
        "labels": list(listed.labels),
        "state": FeedState.NEW,
        "since": now,
        "next_poll_at": now,
        "failures": 0,
        "moves": 0,
        "held": 0,
        "told": FeedState.NEW,
        "distrusted": False,
        "hints": {},
        "rhythm": {},
    }


def remove(tx: Connection, url: str) -> bool:
    """Take a feed off the list; its entries stay. False if it was not on it."""
    found = tx.execute(select(feeds.c.id).where(feeds.c.url == url)).scalar()
    if found is None:
        return False
    tx.execute(delete(feeds).where(feeds.c.id == found))
    return True


def edit(
    tx: Connection, url: str, *, outlet: str | None = None, labels: Sequence[str] | None = None
) -> Feed | None:
    """Change what a feed's outlet is called and its labels, as far as they are given; its next poll
    names an outlet without a name. Returns the feed as it is then; None if it is not on the
    list."""
    given = {"outlet": outlet, "labels": None if labels is None else list(labels)}
    values = {name: value for name, value in given.items() if value is not None}
    if values:
        tx.execute(update(feeds).where(feeds.c.url == url).values(values))
    return at(tx, url)


def pause(tx: Connection, url: str, why: str, now: datetime) -> Feed | None:
    """Keep a feed from being polled until it is resumed; of one that is paused already, only the
    reason changes. Returns the feed as it was before; None if it is not on the list."""
    before = at(tx, url)
    if before is not None:
        values = {"paused_at": before.paused_at or now, "paused_why": why}
        tx.execute(update(feeds).where(feeds.c.id == before.id).values(values))
    return before


def resume(tx: Connection, url: str, now: datetime) -> Feed | None:
    """End a feed's pause: it is due at once. Returns the feed as it was before; None if it is not
    on the list."""
    before = at(tx, url)
    if before is not None and before.paused_at is not None:
        values = {"paused_at": None, "paused_why": None, "resumed_at": now, "next_poll_at": now}
        tx.execute(update(feeds).where(feeds.c.id == before.id).values(values))
    return before


def at(tx: Connection, url: str) -> Feed | None:
    """The feed at an address; None if it is not on the list."""
    row = tx.execute(select(feeds).where(feeds.c.url == url)).one_or_none()
    return None if row is None else _feed(row)


def get(tx: Connection, ids: Iterable[str]) -> list[Feed]:
    """Feeds by id; those that are no longer on the list are left out."""
    return [_feed(row) for row in rows_with(tx, select(feeds), feeds.c.id, ids)]


def paused(tx: Connection) -> dict[str, Feed]:
    """The paused feeds, by address."""
    return {row.url: _feed(row) for row in tx.execute(select(feeds).where(~_POLLED))}


def listed(tx: Connection) -> list[Feed]:
    """All feeds, by site and address."""
    return [_feed(row) for row in tx.execute(select(feeds).order_by(feeds.c.site, feeds.c.url))]


def count(tx: Connection) -> int:
    """How many feeds are on the list."""
    return tx.execute(select(func.count()).select_from(feeds)).scalar_one()


def unwell(tx: Connection, well: Collection[FeedState], limit: int) -> list[Feed]:
    """Feeds in other states than these, without paused ones, the last changed first; `limit` at
    most."""
    query = select(feeds).where(feeds.c.state.not_in(well), _POLLED)
    rows = tx.execute(query.order_by(feeds.c.since.desc(), feeds.c.id).limit(limit))
    return [_feed(row) for row in rows]


def by_state(tx: Connection) -> dict[FeedState, int]:
    """How many feeds are in each state, paused ones not counted; states without feeds are left
    out."""
    query = select(feeds.c.state, func.count()).where(_POLLED).group_by(feeds.c.state)
    return {FeedState(state): number for state, number in tx.execute(query)}


def count_paused(tx: Connection) -> int:
    """How many feeds are paused."""
    return tx.execute(select(func.count()).select_from(feeds).where(~_POLLED)).scalar_one()


def last_polled(tx: Connection) -> datetime | None:
    """When any feed was last polled; None if none ever was."""
    moment: datetime | None = tx.execute(select(func.max(feeds.c.last_polled_at))).scalar()
    return moment


def due(
    tx: Connection,
    slots: Collection[int],
    now: datetime,
    limit: int | None = None,
    *,
    only: str | None = None,
) -> list[Feed]:
    """The feeds of these slots that may be polled now, the longest overdue first.

    `only` is the address of a feed that somebody asks for: that one alone, due or not. A paused
    feed is never due, not even then.
    """
    wanted = has_come(feeds.c.next_poll_at, now) if only is None else feeds.c.url == only
    query = (
        select(feeds)
        .where(feeds.c.slot.in_(slots), _POLLED, wanted)
        .order_by(feeds.c.next_poll_at, feeds.c.id)
        .limit(limit)
    )
    return [_feed(row) for row in tx.execute(query)]


def count_due(tx: Connection, now: datetime) -> int:
    """How many feeds may be polled now."""
    come = has_come(feeds.c.next_poll_at, now)
    query = select(func.count()).select_from(feeds).where(_POLLED, come)
    return tx.execute(query).scalar_one()


def claim(tx: Connection, claimed: Iterable[Feed], until: datetime) -> None:
    """Postpone feeds that are about to be polled: if we die before their answers are recorded, no
    server has to answer a second request before that time."""
    postponed = update(feeds).values(next_poll_at=until)
    change_with(tx, postponed, feeds.c.id, (feed.id for feed in claimed))


def unpolled_since(tx: Connection, read: Iterable[Feed]) -> set[str]:
    """The ids of those of some feeds that nobody has polled since they were read, or removed."""
    polled = {feed.id: feed.last_polled_at for feed in read}
    rows = rows_with(tx, select(feeds.c.id, feeds.c.last_polled_at), feeds.c.id, polled)
    return {row.id for row in rows if row.last_polled_at == polled[row.id]}


def next_due(tx: Connection) -> datetime | None:
    """When the next feed falls due; None if there is none that is polled."""
    query = select(func.min(feeds.c.next_poll_at)).where(_POLLED)
    moment: datetime | None = tx.execute(query).scalar()
    return moment


def save(tx: Connection, before: Feed, after: Feed) -> None:
    """Record what a poll made of a feed. A new address brings its site with it.

    If the new address is on the list already, the feed is merged into that one, unless somebody has
    paused it meanwhile: then it stays, with the address that was paused.
    """
    if after.url != before.url:
        target = tx.execute(select(feeds.c.id).where(feeds.c.url == after.url)).scalar()
        if target is not None:
            if _merge(tx, before, after, target):
                return
            # Once it is resumed, its next poll merges it.
            after = after.model_copy(update=before.model_dump(include=_MOVE))
    site = site_of(after.url)
    values: dict[str, Any] = after.model_dump(exclude=_BY_PERSONS | _NOT_AS_IT_IS | {"outlet"})
    values["hints"] = after.hints.model_dump(mode="json")
    values["rhythm"] = after.rhythm.model_dump(mode="json")
    # As parameters, not as values(): building that statement costs more than running it.
    key = {"saved": after.id, "named": after.outlet}
    tx.execute(_SAVE, {**key, "site": site, "slot": slot_of(site), **values})


def _merge(tx: Connection, before: Feed, after: Feed, target: str) -> bool:
    """Drop a feed that moved to a listed feed's address, and pass its entries and labels to that
    one. False if it is paused, or no longer on the list."""
    both = select(feeds.c.labels).where(feeds.c.id.in_([target, before.id]))
    labelled = tx.execute(both.order_by(feeds.c.id == before.id)).scalars().all()
    if not tx.execute(delete(feeds).where(feeds.c.id == before.id, _POLLED)).rowcount:
        return False
    labels = list(dict.fromkeys(label for several in labelled for label in several))
    tx.execute(update(feeds).where(feeds.c.id == target).values(labels=labels))
    listing = entry_feeds.c
    kept = listing.first, listing.known_by, listing.item_hash, listing.title_hash
    moved = select(listing.entry, literal(target), *kept).where(listing.feed == before.id)
    names = ["entry", "feed", *(column.name for column in kept)]
    adopt = upsert(tx, entry_feeds).from_select(names, moved)
    tx.execute(
        adopt.on_conflict_do_update(
            index_elements=["entry", "feed"],
            # Whichever of the two brought an entry first, the one that stays may edit it.
            set_={"first": or_(entry_feeds.c.first, adopt.excluded.first)},
        )
    )
    tx.execute(delete(entry_feeds).where(entry_feeds.c.feed == before.id))
    # A feed answers there, though the listed one may have counted as gone, not due for weeks.
    put_off = and_(feeds.c.id == target, feeds.c.next_poll_at > after.next_poll_at)
    tx.execute(update(feeds).where(put_off).values(next_poll_at=after.next_poll_at))
    return True


def _feed(row: Row[Any]) -> Feed:
    return Feed.model_validate(row, from_attributes=True)
