"""Add articles by their addresses: pages that no feed lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from core.ledger import additions, entries
from core.records import Entry, content_id
from ingest.web.addresses import canonical_url
from wirewatch.finding import is_too_long, web_address
from wirewatch.house import House


class Added(NamedTuple):
    """What became of an address: the entry there, and whether it is new; None if no entry can
    have it."""

    address: str
    entry: Entry | None
    is_new: bool


def add_articles(house: House, addresses: Iterable[str]) -> list[Added]:
    """Begin entries at addresses as typed, as far as there are none; the next pass fetches their
    pages."""
    canonical = {typed: canonical_address(typed) for typed in addresses}
    urls = [url for url in canonical.values() if url is not None]
    with house.ledger.write() as tx:
        new = additions.add(tx, urls, house.now())
        known = entries.get(tx, map(content_id, urls))
    added = []
    for typed, url in canonical.items():
        entry = None if url is None else known[content_id(url)]
        added.append(Added(typed, entry, entry is not None and entry.id in new))
    return added


def canonical_address(typed: str) -> str | None:
    """The canonical form of an address as typed; None if it is none, or too long for an entry."""
    address = web_address(typed)
    url = None if address is None else canonical_url(address)
    return None if url is None or is_too_long(url) else url
