"""Parse feeds of any format, whatever comes from their address.

The bytes become text (`charsets`), the text a document of drafts (`xml_feed`, `json_feed`,
`sitemap`), the drafts items (`drafts`). `docs/feed-dialects.md` says what is expected of each
dialect, and where that differs from feedparser's own reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.records import FeedItem, Hints
from ingest.characters import printable
from ingest.charsets import decode
from ingest.feeds.drafts import Document, NotAFeed
from ingest.feeds.identity import Identified, identified, set_apart
from ingest.feeds.json_feed import read_json
from ingest.feeds.sitemap import ROOTS, read_sitemap
from ingest.feeds.unwrap import unwrap
from ingest.feeds.xml_feed import read_xml

__all__ = ["NotAFeed", "ParsedFeed", "parse_feed"]


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed's body says: `items`, each address once, in the feed's order.

    `unusable` counts items without a web address to record them by, `repeated` those whose address
    another item has; with `items`, they add up to all items of the feed. `fault` says what is
    broken in it; items may have been read all the same. `older` is the address of a page with the
    items before these, if there is one. `covers` is the time before now of which it has all items,
    if it lists those of a time and not a number of them, as a news sitemap does.
    """

    title: str
    items: tuple[FeedItem, ...]
    unusable: int = 0
    repeated: int = 0
    fault: str | None = None
    hints: Hints = field(default_factory=Hints)
    older: str = ""
    covers: timedelta | None = None

    @property
    def newest(self) -> datetime | None:
        """When the newest of its items was published; None if no item says."""
        return max((item.published for item in self.items if item.published), default=None)


def parse_feed(body: bytes, content_type: str, url: str) -> ParsedFeed | NotAFeed:
    """Parse a feed's bytes. Raises nothing, whatever they are.

    Args:
        body: the bytes as they came, decompressed.
        content_type: the answer's Content-Type, which may name a charset.
        url: where they came from, for relative addresses.
    """
    document = read_document(decode(body, content_type), url)
    if isinstance(document, NotAFeed):
        size = f"{len(body):,} bytes of {printable(content_type) or 'unnamed type'}"
        return replace(document, reason=f"{document.reason}, {size}")
    listed = [(item, draft.ids) for draft in document.drafts if (item := draft.item(url))]
    items: dict[str, Identified] = {}
    for item, ids in set_apart(listed):
        known = items.get(item.url)
        if known is None or _later(item, known[0]):
            items[item.url] = item, ids
    return ParsedFeed(
        title=document.title.line(),
        items=identified(tuple(items.values())),
        unusable=len(document.drafts) - len(listed),
        repeated=len(listed) - len(items),
        fault=document.fault,
        hints=document.hints,
        older=document.older,
        covers=document.covers,
    )


def read_document(text: str, url: str) -> Document | NotAFeed:
    """Read the text of a feed of any format that came from `url`, to items in its own words."""
    if text.lstrip()[:1] in ("{", "["):
        return read_json(text, url)
    found = unwrap(text)
    if isinstance(found, NotAFeed):
        return found
    return read_sitemap(found, url) if found.root in ROOTS else read_xml(found, url)


def _later(item: FeedItem, known: FeedItem) -> bool:
    """Whether `item` is newer than `known`, which came before it with the same address."""
    return item.published is not None and (
        known.published is None or item.published > known.published
    )
