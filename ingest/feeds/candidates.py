"""Where a site's feeds may be: the links on a page, and the usual addresses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from core.sites import site_of
from ingest.characters import CONTROL, one_line
from ingest.charsets import decode, media_type
from ingest.web.addresses import base_of, web_scheme

MAX_URL = 2_000
"""The most characters of an address. Longer ones carry something else, such as a picture."""


class Hint(Enum):
    """Why an address is a candidate, the surest reason first."""

    DECLARED = "the page declares it as its feed"
    LINKED = "the page links to it as one links to a feed"
    LISTED = "the page links to it as to a page about its feeds"
    GUESSED = "many sites have a feed there"
    SITEMAP = "the site lists it as a sitemap, or many sites have one there"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address at which a feed may be, and what the page calls it."""

    url: str
    title: str
    hint: Hint


_TYPES = re.compile(r"application/((rss|atom|rdf|x\.atom)\+xml|(feed\+)?json|xml)|text/xml")

_FEED_PATH = re.compile(
    r".*\.(?:rss|atom|rdf)|.*/(?:feeds?|rss|atom|rdf)(?:/[\w.-]+)?/?|.*[/_.-](?:rss|atom|feed)\d?"
    r"(?:\.xml|\.php|\.aspx|\.json)|.*/(?:rss|atom|feeds?)[\w.-]*\.xml|.*/index\.(?:xml|rdf)"
    r"|/feeds/posts/default",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(r"(?:.*&)?(?:feed|format|type|output)=(?:rss2?|atom|rdf|feed)(?:&.*)?")
_FEED_HOST = re.compile(r"(?:feeds?|rss)\..+|feedproxy\.google\.com")

_FEED_WORD = re.compile(r"\b(?:rss|atom|rdf|(?:xml|news)?feeds?)\b", re.IGNORECASE)
"""Words that mark a link to feeds."""

_NO_FEED = re.compile(
    r".*(?:sitemap|opensearch|manifest|browserconfig|wp-json|xmlrpc|/rsd|oembed|/feedback).*"
    r"|.*\.(?:png|gif|jpe?g|svg|css|js|ico|pdf|mp3|zip)",
    re.IGNORECASE,
)

_USUAL = ("feed", "rss", "rss.xml", "atom.xml", "feed.xml", "index.xml", "feeds/posts/default",
          "feed.json", "index.rdf", "?feed=rss2")  # fmt: skip
"""Where WordPress, Drupal, Ghost, Hugo, Jekyll, Blogger and home-made sites have a feed."""

_USUAL_OF_A_SECTION = ("feed", "rss", "rss.xml", "atom.xml", "index.xml")

_USUAL_SITEMAPS = ("news-sitemap.xml", "sitemap-news.xml", "sitemap_news.xml", "googlenews.xml",
                   "google-news-sitemap.xml", "sitemaps/news.xml", "sitemap/news.xml",
                   "arc/outboundfeeds/news-sitemap/?outputType=xml", "sitemap_index.xml",
                   "sitemap.xml")  # fmt: skip
"""Where many sites have a news sitemap; the last two are often indexes of sitemaps."""


def candidates(body: bytes, content_type: str, url: str) -> list[Candidate]:
    """What a page at `url` offers as feeds, each address once, the likeliest first.

    Pages that may list feeds come last. Empty if the body is not HTML.
    """
    try:
        tree = html.document_fromstring(
            decode(body, content_type).encode("utf-8", "replace"),
            parser=html.HTMLParser(encoding="utf-8"),
        )
    except ParserError:
        return []
    start = _absolute(base_of(tree), url) or url
    found: dict[str, Candidate] = {}
    for one in sorted((*_declared(tree, start), *_linked(tree, start)), key=_rank):
        if one.url != urldefrag(url).url:
            found.setdefault(one.url, one)
    return list(found.values())


def _rank(candidate: Candidate) -> int:
    return list(Hint).index(candidate.hint)


def guesses(url: str) -> list[Candidate]:
    """Where sites usually have a feed: one of the address's section, then one of the whole site."""
    parts = urlsplit(url)
    folder, _, last = parts.path.rpartition("/")
    section = (folder if "." in last else parts.path.rstrip("/")) + "/"
    paths = [section + name for name in _USUAL_OF_A_SECTION] if section != "/" else []
    paths += ["/" + name for name in _USUAL]
    return [Candidate(f"{parts.scheme}://{parts.netloc}{path}", "", Hint.GUESSED) for path in paths]


def usual_sitemaps(url: str) -> list[str]:
    """Where sites usually have a news sitemap, or an index that lists it."""
    return [urljoin(url, f"/{path}") for path in _USUAL_SITEMAPS]


def listed_sitemaps(written: Iterable[str], url: str) -> tuple[str, ...]:
    """The addresses of the sitemaps that a list at `url` names, in its order."""
    return tuple(dict.fromkeys(filter(None, (_absolute(one, url) for one in written))))


def _declared(tree: HtmlElement, base: str) -> Iterator[Candidate]:
    for link in tree.iter("link"):
        rels = (link.get("rel") or "").lower().split()
        kind = media_type(link.get("type") or "")
        if "feed" in rels or ("alternate" in rels and _TYPES.fullmatch(kind)):
            url = _absolute(link.get("href") or "", base)
            if url and not _NO_FEED.fullmatch(urlsplit(url).path):
                yield Candidate(url, _line(link.get("title") or ""), Hint.DECLARED)


def _linked(tree: HtmlElement, base: str) -> Iterator[Candidate]:
    for anchor in tree.iter("a"):
        url = _absolute(anchor.get("href") or "", base)
        if not url or _NO_FEED.fullmatch(urlsplit(url).path):
            continue
        words = _line(" ".join([*anchor.itertext(), anchor.get("title") or ""]))
        parts = urlsplit(url)
        own = site_of(url) == site_of(base)
        if _FEED_HOST.fullmatch(parts.hostname or "") or (
            # Only the site's own: the addresses of feed readers' buttons look like feeds too.
            own and (_FEED_PATH.fullmatch(parts.path) or _FEED_QUERY.fullmatch(parts.query))
        ):
            yield Candidate(url, words, Hint.LINKED)
        elif own and len(words) < 60 and _FEED_WORD.search(words):
            yield Candidate(url, words, Hint.LISTED)


def _absolute(href: str, base: str) -> str | None:
    """A link's address, without its fragment; None if it is not a web address."""
    href = href.strip()
    if not href or len(href) > MAX_URL:
        return None
    try:
        url = urldefrag(urljoin(base, web_scheme(href))).url
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    # Tabs and ends of lines are gone by now; what is left might tell a terminal what to do.
    if CONTROL.search(url):
        return None
    return url if parts.scheme in ("http", "https") and host else None


def _line(text: str) -> str:
    return one_line(text)[:200]
