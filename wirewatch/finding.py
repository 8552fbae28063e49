"""Find the feeds of a site, with the house's politeness settings."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from core.records import LONGEST_ADDRESS, Listed
from ingest.characters import CONTROL
from wirewatch.house import House
from wirewatch.presentation.wording import counted

if TYPE_CHECKING:
    from ingest.feeds.finder import Found, NotFound

TOO_LONG = f"longer than {LONGEST_ADDRESS:,} bytes"
"""What is wrong with an address that cannot be on the feed list."""

_SPACE = re.compile(r"\s")

_ONE_AT_A_TIME = threading.Lock()
"""`Sites` keeps requests to a site apart only within one event loop; each search has its own."""


def feeds_at(house: House, address: str) -> Found | NotFound:
    """The feeds at the address of a feed or a site, or why there are none."""
    # Imported here: the client takes longer to load than most commands to run.
    from ingest.feeds.finder import find_feeds
    from ingest.web.client import Client
    from ingest.web.manners import Sites
    from ingest.web.robots import Robots

    async def search() -> Found | NotFound:
        sites = Sites(house.settings.pause, house.now)
        async with Client(house.settings, sites) as client:
            return await find_feeds(client, Robots(house.now), address, house.settings)

    with _ONE_AT_A_TIME:
        return asyncio.run(search())


def web_address(text: str) -> str | None:
    """An address as typed, with its scheme added if missing; None if it is not a web address.

    One with control characters is none: in a list it would break the line, or tell the terminal
    what to do. Without a scheme, nor is a mail address, which would pass for a host with a user's
    name, nor a word, which would pass for a host.
    """
    address = text.strip()
    if CONTROL.search(address):
        return None
    has_scheme = "://" in address
    if not has_scheme:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if not has_scheme and ("@" in parts.netloc or "." not in parts.netloc):
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or _SPACE.search(parts.netloc):
        return None
    return address


def is_too_long(address: str) -> bool:
    """Whether a web address is too long for the feed list."""
    return len(address.encode("utf-8", "replace")) > LONGEST_ADDRESS


class Sorted(NamedTuple):
    """The feeds of a list: those that can be added, and those that cannot."""

    usable: list[Listed]
    no_addresses: list[Listed]
    too_long: list[Listed]


def sorted_out(found: Iterable[Listed]) -> Sorted:
    """Sort the feeds of a list by whether they can be added."""
    result = Sorted([], [], [])
    for one in found:
        if web_address(one.url) != one.url:
            result.no_addresses.append(one)
        else:
            (result.too_long if is_too_long(one.url) else result.usable).append(one)
    return result


def left_out(listed: Sorted) -> list[str]:
    """The feeds of a list that cannot be added, some of them by address, and why."""
    told = []
    for reason, several in (
        ("not a web address", listed.no_addresses),
        (f"address {TOO_LONG}", listed.too_long),
    ):
        if several:
            # A list may come from a stranger, who is not to write to the terminal as he likes.
            named = ", ".join(CONTROL.sub("�", one.url[:80]) for one in several[:5])
            told.append(f"{counted(len(several), 'feed')} left out ({reason}): {named}")
    return told
