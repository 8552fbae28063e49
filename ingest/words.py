"""Turn markup from a feed into plain words: on one line, or one paragraph per line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from core.records import FeedItem
from core.references import unescape
from core.words import word_count
from ingest.characters import NO_TEXT, readable

MAX_SUMMARY = 2_000
"""The most characters kept of a title or summary; some feeds put the whole article there."""

MAX_CONTENT = 200_000
"""The most characters kept of an item's own text: a long book chapter, and no more."""

FEED_WORDS = 8
"""An item's text of this many words says something of its own, beyond the title."""

_MARKUP_A_WORD = 4
"""Characters of markup that are read for each character that is kept; articles have two."""

_MARKUP = re.compile(r"</[a-z][a-z0-9]*\s*>|<(?:br|hr|img|p)[\s/>]|&#?\w{2,32};", re.IGNORECASE)
"""What distinguishes markup from a text that only mentions `<b>` or `a < b`."""

_ESCAPED = re.compile(
    r"\s*<(?:a|b|blockquote|br|div|em|figure|h[1-6]|i|img|ol|p|span|strong|table|ul)\b[^<>]*>",
    re.IGNORECASE,
)
"""How a text begins whose markup was escaped twice."""

_REFERENCE = re.compile(r"&(?:#\d{2,7}|#x[\da-f]{2,6}|[a-z]\w{1,31});", re.IGNORECASE)

_BREAK = "\u2029"
"""Unicode's own paragraph separator, used between paragraphs until lines are made."""

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")

_BLOCK_NAMES = (
    "address article aside blockquote br caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section "
    "summary table tbody td tfoot th thead title tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
"""Elements that begin and end a paragraph by HTML's rendering rules; table cells too, as two of
them are never one word."""

_NO_WORDS = ("script", "style", "noscript", "template", "svg", "del", "s", "strike")
"""Elements whose text nobody reads, or that the outlet has struck out."""

_RAW = re.compile(r"</?(?:iframe|noembed|noframes|plaintext|textarea|xmp)\b[^<>]*>", re.IGNORECASE)
"""Tags after which an HTML parser takes markup for text, to the very end if one is not closed."""


def has_own_words(item: FeedItem) -> bool:
    """Whether a feed says something of an item besides its headline."""
    return word_count(item.content or item.summary) >= FEED_WORDS


def plain(markup: str, limit: int = MAX_SUMMARY) -> str:
    """The words of a piece of markup, on one line of at most `limit` characters."""
    return " ".join(" ".join(_lines(markup, limit)).split())[:limit].rstrip()


def paragraphs(markup: str, limit: int = MAX_CONTENT) -> str:
    """The words of a piece of markup, one paragraph per line, in at most `limit` characters."""
    return "\n".join(_lines(markup, limit))[:limit].rstrip()


def text_paragraphs(text: str, limit: int = MAX_CONTENT) -> str:
    """The paragraphs of a text that is not markup: split at blank lines, or else at line ends."""
    text = NO_TEXT.sub(" ", text[: limit * 2]).replace("\r\n", "\n")
    parts = _BLANK_LINE.split(text)
    return "\n".join(_filled(parts if len(parts) > 1 else text.split("\n")))[:limit].rstrip()


def is_markup(text: str) -> bool:
    """Whether something that is called plain text is really markup, as in many feeds."""
    return _MARKUP.search(text) is not None


def _lines(markup: str, limit: int) -> list[str]:
    markup = NO_TEXT.sub(" ", markup[: limit * _MARKUP_A_WORD])
    if "<" not in markup:
        markup = NO_TEXT.sub(" ", unescape(markup))
        if not _ESCAPED.match(markup):
            return _filled(_BLANK_LINE.split(markup))  # no markup after all
    # Inside an element of ours, as a piece of markup may have any number of top elements, or none.
    tree = etree.fromstring(f"<div>{_RAW.sub(' ', markup.replace(_BREAK, ' '))}</div>", _parser())
    return _filled(NO_TEXT.sub(" ", "".join(_pieces(tree))).split(_BREAK))


def _pieces(tree: etree._Element) -> Iterator[str]:
    """The text of a tree, with a break at each beginning and end of a paragraph."""
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "start" and element.tag in _NO_WORDS:
            walk.skip_subtree()
            continue
        if element.tag in _BLOCKS:
            yield _BREAK
        if element.tag == "q":  # browsers add the marks
            yield "\u201c" if event == "start" else "\u201d"
        yield (element.text if event == "start" else element.tail) or ""


def _filled(lines: list[str]) -> list[str]:
    seen = (readable(_unescaped(line)) for line in lines)
    return [line for line in (" ".join(one.split()) for one in seen) if line]


def _unescaped(line: str) -> str:
    """A line without the references that are left in it if a program escaped it twice."""
    if "&" not in line:
        return line
    return NO_TEXT.sub(" ", _REFERENCE.sub(lambda reference: unescape(reference[0]), line))


def _parser() -> etree.HTMLParser:
    return etree.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
