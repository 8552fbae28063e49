"""Where a page says its site's feeds are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.feeds.candidates import (
    Hint,
    candidates,
    guesses,
    listed_sitemaps,
    usual_sitemaps,
)
from ingest.feeds.sitemap import is_called_news

HOME = "https://www.example.com/"


def found(markup: str | bytes, url: str = HOME) -> list[tuple[str, str]]:
    body = markup if isinstance(markup, bytes) else markup.encode()
    return [(one.url, one.hint.name) for one in candidates(body, "text/html", url)]


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ('rel="alternate" type="application/rss+xml" href="/feed"', "https://www.example.com/feed"),
        ('rel="alternate" type="application/atom+xml" href="a.xml"', "https://www.example.com/a.xml"),
        ("rel=ALTERNATE type=Application/RSS+XML href=/x", "https://www.example.com/x"),
        ('rel="alternate home" type="application/rdf+xml; charset=utf-8" href="/x"',
         "https://www.example.com/x"),
        ('rel="alternate" type="application/feed+json" href="/x"', "https://www.example.com/x"),
        ('rel="alternate" type="application/json" href="/x"', "https://www.example.com/x"),
        ('rel="feed" href="/x"', "https://www.example.com/x"),
        ('rel="alternate" type="text/xml" href="//other.example/x#y"', "https://other.example/x"),
        ('rel="feed" href="feed://www.example.com/x"', "http://www.example.com/x"),
        ('rel="feed" href="feed:https://www.example.com/x"', "https://www.example.com/x"),
    ],
)  # fmt: skip
def test_a_declared_feed_is_a_candidate(link, url):
    assert found(f"<head><link {link}></head>") == [(url, "DECLARED")]


@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="alternate" type="text/html" hreflang="de" href="/de">',
        '<link rel="alternate" type="application/json+oembed" href="/o">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
        '<link rel="alternate" type="application/rss+xml">',
        '<link rel="alternate" type="application/rss+xml" href=" ">',
        '<link rel="alternate" type="application/rss+xml" href="http://[">',
        '<link rel="alternate" type="application/rss+xml" href="/rss\x1b[31m.xml">',
        '<link rel="alternate" type="application/rss+xml" href="data:,x">',
        '<link rel="alternate" type="application/rss+xml" href="#here">',
        '<link rel="stylesheet" href="/feed.css">',
        '<a href="/sitemap.xml">Site map</a>',
        '<a href="/feedback">Tell us</a>',
        '<a href="https://reader.example/subscribe/feed">Follow us</a>',
        '<a href="/news/1">Rain</a>',
        '<a name="rss">RSS</a>',
        '<a href="mailto:rss@example.com">RSS</a>',
        "",
        "just words",
    ],
)
def test_other_links_are_not_candidates(markup):
    assert found(markup) == []


@pytest.mark.parametrize(
    "path",
    ["/news.rss", "/news/feed", "/feed/", "/rss/world", "/world/rss.xml", "/atom", "/index.rdf",
     "/index.xml", "/feeds/posts/default", "/?feed=rss2", "/x?format=rss", "/world-rss.xml",
     "/feed_world.xml", "/rss2.php"],
)  # fmt: skip
def test_a_link_that_looks_like_a_feed_is_a_candidate(path):
    assert found(f'<a href="{path}">World</a>') == [(f"https://www.example.com{path}", "LINKED")]


def test_the_surest_candidates_come_first_and_pages_about_feeds_last():
    markup = """<a href="/about-feeds">Our RSS feeds</a> <a href="/world.rss">World</a>
    <a href="https://feeds.other.example/sport">Sport</a> <a href="/main">RSS</a>
    <link rel="alternate" type="application/rss+xml" title=" Main
    feed " href="/main">"""
    assert found(markup) == [
        ("https://www.example.com/main", "DECLARED"),
        ("https://www.example.com/world.rss", "LINKED"),
        ("https://feeds.other.example/sport", "LINKED"),
        ("https://www.example.com/about-feeds", "LISTED"),
    ]
    assert candidates(markup.encode(), "", HOME)[0].title == "Main feed"


def test_addresses_are_resolved_against_the_pages_base():
    markup = '<base href="/news/"><link rel="feed" href="x"><a href="?feed=rss2">y</a>'
    assert [url for url, _ in found(markup)] == [
        "https://www.example.com/news/x",
        "https://www.example.com/news/?feed=rss2",
    ]


def test_a_page_is_not_its_own_candidate():
    assert found('<a href="/rss">RSS</a>', "https://www.example.com/rss") == []


def test_titles_have_no_control_characters():
    markup = "<link rel=feed href=/a title='All&#27;[2J'><a href=/feed>RSS\x9bfeed</a>"
    assert [one.title for one in candidates(markup.encode(), "", HOME)] == ["All [2J", "RSS feed"]


def test_guesses_start_with_the_section_of_the_address():
    def paths(url):
        return [one.url.removeprefix("https://example.com") for one in guesses(url)]

    front = paths("https://example.com/")
    assert {"/feed", "/rss.xml", "/?feed=rss2"} <= set(front)
    assert paths("https://example.com") == front
    assert paths("https://example.com/?x=1") == front
    assert paths("https://example.com/about.html") == front
    section = paths("https://example.com/blog/2026.html")
    assert section[0] == "/blog/feed"
    assert section[-len(front) :] == front
    assert paths("https://example.com/blog")[0] == "/blog/feed"
    assert all(one.hint is Hint.GUESSED for one in guesses(HOME))


MARKUP = st.lists(
    st.sampled_from(["<a href=", "<link rel=feed href=", "<base href=", ">", "'", '"', "rss", "//[",
                     "http://", "</a>", "<html>", "\0", "&#0;", "feed:", "<?xml encoding='x'?>"])
    | st.text(max_size=5)
).map("".join)  # fmt: skip


@given(st.binary() | MARKUP.map(lambda text: text.encode("utf-8", "replace")))
def test_any_page_yields_only_web_addresses(body):
    for one in candidates(body, "text/html", HOME):
        assert one.url.startswith(("http://", "https://"))
        assert "#" not in one.url


def test_the_usual_sitemaps_are_those_of_the_whole_site_those_of_news_first():
    usual = usual_sitemaps("https://www.example.com/en/world?a=1")
    assert usual[0] == "https://www.example.com/news-sitemap.xml"
    assert [one for one in usual if not is_called_news(one)] == [
        "https://www.example.com/sitemap_index.xml",
        "https://www.example.com/sitemap.xml",
    ]
    assert list(map(is_called_news, usual)) == [True] * (len(usual) - 2) + [False] * 2


def test_listed_sitemaps_are_web_addresses_each_once():
    written = ["/a.xml", "https://cdn.example/b.xml", "ftp:c", "", f"{HOME}a.xml#x", "http://["]
    assert listed_sitemaps(written, HOME) == (f"{HOME}a.xml", "https://cdn.example/b.xml")
