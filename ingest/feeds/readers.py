"""Drive feedparser's two parsers, the strict and the lenient one, with limits and no cleaning.

`feedparser.parse` detects the charset (here `charsets` does), guards against the document type
(here `unwrap` cuts it off) and then drives these two. Driven from here, they can be told when to
stop, and what to keep of an element, by methods named after it like feedparser's own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.expatreader import create_parser
from xml.sax.handler import feature_namespaces

from feedparser import UndeclaredNamespace
from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.mixin import _FeedParserMixin

from ingest.characters import printable

MAX_ITEMS = 20_000
"""The most items read from one feed. The largest of real feeds have some thousand."""

MAX_ELEMENTS = 300_000
"""The most elements read from one feed, 15 for each item; one takes feedparser up to 0.05 ms."""

MAX_ATTRIBUTES = 100
MAX_NAMESPACES = 200
MAX_BASE = 2_000
"""The most attributes of an element, namespaces of a feed, characters of an `xml:base`:
feedparser's time grows with their squares, or with that of their nesting depth."""

MAX_AUTHOR = 500
"""The most characters of an author: feedparser's search for an e-mail address slows down alike."""

MAX_LENIENT = 5_000_000
"""The most characters read of a broken feed: the lenient parser takes 40 times their memory."""

MAX_TAG = 20_000
"""The most characters of a tag in a broken feed: a `<` that is not closed by then is text."""

_LONG_DOMAIN = re.compile(r"(@(?:[a-z0-9-]+\.)+)[a-z0-9-]{5,}", re.IGNORECASE)
"""An e-mail address under a top-level domain of more than four letters. feedparser takes only four
for the address, and the others for the author: `a (Ana` from `ana@post.media (Ana)`."""

_UNREAD = ("georss", "gml", "psc")
"""Modules that feedparser makes long lists of, though nothing from them is recorded."""

_SLIPS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
)
"""What feedparser raises for some bytes, instead of reporting it. One such feed must not end a pass
over all."""


@dataclass(frozen=True, slots=True)
class Read:
    """What feedparser read: the feed itself and its items, as dictionaries; its format (empty if
    feedparser cannot tell), the hours and days of `skipHours` and `skipDays`, and what is
    broken."""

    channel: dict[str, Any]
    entries: list[dict[str, Any]]
    version: str
    hours: list[str]
    days: list[str]
    fault: str | None


class _TooMuchError(Exception):
    """Stop reading: the feed exceeds a limit. What was read of it stays."""


class _Kept(_FeedParserMixin):  # type: ignore[misc] # feedparser has no types
    """What we change in both of feedparser's parsers."""

    resolve_relative_uris = False
    sanitize_html = False  # only needed to show HTML; here all of it becomes plain words

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.elements = 0
        self.hours: list[str] = []
        self.days: list[str] = []

    def unknown_starttag(self, tag: str, attrs: Sequence[tuple[str, str]]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise _TooMuchError(f"cut after {MAX_ELEMENTS:,} elements")
        if len(attrs) > MAX_ATTRIBUTES:
            raise _TooMuchError(f"cut at an element of {len(attrs):,} attributes")
        if len(self.baseuri) > MAX_BASE:
            raise _TooMuchError(f"cut at an xml:base of {len(self.baseuri):,} characters")
        super().unknown_starttag(_name(tag), attrs)

    def unknown_endtag(self, tag: str) -> None:
        super().unknown_endtag(_name(tag))

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        if len(self.namespaces_in_use) > MAX_NAMESPACES:
            raise _TooMuchError(f"cut after {MAX_NAMESPACES:,} namespaces")
        super().track_namespace(prefix, uri)

    def _start_item(self, attrs: dict[str, str]) -> None:
        if len(self.entries) == MAX_ITEMS:
            raise _TooMuchError(f"cut after {MAX_ITEMS:,} items")
        super()._start_item(attrs)

    _start_entry = _start_item

    def _end_guid(self) -> None:
        # The id stays as it is: feedparser takes `4711` for an address relative to the feed's.
        self.guidislink = False
        self.pop("id")

    _end_id = _end_guid

    def _sync_author_detail(self, key: str = "author") -> None:
        context = self._get_context()
        if author := context.get(key):
            context[key] = _LONG_DOMAIN.sub(r"\1tld", author[:MAX_AUTHOR])
        super()._sync_author_detail(key)

    def _add_tag(self, *_: Any) -> None:
        """Drop categories: they are not recorded, and feedparser compares each with all others."""
        self._get_context().setdefault("tags", [])

    # A picture's caption: feedparser takes it for the summary if it comes before the item's own
    # description.
    def _start_media_description(self, _: dict[str, str]) -> None:
        self.push("media_caption", 1)

    def _end_media_description(self) -> None:
        self.pop("media_caption")

    # If there are several of these, feedparser keeps only the last.
    def _start_hour(self, _: dict[str, str]) -> None:
        self.push("hour", 0)

    def _end_hour(self) -> None:
        self.hours.append(self.pop("hour") or "")

    def _start_day(self, _: dict[str, str]) -> None:
        self.push("day", 0)

    def _end_day(self) -> None:
        self.days.append(self.pop("day") or "")


class _Strict(_Kept, StrictFeedParser):  # type: ignore[misc] # the same
    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802 - of SAX
        if len(attrs) > MAX_ATTRIBUTES:
            raise _TooMuchError(f"cut at an element of {len(attrs):,} attributes")
        super().startElementNS(name, qname, attrs)


class _Loose(_Kept, LooseFeedParser):  # type: ignore[misc] # the same
    def parse_starttag(self, i: int) -> int:
        if self.rawdata.find(">", i, i + MAX_TAG) < 0:
            self.handle_data("&lt;")
            return i + 1
        return int(super().parse_starttag(i))


def _name(tag: str) -> str:
    """A tag's name; for a module that is not read, a name that feedparser ignores."""
    prefix, colon, suffix = tag.partition(":")
    return f"unread-{suffix}" if colon and prefix in _UNREAD else tag


def read(markup: str, url: str) -> Read | str:
    """Read a feed's markup, from its root element on. If that fails, return the reason as a text.

    Relative addresses are resolved against `url`, where it came from, and each `xml:base`. It is
    first read as XML and then, if it is not well-formed, leniently.
    """
    # Relative addresses are the same without parameters, and a signature may be longer than a base.
    base = url if len(url) <= MAX_BASE else url.partition("?")[0]
    strict = _Strict(base, None, "utf-8")
    # The document type is what makes XML dangerous, and `unwrap` has cut it off.
    reader = create_parser()  # noqa: S315
    reader.setFeature(feature_namespaces, True)
    reader.setContentHandler(strict)
    reader.setErrorHandler(strict)
    try:
        reader.parse(io.BytesIO(markup.encode()))
        return _result(strict, None)
    except _TooMuchError as stop:
        return _result(strict, str(stop))
    except (SAXException, UndeclaredNamespace, *_SLIPS) as error:
        fault = _told(error)
    loose = _Loose(base, None, "utf-8", {})
    try:
        loose.feed(markup[:MAX_LENIENT])
    except _TooMuchError as stop:
        return _result(loose, str(stop))
    except _SLIPS as error:
        return f"{fault}; read leniently: {_told(error)}"
    if len(markup) > MAX_LENIENT:
        fault += f"; cut there, or after {MAX_LENIENT:,} characters"
        return _result(max(strict, loose, key=lambda parser: len(parser.entries)), fault)
    return _result(loose, fault)


def _result(parser: Any, fault: str | None) -> Read:
    return Read(
        channel=dict(parser.feeddata),
        # Plain dictionaries: feedparser's own return one key's value for another, and are slow.
        entries=[dict(entry) for entry in parser.entries],
        version=parser.version,
        hours=parser.hours,
        days=parser.days,
        fault=fault,
    )


def _told(error: Exception) -> str:
    if isinstance(error, SAXParseException):
        return f"line {error.getLineNumber()}: {error.getMessage()}"
    return printable(str(error)) or type(error).__name__
