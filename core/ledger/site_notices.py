"""Notices that sites serve in place of articles: which pages had one, whose text still is one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection, and_, delete, func, select, update

from core.ledger.chunks import rows_with
from core.ledger.entries import ON_ITS_WAY, from_row
from core.ledger.tables import entries, members, sketches
from core.records import Entry


def with_text(tx: Connection, fingerprints: Collection[str], sites: Collection[str]) -> list[Entry]:
    """Entries of some sites that know one of these texts, in the order they were seen: as their
    article, read from its page, or as a notice that their page had.

    Of the latter, two for each notice and site are enough: each then has another one to name.
    """
    read = select(entries).where(entries.c.address.is_not(None))
    had_notice = (
        select(func.min(entries.c.id), func.max(entries.c.id))
        .where(entries.c.site.in_(sites))
        .group_by(entries.c.notice, entries.c.site)
    )
    pairs = rows_with(tx, had_notice, entries.c.notice, fingerprints)
    named = {key for pair in pairs for key in pair}
    rows = chain(
        rows_with(tx, read, entries.c.fingerprint, fingerprints),
        rows_with(tx, select(entries), entries.c.id, named),
    )
    found = {row.id: row for row in rows if row.site in sites}
    in_order = sorted(found.values(), key=lambda row: (row.first_seen, row.id))
    return [from_row(row) for row in in_order]


def record(tx: Connection, notices: Mapping[str, str], now: datetime) -> None:
    """Record, by their ids, the entries whose pages had a notice, each with its fingerprint.

    An entry whose text is that notice, and which is on its way to the index, is visited again after
    that.
    """
    for key, fingerprint in notices.items():
        mine = entries.c.id == key
        tx.execute(update(entries).where(mine).values(notice=fingerprint))
        holds = and_(mine, entries.c.fingerprint == fingerprint, entries.c.revision > 0)
        under_way = entries.c.state.in_(ON_ITS_WAY)
        tx.execute(update(entries).where(holds, under_way).values(revisit_at=now))


def forget(tx: Connection, article: str) -> None:
    """Forget the sketch and the story of an article whose text was a notice."""
    tx.execute(delete(sketches).where(sketches.c.article == article))
    tx.execute(delete(members).where(members.c.article == article))
