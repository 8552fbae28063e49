"""Finding a site's feeds, with real requests to a site on loopback."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from loopback import Loopback, Reply, Request, loopback

from core.settings import Settings
from ingest.feeds.finder import (
    MAX_REQUESTS,
    MAX_SITEMAPS,
    MAX_UNNAMED,
    Found,
    FoundFeed,
    NotFound,
    Remedy,
    find_feeds,
    ranked,
)
from ingest.web.client import Client
from ingest.web.robots import Robots


def rss(title: str, *numbers: int) -> Reply:
    items = "".join(
        f"<item><link>https://news.example/{n}</link><title>{n}</title>"
        f"<pubDate>Sun, {n:02} Mar 2026 12:00:00 GMT</pubDate></item>"
        for n in numbers
    )
    body = f'<rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'
    return Reply(200, body.encode(), (("Content-Type", "application/rss+xml"),))


def atom(title: str, *numbers: int) -> Reply:
    entries = "".join(
        f'<entry><link href="https://news.example/{n}"/><title>{n}</title></entry>' for n in numbers
    )
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>{entries}</feed>'
    return Reply(200, body.encode(), (("Content-Type", "application/atom+xml"),))


def news_sitemap(*numbers: int) -> Reply:
    urls = "".join(
        f"<url><loc>https://news.example/{n}</loc><news:news><news:publication>"
        "<news:name>The News</news:name></news:publication><news:publication_date>2026-03-"
        f"{n:02}T12:00:00Z</news:publication_date><news:title>{n}</news:title></news:news></url>"
        for n in numbers
    )
    namespace = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return Reply(200, f"<urlset {namespace}>{urls}</urlset>".encode())


def index(*paths: str) -> Reply:
    listed = "".join(f"<sitemap><loc>{path}</loc></sitemap>" for path in paths)
    return Reply(200, f"<sitemapindex>{listed}</sitemapindex>".encode())


PAGES = Reply(200, b"<urlset><url><loc>https://news.example/about</loc></url></urlset>")


def robots(*sitemaps: str, rules: str = "") -> Reply:
    lines = "".join(f"Sitemap: {path}\n" for path in sitemaps)
    return Reply(200, f"User-agent: *\n{rules}\n{lines}".encode())


def page(markup: str = "") -> Reply:
    return Reply(
        200, f"<html><body>{markup}</body></html>".encode(), (("Content-Type", "text/html"),)
    )


def declared(*paths: str) -> str:
    return "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in paths
    )


SETTINGS = Settings(home=Path("/nowhere"), allow_hosts=("*.localhost",), pause=0)


def find(url: str) -> Found | NotFound:
    async def run() -> Found | NotFound:
        async with Client(SETTINGS) as client:
            return await find_feeds(client, Robots(), url, SETTINGS)

    return asyncio.run(run())


def search(site: dict[str, Reply], path: str = "/") -> tuple[Found | NotFound, Loopback]:
    """What is found on a site, and which requests it got."""

    def answer(request: Request) -> Reply:
        return site.get(request.path, Reply(404, b"no"))

    with loopback(answer) as running:
        return find(running.url(path)), running


def paths(result: Found | NotFound) -> list[str]:
    assert isinstance(result, Found), result
    return ["/" + feed.url.split("/", 3)[3] for feed in result.feeds]


def test_the_address_of_a_feed_finds_that_feed():
    result, running = search({"/x": rss("News", 1, 3, 2)}, "/x")
    assert result == Found(
        (
            FoundFeed(
                url=running.url("/x"),
                title="News",
                format="RSS",
                items=3,
                newest=datetime(2026, 3, 3, 12, tzinfo=UTC),
            ),
        )
    )
    assert [request.path for request in running.log] == ["/robots.txt", "/x"]


def test_declared_feeds_are_fetched_and_ranked():
    result, running = search(
        {
            "/": page(
                declared("/comments", "/empty", "/main", "/gone", "/html", "/same", "/sport")
            ),
            "/comments": rss("Comments for News", 21),
            "/empty": rss("Nothing yet"),
            "/main": rss("News", 1, 2, 3, 4),
            "/html": page(),
            "/same": atom("News", 1, 2, 3, 4),
            "/sport": rss("Sport", 4, 5),
        }
    )
    assert paths(result) == ["/main", "/sport", "/empty", "/same", "/comments"]
    assert isinstance(result, Found)
    remarks = [(feed.format, feed.comments, feed.same_as is not None) for feed in result.feeds]
    assert remarks[3:] == [("Atom", False, True), ("RSS", True, False)]
    asked = [one.path for one in running.log]
    assert len(asked) == len(set(asked))


def test_a_page_that_lists_feeds_is_followed_once():
    links = "".join(f'<a href="/{name}.rss">{name}</a>' for name in ("world", "sport"))
    result, running = search(
        {
            "/": page(declared("/main") + '<a href="/help">RSS feeds</a><a href="/more">RSS</a>'),
            "/help": page(links + '<a href="/deeper">More RSS feeds</a>'),
            "/main": rss("News", 1),
            "/world.rss": rss("World", 2),
            "/sport.rss": rss("Sport", 3),
        }
    )
    assert paths(result) == ["/main", "/world.rss", "/sport.rss"]
    assert not {"/deeper", "/more"} & {request.path for request in running.log}


def test_undeclared_feeds_are_found_at_usual_paths():
    result, running = search({"/": page(), "/rss.xml": rss("News", 1), "/atom.xml": atom("x", 1)})
    assert paths(result) == ["/rss.xml"]
    assert running.log[-1].path == "/rss.xml"


def test_a_permanently_moved_feed_is_found_at_its_new_address():
    moved = Reply(301, b"", (("Location", "/new"),))
    result, _ = search({"/": page(declared("/old", "/new")), "/old": moved, "/new": rss("N", 1)})
    assert paths(result) == ["/new"]


def test_robots_txt_binds_pages_and_guesses_but_not_declared_feeds():
    robots = Reply(200, b"User-agent: *\nDisallow: /feed\nDisallow: /rss\nDisallow: /help\n")
    site = {"/robots.txt": robots, "/": page('<a href="/help">RSS feeds</a>')}
    result, running = search(site)
    assert isinstance(result, NotFound)
    asked = {one.path for one in running.log}
    assert "/atom.xml" in asked
    assert not {"/feed", "/rss", "/rss.xml", "/feed.xml", "/help"} & asked
    site |= {"/": page(declared("/feed")), "/feed": rss("News", 1)}
    assert paths(search(site)[0]) == ["/feed"]
    result, running = search(site, "/feed")
    assert result == NotFound(f"robots.txt disallows it: {running.url('/feed')}")


@pytest.mark.parametrize(
    ("reply", "reason", "remedy"),
    [
        (Reply(404, b"no"), "answered 404", Remedy.SEARCH),
        (Reply(403, b"no"), "answered 403", Remedy.SEARCH),
        (Reply(503, b"no"), "answered 503", Remedy.WAIT),
        (page(), "no links on its page look like one", Remedy.SEARCH),
        (
            Reply(200, b"%PDF-1.7", (("Content-Type", "application/pdf"),)),
            "none is a feed",
            Remedy.SEARCH,
        ),
    ],
)
def test_finding_no_feed_gives_a_reason_and_what_to_do(reply, reason, remedy):
    result, _ = search({"/": reply})
    assert isinstance(result, NotFound)
    assert reason in result.reason
    assert result.remedy is remedy


def asked(running: Loopback, paths: Iterable[str]) -> list[str]:
    """Those of some paths that were asked for, in order."""
    return [one.path for one in running.log if one.path in set(paths)]


def test_the_address_of_a_news_sitemap_finds_that_sitemap():
    result, running = search({"/x": news_sitemap(1, 3, 2)}, "/x")
    assert result == Found(
        (
            FoundFeed(
                url=running.url("/x"),
                title="The News",
                format="news sitemap",
                items=3,
                newest=datetime(2026, 3, 3, 12, tzinfo=UTC),
            ),
        )
    )


def test_the_news_sitemaps_that_robots_txt_lists_are_found():
    site = {
        "/robots.txt": robots("/pages.xml", "/news/2019.xml", "/en/news.xml", "/de/news.xml"),
        "/": page(),
        "/en/news.xml": news_sitemap(1, 2),
        "/de/news.xml": news_sitemap(3),
    }
    result, running = search(site)
    assert paths(result) == ["/en/news.xml", "/de/news.xml"]
    assert not asked(running, ["/pages.xml", "/news/2019.xml", "/news-sitemap.xml"])


def test_an_index_leads_to_its_news_sitemaps():
    site = {
        "/robots.txt": robots("/all.xml"),
        "/": page(),
        "/all.xml": index("/pages.xml", "/news.xml.gz", "/news-index.xml"),
        "/news.xml.gz": Reply(200, gzip.compress(news_sitemap(1).body)),
        "/news-index.xml": index("/news-deeper.xml"),
        "/pages.xml": PAGES,
    }
    for start in ("/", "/all.xml"):
        result, running = search(site, start)
        assert paths(result) == ["/news.xml.gz"]
        assert not asked(running, ["/pages.xml", "/news-deeper.xml"])


def test_a_news_sitemap_that_nothing_lists_is_found_at_a_usual_address():
    result, running = search({"/": page(), "/sitemap_news.xml": news_sitemap(1)})
    assert paths(result) == ["/sitemap_news.xml"]
    assert running.log[-1].path == "/sitemap_news.xml"
    assert paths(
        search({"/": page(), "/sitemap.xml": index("/n/news.xml"), "/n/news.xml": news_sitemap(1)})[
            0
        ]
    ) == ["/n/news.xml"]


def test_a_sitemap_without_news_that_could_have_some_is_not_taken_for_a_feed():
    site = {"/": page(), "/sitemap_index.xml": news_sitemap(), "/sitemap.xml": news_sitemap(1)}
    assert paths(search(site)[0]) == ["/sitemap.xml"]
    assert paths(search({"/": page(), "/news-sitemap.xml": news_sitemap()})[0]) == [
        "/news-sitemap.xml"
    ]


def test_news_sitemaps_are_looked_for_only_if_there_is_no_feed_of_articles():
    site = {"/robots.txt": robots("/news.xml"), "/news.xml": news_sitemap(1), "/rss": rss("N", 1)}
    result, running = search(site | {"/": page(declared("/rss"))})
    assert paths(result) == ["/rss"]
    assert not asked(running, ["/news.xml"])
    assert paths(search(site | {"/": page()})[0]) == ["/rss"]
    site |= {"/": page(declared("/comments")), "/comments": rss("Comments for N", 2)}
    assert paths(search({one: site[one] for one in site if one != "/rss"})[0]) == [
        "/news.xml",
        "/comments",
    ]


def test_robots_txt_binds_the_search_for_news_sitemaps():
    rules = "Disallow: /news\nDisallow: /sitemap"
    site = {"/robots.txt": robots("/news.xml", rules=rules), "/news.xml": news_sitemap(1)}
    result, running = search(site | {"/": page()})
    assert isinstance(result, NotFound)
    assert asked(running, ["/news.xml", "/sitemap-news.xml", "/googlenews.xml"]) == [
        "/googlenews.xml"
    ]


def test_a_site_with_many_sitemaps_is_asked_for_few():
    many = [f"/news-{number}.xml" for number in range(100)]
    others = [f"/{number}.xml" for number in range(100)]
    for listed in (robots(*many, *others), robots("/news-index.xml", *others)):
        site = {"/robots.txt": listed, "/": page(), "/news-index.xml": index(*many)}
        site |= dict.fromkeys((*many, *others), PAGES)
        result, running = search(site)
        assert isinstance(result, NotFound)
        assert asked(running, many) == many[:MAX_SITEMAPS]
        assert asked(running, others) == others[:MAX_UNNAMED]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (PAGES, "but a sitemap without news, "),
        (index("/pages.xml"), "but a sitemap index (it lists none called news), "),
        (page(), "but an HTML page, "),
    ],
)
def test_what_is_there_instead_of_a_feed_is_said(reply, said):
    result, _ = search({"/x": reply}, "/x")
    assert isinstance(result, NotFound)
    assert said in result.reason


def test_a_busy_site_is_left_alone():
    busy = Reply(429, b"", (("Retry-After", "60"),))
    site = {"/": page(declared("/a", "/b", "/c")), "/a": rss("A", 1), "/b": busy, "/c": rss("C", 2)}
    result, running = search(site)
    assert paths(result) == ["/a"]
    assert running.log[-1].path == "/b"


def test_the_number_of_requests_to_a_site_is_limited():
    site = {f"/{number}.rss": rss(f"Feed {number}", number % 28 + 1) for number in range(1000)}
    site["/"] = page("".join(f'<a href="{path}">x</a>' for path in site))
    result, running = search(site)
    assert isinstance(result, Found)
    assert len(running.log) == MAX_REQUESTS + 1  # robots.txt


def test_an_unreachable_host_is_named():
    result = find("http://here.localhost:1/")
    assert isinstance(result, NotFound)
    assert "connection failed" in result.reason
    assert "here.localhost:1" in result.reason
    assert "Connection refused" in result.reason
    assert result.remedy is Remedy.WAIT


@pytest.mark.parametrize("url", ["http://a.example:9/feed", "http://127.0.0.1/feed"])
def test_an_address_that_may_not_be_requested_has_to_be_allowed(url):
    result = find(url)
    assert isinstance(result, NotFound)
    assert result.reason.startswith("refused address")
    assert result.remedy is Remedy.ALLOW


def test_feeds_with_nearly_the_same_items_are_one():
    def feed(url: str, items: set[str], **changes: object) -> tuple[FoundFeed, frozenset[str]]:
        fields = {"url": url, "title": url, "format": "RSS", "items": len(items), "newest": None}
        return FoundFeed.model_validate(fields | changes), frozenset(items)

    order = ranked(
        [
            feed("comments", {"z"}, comments=True),
            feed("a", set("12345678")),
            feed("b", set("1234567890")),
            feed("part", set("123")),
            feed("none", set()),
            feed("none too", set()),
        ]
    )
    assert [(one.url, one.same_as) for one in order] == [
        ("a", None),
        ("part", None),
        ("none", None),
        ("none too", None),
        ("b", "a"),
        ("comments", None),
    ]
