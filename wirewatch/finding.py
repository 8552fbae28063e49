"""The feeds of a site, asked for with a house's manners."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wirewatch.house import House

if TYPE_CHECKING:
    from ingest.finder import Found, NotFound

_ONE_AT_A_TIME = threading.Lock()
"""What keeps a site from being asked twice at once is one event loop's; each search has its own."""


def feeds_at(house: House, address: str) -> Found | NotFound:
    """The feeds at a feed's or a site's address, or why none is to be had."""
    # Imported here: the client takes longer to load than most commands to run.
    from ingest.client import Client
    from ingest.finder import find_feeds
    from ingest.manners import Sites
    from ingest.robots import Robots

    async def search() -> Found | NotFound:
        sites = Sites(house.settings.pause, house.now)
        async with Client(house.settings, sites) as client:
            return await find_feeds(client, Robots(house.now), address, house.settings)

    with _ONE_AT_A_TIME:
        return asyncio.run(search())


def web_address(text: str) -> str | None:
    """An address as a person types it, made whole; None where it is none of the web's."""
    address = text.strip()
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None
