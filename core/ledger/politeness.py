"""What sites ask of visitors, kept between processes: robots.txt, pauses, times to stay away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from core.ledger.chunks import rows_with
from core.ledger.ledger import LEARNING, one_at_a_time, upsert
from core.ledger.tables import robots, sites
from core.ledger.utc import is_valid
from core.records import RobotsRecord, SiteRecord


def robots_of(tx: Connection, addresses: Iterable[str], now: datetime) -> list[RobotsRecord]:
    """What is kept of these robots.txt and still holds."""
    query = select(robots).where(is_valid(robots.c.until, now))
    rows = rows_with(tx, query, robots.c.address, sorted(set(addresses)))
    return [RobotsRecord(**row._mapping) for row in rows]


def sites_on_record(tx: Connection, now: datetime) -> list[SiteRecord]:
    """All sites with a record that still holds: few, as most pauses are short."""
    return [
        SiteRecord(**row._mapping)
        for row in tx.execute(select(sites).where(is_valid(sites.c.until, now)))
    ]


def save(
    tx: Connection,
    robots_records: Sequence[RobotsRecord],
    site_records: Sequence[SiteRecord],
    now: datetime,
) -> None:
    """Keep what was learnt in place of what was known, and forget what no longer holds."""
    # Another worker may write what this one forgets, and forget what this one writes.
    one_at_a_time(tx, LEARNING)
    known = {one.name: one for one in sites_on_record(tx, now)} if site_records else {}
    owed = [_together(one, known.get(one.name)) for one in site_records]
    for table, key, rows in ((robots, "address", robots_records), (sites, "name", owed)):
        if not rows:
            continue
        insert = upsert(tx, table)
        others = {
            column.name: insert.excluded[column.name] for column in table.c if column.name != key
        }
        tx.execute(
            insert.on_conflict_do_update(index_elements=[key], set_=others),
            [{column.name: getattr(row, column.name) for column in table.c} for row in rows],
        )
        tx.execute(delete(table).where(table.c.until <= now))


def _together(learnt: SiteRecord, known: SiteRecord | None) -> SiteRecord:
    """How to treat a site: as was learnt, and as another process, to which redirects may lead as
    well, was asked to. Of two times or pauses, the longer one holds, and a pause for its whole
    length after the last request."""
    if known is None:
        return learnt
    longer = {
        name: max(filter(None, (getattr(learnt, name), getattr(known, name))), default=None)
        for name in ("asked_at", "pause", "held_until", "until")
    }
    both = known.model_copy(update=longer)
    if both.asked_at is None or both.pause is None:
        return both
    owed = both.asked_at + timedelta(seconds=both.pause)
    return both.model_copy(update={"until": max(both.until, owed)})
