"""Finds the entry that already has an article, by its address or by its text, and the copies of
articles."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from core.ledger.chunks import rows_with
from core.ledger.entries import from_row, get
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


def with_copies(tx: Connection, articles: Iterable[str]) -> list[Entry]:
    """The entries of articles and all that repeat their texts: copies, copies of copies, and other
    addresses of each; in the order they were seen."""
    found: dict[str, Entry] = {}
    wave = set(articles)
    while wave:
        found |= get(tx, wave)
        copies = rows_with(tx, select(entries.c.id), entries.c.duplicate_of, wave)
        wave = {row.id for row in copies} - found.keys()
    return sorted(found.values(), key=lambda entry: (entry.first_seen, entry.id))


def _earliest(tx: Connection, *conditions: ColumnElement[bool]) -> Entry | None:
    """The first-seen entry that matches some conditions; None if there is none."""
    query = select(entries).where(*conditions).order_by(entries.c.first_seen, entries.c.id)
    row = tx.execute(query.limit(1)).one_or_none()
    return None if row is None else from_row(row)
