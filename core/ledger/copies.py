"""Which entries have an article already: by its address, or by its text."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from core.ledger.entries import of_row
from core.ledger.tables import entries
from core.records import Entry, State, content_id


def same_article(tx: Connection, entry: Entry, address: str) -> Entry | None:
    """The entry, other than this one, whose article is at an address already, or was before it was
    erased; None if it is new.

    Feeds name one article by several addresses, which redirects and the page's own word show to
    be one.
    """
    query = (
        select(entries)
        .where(
            or_(entries.c.address == address, entries.c.id == content_id(address)),
            entries.c.id != entry.id,
            or_(entries.c.revision > 0, entries.c.state == State.ERASED),
        )
        .order_by(entries.c.first_seen, entries.c.id)
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else of_row(row)


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
    return None if row is None else of_row(row)
