"""The quick way to extract a page's text, used for every page."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from ingest.extraction.body import body
from ingest.extraction.choice import first_text
from ingest.extraction.document import Document
from ingest.extraction.extractors import by_linked_data, by_resiliparse, by_trafilatura
from ingest.extraction.furniture import Furniture


def quick_text(document: Document) -> str:
    """A page's text, one paragraph per line; empty if it has none.

    trafilatura's fast mode is tried first, then cruder ways if its text does not read like an
    article.
    """
    tree = body(document)
    furniture = Furniture(document, tree)
    return first_text(furniture.strip(text) for text in _extracted(document, tree))


def _extracted(document: Document, tree: HtmlElement) -> Iterator[str]:
    yield by_trafilatura(tree)
    yield by_linked_data(document)
    yield by_resiliparse(document.markup)
