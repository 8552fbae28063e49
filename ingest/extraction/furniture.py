"""Remove from an article's text what is not part of it: the headline, and lines of links."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from lxml.html import HtmlElement

from core.words import words
from ingest.extraction.document import Document
from ingest.extraction.witness import headlines

HEADLINE_LINES = 4
"""A headline is among this many first lines: a section's name or a date may come before it."""

SAME = 0.75
"""Two lines are the same headline if this share of all their words is in both."""

LINKED = 0.8
"""A line with this share of its letters in links leads to another article, or to a shop.

Any value from .6 to .9 gives nearly the same result (docs/decisions/0005-extraction.md).
"""

_INLINE = frozenset({"a", "b", "em", "font", "i", "mark", "small", "span", "strong", "u"})
_TABLE_RULE = re.compile(r"\|[-|]+\|")
_OUTLET = re.compile(r"\s+[|»\u2013\u2014-]\s+")


@dataclass(frozen=True)
class Furniture:
    """What surrounds a page's article, gathered once for all texts made from the page."""

    document: Document
    tree: HtmlElement

    def strip(self, text: str) -> str:
        """A text without its headline, without lines that are nothing but links, and without the
        rules below the heads of tables."""
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        headline = self._headline(lines)
        if headline is not None:
            del lines[headline]
        return "\n".join(line for line in lines if self._is_text(line))

    def _is_text(self, line: str) -> bool:
        return not _TABLE_RULE.fullmatch(line) and tuple(words(line)) not in self._linked

    def _headline(self, lines: list[str]) -> int | None:
        """Which line is the page's title, if any."""
        for number, line in enumerate(lines[:HEADLINE_LINES]):
            line_words = frozenset(words(line))
            if len(line_words) > 1 and any(
                len(line_words & of) >= SAME * len(line_words | of) for of in self._titles
            ):
                return number
        return None

    @cached_property
    def _titles(self) -> tuple[frozenset[str], ...]:
        """The words of the page's headlines, with and without the outlet's name."""
        printed = headlines(self.document)
        titles = {*printed, *(_OUTLET.split(title)[0] for title in printed)}
        return tuple(frozenset(words(title)) for title in titles)

    @cached_property
    def _linked(self) -> frozenset[tuple[str, ...]]:
        """The lines of the page, as words, that are links and little else."""
        letters: Counter[HtmlElement] = Counter()
        for link in self.tree.iter("a"):
            length = _letters(link.text_content())
            block = link.getparent()
            while length and block is not None and block.tag in _INLINE:
                block = block.getparent()
            if length and block is not None:
                letters[block] += length
        lines = ((block.text_content(), length) for block, length in letters.items())
        return frozenset(
            tuple(words(line)) for line, length in lines if length >= LINKED * _letters(line)
        )


def _letters(text: str) -> int:
    return len("".join(text.split()))
