"""Finds the entry that already has an article, by its address or by its text."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from core.ledger.entries import from_row
from core.ledger.tables import entries
from core.records import Entry, State, content_id
from core.sites import site_of


def same_article(tx: Connection, entry: Entry, address: str) -> Entry | None:
    """The other entry whose article is at an address, or was before it was erased; None if there is
    none.

    Feeds list one article at several addresses; redirects and the page itself show that they are
    one. But an outlet's article stays its own if another site's entry led to it before: there, it
    may have any headline, and tomorrow lead elsewhere.
    """
    is_its_own = site_of(address) == entry.site
    has_article = entries.c.revision > 0
    return _earliest(
        tx,
        or_(entries.c.address == address, entries.c.id == content_id(address)),
        entries.c.id != entry.id,
        or_(
            and_(has_article, entries.c.site == entry.site) if is_its_own else has_article,
            entries.c.state == State.ERASED,
        ),
    )


def original(tx: Connection, article: str, fingerprint: str) -> Entry | None:
    """The other linked article that had a text first; None if the text is new."""
    if not fingerprint:
        return None
    return _earliest(
        tx,
        entries.c.fingerprint == fingerprint,
        entries.c.id != article,
        entries.c.duplicate_of.is_(None),
        entries.c.state.in_((State.LINKED, State.INDEXED, State.DUPLICATE)),
    )


def _earliest(tx: Connection, *conditions: ColumnElement[bool]) -> Entry | None:
    """The first-seen entry that matches some conditions; None if there is none."""
    query = select(entries).where(*conditions).order_by(entries.c.first_seen, entries.c.id)
    row = tx.execute(query.limit(1)).one_or_none()
    return None if row is None else from_row(row)
