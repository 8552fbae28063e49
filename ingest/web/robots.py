"""Obey robots.txt (RFC 9309): fetched at most once a day, read by protego.

What was fetched is stored for the next process (`drain`, `load`): the RFC's day does not end
with a process.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import urljoin
from zlib import compress, decompress

from protego import Protego

from core.clock import utc_now
from core.records import RobotsRecord
from core.sites import site_of
from ingest.web.answers import Answer, Failure, FailureKind
from ingest.web.client import Client
from ingest.web.manners import Sites

PRODUCT = "wirewatch"

_AGENT = re.compile(r"user(?:-|\s+)?agent(?:\s*:|\s)", re.IGNORECASE)
"""The beginning of a line that names the robot for the rules after it, as protego reads it."""

_OTHERS = "-"
"""Stands for all robots that are named but are not us."""

MAX_BYTES = 512 * 1024
"""The RFC wants at least 500 KiB to be read; what comes after this is not."""

KEPT = timedelta(hours=24)
"""The RFC advises against using it for longer."""

KEPT_UNKNOWN = timedelta(minutes=10)
"""How long a robots.txt that could not be fetched is not asked for again."""

KEPT_BYTES = 256 * 1024 * 1024
"""The most memory that all of them may take, by `_memory`; the longest unused is dropped first."""


class ForAll(Enum):
    """What holds for all addresses that a robots.txt is for, where it has no rules to be read."""

    ALLOWED = "all may be asked for"
    UNKNOWN = "none may, since it cannot be fetched"


_SPECIAL = (b"*", b"$", b"index.html")
"""For each of these in a rule, protego keeps its parts as well, or one more rule."""

_FILE_BYTES, _RULE_BYTES, _SPECIAL_BYTES = 1_000, 320, 600
"""The memory that one robots.txt takes, and each of its lines; and, besides, each special word in
it. Measured with 30,000 rules."""

_READ = "READ"
"""What is stored as the verdict of a robots.txt that has rules to be read."""

Rules = Protego | ForAll
"""What a robots.txt says about each address, or about all."""


@dataclass(frozen=True, slots=True)
class _Cached:
    rules: Rules
    until: datetime
    memory: int


class Robots:
    """The robots.txt of all sites that one process asks."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._cache: OrderedDict[str, _Cached] = OrderedDict()
        self._memory = 0
        self._fresh: dict[str, RobotsRecord] = {}

    def unknown(self, urls: Iterable[str]) -> set[str]:
        """The addresses of the robots.txt that have to be fetched to judge some addresses."""
        addresses = filter(None, map(_robots_address, urls))
        return {address for address in addresses if self._known(address) is None}

    @property
    def fresh(self) -> int:
        """How many have been fetched since the last `drain`."""
        return len(self._fresh)

    def load(self, kept: Iterable[RobotsRecord], sites: Sites) -> None:
        """Take over what other processes fetched, and tell `sites` the crawl delays in it."""
        for one in kept:
            rules: Rules
            if one.verdict == _READ:
                body = decompress(one.body)
                rules, memory = _parse(body), _memory(body)
            else:
                rules, memory = ForAll[one.verdict], _FILE_BYTES
            self._put(one.address, _Cached(rules, one.until, memory))
            sites.slow_down(site_of(one.address), _delay(rules))

    def drain(self) -> list[RobotsRecord]:
        """What was fetched since the last call, to be stored."""
        fresh = list(self._fresh.values())
        self._fresh.clear()
        return fresh

    async def refusal(self, client: Client, url: str) -> Failure | None:
        """Why an address may not be asked for; `Client.get` calls this before each request.

        None: it may. Its site may also be busy, or refused by the guard, and must not be asked.
        """
        address = _robots_address(url)
        if address is None:
            return None  # not an address: the client itself says so
        rules = await self._rules(client, address)
        if isinstance(rules, Failure):
            return rules
        # Before each request: of the hosts of a site, only some may ask for a delay.
        client.sites.slow_down(site_of(address), _delay(rules))
        if rules is ForAll.UNKNOWN:
            return Failure(FailureKind.UNKNOWN_RULES, url)
        if isinstance(rules, Protego) and not rules.can_fetch(url, PRODUCT):
            return Failure(FailureKind.DISALLOWED, url)
        return None

    async def sitemaps(self, client: Client, url: str) -> list[str]:
        """The sitemaps that the robots.txt for an address lists, as it writes them; none if it
        cannot be had."""
        address = _robots_address(url)
        rules = await self._rules(client, address) if address else None
        return list(rules.sitemaps) if isinstance(rules, Protego) else []

    def is_known(self, url: str) -> bool:
        """Whether an address can be judged without asking its site, or is not an address."""
        return not self.unknown([url])

    def _known(self, address: str) -> Rules | None:
        """What a robots.txt says, if that was fetched and still holds."""
        cached = self._cache.get(address)
        if cached is None:
            return None
        now = self._now()
        # One that would hold for longer was fetched while the clock was wrong.
        return cached.rules if now < cached.until <= now + KEPT else None

    async def _rules(self, client: Client, address: str) -> Rules | Failure:
        known = self._known(address)
        if known is not None:
            self._cache.move_to_end(address)
            return known
        answer = await client.get(address, max_bytes=MAX_BYTES, cut=True)
        if isinstance(answer, Failure) and answer.kind in (
            FailureKind.BUSY,
            FailureKind.REFUSED_ADDRESS,
        ):
            return answer
        if isinstance(answer, Answer) and len(answer.body) == MAX_BYTES:
            # Without the line that was cut: "Disallow: /private" may be "Disallow: /" by now.
            answer = replace(answer, body=answer.body.rpartition(b"\n")[0])
        rules = rules_from(answer)
        self._keep(address, rules, answer.body if isinstance(answer, Answer) else b"")
        return rules

    def _keep(self, address: str, rules: Rules, body: bytes) -> None:
        until = self._now() + (KEPT_UNKNOWN if rules is ForAll.UNKNOWN else KEPT)
        if isinstance(rules, Protego):
            verdict, kept, memory = _READ, compress(body), _memory(body)
        else:
            verdict, kept, memory = rules.name, b"", _FILE_BYTES
        self._put(address, _Cached(rules, until, memory))
        self._fresh[address] = RobotsRecord(
            address=address, verdict=verdict, body=kept, until=until
        )

    def _put(self, address: str, cached: _Cached) -> None:
        old = self._cache.pop(address, None)
        self._cache[address] = cached
        self._memory += cached.memory - (old.memory if old else 0)
        while self._memory > KEPT_BYTES:
            self._memory -= self._cache.popitem(last=False)[1].memory


def _robots_address(url: str) -> str | None:
    """The address of the robots.txt for `url`; None if that is not an address."""
    try:
        return urljoin(url, "/robots.txt")
    except ValueError:
        return None


def _delay(rules: Rules) -> float | None:
    return rules.crawl_delay(PRODUCT) if isinstance(rules, Protego) else None


def _parse(body: bytes) -> Protego:
    """Read the rules. All other robots get one name: protego keeps each rule once for each robot
    that it is for, and thousands of both would take minutes, and all memory."""
    return Protego.parse("\n".join(map(_normalised_line, _lines(body))))


def _memory(body: bytes) -> int:
    """About how many bytes of memory the rules of a robots.txt take."""
    special = sum(map(body.count, _SPECIAL))
    return _FILE_BYTES + _RULE_BYTES * len(_lines(body)) + _SPECIAL_BYTES * special


def _lines(body: bytes) -> list[str]:
    return body.decode("utf-8-sig", "replace").splitlines()


def _normalised_line(line: str) -> str:
    """A line as it is, unless it names a robot. Then the name becomes ours (if it is our product's,
    with or without what follows it in our `User-Agent`), the one for all, or that of the others."""
    line = line.partition("#")[0].strip()
    begins = _AGENT.match(line)
    whom = line[begins.end() :].split(maxsplit=1) if begins else []
    if not whom:
        return line
    name = whom[0].lower().partition("/")[0].strip("*")
    return f"User-agent: {PRODUCT if name == PRODUCT else _OTHERS if name else '*'}"


def rules_from(answer: Answer | Failure) -> Rules:
    """What the answer to a request for robots.txt means (RFC 9309, 2.3.1).

    Refusals, absence and endless redirects allow all; no answer or a server error allows nothing.
    """
    if isinstance(answer, Failure):
        if answer.kind is FailureKind.REDIRECTS:
            return ForAll.ALLOWED
        return ForAll.UNKNOWN
    if answer.status >= 500 or answer.status == 429:
        return ForAll.UNKNOWN
    if answer.status >= 400:
        return ForAll.ALLOWED
    return _parse(answer.body)
