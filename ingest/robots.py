"""robots.txt (RFC 9309), asked once per site and run, read by protego."""

from __future__ import annotations

from enum import Enum
from urllib.parse import urljoin

from protego import Protego

from ingest.answers import Failure
from ingest.client import Client

PRODUCT = "wirewatch"

MAX_BYTES = 1024 * 1024
"""The RFC wants at least 500 KiB to be read."""


class Permission(Enum):
    """What a site lets us do with an address."""

    ALLOWED = "allowed"
    DISALLOWED = "robots.txt disallows it"
    UNKNOWN = "robots.txt is not to be had"


class Robots:
    """The robots.txt of the sites of one run."""

    def __init__(self) -> None:
        self._rules: dict[str, Protego | Permission] = {}

    async def permission(self, client: Client, url: str) -> Permission:
        """Whether an address may be asked for. Call it from one task per site at a time."""
        where = urljoin(url, "/robots.txt")
        if where not in self._rules:
            self._rules[where] = await _rules(client, where)
        rules = self._rules[where]
        if isinstance(rules, Permission):
            return rules
        return Permission.ALLOWED if rules.can_fetch(url, PRODUCT) else Permission.DISALLOWED


async def _rules(client: Client, where: str) -> Protego | Permission:
    """RFC 9309, 2.3.1: refusals and absence allow all; no answer or a server's error, nothing."""
    answer = await client.get(where, max_bytes=MAX_BYTES)
    if isinstance(answer, Failure) or answer.status >= 500 or answer.status == 429:
        return Permission.UNKNOWN
    if answer.status >= 400:
        return Permission.ALLOWED
    return Protego.parse(answer.body.decode("utf-8-sig", "replace"))
