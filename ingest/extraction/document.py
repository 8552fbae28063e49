"""Decode and parse a page, once, for everything that reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import html
from lxml.html import HtmlElement

from core.references import unescape
from ingest.charsets import decode
from ingest.extraction.linked_data import linked_data
from ingest.extraction.markup import metas

_CONTROL = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])|x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef]))"
    r"(?![0-9a-f]);?",
    re.IGNORECASE,
)
"""References to characters that XML forbids: trafilatura drops a page that has one, and readability
finds no text in it."""

_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
"""The same characters, and control characters that a terminal would obey."""

_OF_WINDOWS = re.compile(r"&#(?:12[89]|1[345]\d);")
"""References that every browser reads as characters of windows-1252, but libxml2 does not."""


@dataclass(frozen=True)
class Document:
    """A page's markup and its tree. Never change the tree: change a copy."""

    url: str
    markup: str
    tree: HtmlElement

    @cached_property
    def linked_data(self) -> tuple[dict[str, Any], ...]:
        """The objects of its JSON-LD, nested ones too, in the order of the page."""
        return linked_data(self.tree)

    @cached_property
    def metas(self) -> tuple[tuple[str, str], ...]:
        """Its `meta` elements: lower-case letters and digits of the name, and the content."""
        return tuple(metas(self.tree))


def parse(body: bytes | str, url: str, content_type: str = "") -> Document:
    """Parse a page. Its tree's root is always an `html` element."""
    # Imported here: it takes half a second, and only those who have pages parse them.
    from trafilatura.utils import load_html

    if isinstance(body, str):
        # Half a surrogate pair is not a character: extractors that encode the markup would fail.
        text = body.encode("utf-8", "replace").decode("utf-8")
    else:
        text = decode(body, content_type)
    markup = _NO_TEXT.sub(" ", _CONTROL.sub(" ", text))
    markup = _OF_WINDOWS.sub(lambda reference: unescape(reference[0]), markup)
    return Document(url, markup, _whole(load_html(markup)))


def _whole(tree: HtmlElement | None) -> HtmlElement:
    """A page's tree, with the `html` and `body` that a mere `<iframe>` or `<svg>` lacks: extractors
    that remove such an element fail if it is the root."""
    if tree is not None and tree.tag == "html":
        return tree
    page, content = html.Element("html"), html.Element("body")
    page.append(content)
    if tree is not None:
        content.append(tree)
    return page
