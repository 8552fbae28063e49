"""robots.txt: what a site lets us read, and what its silence means."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from factories import Clock
from growth import grows_evenly
from loopback import Reply, Request, loopback
from protego import Protego

from core.settings import Settings
from demo.newsroom import Newsroom
from ingest.web.answers import Answer, Failure, FailureKind
from ingest.web.client import Client
from ingest.web.manners import LONGEST_PAUSE, Sites
from ingest.web.robots import (
    KEPT,
    KEPT_UNKNOWN,
    MAX_BYTES,
    PRODUCT,
    Robots,
    rules_from,
)

LOCAL = Settings(home=Path("home"), allow_hosts=("*.localhost",), pause=0)


DISALLOWED, UNKNOWN_RULES = FailureKind.DISALLOWED, FailureKind.UNKNOWN_RULES


def refusals(*urls: str) -> list[FailureKind | None]:
    async def ask() -> list[FailureKind | None]:
        robots = Robots()
        async with Client(LOCAL) as client:
            return [_kind(await robots.refusal(client, url)) for url in urls]

    return asyncio.run(ask())


def _kind(refusal: Failure | None) -> FailureKind | None:
    return None if refusal is None else refusal.kind


def test_each_sample_article_is_allowed_as_its_site_says():
    with Newsroom(day=3) as room:
        expected = {truth.url: truth.allowed for truth in room.expected()}
        refused = refusals(*expected)
        asked = [request.path for request in room.log]
    assert {url: one is None for url, one in zip(expected, refused, strict=True)} == expected
    assert False in expected.values()
    assert set(refused) == {None, DISALLOWED}
    # Once for each site.
    assert set(asked) == {"/robots.txt"}
    assert len(asked) == len({url.split("/")[2] for url in expected})


@pytest.mark.parametrize(
    ("reply", "refused"),
    [
        (Reply(404), None),
        (Reply(403), None),
        (Reply(429), UNKNOWN_RULES),
        (Reply(500), UNKNOWN_RULES),
        (Reply(503), UNKNOWN_RULES),
        (Reply(200, b""), None),
        (Reply(200, b"User-agent: *\nDisallow: /"), DISALLOWED),
        (Reply(200, b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /"), DISALLOWED),
        (Reply(200, b"User-agent: other\nDisallow: /"), None),
        (
            Reply(200, b"User-agent: *\nAllow: /\n\nUser-agent: wirewatch\nDisallow: /a"),
            DISALLOWED,
        ),
        (Reply(200, b"User-agent: *\nDisallow: /\nAllow: /a/1"), None),
        (Reply(200, b"User-agent: *\nDisallow: /a/*.html$"), DISALLOWED),
        (Reply(200, b"\xff\xfe\x00 Disallow: \n:::\n" * 9), None),
        (Reply(200, b"<html>not found</html>"), None),
        (
            Reply(200, b"#" + b"x" * 511_000 + b"\nUser-agent: *\nDisallow: /"),
            DISALLOWED,
        ),
        (Reply(200, b"x" * 2_000_000), None),
        (Reply(200, b"User-agent: *\nDisallow: /\n#" + b"x" * 600_000), DISALLOWED),
        (Reply(200, b"User-agent: WireWatch\nDisallow: /"), DISALLOWED),
        (Reply(200, b"User-agent: firewatch\nDisallow: /"), None),
        (
            # The name as in our own User-Agent.
            Reply(200, b"User-agent: wirewatch/1.0 (+a@b.example) # you\nDisallow: /"),
            DISALLOWED,
        ),
        (Reply(200, b"user agent *\nDisallow: /user agent x\nDisallow: /a"), DISALLOWED),
        (Reply(200, b"User-agent: x\nUser-agent: *\nDisallow: /"), DISALLOWED),
        (
            Reply(200, b"User-agent: x\nDisallow: /\nUser-agent: *\nDisallow: /b"),
            None,
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_each_answer_gives_its_permission(reply, refused):
    with loopback(lambda _: reply) as server:
        url = server.url("/a/1.html")
        assert refusals(url, url) == [refused, refused]
        assert [request.path for request in server.log] == ["/robots.txt"]


def test_rules_for_thousands_of_robots_parse_quickly():
    # Each rule times each robot named would be a hundred million, from under half a megabyte.
    def parse(size: int) -> None:
        whom = "".join(f"User-agent: bot{number}*\n" for number in range(size))
        rules = "".join(f"Disallow: /{number}\n" for number in range(size))
        rules_from(Answer("https://a.example/robots.txt", 200, (), (whom + rules).encode()))

    assert grows_evenly(parse, 1_250)


def test_a_rule_of_many_stars_is_matched_quickly():
    """A regular expression of it took the cube of the address's length, or any power of it."""
    answer = Answer("https://a.example/robots.txt", 200, (), b"User-agent: *\nDisallow: /*a*a*b")
    rules = rules_from(answer)
    assert isinstance(rules, Protego)
    assert not rules.can_fetch("https://a.example/aab", PRODUCT)
    assert grows_evenly(
        lambda size: rules.can_fetch(f"https://a.example/{'a' * size}", PRODUCT), 100
    )


def test_no_answer_allows_nothing():
    with loopback(lambda _: Reply()) as server:
        url = server.url("/a")
    assert refusals(url) == [UNKNOWN_RULES]


def test_rules_beyond_the_size_limit_are_not_read():
    rules = b"\nUser-agent: *\nDisallow: /"
    with loopback(lambda _: Reply(200, b"#" + b"x" * MAX_BYTES + rules)) as server:
        assert refusals(server.url("/a")) == [None]


def test_a_rule_that_the_size_limit_cuts_is_not_read():
    head, rule = b"User-agent: *\n#", b"\nDisallow: /private"
    filled = head + b"x" * (MAX_BYTES - len(head) - len(b"\nDisallow: /")) + rule
    with loopback(lambda _: Reply(200, filled)) as server:
        assert refusals(server.url("/a")) == [None]


@pytest.mark.parametrize(("hops", "refused"), [(8, DISALLOWED), (9, None)])
def test_a_site_that_redirects_further_than_we_follow_has_none(hops, refused):
    def answer(request: Request) -> Reply:
        hop = int(request.path.strip("/")) if request.path != "/robots.txt" else 0
        if hop == hops:
            return Reply(200, b"User-agent: *\nDisallow: /")
        host = "there.localhost" if hop % 2 else "here.localhost"
        return Reply(301, headers=(("Location", server.url(f"/{hop + 1}", host)),))

    with loopback(answer) as server:
        assert refusals(server.url("/a")) == [refused]


class Visitor:
    """Asks one Robots repeatedly, at times that the test sets."""

    def __init__(self, pause: float = 0) -> None:
        self.clock = Clock()
        self.sites = Sites(pause, self.clock)
        self.robots = Robots(self.clock)

    def refusal(self, url: str) -> FailureKind | None:
        async def ask() -> FailureKind | None:
            async with Client(LOCAL, self.sites) as client:
                return _kind(await self.robots.refusal(client, url))

        return asyncio.run(ask())


def test_robots_txt_is_fetched_once_a_day():
    visitor = Visitor()
    with loopback(lambda _: Reply(200, b"User-agent: *\nDisallow: /a")) as server:
        for path in ("/a", "/b", "/a"):
            refused = visitor.refusal(server.url(path))
            assert refused is (DISALLOWED if path == "/a" else None)
        visitor.clock.time += KEPT
        visitor.refusal(server.url("/a"))
        assert [request.path for request in server.log] == ["/robots.txt"] * 2
        # Each scheme, host and port has its own.
        visitor.refusal(server.url("/a", "there.localhost"))
        assert len(server.log) == 3


def test_robots_txt_that_was_fetched_while_the_clock_was_ahead_is_fetched_again():
    """It would have held for a day after that wrong time."""
    visitor = Visitor()
    with loopback(lambda _: Reply(200, b"User-agent: *\nDisallow: /a")) as server:
        visitor.clock.go(days=9)
        visitor.refusal(server.url("/a"))
        visitor.clock.go(days=-9)
        visitor.refusal(server.url("/a"))
        visitor.refusal(server.url("/b"))
        assert len(server.log) == 2


def test_an_unavailable_robots_txt_is_soon_fetched_again():
    visitor = Visitor()
    with loopback(lambda _: Reply(500 if len(server.log) == 1 else 404)) as server:
        assert visitor.refusal(server.url("/a")) is UNKNOWN_RULES
        assert visitor.refusal(server.url("/a")) is UNKNOWN_RULES
        visitor.clock.time += KEPT_UNKNOWN
        assert visitor.refusal(server.url("/a")) is None
        assert len(server.log) == 2


def test_a_busy_site_says_nothing_about_its_robots_txt():
    visitor = Visitor()
    with loopback(lambda _: Reply(404)) as server:
        visitor.sites.back_off("here.localhost", 503, None)
        assert visitor.refusal(server.url("/a")) is FailureKind.BUSY
        assert server.log == []
        visitor.clock.go(hours=1)
        assert visitor.refusal(server.url("/a")) is None


def test_a_refused_address_keeps_its_reason():
    assert Visitor().refusal("http://127.0.0.1/a") is FailureKind.REFUSED_ADDRESS


@pytest.mark.parametrize(
    ("said", "pause"),
    [
        (b"Crawl-delay: 7", 7),
        (b"Crawl-delay: 900", LONGEST_PAUSE.seconds),
        (b"Crawl-delay: 0.5", 1),
        (b"Crawl-delay: soon", 1),
        (b"Crawl-delay: nan", 1),
        (b"Crawl-delay: -5", 1),
        (b"", 1),
    ],
)
def test_a_crawl_delay_applies_from_the_robots_txt_on(said, pause):
    visitor = Visitor(pause=1)
    with loopback(lambda _: Reply(200, b"User-agent: *\n" + said)) as server:
        visitor.refusal(server.url("/a"))
    assert visitor.sites.wait("here.localhost") == pause


def test_a_crawl_delay_holds_for_the_host_that_asks_for_it():
    robots, sites = Robots(Clock()), Sites(0, Clock())

    def reply(request: Request) -> Reply:
        slow = request.headers["Host"].startswith("www.")
        return Reply(200, b"User-agent: *\nCrawl-delay: 7") if slow else Reply(404)

    async def pauses(*urls: str) -> list[float]:
        async with Client(LOCAL, sites) as client:
            return [
                sites.wait("here.localhost")
                for url in urls
                if await robots.refusal(client, url) is None
            ]

    with loopback(reply) as server:
        www, blog = (server.url("/a", f"{host}.here.localhost") for host in ("www", "blog"))
        assert asyncio.run(pauses(blog, www, blog, www)) == [0, 7, 0, 7]


@pytest.mark.parametrize(
    "rules",
    [b"Disallow: /\n" * 300, b"Disallow: /*a\n" * 100, b"Allow: /a/index.html\n" * 100],
)
def test_the_memory_of_kept_robots_txt_files_is_limited(monkeypatch, rules):
    monkeypatch.setattr("ingest.web.robots.KEPT_BYTES", 250_000)
    visitor = Visitor()
    with loopback(lambda _: Reply(200, b"User-agent: other\n" + rules)) as server:
        for host in ("a", "b", "c", "c", "b", "a"):
            visitor.refusal(server.url("/", f"{host}.localhost"))
        # The first was dropped for the third; the others were still kept.
        assert [request.headers["Host"][0] for request in server.log] == ["a", "b", "c", "a"]
    # What another process fetched takes as much, though the ledger has it deflated.
    loaded = Visitor()
    loaded.robots.load(visitor.robots.drain(), loaded.sites)
    assert len(loaded.robots.unknown(server.url("/", f"{host}.localhost") for host in "abc")) == 1


@pytest.mark.parametrize(
    ("reply", "refused"),
    [
        (Reply(200, b"User-agent: *\nDisallow: /a\nCrawl-delay: 20"), DISALLOWED),
        (Reply(404), None),
        (Reply(500), UNKNOWN_RULES),
    ],
    ids=["read", "absent", "error"],
)
def test_another_process_can_load_what_was_drained(reply, refused):
    first, second = Visitor(), Visitor()
    with loopback(lambda _: reply) as server:
        url = server.url("/a")
        assert not first.robots.is_known(url)
        assert first.refusal(url) is refused
        given = first.robots.drain()
        assert first.robots.drain() == []
        assert second.robots.unknown([url, "http://[", url]) == {server.url("/robots.txt")}
        second.robots.load(given, second.sites)
        assert second.robots.is_known(url)
        assert second.robots.unknown([url]) == set()
        assert second.refusal(url) is refused
        assert len(server.log) == 1
    # The delay applies before the second process requests anything.
    assert second.sites._slow == first.sites._slow
    second.clock.time = given[0].until
    assert not second.robots.is_known(url)


@pytest.mark.parametrize(
    ("reply", "listed"),
    [
        (
            Reply(
                200,
                b"Sitemap: https://a.example/1.xml#x\nUser-agent: *\nDisallow: /\n"
                b"sitemap:/2.xml # all\nUser-agent: x\nSite-map: 3.xml\nSitemap:\n",
            ),
            ["https://a.example/1.xml", "/2.xml", "3.xml"],
        ),
        (Reply(200, b"<html>no"), []),
        (Reply(404), []),
        (Reply(503), []),
    ],
)
def test_the_sitemaps_of_a_site_are_as_listed(reply, listed):
    async def ask(url: str) -> list[str]:
        async with Client(LOCAL) as client:
            return await Robots().sitemaps(client, url)

    with loopback(lambda _: reply) as running:
        assert asyncio.run(ask(running.url("/page"))) == listed
        assert [one.path for one in running.log] == ["/robots.txt"]
