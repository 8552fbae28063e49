"""Feeds in the ledger: the list, what is due, what a poll found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, literal, or_, select, update

from core.ledger.ledger import upsert
from core.ledger.tables import entry_feeds, feeds, polls
from core.records import Feed, FeedState, content_id
from core.sites import site_of, slot_of


def add(
    tx: Connection, url: str, *, title: str = "", labels: Sequence[str] = (), now: datetime
) -> bool:
    """Put a feed on the list, due at once. False if its address is on it already."""
    site = site_of(url)
    statement = (
        upsert(tx, feeds)
        .values(
            id=content_id(url),
            url=url,
            site=site,
            slot=slot_of(site),
            title=title,
            labels=list(labels),
            state=FeedState.NEW,
            since=now,
            next_poll_at=now,
            failures=0,
            moves=0,
        )
        .on_conflict_do_nothing()
        # Not every driver counts the rows of an INSERT.
        .returning(feeds.c.id)
    )
    return tx.execute(statement).scalar() is not None


def remove(tx: Connection, url: str) -> bool:
    """Take a feed off the list; its entries stay. False if it was not on it."""
    found = tx.execute(select(feeds.c.id).where(feeds.c.url == url)).scalar()
    if found is None:
        return False
    tx.execute(delete(feeds).where(feeds.c.id == found))
    return True


def listed(tx: Connection) -> list[Feed]:
    """All feeds, by site and address."""
    return [_feed(row) for row in tx.execute(select(feeds).order_by(feeds.c.site, feeds.c.url))]


def due(tx: Connection, slots: Collection[int], now: datetime) -> list[Feed]:
    """The feeds of these slots that may be polled now, the longest overdue first."""
    query = (
        select(feeds)
        .where(feeds.c.slot.in_(slots), feeds.c.next_poll_at <= now)
        .order_by(feeds.c.next_poll_at, feeds.c.id)
    )
    return [_feed(row) for row in tx.execute(query)]


def next_due(tx: Connection) -> datetime | None:
    """When the next feed falls due; None without feeds."""
    moment: datetime | None = tx.execute(select(func.min(feeds.c.next_poll_at))).scalar()
    return moment


def save(tx: Connection, before: Feed, after: Feed, now: datetime) -> None:
    """Record what a poll made of a feed. A new address brings a new site with it.

    Where the new address is on the list already, the feed is merged into that one.
    """
    if after.url != before.url and _merge(tx, before, after):
        return
    site = site_of(after.url)
    values: dict[str, Any] = after.model_dump(exclude={"id", "site", "labels"})
    if after.state != before.state:
        values["since"] = now
    tx.execute(
        update(feeds).where(feeds.c.id == after.id).values(site=site, slot=slot_of(site), **values)
    )


def _merge(tx: Connection, before: Feed, after: Feed) -> bool:
    """Where the feed moved to a listed address: drop it, its entries pass to the listed one."""
    target = tx.execute(select(feeds.c.id).where(feeds.c.url == after.url)).scalar()
    if target is None:
        return False
    moved = select(entry_feeds.c.entry, literal(target), entry_feeds.c.first).where(
        entry_feeds.c.feed == before.id
    )
    adopt = upsert(tx, entry_feeds).from_select(["entry", "feed", "first"], moved)
    tx.execute(
        adopt.on_conflict_do_update(
            index_elements=["entry", "feed"],
            # Whichever of the two brought an entry first, the one that stays may edit it.
            set_={"first": or_(entry_feeds.c.first, adopt.excluded.first)},
        )
    )
    tx.execute(delete(entry_feeds).where(entry_feeds.c.feed == before.id))
    tx.execute(delete(feeds).where(feeds.c.id == before.id))
    return True


def record_poll(
    tx: Connection,
    feed: Feed,
    *,
    now: datetime,
    status: int | None,
    items: int,
    found: int,
    edited: int,
    reason: str | None,
) -> None:
    """Record one poll: the account of where entries came from."""
    tx.execute(
        insert(polls).values(
            feed=feed.id,
            polled_at=now,
            status=status,
            items=items,
            found=found,
            edited=edited,
            reason=reason,
        )
    )


def _feed(row: Row[Any]) -> Feed:
    values = dict(row._mapping)
    del values["slot"], values["since"]
    return Feed(**values)
