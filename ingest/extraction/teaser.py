"""Recognise teasers: the beginning of an article whose rest is for subscribers.

A page that says it is not free proves nothing: of 35 such pages, 30 had the whole text. So the
text itself has to show that it stops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from core.words import word_count
from ingest.extraction.blocks import PROSE_WORDS, visible_text
from ingest.extraction.document import Document
from ingest.extraction.phrases import phrase

TEASER_WORDS = 300
"""Outlets show a few paragraphs; a longer text is the article, whatever is hidden beside it."""

FULLER = 1.5
"""If the feed's text is this many times as long as the page's, the page holds something back."""

BEHIND = 500
"""The invitation to subscribe comes within this many characters at the text's end, or after it."""

HIDDEN_WORDS = 20
"""If the part that is not free has fewer words than this, it was left out."""

_LOCKED = etree.XPath(
    "(//meta[contains(@property, 'content_tier') or contains(@name, 'content_tier')]"
    "[@content='locked' or @content='metered']/@content"
    " | //@class[contains(., 'aywall') or contains(., 'regwall') or contains(., 'subscriber-only')"
    " or contains(., 'post-upgrade-cta') or contains(., 'piano-') or contains(., 'tp-modal')]"
    " | //@id[contains(., 'aywall')])[1]"
)
"""Markup that hints at a paywall."""

STOPS = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\W{0,3}$")
"""The end of a text that goes on elsewhere."""


def teaser(document: Document, text: str, content: str) -> str | None:
    """Why a text is only the beginning of its article; None if it seems whole.

    `content` is the text that the feed gave, if any.
    """
    length = word_count(text)
    fuller = word_count(content)
    withheld = fuller > FULLER * max(length, HIDDEN_WORDS)
    if not withheld and not 0 < length < TEASER_WORDS:
        return None
    stops = STOPS.search(text)
    locked = _locked(document)
    if not (withheld or stops or locked):
        return None
    invited = _invitation(document, text)
    if withheld and (locked or invited):
        return f"its feed has {fuller} words, the page {length}"
    if invited and length < TEASER_WORDS:
        return f"{length} words, then “{invited}”"
    if locked and stops:
        return f"{length} words that stop in the middle, and {locked}"
    if locked and _left_out(document):
        return f"{length} words, and the part that is not free is left out"
    return None


def _locked(document: Document) -> str | None:
    if any(_not_free(document)):
        return "its JSON-LD says it is not free"
    for found in _LOCKED(document.tree):
        return f"its markup has “{found[:60]}”"
    return None


def _invitation(document: Document, text: str) -> str | None:
    """An invitation to subscribe, at the text's end or right after it on the page."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    line = " ".join(lines)
    seen = visible_text(document.tree)
    # What follows its last paragraph in the text may be the price, and on the page below it.
    prose = [one for one in lines if word_count(one) >= PROSE_WORDS]
    end = (prose or lines)[-1][-60:]
    at = seen.rfind(end)
    behind = seen[at + len(end) :][:BEHIND] if at >= 0 else ""
    found = phrase("subscribe").search(line[-BEHIND:]) or phrase("subscribe").search(behind)
    return found.group()[:80] if found else None


def _not_free(document: Document) -> Iterator[dict[str, Any]]:
    """What its JSON-LD says is not free: the article, or a part of it."""
    for thing in document.linked_data:
        if str(thing.get("isAccessibleForFree")).lower() in ("false", "no", "0"):
            yield thing


def _left_out(document: Document) -> bool:
    """Whether the parts that JSON-LD names as not free are there, but almost empty."""
    parts = [
        part
        for selector in _selectors(document)
        for name in re.findall(r"^[\w*]*[.#]([\w-]+)$", selector)
        for part in document.tree.xpath(
            "//*[@id=$name or contains(concat(' ', normalize-space(@class), ' '), $spaced)]",
            name=name,
            spaced=f" {name} ",
        )
    ]
    words = sum(word_count(part.text_content()) for part in parts)
    return bool(parts) and words < HIDDEN_WORDS


def _selectors(document: Document) -> Iterator[str]:
    for thing in _not_free(document):
        selector = thing.get("cssSelector")
        for one in selector if isinstance(selector, list) else [selector]:
            if isinstance(one, str):
                yield from (single.strip() for single in one.split(","))
