"""Parsing feeds: every format, and whatever else a feed's address may return."""

from __future__ import annotations

import builtins
import json
import socket
from datetime import UTC, datetime

import pytest
from feed_mutations import check
from hypothesis import example, given
from hypothesis import strategies as st

from core.records import FeedItem
from ingest.feeds.parser import NotAFeed, ParsedFeed, parse_feed
from ingest.words import MAX_SUMMARY, plain

URL = "https://example.com/feeds/all.rss"
MOMENT = datetime(2026, 3, 1, 11, 30, tzinfo=UTC)

RSS2 = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Example &amp; News</title><link>https://example.com/</link>
<item><title>One</title><link>https://example.com/1?utm_source=rss</link>
<description>&lt;p&gt;First &lt;b&gt;words&lt;/b&gt;&lt;/p&gt;</description>
<dc:creator>Ana M\xc3\xbcller</dc:creator><pubDate>Sun, 01 Mar 2026 12:30:00 +0100</pubDate></item>
</channel></rss>"""

RSS1 = b"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://example.com/"><title>Example &amp; News</title></channel>
<item rdf:about="https://example.com/1"><title>One</title><link>https://example.com/1</link>
<description>First words</description><dc:creator>Ana M&#252;ller</dc:creator>
<dc:date>2026-03-01T12:30:00+01:00</dc:date></item></rdf:RDF>"""

ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">
<title>Example &amp; News</title><id>urn:feed</id>
<entry><title type="html">One</title><id>urn:1</id><link rel="alternate" href="/1"/>
<summary>First words</summary><author><name>Ana M&#252;ller</name></author>
<published>2026-03-01T11:30:00Z</published><updated>2026-03-01T12:00:00Z</updated></entry></feed>"""

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Example & News",
        "items": [
            {
                "id": "1",
                "url": "https://example.com/1",
                "title": "One",
                "content_html": "<p>First <b>words</b></p>",
                "authors": [{"name": "Ana Müller"}],
                "date_published": "2026-03-01T12:30:00+01:00",
            }
        ],
    }
).encode()

FORMATS = {"rss 2.0": RSS2, "rss 1.0": RSS1, "atom": ATOM, "json feed": JSON}


def parsed(body, content_type="", url=URL) -> ParsedFeed:
    found = parse_feed(body, content_type, url)
    assert isinstance(found, ParsedFeed)
    return found


def json_feed(*items, **changes):
    document = {"version": "https://jsonfeed.org/version/1", "title": "T", "items": items}
    return json.dumps(document | changes).encode()


def rss(items, title="T"):
    return f'<rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'.encode()


@pytest.mark.parametrize("body", FORMATS.values(), ids=FORMATS)
def test_every_format_parses_to_the_same_items(body):
    item = FeedItem(
        url="https://example.com/1",
        title="One",
        summary="First words",
        authors=("Ana Müller",),
        published=MOMENT,
    )
    assert parsed(body) == ParsedFeed("Example & News", (item,))


def test_a_byte_order_mark_is_ignored():
    for body in FORMATS.values():
        assert len(parsed(b"\xef\xbb\xbf" + body).items) == 1


def test_a_broken_feed_yields_its_complete_items():
    body = RSS2[: RSS2.rindex(b"</channel>")] + (
        b"<item><title>Ham & eggs</title><link>https://example.com/2</link></item><item><title>Th"
    )
    feed = parsed(body)
    assert [item.title for item in feed.items] == ["One", "Ham & eggs"]
    assert feed.fault


@pytest.mark.parametrize(
    ("body", "looks"),
    [
        (b"<!DOCTYPE html><html><head><title>x</title></head></html>", "an HTML page"),
        (b"<html><body>Not found</body></html>", "an HTML page"),
        (b"", "an unknown format, 0 bytes"),
        (b"just words", "an unknown format"),
        (b"\x89PNG\r\n\x1a\n", "an unknown format"),
        (b'{"items": []}', "JSON, but no JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": {}}', "JSON, but no JSON Feed"),
        (b'{"version": ', "broken JSON"),
        (b'{"a":' * 100_000, "broken JSON"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "broken JSON"),
        (b'{"a": "\xff"}', "JSON, but no JSON Feed"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_body_that_is_not_a_feed_is_described(body, looks):
    found = parse_feed(body, "text/html", URL)
    assert isinstance(found, NotAFeed)
    assert looks in found.reason


def test_a_reason_has_no_control_characters():
    found = parse_feed(b"just words", "text/\x1b[2J\x9b", URL)
    assert isinstance(found, NotAFeed)
    assert found.reason.endswith("10 bytes of text/\ufffd[2J\ufffd")


def test_scripts_in_titles_are_removed():
    escaped = rss(
        "<item><title>&lt;script&gt;alert(1)&lt;/script&gt; One</title>"
        "<link>https://example.com/1</link></item>"
    )
    named = json_feed({"url": "https://example.com/1", "title": "<script>alert(1)</script> One"})
    for body in (escaped, named):
        assert [item.title for item in parsed(body).items] == ["One"]


def test_control_characters_and_lone_surrogates_are_left_out():
    title = "One\x1b[31m\x00\u009b2J \ud800\ufffe two\u0007"
    (item,) = parsed(json_feed({"url": "/1", "title": title, "summary": title})).items
    assert item.title == item.summary == "One [31m 2J two"
    assert item.item_hash


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/1", "https://example.com/1"),
        ("1", "https://example.com/feeds/1"),
        ("//other.example/1", "https://other.example/1"),
        (" https://example.com/1\n", "https://example.com/1"),
        ("https://news.ycombinator.com/item?id=1", "https://news.ycombinator.com/item?id=1"),
    ],
)
def test_a_relative_link_is_resolved_against_its_feed(link, url):
    body = rss(f"<item><title>x</title><link>{link}</link></item>")
    assert [item.url for item in parsed(body).items] == [url]
    assert [item.url for item in parsed(json_feed({"url": link})).items] == [url]


@pytest.mark.parametrize(
    "name", ["authors", "content", "links", "source", "summary_detail", "title_detail"]
)
def test_an_element_named_like_a_feedparser_field_does_no_harm(name):
    item = f"<title>A</title><link>https://a.example/1</link><{name}>x</{name}>"
    (found,) = parsed(rss(f"<item>{item}</item>")).items
    assert (found.title, found.url) == ("A", "https://a.example/1")


def test_items_without_a_web_address_are_counted():
    feed = parsed(
        rss(
            "<item><title>no link</title></item>"
            "<item><link>mailto:a@example.com</link></item>"
            "<item><guid isPermaLink='false'>https://example.com/9</guid></item>"
            "<item><guid>tag:1</guid></item>"
            "<item><guid>https://example.com/1</guid></item>"
        )
    )
    assert [item.url for item in feed.items] == ["https://example.com/9", "https://example.com/1"]
    assert feed.unusable == 3


def test_json_items_without_a_web_address_are_counted():
    feed = parsed(json_feed({"id": "4711"}, {"id": "https://example.com/1"}, "x", None, 3, {}))
    assert [item.url for item in feed.items] == ["https://example.com/1"]
    assert feed.unusable == 5


@pytest.mark.parametrize(
    "odd",
    [
        {"authors": 5},
        {"authors": {"name": "x"}},
        {"authors": [3, None, {"name": 4}]},
        {"author": "x"},
        {"title": ["x"]},
        {"summary": {}},
        {"date_published": "no date"},
        {"date_published": 7},
    ],
    ids=str,
)
def test_a_malformed_field_of_a_json_item_is_ignored(odd):
    feed = parsed(json_feed({"url": "https://example.com/1"} | odd))
    assert feed.items == (FeedItem(url="https://example.com/1"),)


def test_a_long_summary_is_cut():
    body = rss(f"<item><link>/1</link><description>{'word ' * 5_000}</description></item>")
    assert len(parsed(body).items[0].summary) <= MAX_SUMMARY


def test_a_wrong_content_type_is_not_a_fault():
    for content_type in ("text/html", "text/xml", "", "application/rss+xml; charset=latin-1"):
        assert parsed(RSS2, content_type).fault is None


ENTITIES = """<?xml version="1.0"?><!DOCTYPE rss [
<!ENTITY secret SYSTEM "file://{path}"><!ENTITY far SYSTEM "http://127.0.0.1:9/x">
<!ENTITY % all SYSTEM "file://{path}"> %all;]>
<rss version="2.0"><channel><title>T&secret;</title>
<item><title>A&secret;&far;</title><link>/1</link></item></channel></rss>"""


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch, tmp_path):
    """A secret file, and a list of all files opened and connections made."""
    secret = tmp_path / "secret.rss"
    secret.write_bytes(rss("<item><title>SECRET</title><link>/s</link></item>", title="SECRET"))
    touched: list[object] = []
    opened = builtins.open

    def watched(file, *args, **kwargs):
        touched.append(file)
        return opened(file, *args, **kwargs)

    monkeypatch.setattr(builtins, "open", watched)
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: touched.append(address))
    return secret, touched


@pytest.mark.parametrize(
    "body",
    [
        "{path}",
        "file://{path}",
        "http://127.0.0.1:9/feed",
        "feed:http://127.0.0.1:9/feed",
        ENTITIES,
        '<?xml-stylesheet href="file://{path}"?><rss version="2.0"><channel/></rss>',
        '<rss version="2.0" xmlns:xi="http://www.w3.org/2001/XInclude"><channel>'
        '<xi:include href="file://{path}"/></channel></rss>',
    ],
    ids=["path", "file", "http", "feed", "entities", "stylesheet", "xinclude"],
)
def test_a_feed_cannot_make_us_read_files_or_connect_anywhere(sealed, body):
    secret, touched = sealed
    found = parse_feed(body.replace("{path}", str(secret)).encode(), "application/xml", URL)
    assert "SECRET" not in repr(found)
    assert [one for one in touched if isinstance(one, tuple) or str(secret) in str(one)] == []


def test_nested_entities_do_not_exhaust_memory():
    names = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ha">{names}]>'.encode()
    found = parse_feed(body + rss("<item><title>&a9;</title><link>/1</link></item>"), "", URL)
    assert len(repr(found)) < 10_000


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("", ""),
        ("plain  words\n here", "plain words here"),
        ("<p>one</p><p>two</p>", "one two"),
        ("Tom &amp; Ann", "Tom & Ann"),
        ("1 < 2 & 3", "1 < 2 & 3"),
        ("<style>p {}</style>x <script>y()</script> z", "x z"),
        ("<", "<"),
        ("<p>Hafen&shy;minister</p>", "Hafenminister"),
        ("Hafen\u00administer", "Hafenminister"),
        ("Hafen\u202eminister\u202c", "Hafenminister"),
        ("<p>U\u0308berwachung</p>", "\u00dcberwachung"),
    ],
)
def test_the_words_of_markup_are_extracted(markup, words):
    assert plain(markup).split() == words.split()


def test_comments_are_not_words():
    assert plain("a <!-- secret --> b") == "a b"


@given(st.text())
def test_words_of_any_text_can_be_stored(markup):
    words = plain(markup)
    words.encode()
    assert not any(ord(letter) < 32 for letter in words)


@given(st.binary(max_size=300), st.text(max_size=30))
@example(b"{}", "")
@example(b"<!DOCTYPE", "")
@example(b"<rss><![", "")
@example(b"<rss version='2.0'><!DOCTYPE [<!", "")
@example(RSS2[:60] + b"\x00" + RSS2[60:], "")
@example(RSS2[:60] + b"\x80" + RSS2[60:], "")
@example(RSS2[:400] + b"&#99999999999;<" + RSS2[407:], "")
def test_arbitrary_bytes_do_not_raise(body, content_type):
    check(body, content_type)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
NAMES = ["id", "url", "title", "authors", "author", "summary", "date_published", "external_url"]


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), JSON_VALUES) | JSON_VALUES, max_size=3))
def test_any_json_items_do_not_raise(items):
    body = json_feed(*items)
    found = parsed(body)
    assert len(found.items) + found.unusable + found.repeated == len(items)
    check(body)
