"""How long a feed takes to parse, and how much memory, compared with feedparser alone.

    python -m bench.feeds [--items N]

The feed is made here: each item has a title, a link, a date, an author, a summary and a content of
eight paragraphs. Times are CPU seconds of this process; feedparser alone is `feedparser.parse` with
its defaults, which cleans HTML and makes no records.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import resource
import time
from collections.abc import Callable

import feedparser

from ingest.feeds.parser import ParsedFeed, parse_feed

URL = "https://example.com/feed"
PARAGRAPH = (
    "<p>The ministry has bought software that follows the phones of those &amp; others who "
    '<a href="/report">wrote the report</a>, it says in the paper.</p>'
)


def rss(items: int, ending: str = "</channel></rss>") -> bytes:
    """An RSS feed of this many items."""
    one = (
        "<item><title>Item {0} of the feed</title><link>https://example.com/2026/item-{0}</link>"
        f"<description>{html.escape(PARAGRAPH)}</description><dc:creator>Ana Müller</dc:creator>"
        f"<content:encoded><![CDATA[{PARAGRAPH * 8}]]></content:encoded>"
        "<pubDate>Sun, 01 Mar 2026 12:30:00 +0100</pubDate><category>x</category></item>"
    )
    head = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>T</title>'
    )
    return (head + "".join(one.format(number) for number in range(items)) + ending).encode()


def json_feed(items: int) -> bytes:
    """A JSON Feed of this many items."""
    one = {"title": "Item", "content_html": PARAGRAPH * 8, "summary": "Words", "date_published": ""}
    entries = [one | {"url": f"https://example.com/2026/item-{n}"} for n in range(items)]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": entries}).encode()


def _ours(body: bytes) -> Callable[[], int]:
    def parse() -> int:
        found = parse_feed(body, "application/xml", URL)
        assert isinstance(found, ParsedFeed)
        return len(found.items)

    return parse


def _feedparsers(body: bytes) -> Callable[[], int]:
    def parse() -> int:
        read = feedparser.parse(io.BytesIO(body))
        return len(read.entries)

    return parse


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=10_000)
    items = parser.parse_args().items
    body = rss(items)
    runs = {
        "RSS": _ours(body),
        "RSS, broken at its end": _ours(rss(items, ending="<item>")),
        "JSON Feed": _ours(json_feed(items)),
        "feedparser alone, RSS": _feedparsers(body),
    }
    print(f"{items:,} items, {len(body) / 1e6:.1f} MB")
    for name, parse in runs.items():
        start = time.process_time()
        read = parse()
        seconds = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name:24} {seconds:6.2f} s  {seconds / read * 1e3:.2f} ms an item  {peak:.0f} MB")


if __name__ == "__main__":
    main()
