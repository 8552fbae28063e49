"""Hostile and broken servers, over real sockets, beside healthy feeds."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import FEED, HOSTILE, hostile_servers
from loopback import Loopback, Reply, Request, loopback

from core.settings import Settings
from core.sites import site_of
from ingest.web.answers import Answer, Failure, FailureKind
from ingest.web.client import MAX_REDIRECTS, Client
from ingest.web.manners import Sites, site_by_site

LIMIT = 1_000_000
SETTINGS = Settings(
    home=Path("home"),
    allow_hosts=("*.localhost",),
    pause=0,
    connect_timeout=3,
    read_timeout=3,
    total_timeout=3,
)
"""Enough time for any server that answers at all, even on a busy machine."""

HEALTHY = 20

KINDS = {
    FailureKind.TIME_OUT: {"slow-head", "slow-body", "silent"},
    FailureKind.TOO_LARGE: {"endless", "gzip-bomb", "br-bomb", "zstd-bomb"},
    FailureKind.REDIRECTS: {"thousand-redirects", "in-a-circle"},
    FailureKind.CONNECTION: {"half-closed", "hangs-up", "too-short", "endless-chunk-head"},
    FailureKind.BAD_ANSWER: {
        "bomb-in-bomb",
        "endless-chunks",
        "endless-interim",
        "garbage",
        "huge-header",
        "many-headers",
        "two-lengths",
    },
}


@pytest.fixture(scope="module")
def world() -> Iterator[Loopback]:
    with hostile_servers() as running:
        yield running


def visit(urls: list[str]) -> dict[str, tuple[Answer | Failure, float]]:
    """Request all concurrently; each result with the seconds it took."""

    async def ask() -> dict[str, tuple[Answer | Failure, float]]:
        begun = time.monotonic()
        sites = Sites(0)
        async with Client(SETTINGS, sites) as client:

            async def work(url: str) -> tuple[Answer | Failure, float]:
                answer = await client.get(url, max_bytes=LIMIT)
                return answer, time.monotonic() - begun

            return {
                url: came
                async for url, came in site_by_site(
                    urls, site=site_of, work=work, sites=sites, concurrency=64
                )
            }

    return asyncio.run(ask())


def test_healthy_feeds_are_on_time_beside_hostile_ones(world):
    hostile = {world.url("/a", f"{name}.localhost"): name for name in HOSTILE}
    healthy = [world.url("/feed", f"well{number}.localhost") for number in range(HEALTHY)]
    came = visit([*hostile, *healthy])
    for url in healthy:
        answer, seconds = came[url]
        assert isinstance(answer, Answer), answer
        assert answer.body == FEED
        assert seconds < SETTINGS.total_timeout
    kinds: dict[FailureKind, set[str]] = {}
    for url, name in hostile.items():
        failure, _ = came[url]
        assert isinstance(failure, Failure), name
        kinds.setdefault(failure.kind, set()).add(name)
    assert kinds == KINDS


def test_a_hostile_site_uses_no_more_memory_than_its_limit(world):
    urls = [world.url("/a", f"{name}-bomb.localhost") for name in ("gzip", "br", "zstd")]
    tracemalloc.start()
    try:
        visit(urls)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Each may hold its limit plus a piece and a packet, never the fifty megabytes.
    assert peak < len(urls) * LIMIT + 6_000_000


def test_endless_redirects_stop_at_the_limit():
    def onward(request: Request) -> Reply:
        return Reply(302, headers=(("Location", f"{request.path}x"),))

    with loopback(onward) as server:
        visit([server.url("/a")])
    assert len(server.log) == MAX_REDIRECTS + 1
