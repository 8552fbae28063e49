"""Measure how much of a page is prose and how much is links, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from core.words import word_count, words

PROSE_WORDS = 20
"""A block of prose has at least this many words: a headline or a label has fewer."""

LINKED = 0.5
"""A block with more than this share of its words in links is not prose."""

TEASER_LINES = 3
"""The most lines of a teaser. More of them below a linked heading are an article: some outlets link
the headline to itself, or put a linked section's name above the text."""

_UNSEEN = frozenset({"script", "style", "template", "head", "noscript", "select", "textarea"})
_INLINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del"),
        *("dfn", "em", "font", "i", "img", "ins", "kbd", "mark", "q", "s", "samp", "small"),
        *("span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    }
)


@dataclass(slots=True)
class Block:
    """The number of words between two breaks, and how many of them are in links."""

    words: int = 0
    linked: int = 0

    @property
    def is_prose(self) -> bool:
        """Whether it reads as a paragraph."""
        return self.words >= PROSE_WORDS and self.linked <= LINKED * self.words


@dataclass(frozen=True, slots=True)
class Blocks:
    """A page's totals: words, words in links, words in prose, and blocks of prose (`prose`)."""

    words: int
    linked: int
    prose_words: int
    prose: int

    @property
    def link_share(self) -> float:
        """The share of its words that are in links."""
        return self.linked / self.words if self.words else 0.0


def blocks(tree: HtmlElement) -> Blocks:
    """Add up a page's blocks."""
    found = list(_blocks(tree))
    prose = [block.words for block in found if block.is_prose]
    return Blocks(
        words=sum(block.words for block in found),
        linked=sum(block.linked for block in found),
        prose_words=sum(prose),
        prose=len(prose),
    )


def teasers(tree: HtmlElement) -> frozenset[tuple[str, ...]]:
    """What teasers of other articles consist of, as words: a heading that is a link, and a
    paragraph or two."""
    found: list[list[tuple[str, ...]]] = [[]]
    is_linked = False
    for element in tree.iter("h1", "h2", "h3", "h4", "h5", "p"):
        spoken = words(element.text_content())
        if spoken and element.tag != "p":
            in_links = [word for link in element.iter("a") for word in words(link.text_content())]
            is_linked = in_links == spoken or any(True for _ in element.iterancestors("a"))
            found.append([])
        if spoken and is_linked:
            found[-1].append(tuple(spoken))
    return frozenset(line for one in found if len(one) <= TEASER_LINES for line in one)


def visible_text(tree: HtmlElement) -> str:
    """The words of a page that a reader may see, in one line; scripts are left out."""
    runs = ((" " if breaks else "") + text for text, _, breaks in _runs(tree))
    return " ".join("".join(runs).split())


def _blocks(tree: HtmlElement) -> Iterator[Block]:
    block = Block()
    for text, linked, breaks in _runs(tree):
        if breaks:
            yield block
            block = Block()
        count = word_count(text)
        block.words += count
        block.linked += count if linked else 0
    yield block


def _runs(tree: HtmlElement) -> Iterator[tuple[str, bool, bool]]:
    """The visible texts in order: whether each is in a link, and whether a break is before it."""
    links = 0
    breaks = True
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        text = element.tail
        if event == "start":
            text = element.text
            if element.tag in _UNSEEN:
                text = None
                walk.skip_subtree()
        if event in ("start", "end"):
            links += (element.tag == "a") * (1 if event == "start" else -1)
            breaks = breaks or element.tag not in _INLINE
        if text:
            yield text, links > 0, breaks
            breaks = False
