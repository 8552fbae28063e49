"""The feed as a witness: tell whether a page is about what its feed says."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from core.records import FeedItem
from core.words import words
from ingest.extraction.document import Document

ABOUT = 0.4
"""A page with less than this share of the feed's words is about something else.

Of 181 article pages, 99 % reach it with their own headline and description as the feed's words,
and 4 % with those of another page.
"""

TITLED = 0.6
"""A headline with this share of a title's words is that title. A smaller share may come from the
outlet's name, which is in most pages' titles."""

SURE = 6
"""If title and summary have this many different words, it means something when hardly any is
found. A title alone, which may be a play on words, mostly has fewer."""

BEGINNING = 6_000
"""A text says what it is about within this many characters."""

LONG = 4
"""The fewest letters of a word that says what a text is about; shorter ones are in every text."""

_BETWEEN = re.compile(r"[\W_]+")
"""What separates the words of an address."""

_UNSPACED_FROM = "\u0e00"
"""From this character on are scripts whose words are single letters (see `core.words`)."""


def share_on_page(item: FeedItem, document: Document, text: str) -> float | None:
    """The share of the feed's words that the page has: the title's or the summary's, whichever is
    greater. The title is also looked for in the page's headlines.

    None if the feed says too little to tell.
    """
    return _best_share(item, text, " ".join(headlines(document)))


def is_unrelated(item: FeedItem, text: str) -> bool:
    """Whether a text is about something else than its feed says, whatever the page's headlines.
    False if the feed says too little to tell."""
    share = _best_share(item, text)
    return share is not None and share < ABOUT


def has_feed_title(item: FeedItem, document: Document) -> bool:
    """Whether the page's own headline is the feed's, or near it. False if nobody can tell."""
    share = _share(item.title, set(words(" ".join(headlines(document)))))
    return share is not None and share >= TITLED


def address_has_title(item: FeedItem, address: str) -> bool:
    """Whether an address has the title's words, as readable addresses do."""
    path = _BETWEEN.sub(" ", unquote(urlsplit(address).path))
    share = _share(item.title, set(words(path)))
    return share is not None and share >= ABOUT


def says_enough(item: FeedItem) -> bool:
    """Whether the feed says enough to take a page without its words for another one."""
    return len(_significant_words(f"{item.title} {item.summary}")) >= SURE


def headlines(document: Document) -> tuple[str, ...]:
    """What a page calls itself: its `title`, `og:title` and `h1` elements."""
    found: dict[str, list[str]] = {"title": [], "meta": [], "h1": []}
    for element in document.tree.iter(*found):
        if element.tag != "meta":
            found[element.tag].append(element.text_content())
        elif (element.get("property") or element.get("name")) == "og:title":
            found["meta"].append(element.get("content") or "")
    lines = (" ".join(one.split()) for one in [*found["title"][:1], *found["meta"], *found["h1"]])
    return tuple(dict.fromkeys(filter(None, lines)))


def _best_share(item: FeedItem, text: str, title: str = "") -> float | None:
    seen = set(words(text[:BEGINNING]))
    shares = (_share(item.title, seen | set(words(title))), _share(item.summary, seen))
    return max((share for share in shares if share is not None), default=None)


def _share(claim: str, seen: set[str]) -> float | None:
    significant = _significant_words(claim)
    return len(significant & seen) / len(significant) if len(significant) > 1 else None


def _significant_words(text: str) -> set[str]:
    return {word for word in words(text) if len(word) >= LONG or word >= _UNSPACED_FROM}
