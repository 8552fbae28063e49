"""robots.txt: what a site lets us read, and what its silence means."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from loopback import Reply, loopback

from core.settings import Settings
from demo.newsroom import Newsroom
from ingest.client import Client
from ingest.robots import Permission, Robots

LOCAL = Settings(home=Path("home"), allow_hosts=("*.localhost",))


def permissions(*urls: str) -> list[Permission]:
    async def ask() -> list[Permission]:
        robots = Robots()
        async with Client(LOCAL) as client:
            return [await robots.permission(client, url) for url in urls]

    return asyncio.run(ask())


def test_each_article_of_the_newsroom_is_allowed_or_not_as_its_site_says():
    with Newsroom(day=3) as room:
        expected = {truth.url: truth.allowed for truth in room.expected()}
        told = permissions(*expected)
        asked = [request.path for request in room.log]
    assert {url: one is Permission.ALLOWED for url, one in zip(expected, told, strict=True)} == (
        expected
    )
    assert False in expected.values()
    assert Permission.UNKNOWN not in told
    # Once for each site.
    assert set(asked) == {"/robots.txt"}
    assert len(asked) == len({url.split("/")[2] for url in expected})


@pytest.mark.parametrize(
    ("reply", "permission"),
    [
        (Reply(404), Permission.ALLOWED),
        (Reply(403), Permission.ALLOWED),
        (Reply(429), Permission.UNKNOWN),
        (Reply(500), Permission.UNKNOWN),
        (Reply(503), Permission.UNKNOWN),
        (Reply(200, b""), Permission.ALLOWED),
        (Reply(200, b"User-agent: *\nDisallow: /"), Permission.DISALLOWED),
        (Reply(200, b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /"), Permission.DISALLOWED),
        (Reply(200, b"User-agent: other\nDisallow: /"), Permission.ALLOWED),
        (
            Reply(200, b"User-agent: *\nAllow: /\n\nUser-agent: wirewatch\nDisallow: /a"),
            Permission.DISALLOWED,
        ),
        (Reply(200, b"User-agent: *\nDisallow: /\nAllow: /a/1"), Permission.ALLOWED),
        (Reply(200, b"User-agent: *\nDisallow: /a/*.html$"), Permission.DISALLOWED),
        (Reply(200, b"\xff\xfe\x00 Disallow: \n:::\n" * 9), Permission.ALLOWED),
        (Reply(200, b"<html>not found</html>"), Permission.ALLOWED),
        (
            Reply(200, b"#" + b"x" * 600_000 + b"\nUser-agent: *\nDisallow: /"),
            Permission.DISALLOWED,
        ),
        (Reply(200, b"x" * 2_000_000), Permission.UNKNOWN),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_an_answer_means(reply, permission):
    with loopback(lambda _: reply) as server:
        url = server.url("/a/1.html")
        assert permissions(url, url) == [permission, permission]
        assert [asked.path for asked in server.log] == ["/robots.txt"]


def test_no_answer_allows_nothing():
    with loopback(lambda _: Reply()) as server:
        url = server.url("/a")
    assert permissions(url) == [Permission.UNKNOWN]
