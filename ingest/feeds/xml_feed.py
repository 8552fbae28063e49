"""Read XML feeds: RSS 0.90 to 2.0, RDF, Atom 0.3 and 1.0, and CDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.feeds.drafts import Document, Draft, NotAFeed, Words, text_of, texts_of
from ingest.feeds.hints import read_hints
from ingest.feeds.paging import older_page
from ingest.feeds.readers import Read, read
from ingest.feeds.unwrap import Unwrapped
from ingest.web.addresses import canonical_url

_HTML = ("text/html", "application/xhtml+xml")

_READ = (*_HTML, "text/plain", "application/pdf")
"""Types of linked content that may be an article; feedparser takes one without a type as text."""


def read_xml(found: Unwrapped, url: str) -> Document | NotAFeed:
    """Read a feed that came from `url`."""
    feed = read(found.markup, url)
    if isinstance(feed, str):
        return NotAFeed(f"unreadable: {feed}")
    if not (feed.version or feed.entries or feed.channel):
        return NotAFeed("an unknown format")
    return Document(
        title=_words(feed.channel, "title"),
        drafts=tuple(_draft(entry, feed) for entry in feed.entries),
        hints=read_hints(feed.channel, feed.hours, feed.days),
        fault="; ".join(filter(None, (found.fault, feed.fault))) or None,
        older=older_page(url, _parts(feed.channel, "links"), text_of(feed.channel, "generator")),
    )


def _draft(entry: Mapping[str, Any], feed: Read) -> Draft:
    return Draft(
        links=tuple(_links(entry)),
        ids=texts_of(entry, "id"),
        title=_words(entry, "title"),
        texts=tuple(_texts(entry)) or (Words(text_of(entry, "media_caption"), is_text=True),),
        authors=tuple(_authors(entry, feed)),
        dates=texts_of(entry, "published", "updated", "created"),
    )


def _links(entry: Mapping[str, Any]) -> Iterator[str]:
    """Where the item says that its article is."""
    # The real address behind FeedBurner's own links, which count clicks.
    yield from texts_of(entry, "feedburner_origlink")
    alternates = [
        link
        for link in _parts(entry, "links")
        if link.get("rel", "").rpartition("/")[2] == "alternate" and link.get("href")
    ]
    yield from (link["href"] for link in alternates if link.get("type") in (*_HTML, None))
    yield from (link["href"] for link in alternates)
    yield from texts_of(entry, "link")
    for part in _parts(entry, "content"):
        # The content is elsewhere (RFC 4287, 4.1.3.2), and feedparser does not resolve its address.
        if (source := part.get("src")) and part.get("type") in _READ:
            yield from filter(None, (canonical_url(source, base=part.get("base") or ""),))


def _texts(entry: Mapping[str, Any]) -> Iterator[Words]:
    summary = _words(entry, "summary")
    if summary.value:
        yield summary
    for part in _parts(entry, "content"):
        kind = part.get("type") or ""
        if part.get("value") and (kind in ("", *_HTML) or kind.startswith("text/")):
            yield Words(part["value"], kind not in _HTML)


def _authors(entry: Mapping[str, Any], feed: Read) -> list[str]:
    """The names of the item's authors; in Atom, if it has none of its own, those of the feed
    (RFC 4287, 4.2.1)."""
    own = _names(entry)
    if own or not feed.version.startswith("atom"):
        return own
    return _names(_part(entry, "source")) or _names(feed.channel)


def _names(holder: Mapping[str, Any]) -> list[str]:
    return [name for person in _parts(holder, "authors") if (name := person.get("name"))]


def _words(holder: Mapping[str, Any], name: str) -> Words:
    detail = _part(holder, f"{name}_detail")
    return Words(text_of(holder, name), detail.get("type", "text/html") not in _HTML)


# feedparser puts some things together itself, such as `authors`. If a feed has an element of that
# name, its text is there instead.


def _part(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, Mapping) else {}


def _parts(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = holder.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
