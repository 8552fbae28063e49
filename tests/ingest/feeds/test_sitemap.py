"""How news sitemaps are read, and what other sitemaps are said to be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import FeedItem
from ingest.characters import CONTROL
from ingest.feeds import sitemap
from ingest.feeds.parser import NotAFeed, ParsedFeed, parse_feed
from ingest.feeds.sitemap import LISTED_TIME, is_called_news

URL = "https://example.com/news.xml"
OLD = "<url><loc>https://example.com/old</loc><lastmod>2026-01-01</lastmod></url>"
CHANGED = "<lastmod>2026-03-02</lastmod>"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def urlset(urls: str, namespaces: str = NAMESPACES) -> str:
    return f"<urlset {namespaces}>{urls}</urlset>"


def news(
    loc: str = "https://example.com/1",
    title: str = "One",
    date: str = "2026-03-01T12:30:00+01:00",
    outlet: str = "The Example",
    more: str = "",
) -> str:
    return (
        f"<url><loc>{loc}</loc>{more}<news:news><news:publication><news:name>{outlet}</news:name>"
        "<news:language>en</news:language></news:publication>"
        f"<news:publication_date>{date}</news:publication_date><news:title>{title}</news:title>"
        "</news:news></url>"
    )


def parsed(body: str, url: str = URL) -> ParsedFeed | NotAFeed:
    return parse_feed(body.encode(), "application/xml", url)


def read(body: str) -> ParsedFeed:
    found = parsed(body)
    assert isinstance(found, ParsedFeed), found
    return found


def refused(body: str) -> NotAFeed:
    found = parsed(body)
    assert isinstance(found, NotAFeed), found
    return found


def test_an_item_has_address_headline_and_date_and_the_feed_its_outlet() -> None:
    image = (
        "<image:image><image:loc>https://example.com/1.jpg</image:loc>"
        "<image:title>A picture</image:title></image:image>"
    )
    assert read(urlset(news(more=image))) == ParsedFeed(
        title="The Example",
        items=(
            FeedItem(
                url="https://example.com/1",
                title="One",
                published=datetime(2026, 3, 1, 11, 30, tzinfo=UTC),
            ),
        ),
        covers=LISTED_TIME,
    )


@pytest.mark.parametrize(
    ("loc", "url"),
    [
        (" \n https://example.com/1 \n", "https://example.com/1"),
        ("<![CDATA[https://example.com/1?a=1&b=2]]>", "https://example.com/1?a=1&b=2"),
        ("https://example.com/1?a=1&amp;b=2", "https://example.com/1?a=1&b=2"),
        ("https://example.com/1?a=1&b=2", "https://example.com/1?a=1&b=2"),
        ("/1", "https://example.com/1"),
        ("https://other.example/1", "https://other.example/1"),
    ],
)
def test_an_address_in_every_spelling(loc: str, url: str) -> None:
    assert [item.url for item in read(urlset(news(loc))).items] == [url]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("R&amp;D and R&D", "R&D and R&D"),
        ("<![CDATA[R&D <b>now</b>]]>", "R&D now"),
        ("One <b>two</b> three", "One two three"),
        ("caf&eacute; &#8217;", "café \u2019"),
        ("Why &lt;script&gt; is dangerous", "Why <script> is dangerous"),
        ("One</news:title><news:title>Two", "One"),
        ("", ""),
    ],
)
def test_a_headline_in_every_spelling(title: str, words: str) -> None:
    assert [item.title for item in read(urlset(news(title=title))).items] == [words]


@pytest.mark.parametrize(
    ("date", "more", "published"),
    [
        ("2026-03-01", "", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T10:00+02:00", CHANGED, datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("", CHANGED, datetime(2026, 3, 2, tzinfo=UTC)),
        ("soon", CHANGED, datetime(2026, 3, 2, tzinfo=UTC)),
        ("soon", "", None),
    ],
)
def test_the_date_is_that_of_publication_else_of_the_last_change(
    date: str, more: str, published: datetime | None
) -> None:
    assert [item.published for item in read(urlset(news(date=date, more=more))).items] == [
        published
    ]


@pytest.mark.parametrize(
    "namespaces",
    [
        "",
        'xmlns="http://www.google.com/schemas/sitemap/0.84"',
        NAMESPACES.replace("0.9", "0.9/").replace("http:", "https:"),
    ],
    ids=["none", "old", "misspelt"],
)
def test_items_are_read_whatever_namespaces_are_declared(namespaces: str) -> None:
    assert [item.title for item in read(urlset(news(), namespaces)).items] == ["One"]


def test_any_prefix_may_stand_for_the_namespaces() -> None:
    body = urlset(news()).replace("news:", "n:").replace("xmlns:news", "xmlns:n")
    for tag in ("urlset", "url>", "loc>"):
        body = body.replace(f"<{tag}", f"<s:{tag}").replace(f"</{tag}", f"</s:{tag}")
    found = read(body.replace('xmlns="', 'xmlns:s="'))
    assert ([item.title for item in found.items], found.fault) == (["One"], None)


def test_an_address_without_news_is_no_item_and_no_fault() -> None:
    found = read(urlset(OLD + news() + OLD))
    assert [item.url for item in found.items] == ["https://example.com/1"]
    assert (found.unusable, found.fault) == (0, None)


def test_news_without_an_address_is_counted() -> None:
    found = read(urlset(news() + news("") + news("mailto:a@example.com") + news("/1", "Again")))
    assert (len(found.items), found.unusable, found.repeated) == (1, 2, 1)


def test_the_outlet_is_the_one_that_most_items_name() -> None:
    listed = [news(f"/{n}", outlet=outlet) for n, outlet in enumerate("BAAC")]
    assert read(urlset("".join(listed))).title == "A"


def test_a_list_without_items_is_a_feed_if_it_says_that_it_is_of_news() -> None:
    for urls in ("", OLD):
        assert read(urlset(urls)).items == ()
    plain = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    for urls in ("", OLD):
        assert refused(urlset(urls, plain)).reason.startswith("a sitemap without news, ")


def test_a_long_list_may_be_cut_and_does_not_say_of_what_time_it_has_all() -> None:
    urls = [news(f"/{n}") for n in range(100)]
    assert read(urlset("".join(urls[1:]))).covers == LISTED_TIME == timedelta(days=2)
    assert read(urlset("".join(urls))).covers is None


def test_what_is_before_a_break_is_read_and_the_break_reported() -> None:
    body = urlset(news("/1") + news("/2"))
    found = read(body[: body.index("</news:news></url></urlset>")])
    assert [item.url[-1] for item in found.items] == ["1"]
    assert found.fault is not None
    assert "line 1: " in found.fault
    assert found.covers is None, "it may have lost some"


@pytest.mark.parametrize("title", ["A < B", "A <br> B", "<b>A B", "A B<b"])
def test_broken_markup_in_a_headline_costs_no_other_item(title: str) -> None:
    found = read(urlset(news("/1") + news("/2", title) + news("/3")))
    words = [("1", "One"), ("2", "A B"), ("3", "One")]
    assert [(item.url[-1], item.title) for item in found.items] == words
    assert found.fault


def test_what_is_before_half_a_character_is_read() -> None:
    # What looks like CDATA is left as it is, and this is none.
    found = read(urlset(news("/1") + "<!--<![CDATA[-->&#xD800;<!--]]>-->" + news("/2")))
    assert [item.url[-1] for item in found.items] == ["1"]
    assert found.fault == "cut at a character that does not exist"


def test_what_is_said_to_be_broken_has_no_control_characters() -> None:
    found = read(urlset(news()).replace("</urlset>", "<![CDATA[\x9b[2J\n"))
    assert found.fault is not None
    assert "\ufffd" in found.fault
    assert not CONTROL.search(found.fault)


@pytest.mark.parametrize("limit", ["MAX_ITEMS", "MAX_ELEMENTS"])
def test_an_oversized_sitemap_is_cut(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    body = urlset("".join(news(f"/{n}") for n in range(5)))
    monkeypatch.setattr(sitemap, limit, {"MAX_ITEMS": 3, "MAX_ELEMENTS": 30}[limit])
    found = read(body)
    assert len(found.items) == 3
    assert found.fault is not None
    assert found.fault.startswith("cut after 3")


def index(*addresses: str) -> str:
    listed = "".join(
        f"<sitemap><loc>{escape(one)}</loc><lastmod>2026</lastmod></sitemap>" for one in addresses
    )
    return f"<sitemapindex {NAMESPACES}>{listed}</sitemapindex>"


def test_an_index_is_no_feed_but_says_which_of_its_sitemaps_is_one() -> None:
    found = refused(index("/pages.xml", "https://example.com/news-sitemap.xml?a=1&b=2", "ftp:x"))
    news_sitemap = "https://example.com/news-sitemap.xml?a=1&b=2"
    assert found.sitemaps == ("https://example.com/pages.xml", news_sitemap)
    assert found.reason.startswith(
        f"a sitemap index (its news sitemap is probably {news_sitemap}), "
    )
    found = refused(index("/pages.xml"))
    assert found.reason.startswith("a sitemap index (it lists none called news), ")


@pytest.mark.parametrize(
    ("url", "called"),
    [
        ("https://example.com/news-sitemap.xml", True),
        ("https://example.com/GoogleNews.xml.gz", True),
        ("https://example.com/sitemap.xml?type=news", True),
        ("https://example.com/sitemap-noticias.xml", True),
        ("https://example.com/sitemaps/latest", True),
        ("https://news.example.com/sitemap.xml", False),
        ("https://example.com/newsletters.xml", False),
        ("https://example.com/news/2019-04.xml", False),
        ("https://example.com/news-archive-1.xml", False),
        ("https://example.com/post-sitemap.xml", False),
    ],
)
def test_a_news_sitemap_is_told_by_its_address(url: str, called: bool) -> None:
    assert is_called_news(url) is called


TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, st.booleans()), max_size=4))
def test_all_news_adds_up_whatever_its_words_are(
    listed: list[tuple[str, str, str, str, bool]],
) -> None:
    urls = [
        news(*map(escape, words)) if is_news else f"<url><loc>{escape(words[0])}</loc></url>"
        for *words, is_news in listed
    ]
    found = read(urlset("".join(urls)))
    assert len(found.items) + found.unusable + found.repeated == sum(one[-1] for one in listed)
