"""Decode and parse a page, once, for everything that reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import charset_normalizer
from lxml import html
from lxml.html import HtmlElement
from trafilatura.utils import load_html
from w3lib.encoding import (
    html_body_declared_encoding,
    html_to_unicode,
    http_content_type_encoding,
)

from core.references import unescape
from ingest.charsets import is_text_codec
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


def decode(body: bytes, content_type: str) -> str:
    """A page's text, in the charset that it declares unless its bytes plainly are in another."""
    named = http_content_type_encoding(content_type or None) or html_body_declared_encoding(body)
    if named and not _may_be_in(body, named):
        content_type = "text/html; charset=utf-8"
    _, markup = html_to_unicode(content_type, body, default_encoding="utf-8")
    broken = markup.count("\ufffd")
    if broken:
        meant = sum(1 for character in markup if character > "\x7f") - broken
        if broken > meant:
            return _guessed(body)
    return str(markup)


def _may_be_in(body: bytes, named: str) -> bool:
    """Whether a declared charset exists and is possible. UTF-16 without a NUL is not: some
    templates declare it, and browsers read their pages as UTF-8. Nor is another one than UTF-8 if
    that fits: some servers declare `iso-8859-1` for all that they have."""
    if not is_text_codec(named) or (named.startswith("utf-16") and b"\0" not in body):
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return body.isascii()


def _guessed(body: bytes) -> str:
    """The text of bytes whose charset is unknown: in windows-1252, if no other fits better."""
    guesses = charset_normalizer.from_bytes(body)
    best = guesses.best()
    if best is None:
        return body.decode("cp1252", "replace")
    for guess in guesses:
        fits = guess.chaos <= best.chaos and guess.coherence >= best.coherence
        if fits and "cp1252" in guess.could_be_from_charset:
            return str(guess)
    return str(best)
