"""Add articles by their addresses: pages that no feed lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection

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
    canonical = {typed: canonical_addresses(typed) for typed in addresses}
    ids = [content_id(url) for urls in canonical.values() for url in urls]
    if not ids:  # opening a new home's ledger would make the home, for nothing
        return [Added(typed, None, is_new=False) for typed in canonical]
    with house.ledger.write() as tx:
        before = entries.get(tx, ids)
        missing = [urls[0] for urls in canonical.values() if urls and not _first(urls, before)]
        new = additions.add(tx, missing, house.now())
        known = entries.get(tx, ids)
    added = []
    for typed, urls in canonical.items():
        entry = _first(urls, known)
        added.append(Added(typed, entry, entry is not None and entry.id in new))
    return added


def known_at(tx: Connection, typed: str) -> Entry | None:
    """The entry at an address as typed; None if there is none."""
    # As it stands, too: an item without an address of its own is known by a fragment.
    asked = typed.strip(), *canonical_addresses(typed)
    return next(filter(None, (entries.at(tx, url) for url in asked)), None)


def canonical_addresses(typed: str) -> tuple[str, ...]:
    """The canonical forms of an address as typed: by https, and by http as well if it names no
    scheme; none if it is no address, or too long for an entry."""
    address = web_address(typed)
    if address is None:
        return ()
    meant = [address] if "://" in typed else [address, address.replace("https", "http", 1)]
    found = filter(None, map(canonical_url, meant))
    return tuple(url for url in dict.fromkeys(found) if not is_too_long(url))


def _first(urls: Iterable[str], known: Mapping[str, Entry]) -> Entry | None:
    return next(filter(None, (known.get(content_id(url)) for url in urls)), None)
