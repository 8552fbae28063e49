"""Feeds parsed: RSS, RDF and Atom by feedparser, JSON Feed by its own short rules."""

from __future__ import annotations

import calendar
import codecs
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser
from feedparser.datetimes import _parse_date
from lxml import html
from lxml.etree import ParserError

from core.records import FeedItem
from ingest.addresses import canonical_url

MAX_SUMMARY = 2_000
"""Characters of a summary that are kept; some feeds put the whole article there."""

_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Controls and half characters: no store takes them all, and a terminal would obey some."""

_SLIPS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
)
"""What feedparser raises, instead of reporting it, of some bytes: of an XML declaration whose
encoding holds a NUL, of a reference to a character beyond all. One such feed must not end a pass
over all."""

_MISLABELLED = (feedparser.NonXMLContentType, feedparser.CharacterEncodingOverride)
"""What feedparser complains of in feeds that are in order, but for their server's label."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed's body says. `unusable` counts items without a web address to record them by;
    `fault` tells what is broken in it, though items may have been read all the same."""

    title: str
    items: tuple[FeedItem, ...]
    unusable: int = 0
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class NotAFeed:
    """The body is no feed; the reason says what it looks like instead."""

    reason: str


def parse_feed(body: bytes, content_type: str, url: str) -> ParsedFeed | NotAFeed:
    """Parse a feed's bytes.

    Args:
        body: the bytes as they came, decompressed.
        content_type: the answer's Content-Type, which may name a charset.
        url: where they came from, for relative addresses.
    """
    if body.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"{":
        return _parse_json(body, url)
    # An open file only: feedparser takes a text for an address, and text or bytes for the name
    # of a file on this machine.
    try:
        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": content_type, "content-location": url},
            sanitize_html=True,
            resolve_relative_uris=True,
        )
    except _SLIPS as error:
        return NotAFeed(f"unreadable: {error or type(error).__name__}")
    if not parsed.get("version") and not parsed.entries:
        looks = "an HTML page" if b"<html" in body[:2000].lower() else "no feed format"
        return NotAFeed(f"{looks}, {len(body):,} bytes of {content_type or 'unnamed type'}")
    items = [_from_feedparser(entry, url) for entry in parsed.entries]
    fault = str(parsed.bozo_exception) if parsed.bozo else None
    if isinstance(parsed.get("bozo_exception"), _MISLABELLED):
        fault = None
    return _assemble(plain(parsed.feed.get("title", "")), items, fault)


def plain(markup: str, limit: int = MAX_SUMMARY) -> str:
    """The words of a piece of markup, on one line. Scripts and styles are no words."""
    markup = _NO_TEXT.sub(" ", markup)
    if "<" in markup or "&" in markup:
        try:
            tree = html.fragment_fromstring(markup, create_parent="div")
        except (ParserError, ValueError):
            return " ".join(markup.split())[:limit]
        for element in tree.xpath(".//script | .//style"):
            element.drop_tree()
        # A break between elements is a break between words.
        markup = _NO_TEXT.sub(" ", " ".join(tree.itertext()))
    return " ".join(markup.split())[:limit]


def _from_feedparser(entry: Mapping[str, Any], url: str) -> FeedItem | None:
    # An id may be an address, but a number or a word that is one is not relative to anything.
    permalink = entry.get("id", "") if entry.get("guidislink", True) else ""
    link = entry.get("link")
    address = canonical_url(link, base=url) if link else canonical_url(permalink)
    if address is None:
        return None
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    summary = entry.get("summary") or next(
        (part.get("value", "") for part in entry.get("content", ())), ""
    )
    authors = [person.get("name") or "" for person in entry.get("authors", ())]
    return FeedItem(
        url=address,
        title=plain(entry.get("title", "")),
        summary=plain(summary),
        authors=_names(authors),
        published=_moment(moment),
    )


def _parse_json(body: bytes, url: str) -> ParsedFeed | NotAFeed:
    """JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        return NotAFeed(f"broken JSON: {error}")
    entries = document.get("items")
    if "jsonfeed.org" not in str(document.get("version", "")) or not isinstance(entries, list):
        return NotAFeed("JSON, but no JSON Feed")
    items = [_from_json(entry, url) if isinstance(entry, dict) else None for entry in entries]
    return _assemble(plain(_text(document, "title")), items, None)


def _from_json(entry: Mapping[str, Any], url: str) -> FeedItem | None:
    link = _text(entry, "url") or _text(entry, "external_url")
    address = canonical_url(link, base=url) if link else canonical_url(_text(entry, "id"))
    if address is None:
        return None
    authors = entry.get("authors")
    people = authors if isinstance(authors, list) and authors else [entry.get("author")]
    names = [_text(person, "name") for person in people if isinstance(person, dict)]
    summary = (
        _text(entry, "summary") or _text(entry, "content_text") or _text(entry, "content_html")
    )
    moment = _text(entry, "date_published") or _text(entry, "date_modified")
    return FeedItem(
        url=address,
        title=plain(_text(entry, "title")),
        summary=plain(summary),
        authors=_names(names),
        published=_moment(_parse_date(moment)) if moment else None,
    )


def _assemble(title: str, items: list[FeedItem | None], fault: str | None) -> ParsedFeed:
    usable = tuple(item for item in items if item is not None)
    return ParsedFeed(title, usable, len(items) - len(usable), fault)


def _text(mapping: Mapping[str, Any], name: str) -> str:
    value = mapping.get(name)
    return value if isinstance(value, str) else ""


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (plain(name, 200) for name in names))))


def _moment(parsed: Any) -> datetime | None:
    """feedparser's time tuple, which is in UTC, as a moment; None if it is out of all reason."""
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
