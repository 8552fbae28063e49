"""Find an article's title: the feed's, else the page's."""

from __future__ import annotations

import re
from itertools import chain

from lxml.html import HtmlElement

from core.records import FeedItem
from core.references import unescape
from ingest.characters import readable
from ingest.extraction.document import Document
from ingest.extraction.linked_data import is_article
from ingest.extraction.outlet import folded, outlet_names

_CUT = re.compile(r"(?:…|\.\.\.)\]?$")
_SEPARATOR = re.compile(r"\s+(?:[·•«:]+|[-\u2013\u2014]|//)\s+|\s*[|»]+\s*")
_META = ("twittertitle", "parselytitle", "sailthrutitle", "dctitle", "headline")

MAX_LETTERS = 600
"""A longer "headline" is the page's text in a wrong element."""


def title(document: Document, item: FeedItem) -> str:
    """The title of an article; an empty string if nothing names it.

    The feed's wins: it is what the outlet calls this very item. If the feed cut it off, a title on
    the page that begins with it completes it.
    """
    feed_title = " ".join(item.title.split())
    if feed_title and not _CUT.search(feed_title):
        return feed_title
    beginning = folded(feed_title)
    candidates = chain(*_candidates(document))
    whole = (text for text in candidates if folded(text).startswith(beginning))
    return next(whole, feed_title)


def headline(document: Document, title: str) -> str:
    """A page's headline: the article's `title` if the page has it anywhere, else the printed one;
    empty if no heading is surely that."""
    printed, others = _candidates(document)
    names = map(folded, (*printed, *others))
    return title if folded(title) in names else next(iter(printed), "")


def _candidates(document: Document) -> tuple[list[str], list[str]]:
    """The page's titles without the outlet's name, the likeliest first: printed ones, and others.

    A heading is the printed title if another element agrees; alone it may be a logo.
    """
    outlet = outlet_names(document)
    headings = [_plain(heading.text_content()) for heading in document.tree.iter("h1")]
    tags = dict(reversed(document.metas))
    stated = [
        tags.get("ogtitle", ""),
        *(str(thing["headline"]) for thing in document.linked_data if _has_headline(thing)),
        *(tags.get(name, "") for name in _META),
        _of_head(document.tree),
    ]
    stated = [without_outlet(_plain(text), outlet) for text in stated]
    printed = [text for text in headings if any(_is_most_of(text, whole) for whole in stated)]
    headings = [text for text in headings if folded(text) not in outlet]
    return printed, [text for text in (*stated, *headings) if text]


def _is_most_of(heading: str, stated: str) -> bool:
    """Whether the title in `stated` is `heading`, but for a section's name before or after it."""
    part, whole = folded(heading), folded(stated)
    return len(part) * 2 > len(whole) and (whole.startswith(part) or whole.endswith(part))


def _has_headline(thing: dict[str, object]) -> bool:
    return isinstance(thing.get("headline"), str) and is_article(thing)


def _of_head(tree: HtmlElement) -> str:
    element = next(tree.iter("title"), None)
    return element.text_content() if element is not None else ""


def _plain(text: str) -> str:
    """A text in one line. Some templates escape twice, or put markup into attributes."""
    if len(text) > MAX_LETTERS:
        return ""
    seen = readable(unescape(text))
    return " ".join(re.sub(r"</?[a-z][^<>]{0,100}>", " ", seen, flags=re.I).split())


def without_outlet(text: str, outlet: frozenset[str]) -> str:
    """A title without the outlet's name before or after it."""
    while (rest := _without_one_name(text, outlet)) is not None:
        text = rest
    return text


def _without_one_name(text: str, outlet: frozenset[str]) -> str | None:
    """What is left of a title if one name of its outlet is removed; None if it has none."""
    parts = list(_SEPARATOR.finditer(text))
    before = (text[part.end() :] for part in parts if folded(text[: part.start()]) in outlet)
    after = (text[: part.start()] for part in parts[::-1] if folded(text[part.end() :]) in outlet)
    return next(chain(before, after), None)
