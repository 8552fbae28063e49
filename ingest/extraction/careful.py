"""The careful way to extract a page's text, for pages that matter or are in doubt."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement

from core.records import FeedItem
from ingest.extraction.body import body
from ingest.extraction.choice import first_text, is_text, medoid
from ingest.extraction.document import Document
from ingest.extraction.extractors import (
    by_linked_data,
    by_readability,
    by_resiliparse,
    by_trafilatura,
)
from ingest.extraction.furniture import Furniture
from ingest.extraction.witness import is_unrelated


def careful_text(document: Document, quick: str, item: FeedItem) -> str:
    """A page's text, one paragraph per line: the one that several extractors agree on most.

    `quick` is the text from the quick way; `item`, what the feed says of the page, if anything. If
    that text is too short, or not about the item, others are tried. If none is, the item is
    ignored.
    """
    tree = body(document)
    furniture = Furniture(document, tree)
    candidates = [*(furniture.strip(text) for text in _candidates(document, tree)), quick]
    candidates = [text for text in candidates if is_text(text)]

    def texts() -> Iterator[str]:
        """The page's texts, the likeliest first, the crudest last."""
        if candidates:
            yield medoid(candidates)
        yield quick
        yield from candidates
        yield furniture.strip(by_resiliparse(document.markup))

    related = (text for text in texts() if not is_unrelated(item, text))
    return first_text(related) or first_text(texts())


def _candidates(document: Document, tree: HtmlElement) -> Iterator[str]:
    yield by_trafilatura(tree, precise=True)
    yield by_readability(html.tostring(tree, encoding="unicode"))
    yield by_linked_data(document)
