"""robots.txt (RFC 9309), asked once a day at most, read by protego."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from urllib.parse import urljoin

from protego import Protego

from core.sites import site_of
from ingest.answers import Answer, Failure, FailureKind
from ingest.client import Client

PRODUCT = "wirewatch"

MAX_BYTES = 512 * 1024
"""The RFC wants at least 500 KiB to be read; what comes after is not."""

REDIRECTS = 5
"""The RFC wants at least five to be followed; whoever redirects further has no robots.txt."""

KEPT = timedelta(hours=24)
"""The RFC wants it not to be used for longer."""

KEPT_UNKNOWN = timedelta(minutes=10)
"""How long a robots.txt that is not to be had is not asked for again."""

KEPT_BYTES = 32 * 1024 * 1024
"""All that is kept together, as it came; the longest unused is let go first."""


class Permission(Enum):
    """What a site's robots.txt lets us do with an address."""

    ALLOWED = "robots.txt allows it"
    DISALLOWED = "robots.txt disallows it"
    UNKNOWN = "robots.txt is not to be had"


Rules = Protego | Permission
"""What a robots.txt says of each address, or of all."""


@dataclass(frozen=True, slots=True)
class _Known:
    rules: Rules
    until: datetime
    size: int


class Robots:
    """The robots.txt of all sites that one process asks."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._size = 0

    async def permission(self, client: Client, url: str) -> Permission:
        """Whether an address may be asked for."""
        refusal = await self.refusal(client, url)
        if isinstance(refusal, Failure):
            return Permission.UNKNOWN
        return refusal or Permission.ALLOWED

    async def refusal(self, client: Client, url: str) -> Permission | Failure | None:
        """Why an address may not be asked for, for `Client.get` to ask at each redirect.

        None: it may. A failure: its site is not to be asked at all, being busy or refused by us.
        """
        try:
            where = urljoin(url, "/robots.txt")
        except ValueError:
            return None  # no address: the client itself says so
        rules = await self._rules(client, where)
        if isinstance(rules, Protego):
            return None if rules.can_fetch(url, PRODUCT) else Permission.DISALLOWED
        return None if rules is Permission.ALLOWED else rules

    def is_known(self, url: str) -> bool:
        """Whether an address can be judged without asking its site. So can what is no address."""
        try:
            known = self._known.get(urljoin(url, "/robots.txt"))
        except ValueError:
            return True
        return known is not None and self._now() < known.until

    async def _rules(self, client: Client, where: str) -> Rules | Failure:
        known = self._known.get(where)
        if known is not None and self._now() < known.until:
            self._known.move_to_end(where)
            return known.rules
        answer = await client.get(where, max_bytes=MAX_BYTES, redirects=REDIRECTS, cut=True)
        if isinstance(answer, Failure) and answer.kind in (
            FailureKind.BUSY,
            FailureKind.REFUSED_ADDRESS,
        ):
            return answer
        rules = read(answer)
        self._keep(where, rules, len(answer.body) if isinstance(answer, Answer) else 0)
        delay = rules.crawl_delay(PRODUCT) if isinstance(rules, Protego) else None
        client.sites.slow_down(site_of(where), delay)
        return rules

    def _keep(self, where: str, rules: Rules, size: int) -> None:
        kept = KEPT_UNKNOWN if rules is Permission.UNKNOWN else KEPT
        old = self._known.pop(where, None)
        self._known[where] = _Known(rules, self._now() + kept, size + len(where))
        self._size += self._known[where].size - (old.size if old else 0)
        while self._size > KEPT_BYTES:
            self._size -= self._known.popitem(last=False)[1].size


def read(answer: Answer | Failure) -> Rules:
    """What the answer to a request for robots.txt means (RFC 9309, 2.3.1).

    Refusals, absence and endless redirects allow all; no answer and a server's error, nothing.
    """
    if isinstance(answer, Failure):
        if answer.kind is FailureKind.REDIRECTS:
            return Permission.ALLOWED
        return Permission.UNKNOWN
    if answer.status >= 500 or answer.status == 429:
        return Permission.UNKNOWN
    if answer.status >= 400:
        return Permission.ALLOWED
    return Protego.parse(answer.body.decode("utf-8-sig", "replace"))
