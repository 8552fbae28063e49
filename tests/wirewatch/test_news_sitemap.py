"""An outlet without feeds: its news sitemap, from the site's address to the index."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

from loopback import Reply, Request, loopback
from terminal import Wirewatch, lines

from wirewatch.history import NO_PAGES

TEXT = """The harbour authority of Westerhaven bought a system last spring that reads the plates of
every car on its quays, and kept what it read for two years. So say papers that the town's council
released on Monday after a complaint by two residents.

The papers show that nineteen cameras were put up without a decision of the council. A spokeswoman
of the authority said that the cameras were meant to find stolen lorries, and that no person was
watched. She did not say how many lorries were found.

The council's committee for data protection wants to hear the authority next week. Its chair said
that what is not needed has to be deleted within days, and that nobody had asked the committee."""


class Outlet:
    """Serves a front page, robots.txt, an index of sitemaps, a news sitemap as a gzip file, and an
    article's page; the page of another one is refused."""

    headline = "Harbour of Westerhaven kept the plates of all cars"

    def answer(self, request: Request) -> Reply:
        return self.pages(f"http://{request.headers['Host']}").get(request.path, Reply(404))

    def pages(self, base: str) -> dict[str, Reply]:
        robots = f"User-agent: *\nAllow: /\nSitemap: {base}/sitemaps.xml\n"
        index = "".join(
            f"<sitemap><loc>{base}/{name}</loc></sitemap>" for name in ("all.xml", "news.xml.gz")
        )
        paragraphs = "".join(f"<p>{one}</p>" for one in TEXT.split("\n\n"))
        article = (
            f"<html lang='en'><head><title>{self.headline}</title></head><body><article>"
            f"<h1>{self.headline}</h1>{paragraphs}</article></body></html>"
        )
        html = (("Content-Type", "text/html; charset=utf-8"),)
        return {
            "/": Reply(200, b"<html><body><a href='/quays'>Quays</a></body></html>", html),
            "/robots.txt": Reply(200, robots.encode()),
            "/sitemaps.xml": Reply(200, f"<sitemapindex>{index}</sitemapindex>".encode()),
            "/news.xml.gz": Reply(200, gzip.compress(self.sitemap(base).encode())),
            "/quays": Reply(200, article.encode(), html),
            "/shut": Reply(403),
        }

    def sitemap(self, base: str) -> str:
        published = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
        urls = "".join(
            f"<url><loc>{base}/{path}</loc><news:news><news:publication>"
            "<news:name>The Westerhaven Gazette</news:name><news:language>en</news:language>"
            f"</news:publication><news:publication_date>{published}</news:publication_date>"
            f"<news:title>{title}</news:title></news:news></url>"
            for path, title in (("quays", self.headline), ("shut", "A ferry is late"))
        )
        old = f"<url><loc>{base}/old</loc></url>"
        namespace = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        return f"<urlset {namespace}>{urls}{old}</urlset>"


def test_articles_of_an_outlet_without_feeds_are_found_by_its_news_sitemap(
    wirewatch: Wirewatch, home: Path
) -> None:
    assert home.exists()
    outlet = Outlet()
    with loopback(outlet.answer) as server:
        sitemap = server.url("/news.xml.gz")
        assert f"{sitemap}: added" in wirewatch("feeds", "add", server.url("/")).stdout
        assert "/all.xml" not in {one.path for one in server.log}
        wirewatch("run")
        (feed,) = lines(wirewatch("feeds", "list", "--json"))
        assert (feed["outlet"], feed["state"], feed["reason"]) == (
            "The Westerhaven Gazette",
            "ok",
            None,
        )
        ends = {
            one["url"].rpartition("/")[2]: (one["state"], one["reason"])
            for one in lines(wirewatch("entries", "--json"))
        }
        # A headline alone is no article, and an address without news is no entry.
        assert ends == {
            "quays": ("indexed", None),
            "shut": ("quarantined", "answered 403: the site refuses us"),
        }

        outlet.headline = "Harbour deletes what it kept of all cars"
        wirewatch("run", "--feed", sitemap)
        (article,) = lines(wirewatch("search", "plates", "--json"))
        assert (article["title"], article["revision"]) == (outlet.headline, 2)
        assert lines(wirewatch("feeds", "gaps", "--json")) == []
        assert NO_PAGES in wirewatch("feeds", "history", sitemap, "--since", "2026-01").stdout
        assert sitemap in wirewatch("feeds", "export").stdout
