"""Text extractors, most of them third-party, each a function from a page to lines of text.

All return an empty string if they find nothing or give up on a page.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from lxml.html import HtmlElement
from readability import Document as Readable
from readability.readability import Unparseable
from resiliparse.extract.html2text import extract_plain_text
from trafilatura import bare_extraction

from core.references import unescape
from core.words import words
from ingest.characters import readable
from ingest.extraction.document import Document

PROSE_WORDS = 10
"""A line of fewer words may be a label rather than a sentence."""

# readability logs each page that it gives up on: shown only to those who set a handler.
logging.getLogger("readability").addHandler(logging.NullHandler())

_GLUED = re.compile(r"(?<=[a-zß-öø-ÿ][.!?]|[.!?]”)(?=“?[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ ])")
"""Between a sentence's end and the next one's beginning, if there is no space."""


def by_trafilatura(tree: HtmlElement, *, precise: bool = False) -> str:
    """By trafilatura: its fast mode, or its full one if `precise`. The tree stays as it is."""
    found = bare_extraction(tree, fast=not precise, favor_precision=precise, include_comments=False)
    if found is None or isinstance(found, dict):
        return ""
    return found.text or ""


def by_readability(markup: str) -> str:
    """By readability, which scores elements as the reader view of browsers does."""
    try:
        summary = Readable(markup).summary()
    except Unparseable:
        return ""  # readability raises this for any error on a page
    return _plain(summary, main_content=False)


def by_resiliparse(markup: str) -> str:
    """By Resiliparse: all sentences outside elements named as a menu, footer or advertisement.

    It works on any markup, however deep, but gives too much text rather than too little.
    """
    lines = _plain(markup, main_content=True).split("\n")
    return "\n".join(line for line in lines if len(words(line)) >= PROSE_WORDS)


def by_linked_data(document: Document) -> str:
    """By JSON-LD: the article's text as the page gives it to machines; a live blog's is that of all
    its posts."""
    told = max(map(_told, document.linked_data), key=len, default="")
    # Some put markup into it, or escape it; a "<" that is not markup is left alone.
    text = told if "</" in told else unescape(told)
    return _plain(text, main_content=False) if "</" in text else _lines(text)


def _told(thing: dict[str, Any]) -> str:
    posts = thing.get("liveBlogUpdate")
    parts = [thing, *(posts if isinstance(posts, list) else [posts])]
    bodies = (part.get("articleBody") for part in parts if isinstance(part, dict))
    texts = (body for body in bodies if isinstance(body, str))
    # Some templates leave out the tags of paragraphs, and nothing between them.
    return "\n".join(text if "\n" in text else _GLUED.sub("\n", text) for text in texts)


def _plain(markup: str, *, main_content: bool) -> str:
    text = extract_plain_text(
        markup,
        main_content=main_content,
        preserve_formatting=True,
        list_bullets=False,
        alt_texts=False,
    )
    return _lines(text)


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in readable(text).split("\n"))
    return "\n".join(line for line in lines if line)
