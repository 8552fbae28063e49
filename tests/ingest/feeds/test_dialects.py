"""How feeds of every dialect are read."""

# ruff: noqa: RUF001 - feeds come in all scripts, some with look-alike letters

from __future__ import annotations

import html
import json
from datetime import UTC, datetime

import pytest
from feed_mutations import FEEDS, check

from core.records import FeedItem, Hints
from ingest.charsets import decode
from ingest.feeds import readers
from ingest.feeds.parser import NotAFeed, ParsedFeed, parse_feed
from ingest.moments import moment
from ingest.words import MAX_CONTENT, paragraphs

URL = "https://example.com/feeds/all.xml"
XHTML = "http://www.w3.org/1999/xhtml"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "atom": "http://www.w3.org/2005/Atom",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "media": "http://search.yahoo.com/mrss/",
        "sy": "http://purl.org/rss/1.0/modules/syndication/",
    }.items()
)


def rss(items: str = "", channel: str = "", attributes: str = "") -> str:
    head = f'<rss version="2.0" {NAMESPACES} {attributes}><channel><title>T</title>{channel}'
    return f"{head}{items}</channel></rss>"


def atom(entries: str, attributes: str = "", head: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{head}{entries}</feed>'


def read(body: str | bytes, content_type: str = "") -> ParsedFeed:
    found = parse_feed(body.encode() if isinstance(body, str) else body, content_type, URL)
    assert isinstance(found, ParsedFeed), found
    return found


def only(inside: str, **around: str) -> FeedItem:
    """The item read from the inside of an RSS item."""
    (item,) = read(rss(f"<item>{inside}</item>", **around)).items
    return item


@pytest.mark.parametrize("body", FEEDS.values(), ids=FEEDS)
def test_every_dialect_is_read_without_faults(body: str) -> None:
    found = check(body.encode())
    assert isinstance(found, ParsedFeed)
    path = found.items[0].url.removeprefix("https://example.com/")
    assert path in ("1", "orig/1", "base/deeper/1")
    assert found.fault is None or "around the feed" in found.fault
    assert found.title.endswith("T")
    assert found.unusable == 0


class TestAddress:
    @pytest.mark.parametrize(
        ("inside", "url"),
        [
            ("<link>/a</link><guid>https://example.com/b</guid>", "https://example.com/a"),
            ("<link>\n /a\n</link>", "https://example.com/a"),
            ("<link><![CDATA[/a?b=1&c=2]]></link>", "https://example.com/a?b=1&c=2"),
            ("<link/><guid>https://example.com/b</guid>", "https://example.com/b"),
            # A front page is not an item's address if there is another.
            ("<link>/</link><guid>https://example.com/b</guid>", "https://example.com/b"),
            ("<link>/en/</link><guid>4711</guid>", "https://example.com/en/"),
            ("<link>/?p=7</link><guid>https://example.com/b</guid>", "https://example.com/?p=7"),
            # WordPress says its ids are not permalinks, yet they open.
            (
                "<guid isPermaLink='false'>https://example.com/?p=7</guid>",
                "https://example.com/?p=7",
            ),
            (
                "<link>https://feedproxy.example/~r/1</link>"
                "<feedburner:origLink>https://example.com/a</feedburner:origLink>",
                "https://example.com/a",
            ),
            (
                "<atom:link rel='self' href='/self'/><link>/a</link>"
                "<atom:link rel='replies' href='/replies'/>",
                "https://example.com/a",
            ),
            (
                "<enclosure url='/a.mp3' type='audio/mpeg'/><link>/a</link>",
                "https://example.com/a",
            ),
        ],
    )
    def test_of_an_rss_item(self, inside: str, url: str) -> None:
        assert only(inside).url == url

    @pytest.mark.parametrize(
        "inside",
        [
            "<guid>4711</guid>",
            "<guid>/4711</guid>",
            "<guid isPermaLink='false'>4711</guid>",
            "<guid>urn:uuid:4711</guid>",
            "<enclosure url='https://example.com/a.mp3' type='audio/mpeg'/>",
            "<atom:link rel='self' href='https://example.com/a.xml'/>",
            "<link>javascript:alert(1)</link>",
            "<image><link>https://example.com/</link></image>",
        ],
    )
    def test_is_never_taken_from_anything_else(self, inside: str) -> None:
        found = read(rss(f"<item><title>x</title>{inside}</item>"))
        assert (found.items, found.unusable) == ((), 1)

    @pytest.mark.parametrize(
        ("links", "url"),
        [
            ("<link href='/a'/>", "https://example.com/a"),
            ("<link rel='alternate' href='/a'/><link href='/b'/>", "https://example.com/a"),
            (
                "<link rel='enclosure' href='/e'/><link rel='via' href='/v'/><link href='/a'/>",
                "https://example.com/a",
            ),
            (
                "<link type='application/json' href='/j'/><link type='text/html' href='/a'/>",
                "https://example.com/a",
            ),
            ("<link type='application/pdf' href='/a.pdf'/>", "https://example.com/a.pdf"),
            (
                "<link rel='http://www.iana.org/assignments/relation/alternate' href='/a'/>",
                "https://example.com/a",
            ),
            ("<link rel='self' href='/s'/><id>https://example.com/a</id>", "https://example.com/a"),
            (
                "<id>urn:1</id><content xml:base='/b/' type='text/html' src='a'/>",
                "https://example.com/b/a",
            ),
            ("<content src='a'/>", "https://example.com/feeds/a"),
            ("<content src='/b'/><link href='/a'/>", "https://example.com/a"),
            (
                "<content type='video/mp4' src='/b.mp4'/><id>https://example.com/a</id>",
                "https://example.com/a",
            ),
            ("<content src='http://['/><id>https://example.com/a</id>", "https://example.com/a"),
        ],
    )
    def test_of_an_atom_entry(self, links: str, url: str) -> None:
        assert read(atom(f"<entry>{links}</entry>")).items[0].url == url

    def test_is_relative_to_the_nearest_base(self) -> None:
        entry = "<entry xml:base='deep/'><link xml:base='er/' href='a'/></entry>"
        found = read(atom(f"{entry}<entry><link href='b'/></entry>", "xml:base='/base/'"))
        urls = [item.url for item in found.items]
        assert urls == ["https://example.com/base/deep/er/a", "https://example.com/base/b"]

    def test_keeps_only_its_newest_item(self) -> None:
        day = "<pubDate>0{} Mar 2026 00:00:00 GMT</pubDate>"
        items = "".join(
            f"<item><title>{number}</title><link>/{name}</link>{day.format(number)}</item>"
            for number, name in ((1, "a"), (2, "b"), (3, "a#x"), (2, "a"))
        )
        found = read(rss(items))
        assert [(item.url[-1], item.title) for item in found.items] == [("a", "3"), ("b", "2")]
        assert found.repeated == 2
        assert found.newest == datetime(2026, 3, 3, tzinfo=UTC)

    def test_shared_ids_do_not_hide_an_article(self) -> None:
        items = "".join(
            f"<item><guid isPermaLink='false'>1</guid><link>/{n}</link></item>" for n in "ab"
        )
        assert len(read(rss(items)).items) == 2


class TestWords:
    @pytest.mark.parametrize(
        ("title", "words"),
        [
            ("AT&amp;T", "AT&T"),
            ("AT&amp;amp;T", "AT&T"),
            ("R&D and M&M", "R&D and M&M"),
            ("caf&eacute;&nbsp;x", "café x"),
            ("caf&amp;eacute;", "café"),
            ("It&amp;amp;#8217;s caf&amp;amp;eacute;", "It’s café"),
            ("<![CDATA[<b>It</b>&amp;#8217;s &amp;#27;[31m]]>", "It’s [31m"),
            ("Q&amp;amp;A; R&amp;amp;D;", "Q&A; R&D;"),
            ("&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt; words", "Bold words"),
            ("What &amp;lt;b&amp;gt; means", "What <b> means"),
            ("&lt;b&gt;Bold&lt;/b&gt; words", "Bold words"),
            ("<b>Bold</b> words", "Bold words"),
            ("<![CDATA[<i>One</i> &amp; two]]>", "One & two"),
            ("The &lt;b&gt; tag, and a &lt; b", "The <b> tag, and a < b"),
            ("Why &lt;script&gt; is dangerous", "Why <script> is dangerous"),
            ("One&#8;&#27;[31m two", "One [31m two"),
            ("wo&lt;b&gt;r&lt;/b&gt;d", "word"),
            ("&#128;100 &#8364;5", "€100 €5"),
            ("x&#99999999999;y&#xD800;", None),
            ("", ""),
        ],
    )
    def test_of_a_title(self, title: str, words: str | None) -> None:
        found = only(f"<title>{title}</title><link>/1</link>").title
        assert found.startswith("x") if words is None else found == words

    def test_of_an_atom_title_follow_its_type(self) -> None:
        titles = {
            "<title>1 &lt; 2, says &lt;x&gt;</title>": "1 < 2, says <x>",
            "<title type='text'>R&amp;D</title>": "R&D",
            "<title type='html'>&lt;i&gt;One&lt;/i&gt; &amp;amp; two</title>": "One & two",
            f"<title type='xhtml'><div xmlns='{XHTML}'>a <i>b</i></div></title>": "a b",
        }
        for title, words in titles.items():
            (item,) = read(atom(f"<entry>{title}<link href='/1'/></entry>")).items
            assert item.title == words

    def test_a_missing_title_is_not_invented(self) -> None:
        assert only("<link>/1</link><description>First words</description>").title == ""

    def test_extension_modules_fill_in_missing_words(self) -> None:
        media = (
            "<link>/1</link><media:group><media:title>M</media:title>"
            "<media:description type='plain'>Caption</media:description></media:group>"
        )
        assert (only(media).title, only(media).summary) == ("M", "Caption")
        item = only("<link>/1</link><dc:title>D</dc:title><dc:description>W</dc:description>")
        assert (item.title, item.summary) == ("D", "W")
        assert only("<link>/1</link><itunes:summary>A talk</itunes:summary>").summary == "A talk"

    def test_a_caption_is_not_used_as_the_summary(self) -> None:
        media = (
            "<media:content url='/p.jpg'><media:title>M</media:title>"
            "<media:description type='html'>A caption that is far longer</media:description>"
            "</media:content>"
        )
        words = "<title>One</title><description>First words</description>"
        for inside in (media + words, words + media):
            item = only(f"<link>/1</link>{inside}")
            assert (item.title, item.summary, item.content) == ("One", "First words", "")


class TestContent:
    FULL = "<p>First words</p><p>Second <b>bold</b><br/>Third</p><script>x()</script>"
    LINES = "First words\nSecond bold\nThird"

    def test_is_the_fuller_text_one_paragraph_per_line(self) -> None:
        summary = "<description>First words</description>"
        encoded = f"<content:encoded><![CDATA[{self.FULL}]]></content:encoded>"
        for inside in (summary + encoded, encoded + summary):
            item = only(f"<link>/1</link>{inside}")
            assert (item.summary, item.content) == ("First words", self.LINES)
        xhtml = f"<div xmlns='{XHTML}'>{self.FULL}</div>"
        (item,) = read(
            atom(
                "<entry><link href='/1'/><summary>First words</summary>"
                f"<content type='xhtml'>{xhtml}</content></entry>"
            )
        ).items
        assert (item.summary, item.content) == ("First words", self.LINES)

    def test_is_empty_if_it_adds_nothing_to_the_summary(self) -> None:
        item = only(
            "<link>/1</link><description>First words and more</description>"
            "<content:encoded>&lt;p&gt;First words&lt;/p&gt;&lt;img src='x'&gt;</content:encoded>"
        )
        assert (item.summary, item.content) == ("First words and more", "")

    def test_has_the_paragraphs_of_a_description_that_is_all_there_is(self) -> None:
        text = html.escape(
            "<figure><img src='x'><figcaption>Photo by Ana Prado</figcaption></figure>"
            "<p>Police read the calls.</p><ul><li><a href='/app'>Get our app</a></li></ul>"
        )
        item = only(f"<link>/1</link><description>{text}</description>")
        assert item.summary == "Photo by Ana Prado Police read the calls. Get our app"
        assert item.content == "Photo by Ana Prado\nPolice read the calls.\nGet our app"

    def test_escaped_twice_is_read_like_any(self) -> None:
        text = html.escape(html.escape(self.FULL))
        assert only(f"<link>/1</link><description>{text}</description>").summary == (
            self.LINES.replace("\n", " ")
        )
        assert paragraphs(html.escape(self.FULL)) == self.LINES

    def test_holds_a_description_too_long_for_the_summary(self) -> None:
        text = " ".join(f"word{number}" for number in range(1_000))
        item = only(f"<link>/1</link><description>{text}</description>")
        assert item.content == text
        assert text.startswith(item.summary)

    def test_of_a_json_feed(self) -> None:
        document = {
            "version": "https://jsonfeed.org/version/1.1",
            "authors": [{"name": "Ana"}],
            "items": [
                {"url": "/1", "summary": "First words", "content_html": self.FULL},
                {"url": "/2", "content_text": "One\nline\n\nTwo", "authors": [{"name": "B"}]},
                {"url": "/3", "content_text": "a < b & c"},
            ],
        }
        first, second, third = read(json.dumps(document)).items
        assert (first.summary, first.content) == ("First words", self.LINES)
        assert (first.authors, second.authors) == (("Ana",), ("B",))
        assert second.summary == "One line Two"
        assert third.summary == "a < b & c"

    def test_without_markup_has_a_paragraph_after_each_blank_line(self) -> None:
        said = [" ".join([f"R&amp;D number {number}."] * 200) for number in range(2)]
        lines = "\n".join(said).replace("&amp;", "&")
        text = html.escape("\r\n \n".join(said))
        assert only(f"<link>/1</link><description>{text}</description>").content == lines

    def test_is_cut_at_the_limit(self) -> None:
        assert len(paragraphs("<p>word</p>" * 200_000)) <= MAX_CONTENT

    def test_unclosed_embedded_elements_hide_no_text(self) -> None:
        assert paragraphs("<p>a</p><iframe src='x'><p>b</p>") == "a\nb"
        assert paragraphs("<p>a</p><object><param/><p>b</p>") == "a\nb"
        assert paragraphs("<svg><text>x</text></svg>a<noscript><img/>y</noscript>b<s>z</s>") == "ab"
        assert paragraphs("She said <q>no</q>.") == "She said \u201cno\u201d."


class TestAuthors:
    @pytest.mark.parametrize(
        ("inside", "names"),
        [
            ("<author>ana@example.com (Ana Müller)</author>", ("Ana Müller",)),
            ("<author>ana@example.com</author>", ()),
            ("<author>ana@post.media (Ana Müller)</author>", ("Ana Müller",)),
            ("<author>ana@post.co.online</author>", ()),
            ("<dc:creator>Ana</dc:creator><dc:creator>Bo</dc:creator>", ("Ana", "Bo")),
            ("<dc:creator>Ana</dc:creator><itunes:author>Ana</itunes:author>", ("Ana",)),
            ("<dc:creator><![CDATA[<a href='/ana'>Ana &amp; Bo</a>]]></dc:creator>", ("Ana & Bo",)),
        ],
    )
    def test_of_an_rss_item(self, inside: str, names: tuple[str, ...]) -> None:
        assert only(f"<link>/1</link>{inside}").authors == names

    def test_an_atom_entry_inherits_those_of_its_source_or_feed(self) -> None:
        def author(name: str) -> str:
            return f"<author><name>{name}</name></author>"

        inside = ("", f"<source>{author('Bo')}</source>", author("Cy"))
        entries = "".join(f"<entry><link href='/{n}'/>{x}</entry>" for n, x in enumerate(inside))
        found = read(atom(entries, head=author("Ana")))
        assert [item.authors for item in found.items] == [("Ana",), ("Bo",), ("Cy",)]
        assert only("<link>/1</link>", channel="<managingEditor>Ed</managingEditor>").authors == ()


class TestMoment:
    NOON = datetime(2026, 3, 1, 11, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text",
        [
            "Sun, 01 Mar 2026 12:30:00 +0100",
            "Mon, 01 Mar 2026 12:30:00 +0100",  # it was a Sunday
            "Sun,01 Mar 2026 12:30:00 +0100",
            "Sunday, 1 March 2026 12:30:00 +01:00",
            "So, 01 Mar 2026 12:30:00 +0100",
            "1 Mar 26 11:30 GMT",
            "Sun, 01 Mar 2026 06:30:00 EST",
            "Sun, 01 Mar 2026 12:30:00 CET",
            "Sun, 01 Mar 2026 13:30:00 CEST",
            "Sun, 01 Mar 2026 17:00:00 IST",
            "Sun, 01 Mar 2026 20:30:00 JST",
            "2026-03-01T12:30:00+01:00",
            "2026-03-01T11:30:00.000Z",
            "2026-03-01 11:30:00",
            "20260301T113000Z",
            "2026-W09-7T11:30:00Z",
            "Sun Mar  1 11:30:00 2026",
            "Sun, 2026/03/01 11:30:00 GMT",
            "2026-március-01T12:30+01:00",
            "2026년 03월 01일  20:30:00",
            "2026-03-01 11:30:00 UTC",
            "2026-03-01T11:30:00 GMT",
            "2026-03-01 06:30:00 EST",
            "2026-03-01 17:00:00 IST",
            "2026-03-01 17:00:00 UTC+5:30",
            "2026-03-01 17:00:00 +0530 (IST)",
            "2026-03-01 05:30:00 PM +0600",
            "Sun, 01 Mar 2026 12:30:00 am -1100",
            "Sun, 01 Mar 2026 11:30:00 A.M. GMT",
            "Sun, 01 Mar 2026 06:30 AM EST",
            "Sun, 01 Mar 2026 13:30:00 UTC+2",
            "Sun, 01 Mar 2026 17:00:00 GMT+5:30",
            "Sun, 01 Mar 2026 17:00:00 +530",
            "Sun, 01 Mar 2026 08:30:00 -03",
            "Sun Mar 01 2026 13:30:00 GMT+0200 (Central European Summer Time)",
            "March 1, 2026, 11:30 am",
            "Mar. 1, 2026 at 11:30",
            "Sunday, March 1, 2026 - 12:30 +0100",
            "Dom, 01 mar 2026 11:30:00 GMT",
            "dim., 01 mars 2026 12:30:00 +0100",
            "zo, 01 mrt 2026 12:30:00 +0100",
            "1. März 2026, 11:30",
            "1 de março de 2026 11:30",
            "domenica 1 marzo 2026 11:30",
            "Sunday, 01-Mar-26 11:30:00 GMT",
            "01-Mar-2026 12:30 CET",
            "2026-03-01T12:30:00+01:00[Europe/Berlin]",
            "01.03.2026 11:30",
            "1.3.2026, 11:30:00",
            "So, 01.03.2026 12:30 CET",
            "01.03.2026T12:30:00+01:00",
            "2026/03/01 11:30",
            "2026/3/1 11:30:00 +0000",
            "2026/03/01T11:30:00Z",
            "2026.03.01 11:30",
            "1772364600",
            "1772364600000",
            # An offset beyond any real time zone is ignored.
            "2026-03-01T11:30:00+9999",
            "2026-03-01T11:30:00-99:99",
            "Sun, 01 Mar 2026 11:30:00 +2300",
            "Sun, 01 Mar 2026 11:30:00 UTC+99",
            "Sun, 01 Mar 2026 11:30:00 -0060",
        ],
    )
    def test_is_read_in_every_spelling(self, text: str) -> None:
        assert moment(text) == self.NOON

    @pytest.mark.parametrize(
        ("text", "iso"),
        [
            ("2026-12-31T24:00:00Z", "2027-01-01T00:00:00Z"),
            ("31.12.2026 24:00", "2027-01-01T00:00:00Z"),
            ("Thu, 31 Dec 2026 24:00:00 +0100", "2026-12-31T23:00:00Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59Z"),
            ("September 2, 2026", "2026-09-02T00:00:00Z"),
            ("01.02.2026", "2026-02-01T00:00:00Z"),
            ("Do, 01 Jän 2026 00:00:00 GMT", "2026-01-01T00:00:00Z"),
            ("mer., 11 févr. 2026 00:00:00 GMT", "2026-02-11T00:00:00Z"),
            ("4 mai 2026", "2026-05-04T00:00:00Z"),
            ("lun, 01 giu 2026 00:00:00 +0000", "2026-06-01T00:00:00Z"),
            ("3 juil. 2026", "2026-07-03T00:00:00Z"),
            ("1 août 2026", "2026-08-01T00:00:00Z"),
            ("qui, 01 out 2026 00:00:00 GMT", "2026-10-01T00:00:00Z"),
            ("31 Dez 2026", "2026-12-31T00:00:00Z"),
            ("2026-02-01T10:00:00+14:00", "2026-01-31T20:00:00Z"),
            ("2026-02-01T10:00:00-12:00", "2026-02-01T22:00:00Z"),
        ],
    )
    def test_handles_time_zones_leap_seconds_and_24_00(self, text: str, iso: str) -> None:
        assert moment(text) == datetime.fromisoformat(iso)

    def test_knows_greek(self) -> None:
        assert moment("Κυρ, 11 Ιούλ 2004 12:00:00 EST") == datetime(2004, 7, 11, 17, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "yesterday",
            "4711",
            "--03",
            "12",
            "0000-00-00 00:00:00",
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "9999-12-31T23:59:59-99:99",
            "Mon, 99 Foo 99999 99:99:99 +99999",
            "1" * 10_000,
            # Ambiguous: day or month first, year or day first.
            "01/02/2026 10:30",
            "01.02.26 10:30",
            "31.31.2026 10:30",
            "192.168.1.2026",
            "177236460",
            "Market 12, 2026",
            # Without regard to case, a regular expression takes these for i and s.
            "4 maı 2026",
            "4 ſep 2026",
        ],
    )
    def test_is_none_if_missing_ambiguous_or_implausible(self, text: str) -> None:
        assert moment(text) is None

    @pytest.mark.parametrize("date", [1772364600, 1772364600.0, 1772364600000, "1772364600"])
    def test_of_json_may_be_a_number(self, date: object) -> None:
        document = {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [{"url": "/1", "date_published": [], "date_modified": date}],
        }
        assert read(json.dumps(document)).items[0].published == self.NOON

    @pytest.mark.parametrize(
        "inside",
        [
            "<pubDate>Sun, 01 Mar 2026 12:30:00 CET</pubDate>",
            "<dc:date>2026-03-01T11:30:00Z</dc:date>",
            "<dcterms:issued>2026-03-01T11:30:00Z</dcterms:issued>",
            "<dcterms:modified>2026-03-01T11:30:00Z</dcterms:modified>",
            "<pubDate>soon</pubDate><atom:updated>2026-03-01T11:30:00Z</atom:updated>",
            "<atom:updated>2026-03-02T11:30:00Z</atom:updated>"
            "<atom:published>2026-03-01T11:30:00Z</atom:published>",
        ],
    )
    def test_of_an_item_is_its_best_readable_date(self, inside: str) -> None:
        assert only(f"<link>/1</link>{inside}").published == self.NOON


class TestHints:
    @pytest.mark.parametrize(
        ("channel", "every"),
        [
            ("<ttl>60</ttl>", 3_600),
            ("<ttl> 90 </ttl>", 5_400),
            ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3_600),
            (
                "<sy:updatePeriod> Daily </sy:updatePeriod>"
                "<sy:updateFrequency>4</sy:updateFrequency>",
                21_600,
            ),
            ("<ttl>60</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 86_400),
            ("<ttl>600</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 36_000),
            ("<ttl>0</ttl>", None),
            ("<ttl>-5</ttl>", None),
            ("<ttl>soon</ttl>", None),
            ("<ttl>99999999999</ttl>", None),
            ("<ttl>999999999</ttl>", None),
            ("<sy:updatePeriod>fortnightly</sy:updatePeriod>", None),
            (
                "<sy:updatePeriod>hourly</sy:updatePeriod>"
                "<sy:updateFrequency>100000</sy:updateFrequency>",
                None,
            ),
        ],
    )
    def test_how_often(self, channel: str, every: float | None) -> None:
        assert read(rss(channel=channel)).hints == Hints(every=every)

    def test_of_rdf(self) -> None:
        rdf = (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            f'xmlns="http://purl.org/rss/1.0/" {NAMESPACES}><channel><title>T</title>'
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
            "<sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase></channel></rdf:RDF>"
        )
        assert read(rdf).hints == Hints(every=1_800)

    def test_hours_and_days_to_skip_are_read(self) -> None:
        channel = (
            "<skipHours><hour>0</hour><hour> 7 </hour><hour>24</hour><hour>99</hour><hour>x</hour>"
            "</skipHours><skipDays><day>Saturday</day><day>SUNDAY</day><day>Caturday</day></skipDays>"
        )
        assert read(rss(channel=channel)).hints == Hints(
            skip_hours=frozenset({0, 7}), skip_days=frozenset({5, 6})
        )

    def test_skipping_all_hours_or_days_is_ignored(self) -> None:
        hours = "".join(f"<hour>{hour}</hour>" for hour in range(24))
        assert read(rss(channel=f"<skipHours>{hours}</skipHours>")).hints == Hints()
        week = "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
        days = "".join(f"<day>{day}</day>" for day in week)
        assert read(rss(channel=f"<skipDays>{days}</skipDays>")).hints == Hints()


class TestCharset:
    POLISH = "W środę rząd przyjął ustawę o inwigilacji, źródła milczą"
    CZECH = "Vláda ve středu schválila zákon o sledování, příští rok i bez soudu"
    RUSSIAN = "В среду правительство приняло закон о слежке за всеми пользователями"
    JAPANESE = "政府は水曜日、監視に関する法律を可決した。"
    CHINESE = "政府周三通过了一项关于监控的法律。情报部门可以索取数据"

    @pytest.mark.parametrize(
        ("text", "charset"),
        [
            (POLISH, "cp1250"),
            (POLISH, "iso-8859-2"),
            (CZECH, "cp1250"),
            (RUSSIAN, "cp1251"),
            (RUSSIAN, "koi8-r"),
            (JAPANESE, "shift_jis"),
            (JAPANESE, "euc-jp"),
            (CHINESE, "gb18030"),
            (CHINESE, "utf-16"),
            (CHINESE, "utf-16-le"),
            (CHINESE, "utf-16-be"),
            (CHINESE, "utf-32"),
        ],
    )
    @pytest.mark.parametrize("label", ["declared", "served", "none", "wrong", "served latin-1"])
    def test_is_detected_whatever_is_declared(self, text: str, charset: str, label: str) -> None:
        declared = {"declared": charset, "served latin-1": charset, "wrong": "utf-8"}.get(label)
        served = {
            "served": f"text/xml; charset={charset}",
            "served latin-1": "text/xml; charset=latin-1",
        }
        declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
        item = f"<item><title>{text}</title><link>/1</link><description>{text}</description></item>"
        body = (declaration + rss(item)).encode(charset)
        assert read(body, served.get(label, "")).items[0].title == text

    def test_one_broken_byte_costs_one_letter(self) -> None:
        body = rss(f"<item><title>{self.RUSSIAN}</title><link>/1</link></item>").encode()
        (item,) = read(body.replace("с".encode(), b"\xd1", 1)).items
        assert item.title.count("�") == 1
        assert item.title[-20:] == self.RUSSIAN[-20:]
        ascii_bytes = decode("caf\xe9 \x80".encode("latin-1"), "text/xml; charset=windows-1252")
        assert ascii_bytes == "café €"
        assert (
            decode(self.CHINESE.encode() + b"\xd1", "text/xml; charset=euc-jp")
            == f"{self.CHINESE}�"
        )

    def test_bytes_that_no_ascii_has_tell_the_charset(self) -> None:
        for charset in ("utf-32-be", "utf-32-le", "utf-16-be", "utf-16-le", "utf-8", "cp037"):
            body = "<?xml version='1.0'?><a>Größe</a>".encode(charset)
            assert decode(body, "text/xml; charset=latin-1").endswith("<a>Größe</a>")
            if charset.startswith("utf"):
                body = "\ufeffGröße".encode(charset)
                assert decode(body, "text/xml; charset=latin-1") == "Größe"
        for charset, text in (("iso-2022-jp", self.JAPANESE), ("hz", self.CHINESE)):
            assert decode(text.encode(charset), f"text/xml; charset={charset}") == text

    def test_the_server_is_believed_before_the_document(self) -> None:
        body = f'<?xml version="1.0" encoding="cp1251"?>{self.RUSSIAN}'.encode("koi8-r")
        assert decode(body, "text/xml; charset=koi8-r").endswith(self.RUSSIAN)

    def test_letters_after_much_ascii_are_looked_at(self) -> None:
        body = b"x " * 100_000 + self.POLISH.encode("cp1250")
        assert decode(body, "").endswith(self.POLISH)

    @pytest.mark.parametrize(
        "label", ["hex", "idna", "unicode_escape", "nonsense", "\0", "x" * 999]
    )
    def test_an_invalid_label_is_ignored(self, label: str) -> None:
        body = f'<?xml version="1.0" encoding="{label}"?>{rss()}'.replace(
            "<title>T<", "<title>„ß“<"
        )
        assert read(body.encode("cp1252"), f"text/xml; charset={label}").title == "„ß“"


class TestSurroundings:
    ITEM = "<item><title>One</title><link>/1</link></item>"

    @pytest.mark.parametrize(
        "before",
        [
            "",
            "\n\n  ",
            "\ufeff\n",
            '\ufeff\n <?xml version="1.0" encoding="utf-8"?>\n\n',
            "<?xml version='1.0'?><?xml-stylesheet href='x'?><!-- <rss> <feed> --><!DOCTYPE rss>",
            "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY x 'y'><!ENTITY % z SYSTEM 'z'>]>",
            "<!DOCTYPE rss [<!ENTITY x 'a [1]> b'><!ENTITY y \"don't\">] >",
            "<!DOCTYPE rss [<!-- don't --><!ENTITY x 'y'>]>",
        ],
    )
    def test_harmless_text_before_a_feed_is_not_a_fault(self, before: str) -> None:
        found = read(before + rss(self.ITEM) + "\n<!-- cached -->\n")
        assert ([item.title for item in found.items], found.fault) == (["One"], None)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("<br />\n<b>Warning</b>:  x() in <b>/x.php</b> on line <b>1</b><br />\n", ""),
            ("Notice: undefined\n<?xml version='1.0'?>", ""),
            ("<html><head><style>x</style></head><body>", "</body></html>"),
            ("", "<script>ads()</script></html>"),
        ],
    )
    def test_a_feed_is_found_inside_other_text(self, before: str, after: str) -> None:
        assert [item.title for item in read(before + rss(self.ITEM) + after).items] == ["One"]

    def test_a_page_showing_an_escaped_feed_is_read_as_that_feed(self) -> None:
        page = f"<html><body><pre>{html.escape(rss(self.ITEM))}</pre></body></html>"
        found = read(page)
        assert [item.title for item in found.items] == ["One"]
        assert found.fault == "an HTML page around the feed"

    @pytest.mark.parametrize(
        "page",
        [
            "<html><body>{}<pre>&lt;rss version='2.0'&gt;&lt;/rss&gt;</pre></body></html>",
            "<html><body><pre>&lt;rss version='2.0'&gt;&lt;/rss&gt;</pre>{}</body></html>",
            "<html><body>{}<rss version='2.0'><channel/></rss></body></html>",
            "<!doctype html><html><body><channel><item>x</item></channel>{}</body></html>",
        ],
    )
    def test_a_page_about_feeds_is_not_a_feed(self, page: str) -> None:
        body = page.format("<p>How to write a feed.</p>" * 500).encode()
        found = parse_feed(body, "text/html", URL)
        assert isinstance(found, NotAFeed)
        assert "an HTML page" in found.reason

    def test_only_entities_that_stand_for_text_are_read(self) -> None:
        declared = (
            "<!DOCTYPE rss [<!ENTITY name 'Example'><!ENTITY twice '&name;&name;'>"
            '<!ENTITY copy "&#169;"><!ENTITY far SYSTEM "https://example.com/x">]>'
        )
        title = "&name; &copy; &twice; &far; &undefined; &hellip;"
        found = read(declared + rss(f"<item><title>{title}</title><link>/1</link></item>"))
        assert found.items[0].title == "Example © &twice; &far; &undefined; …"
        assert found.fault is None

    @pytest.mark.parametrize(
        "body",
        [
            rss(ITEM + ITEM.replace("1", "2"))[:-40],
            rss(ITEM + "<item><title>a < b</title><link>/2</link></item>"),
            rss(ITEM + "<item><undeclared:x/><title>x</title><link>/2</link></item>"),
            rss(ITEM + "<item><title>x</item><item><link>/2</link></item>"),
        ],
        ids=["cut off", "a bare bracket", "no namespace", "no end"],
    )
    def test_a_broken_feed_is_read_as_far_as_possible(self, body: str) -> None:
        found = read(body)
        assert found.items[0].title == "One"
        assert found.fault
        assert "line 1" in found.fault

    def test_a_large_broken_feed_keeps_what_comes_before_the_break(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        items = "".join(f"<item><link>/{n}</link></item>" for n in range(100))
        monkeypatch.setattr(readers, "MAX_LENIENT", 1_000)
        late = read(rss(items)[:-10])
        assert len(late.items) == 100
        early = read(rss(f"<item><title>a < b</title><link>/x</link></item>{items}"))
        assert 1 < len(early.items) < 100
        assert early.fault
        assert "cut there, or after 1,000 characters" in early.fault

    def test_an_oversized_feed_is_cut(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(readers, "MAX_ITEMS", 20)
        found = read(rss("".join(f"<item><link>/{n}</link></item>" for n in range(25))))
        assert len(found.items) == 20
        assert found.fault == "cut after 20 items"
