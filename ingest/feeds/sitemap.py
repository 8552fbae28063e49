"""Read news sitemaps: lists of the articles of the last two days, which outlets keep for search
engines.

They are Google's extension (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)
of sitemaps (https://www.sitemaps.org/protocol.html). A sitemap without news is no feed, and nor is
an index of sitemaps, which may list one with news.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from ingest.characters import printable
from ingest.feeds.candidates import listed_sitemaps
from ingest.feeds.drafts import Document, Draft, NotAFeed, Words
from ingest.feeds.readers import MAX_ELEMENTS, MAX_ITEMS
from ingest.feeds.unwrap import Unwrapped

INDEX = "sitemapindex"

ROOTS = ("urlset", INDEX)
"""The root elements of sitemaps and of indexes of them."""

LISTED_TIME = timedelta(days=2)
"""How long Google asks outlets to list an article with its news."""

_LONG = 100
"""The fewest items of a list that may be cut: some outlets divide theirs into lists of 100."""

_NAMESPACE = "schemas/sitemap-news/"
"""A part of the extension's namespace. Its version is left out, and so is what some write wrong."""

_HEAD = 5_000
"""The most characters in which a root element declares its namespaces."""

_ITEMS = ("url", "sitemap")
"""Elements below the root, one for each item."""

_NEWS, _ADDRESS, _CHANGED = "url/news", "url/loc", "url/lastmod"
_TITLE, _DATE, _OUTLET = "url/news/title", "url/news/publication_date", "url/news/publication/name"
_LISTED = "sitemap/loc"
_READ = frozenset({_ADDRESS, _CHANGED, _TITLE, _DATE, _OUTLET, _LISTED})
"""Places of elements below the root, whatever their namespaces: some declare none, or others."""

_DEEPEST = 5
"""The most elements in each other, the root included, that are looked at."""

_CALLED_NEWS = re.compile(
    r"news(?!letter)|noticias|notizie|nachrichten|nieuws|actualit|latest|recent",
    re.IGNORECASE,
)
_CALLED_ARCHIVE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|archiv", re.IGNORECASE)


def is_called_news(url: str) -> bool:
    """Whether the address of a sitemap looks like that of a news sitemap, not of the archive of a
    year or month."""
    parts = urlsplit(url)
    name = f"{parts.path}?{parts.query}"
    return bool(_CALLED_NEWS.search(name)) and not _CALLED_ARCHIVE.search(name)


def read_sitemap(found: Unwrapped, url: str) -> Document | NotAFeed:
    """Read a sitemap that came from `url`.

    An address without news in it is no item: outlets are asked to take the news off an article
    after two days, and may leave its address.
    """
    target = _Target()
    fault = _parse(found.markup, target)
    if found.root == INDEX:
        return _index(target, url)
    if not target.news and _NAMESPACE not in found.markup[:_HEAD]:
        return NotAFeed("a sitemap without news")
    outlets = Counter(filter(None, (one.get(_OUTLET) for one in target.news)))
    is_whole = fault is None and len(target.news) < _LONG
    return Document(
        title=Words(next((name for name, _ in outlets.most_common(1)), ""), is_text=True),
        drafts=tuple(map(_draft, target.news)),
        fault="; ".join(filter(None, (found.fault, fault))) or None,
        covers=LISTED_TIME if is_whole else None,
    )


def _draft(news: dict[str, str]) -> Draft:
    return Draft(
        links=tuple(filter(None, (news.get(_ADDRESS),))),
        ids=(),
        title=Words(news.get(_TITLE, ""), is_text=True),
        texts=(),
        authors=(),
        dates=tuple(filter(None, (news.get(_DATE), news.get(_CHANGED)))),
    )


def _index(target: _Target, url: str) -> NotAFeed:
    sitemaps = listed_sitemaps(target.sitemaps, url)
    news = next(filter(is_called_news, sitemaps), None)
    probably = f"its news sitemap is probably {news}" if news else "it lists none called news"
    return NotAFeed(f"a sitemap index ({probably})", sitemaps)


def _parse(markup: str, target: _Target) -> str | None:
    """Read markup into a target as far as it can be read; return what is broken in it."""
    # The document type is what makes XML dangerous, and `unwrap` has cut it off.
    parser = etree.XMLParser(target=target, recover=True, resolve_entities=False, no_network=True)
    try:
        etree.fromstring(markup.encode(), parser)
    except _TooMuchError as stop:
        return str(stop)
    except UnicodeDecodeError:  # from a reference to half a character, `&#xD800;`
        return "cut at a character that does not exist"
    broken = next(iter(parser.error_log), None)
    # The message may quote the sitemap.
    return f"line {broken.line}: {printable(broken.message[:200])}" if broken else None


class _TooMuchError(Exception):
    """Stop reading: the sitemap exceeds a limit. What was read of it stays."""


class _Target:
    """Takes what lxml reads: `news` has the texts of each address with news, by their places, and
    `sitemaps` the addresses that an index lists."""

    def __init__(self) -> None:
        self.news: list[dict[str, str]] = []
        self.sitemaps: list[str] = []
        self._elements = 0
        self._namespace = ""
        self._names: list[str] = []
        self._texts: dict[str, list[str]] = {}
        self._is_news = False
        self._text: list[str] | None = None
        self._text_depth = 0

    def start(self, tag: str, _attributes: Any) -> None:
        """Begin an element.

        Raises:
            _TooMuchError: it is one too many.
        """
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise _TooMuchError(f"cut after {MAX_ELEMENTS:,} elements")
        namespace, _, name = tag.rpartition("}")
        if self._elements == 1:
            self._namespace = namespace
        elif name in _ITEMS and namespace == self._namespace:
            # Also if the one before is not closed, or something in it is not.
            self._finish()
            del self._names[1:]
        self._names.append(name)
        place = self._place()
        self._is_news = self._is_news or place == _NEWS
        if place in _READ and place not in self._texts:
            self._text = self._texts[place] = []
            self._text_depth = len(self._names)

    def data(self, text: str) -> None:
        """Take a piece of text."""
        if self._text is not None:
            self._text.append(text)

    def end(self, _tag: str) -> None:
        """End an element.

        Raises:
            _TooMuchError: it is an item too many.
        """
        if len(self._names) == self._text_depth:
            self._text, self._text_depth = None, 0
        if self._place() in _ITEMS:
            self._finish()
        if len(self._names) > 1:
            self._names.pop()

    def close(self) -> None:
        """End the document."""

    def _finish(self) -> None:
        """Keep what was read of an item, if it is news or a sitemap."""
        if max(len(self.news), len(self.sitemaps)) >= MAX_ITEMS:
            raise _TooMuchError(f"cut after {MAX_ITEMS:,} items")
        texts = {name: "".join(parts).strip() for name, parts in self._texts.items()}
        if self._is_news:
            self.news.append(texts)
        elif _LISTED in texts:
            self.sitemaps.append(texts[_LISTED])
        self._texts, self._is_news = {}, False
        self._text, self._text_depth = None, 0

    def _place(self) -> str:
        """Where the reading is: the names of the open elements below the root."""
        return "/".join(self._names[1:]) if len(self._names) <= _DEEPEST else ""
