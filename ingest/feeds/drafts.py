"""Items as read from feeds of any format (`Draft`), and how they become a `FeedItem`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from core.records import FeedItem, Hints
from ingest.moments import moment
from ingest.web.addresses import canonical_url, is_front_page
from ingest.words import MAX_SUMMARY, is_markup, paragraphs, plain, text_paragraphs

MAX_AUTHORS = 50
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class NotAFeed:
    """The body is not a feed; the reason says what it looks like instead. An index of sitemaps
    lists `sitemaps`, their addresses."""

    reason: str
    sitemaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a feed. `is_text`: the feed says that it is plain text, which is often not true,
    as many put markup there."""

    value: str
    is_text: bool = False

    def line(self) -> str:
        """Its words on one line."""
        if self.is_text and not is_markup(self.value):
            return " ".join(text_paragraphs(self.value, MAX_SUMMARY).split())
        return plain(self.value)

    def paragraphs(self) -> str:
        """Its words, one paragraph per line."""
        if self.is_text and not is_markup(self.value):
            return text_paragraphs(self.value)
        return paragraphs(self.value)


@dataclass(frozen=True, slots=True)
class Draft:
    """An item as its feed has it.

    `links` are its addresses, best first, perhaps relative. `ids` count as addresses only if they
    are absolute ones. `texts` are its summary and its other texts, summary first. `dates` are as
    written, best first.
    """

    links: tuple[str, ...]
    ids: tuple[str, ...]
    title: Words
    texts: tuple[Words, ...]
    authors: tuple[str, ...]
    dates: tuple[str, ...]

    def address(self, url: str) -> str | None:
        """Its canonical address, resolved against its feed's `url`; None if it has none.

        Some feeds link every item to the front page, and give its real address only as its id.
        By their links, all items would be one.
        """
        links = (canonical_url(link, base=url) for link in self.links)
        ids = (canonical_url(name) for name in self.ids)
        front: str | None = None
        for address in filter(None, chain(links, ids)):
            if not is_front_page(address):
                return address
            front = front or address
        return front

    def published(self) -> datetime | None:
        """The first of its dates that can be read."""
        return next(filter(None, map(moment, self.dates)), None)

    def item(self, url: str) -> FeedItem | None:
        """The item as wirewatch records it; None if it has no address to record it by."""
        address = self.address(url)
        if address is None:
            return None
        summary = next(filter(None, (text.line() for text in self.texts)), "")
        return FeedItem(
            url=address,
            title=self.title.line(),
            summary=summary,
            content=self._content(summary),
            authors=names(self.authors),
            published=self.published(),
        )

    def _content(self, summary: str) -> str:
        """The longest of its texts, if it says more than the summary, or the same in paragraphs: on
        one line, a caption or an invitation to subscribe would be part of a sentence."""
        fuller = [text for text in self.texts if len(text.value) > len(summary)]
        longest = max((text.paragraphs() for text in fuller), key=len, default="")
        says_it = len(longest) >= len(summary)
        return longest if says_it and longest != summary else ""


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as read: its title, its items, its hints, what is broken in it, and the address of a
    page with older items, if it has one. `covers` is the time of which it has all items, if it
    lists those of a time and not a number of them."""

    title: Words
    drafts: tuple[Draft, ...]
    hints: Hints = field(default_factory=Hints)
    fault: str | None = None
    older: str = ""
    covers: timedelta | None = None


def text_of(holder: Mapping[str, object], name: str) -> str:
    """The text that a part of a feed has under a name; "" for none, or for what is no text."""
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def texts_of(holder: Mapping[str, object], *keys: str) -> tuple[str, ...]:
    """The same for several names, without those that have none."""
    return tuple(filter(None, (text_of(holder, key) for key in keys)))


def names(written: Iterable[str]) -> tuple[str, ...]:
    """The names of authors, each once."""
    found = filter(None, (plain(name, MAX_NAME) for name in written))
    return tuple(dict.fromkeys(found))[:MAX_AUTHORS]
