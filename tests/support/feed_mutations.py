"""Small feeds of every dialect, spoilt in various ways: a number always gives the same feed."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable

from core.records import FeedItem
from ingest.feeds.parser import NotAFeed, ParsedFeed, parse_feed

URL = "https://example.com/feeds/all.xml"

_WORDS = "Große Überwachung: „Pegasus“, été à Łódź, Москва 監視 &amp; more"

RSS_090 = f"""<?xml version="1.0"?><rdf:RDF
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">
<channel><title>T</title><link>https://example.com/</link></channel>
<item><title>{_WORDS}</title><link>https://example.com/1</link></item></rdf:RDF>"""

RSS_091 = f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "https://example.com/rss.dtd" [
<!ENTITY copy "(c)">]>
<rss version="0.91"><channel><title>&copy; T</title><language>de</language>
<skipHours><hour>1</hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>
<item><title>{_WORDS}</title><link>/1</link><description>&nbsp;words</description></item>
</channel></rss>"""

RSS_2 = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xml:base="https://example.com/b/"
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"
xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
xmlns:itunes="http://www.itunes.com/DTDs/PodCast-1.0.dtd"
xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel>
<title>T</title><ttl>60</ttl><sy:updatePeriod>hourly</sy:updatePeriod>
<sy:updateFrequency>2</sy:updateFrequency><atom:link rel="self" href="https://example.com/feed"/>
<item><title>{_WORDS}</title><link>https://example.com/1?a=1&amp;b=2</link>
<guid isPermaLink="false">4711</guid><dc:creator>Ana Müller</dc:creator>
<pubDate>Sun, 01 Mar 2026 12:30:00 CET</pubDate><category>x</category>
<media:description>a caption</media:description><description>&lt;p&gt;First&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>First</p><p>Second <b>bold</b><br>Third</p>]]></content:encoded>
<feedburner:origLink>https://example.com/orig/1</feedburner:origLink></item>
<item><guid>https://example.com/2</guid><author>ana@example.com (Ana)</author>
<enclosure url="https://example.com/2.mp3" type="audio/mpeg" length="1"/>
<itunes:summary>A talk</itunes:summary>
<media:group><media:title>M</media:title></media:group></item>
</channel></rss>"""

RSS_1 = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://example.com/"><title>T</title></channel>
<item rdf:about="https://example.com/1"><title>{_WORDS}</title><link>https://example.com/1</link>
<dc:date>2026-03-01T12:30:00+01:00</dc:date><dc:creator>Ana</dc:creator></item></rdf:RDF>"""

ATOM_03 = f"""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title mode="escaped">T</title>
<entry><title>{_WORDS}</title><link rel="alternate" type="text/html" href="/1"/><id>urn:1</id>
<issued>2026-03-01T12:30:00Z</issued><content type="text/html" mode="escaped">&lt;p&gt;x</content>
</entry></feed>"""

ATOM_10 = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="/base/">
<title type="text">T</title><author><name>Ana</name></author><entry xml:base="deeper/">
<title type="html">{_WORDS}</title><id>urn:1</id><link rel="self" href="/self"/>
<link rel="alternate" href="1"/><updated>2026-W09-7T12:00:00Z</updated><summary>First</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>First</p><p>Second</p></div>
</content></entry></feed>"""

CDF = """<?xml version="1.0"?><CHANNEL HREF="https://example.com/"><TITLE>T</TITLE>
<ITEM HREF="https://example.com/1" LASTMOD="2026-03-01T12:30"><TITLE>One</TITLE>
<ABSTRACT>First</ABSTRACT></ITEM></CHANNEL>"""

NEWS_SITEMAP = f"""<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet href="/news.xsl"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://example.com/1</loc><lastmod>2026-03-01T12:40:00Z</lastmod><news:news>
<news:publication><news:name>The T</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-03-01T12:30:00+01:00</news:publication_date>
<news:title>{_WORDS}</news:title></news:news>
<image:image><image:loc>https://example.com/1.jpg</image:loc></image:image></url>
<url><loc>https://example.com/old</loc><lastmod>2026-02-01</lastmod></url></urlset>"""

SITEMAP_INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap>
<loc>https://example.com/news.xml</loc><lastmod>2026-03-01</lastmod></sitemap></sitemapindex>"""

WRAPPED = "<html><head><title>x</title></head><body><pre>{}</pre></body></html>".format(
    RSS_1.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
)

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "authors": [{"name": "Ana"}],
        "items": [
            {
                "id": "1",
                "url": "https://example.com/1",
                "title": "Große Überwachung",
                "content_html": "<p>First <b>words</b></p><p>Second</p>",
                "date_published": "2026-03-01T12:30:00+01:00",
            },
            {"id": "https://example.com/2", "content_text": "One\n\nTwo", "author": {"name": "B"}},
        ],
    }
)

FEEDS = {
    "rss 0.90": RSS_090,
    "rss 0.91": RSS_091,
    "rss 2.0": RSS_2,
    "rss 1.0": RSS_1,
    "atom 0.3": ATOM_03,
    "atom 1.0": ATOM_10,
    "cdf": CDF,
    "news sitemap": NEWS_SITEMAP,
    "wrapped": WRAPPED,
    "json": JSON,
}

_SHARDS = rb"""
< > & <!-- --> ]]> <![ <![CDATA[ <? ?> <!DOCTYPE <!ENTITY [ ]> </ /> &nbsp; &#0; &#99999999999;
&#xD800; &#x110000; &a; &lt; &amp;amp; &quot <item> </item> <entry> </entry> <title> <author>
</author> <content> <source> <image> <textinput> <link/> <guid> <svg> <math> <div> </rss> </feed>
<rss <feed xmlns:x='y' xml:base='http://[x' href='http://[x' href='//' rel='alternate' type='x/y'
mode=base64 <pubDate>9999-12-31T23:59:59-99:99</pubDate> <updated>0000 <hour>99</hour>
"""
_PIECES = [
    *_SHARDS.split(),
    *(
        letter.encode("utf-8", "surrogatepass")
        for letter in "\0\x1b\u2029\ufeff\ud800\u0130\U0010ffff"
    ),
    b"\xff",
    b"<pubDate>Mon, 99 Foo 99999 99:99:99 +99999</pubDate>",
    b'<?xml version="1.0" encoding="utf-16"?>',
    b'encoding="\0"',
]
_CHARSETS = ["utf-8", "utf-16", "utf-16-le", "utf-32", "cp1250", "koi8-r", "gb18030", "cp037"]
_LABELS = [*_CHARSETS, "", "utf-7", "hex", "idna", "iso-2022-jp", "nonsense", "\0", "x" * 300]
_TYPES = ["", "application/rss+xml", "text/html", "application/json", "text/xml; charset={}"]
_MAX_BYTES = 200_000

Spoil = Callable[[random.Random, bytes], bytes]


def _flip(rng: random.Random, body: bytes) -> bytes:
    spoilt = bytearray(body)
    for _ in range(rng.randint(1, 8)):
        if spoilt:
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
    return bytes(spoilt)


def _span(rng: random.Random, body: bytes) -> tuple[int, int]:
    start, end = sorted((rng.randint(0, len(body)), rng.randint(0, len(body))))
    return start, end


def _cut(rng: random.Random, body: bytes) -> bytes:
    start, end = _span(rng, body)
    return body[:start] if rng.random() < 0.5 else body[:start] + body[end:]


def _double(rng: random.Random, body: bytes) -> bytes:
    start, end = _span(rng, body)
    return body[:end] + body[start:]


def _swell(rng: random.Random, body: bytes) -> bytes:
    """Repeat one short piece many times: this reveals quadratic running time."""
    start = rng.randint(0, len(body))
    piece = body[start : start + rng.randint(1, 40)] or b"<"
    if rng.random() < 0.5:
        piece = rng.choice(_PIECES)
    return body[:start] + piece * (rng.choice((50, 500, 5_000)) // len(piece) + 1) + body[start:]


def _splice(rng: random.Random, body: bytes) -> bytes:
    other = rng.choice([*FEEDS.values(), SITEMAP_INDEX]).encode()
    start, end = _span(rng, other)
    place = rng.randint(0, len(body))
    return body[:place] + other[start:end] + body[place:]


def _insert(rng: random.Random, body: bytes) -> bytes:
    for _ in range(rng.randint(1, 4)):
        place = rng.randint(0, len(body))
        body = body[:place] + rng.choice(_PIECES) + body[place + rng.choice((0, 0, 5)) :]
    return body


def _shuffle(rng: random.Random, body: bytes) -> bytes:
    parts = re.split(rb"(<[^<>]*>)", body)
    for _ in range(rng.randint(1, 5)):
        one, other = rng.randrange(len(parts)), rng.randrange(len(parts))
        parts[one], parts[other] = parts[other], parts[one]
    return b"".join(parts)


def _recode(rng: random.Random, body: bytes) -> bytes:
    text = body.decode("utf-8", "replace")
    return text.encode(rng.choice(_CHARSETS), rng.choice(("replace", "xmlcharrefreplace")))


def _relabel(rng: random.Random, body: bytes) -> bytes:
    declaration = f'<?xml version="1.0" encoding="{rng.choice(_LABELS)}"?>'.encode()
    return declaration + body.partition(b"?>")[2] if b"?>" in body else declaration + body


_SPOILS: tuple[Spoil, ...] = (
    _flip, _cut, _double, _swell, _splice, _insert, _insert, _shuffle, _recode, _relabel,
)  # fmt: skip


def mutated(number: int) -> tuple[bytes, str]:
    """The spoilt feed with this number, and the Content-Type it is served with."""
    rng = random.Random(number)
    body = rng.choice(list(FEEDS.values())).encode()
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        body = rng.choice(_SPOILS)(rng, body)[:_MAX_BYTES]
    return body, rng.choice(_TYPES).format(rng.choice(_LABELS))


def check(body: bytes, content_type: str = "") -> ParsedFeed | NotAFeed:
    """Parse, and check the result against what is promised for every feed."""
    found = parse_feed(body, content_type, URL)
    if isinstance(found, NotAFeed):
        assert found.reason
        return found
    assert len({item.url for item in found.items}) == len(found.items)
    for item in found.items:
        _check_item(item)
    return found


def _check_item(item: FeedItem) -> None:
    assert item.url.startswith(("http://", "https://"))
    assert item.model_dump_json()
    assert "\n" not in item.title + item.summary
    assert all(line == " ".join(line.split()) != "" for line in item.content.splitlines())
    assert item.content == "" or len(item.content) >= len(item.summary)
    assert item.content == "" or item.content != item.summary
    assert item.published is None or 1990 <= item.published.year <= 2100
