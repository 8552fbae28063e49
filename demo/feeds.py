"""An outlet's feeds as RSS 2.0, RSS 1.0, Atom 1.0 and JSON Feed 1.1, and the OPML of all feeds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from itertools import groupby
from typing import NamedTuple

from demo.outlets import FeedSpec, Outlet, Version

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


class Item(NamedTuple):
    """What a feed says of one article: `link` may have tracking parameters, `id` never does."""

    link: str
    id: str
    author: str
    section: str
    published: datetime
    words: Version


def items(outlet: Outlet, feed: FeedSpec, port: int, day: int) -> list[Item]:
    """The items that a feed lists at the end of a day, newest first."""
    tracking = f"?{feed.tracking}" if feed.tracking else ""
    return [
        Item(
            link=(address := outlet.link_to(piece, feed, port)) + tracking,
            id=address,
            author=piece.author,
            section=piece.section,
            published=piece.published,
            words=piece.version(day),
        )
        for piece in outlet.published(day)
        if feed.takes(piece)
    ]


def feed_document(outlet: Outlet, feed: FeedSpec, port: int, day: int) -> str:
    """A feed as its outlet serves it at the end of a day."""
    base = f"http://{outlet.host}:{port}"
    listed = items(outlet, feed, port, day)
    match feed.format:
        case "rss2":
            return _rss2(outlet, feed, base, listed)
        case "rss1":
            return _rss1(outlet, base + feed.path, base, listed)
        case "atom":
            return _atom(outlet, base + feed.path, base, listed)
        case "json":
            return _json_feed(outlet, base + feed.path, base, listed)


def opml(title: str, feeds: Iterable[tuple[Outlet, str]]) -> str:
    """An OPML 2.0 subscription list, with a folder for each language."""
    ordered = sorted(feeds, key=lambda pair: pair[0].language)
    folders = "\n".join(
        f'<outline text="{language}">\n'
        + "\n".join(
            f'<outline type="rss" text="{escape(outlet.title)}" title="{escape(outlet.title)}"'
            f' xmlUrl="{escape(url)}" language="{language}"/>'
            for outlet, url in members
        )
        + "\n</outline>"
        for language, members in groupby(ordered, key=lambda pair: pair[0].language)
    )
    head = f"<head><title>{escape(title)}</title></head>"
    return f'{_DECLARATION}<opml version="2.0">\n{head}\n<body>\n{folders}\n</body>\n</opml>\n'


def _rss2(outlet: Outlet, feed: FeedSpec, base: str, listed: list[Item]) -> str:
    hours = "".join(f"<hour>{hour}</hour>" for hour in feed.skip_hours)
    manners = (f"<ttl>{feed.ttl}</ttl>\n" if feed.ttl else "") + (
        f"<skipHours>{hours}</skipHours>\n" if hours else ""
    )
    entries = "".join(
        f"<item>\n<title>{escape(item.words.title)}</title>\n"
        f"<link>{escape(item.link)}</link>\n"
        f'<guid isPermaLink="true">{escape(item.id)}</guid>\n'
        f"<description>{escape(item.words.summary)}</description>\n"
        + (f"<dc:creator>{escape(item.author)}</dc:creator>\n" if item.author else "")
        + f"<category>{escape(item.section)}</category>\n"
        f"<pubDate>{format_datetime(item.published.astimezone(UTC), usegmt=True)}</pubDate>\n"
        "</item>\n"
        for item in listed
    )
    return (
        f'{_DECLARATION}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
        f"<title>{escape(outlet.title)}</title>\n<link>{base}/</link>\n"
        f"<description>{escape(outlet.about)}</description>\n"
        f"<language>{outlet.language}</language>\n"
        f'<atom:link rel="self" type="application/rss+xml" href="{escape(base + feed.path)}"/>\n'
        f"{manners}"
        f"{entries}</channel>\n</rss>\n"
    )


def _rss1(outlet: Outlet, own: str, base: str, listed: list[Item]) -> str:
    order = "".join(f'<rdf:li rdf:resource="{escape(item.id)}"/>\n' for item in listed)
    entries = "".join(
        f'<item rdf:about="{escape(item.id)}">\n<title>{escape(item.words.title)}</title>\n'
        f"<link>{escape(item.link)}</link>\n"
        f"<description>{escape(item.words.summary)}</description>\n"
        + (f"<dc:creator>{escape(item.author)}</dc:creator>\n" if item.author else "")
        + f"<dc:date>{item.published.isoformat()}</dc:date>\n</item>\n"
        for item in listed
    )
    return (
        f'{_DECLARATION}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{escape(own)}">\n<title>{escape(outlet.title)}</title>\n'
        f"<link>{base}/</link>\n<description>{escape(outlet.about)}</description>\n"
        f"<dc:language>{outlet.language}</dc:language>\n"
        f"<items>\n<rdf:Seq>\n{order}</rdf:Seq>\n</items>\n</channel>\n{entries}</rdf:RDF>\n"
    )


def _atom(outlet: Outlet, own: str, base: str, listed: list[Item]) -> str:
    updated = max(item.words.modified for item in listed).isoformat()
    entries = "".join(
        f"<entry>\n<title>{escape(item.words.title)}</title>\n"
        f'<link rel="alternate" type="text/html" href="{escape(item.link)}"/>\n'
        f"<id>{escape(item.id)}</id>\n"
        f"<published>{item.published.isoformat()}</published>\n"
        f"<updated>{item.words.modified.isoformat()}</updated>\n"
        f"<author><name>{escape(item.author or outlet.title)}</name></author>\n"
        f'<category term="{escape(item.section)}"/>\n'
        f'<summary type="text">{escape(item.words.summary)}</summary>\n</entry>\n'
        for item in listed
    )
    return (
        f'{_DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">\n'
        f"<title>{escape(outlet.title)}</title>\n<subtitle>{escape(outlet.about)}</subtitle>\n"
        f'<link rel="self" href="{escape(own)}"/>\n<link rel="alternate" href="{base}/"/>\n'
        f"<id>{escape(own)}</id>\n<updated>{updated}</updated>\n{entries}</feed>\n"
    )


def _json_feed(outlet: Outlet, own: str, base: str, listed: list[Item]) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "description": outlet.about,
        "home_page_url": f"{base}/",
        "feed_url": own,
        "language": outlet.language,
        "items": [
            {
                "id": item.id,
                "url": item.link,
                "title": item.words.title,
                "summary": item.words.summary,
                "content_text": item.words.summary,
                "date_published": item.published.isoformat(),
                "date_modified": item.words.modified.isoformat(),
                "authors": [{"name": item.author or outlet.title}],
                "tags": [item.section],
            }
            for item in listed
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)
