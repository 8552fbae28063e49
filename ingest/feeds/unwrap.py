"""Take a feed's markup out of what surrounds it, and mend it.

feedparser reads what is broken with a lenient parser, which is slower and knows less of XML. The
commonest faults are mended first: references that only HTML knows, bare ampersands, control
characters.
"""

from __future__ import annotations

import html
import re
import sys
from dataclasses import dataclass
from html.entities import name2codepoint

from core.references import unescape
from ingest.characters import NO_XML
from ingest.feeds.drafts import NotAFeed

MAX_PREAMBLE = 4_000
"""The most characters before a feed that are not part of it: a warning of the server's program,
the frame that a browser or a proxy puts around it. With more of them, it is a page about feeds."""

_PREFIX, _NAMES = r"(?:[\w.-]{1,50}:)?", "rss|rdf|feed|urlset|sitemapindex"
_ROOT = re.compile(rf"<({_PREFIX}(?:{_NAMES}|channel))(?=[\s/>])", re.IGNORECASE)
_SURE_ROOT = re.compile(
    rf"<({_PREFIX}(?:{_NAMES}))\s[^<>]{{0,2000}}?(?:version|xmlns)[\w.:-]*\s*=",
    re.IGNORECASE,
)
"""The beginning of a feed in the middle of something else."""

_PROLOG = re.compile(
    r"[\s\ufeff]+|<\?.*?\?>|<!--.*?-->"
    # What is declared ends at a bracket outside of quotes or, if a comment has an odd one, at any.
    r"""|(?P<type><!doctype[^>\[]*+(?:\[(?:"[^"]*"|'[^']*'|[^]"'])*+\][^>]*|\[[^]]*\][^>]*)?>)""",
    re.DOTALL | re.IGNORECASE,
)
"""White space, an instruction, a comment or the document type before a document's first element."""

_ESCAPED_ROOT = re.compile(r"&lt;(?:\?xml|rss|feed|rdf:RDF)(?=\s|&gt;)", re.IGNORECASE)
_ESCAPED_END = re.compile(r"&lt;/(?:rss|feed|rdf:RDF)\s*&gt;", re.IGNORECASE)
_REFERENCE = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos);)(?:#([0-9]{1,8})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]\w{0,31}));",
    re.ASCII,
)
"""A reference that is not XML's own."""

_BARE = re.compile(r"&(?!(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{0,31});)", re.ASCII)
"""An ampersand that does not begin a reference."""

_ENTITY = re.compile(
    r"""<!ENTITY\s+(\w{1,32})\s+(?:"([^"&%<]{0,100}|&#\w{1,8};)"|'([^'&%<]{0,100})')"""
)
_MAX_DOCTYPE = 20_000
_MAX_ENTITY_TEXT = 1_000_000
"""The most characters that a document's own entities may expand to, all together."""

_CDATA = "<![CDATA["


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A feed's markup, from its root element to its end; `root` is that element's name in lower
    case, without a prefix. `fault` says what was around it."""

    markup: str
    root: str
    fault: str | None = None


def unwrap(text: str) -> Unwrapped | NotAFeed:
    """Find the feed in a text, and mend it."""
    found = _find(NO_XML.sub(" ", text))
    if isinstance(found, NotAFeed):
        return found
    root, declared, fault = found
    markup = _element(root)
    mended = _mended(markup, _entities(declared)) if "&" in markup else markup
    return Unwrapped(mended, root[1].rpartition(":")[2].lower(), fault)


def _find(text: str) -> tuple[re.Match[str], str, str | None] | NotAFeed:
    """The beginning of a feed's root, the document type before it, and what else was around it, if
    anything."""
    start, declared = _after_prolog(text)
    if root := _ROOT.match(text, start):
        return root, declared, None
    before = text[start : start + MAX_PREAMBLE]
    is_html = re.search(r"<html|<!doctype html", before, re.IGNORECASE) is not None
    around = "an HTML page" if is_html else "other text"
    if root := _SURE_ROOT.search(text, start, start + MAX_PREAMBLE):
        return root, "", f"{around} before the feed"
    escaped = _ESCAPED_ROOT.search(text, start, start + MAX_PREAMBLE)
    ends = [match.end() for match in _ESCAPED_END.finditer(text)] if escaped else []
    if escaped and ends and len(text) - ends[-1] < MAX_PREAMBLE:
        inner = unescape(text[escaped.start() : ends[-1]])
        start, declared = _after_prolog(inner)
        if root := _ROOT.match(inner, start):
            return root, declared, f"{around} around the feed"
    return NotAFeed("an HTML page" if is_html else "an unknown format")


def _after_prolog(text: str) -> tuple[int, str]:
    """Where a document's first element begins, or anything that should not be there; and the
    document type before that."""
    place, declared = 0, ""
    while part := _PROLOG.match(text, place):
        place = part.end()
        declared = part["type"] or declared
    return place, declared[:_MAX_DOCTYPE]


def _element(root: re.Match[str]) -> str:
    """The feed from its root element's beginning to its end."""
    markup = root.string[root.start() :]
    end = markup.rfind(f"</{root[1]}")
    closed = markup.find(">", end) + 1 if end >= 0 else 0
    return markup[:closed] if closed else markup


def _entities(declared: str) -> dict[str, str]:
    """The entities that a document type declares as plain words. Others are ignored: entities made
    of entities can fill a reader's memory, and those from elsewhere can make it fetch."""
    return {name: unescape(double or single) for name, double, single in _ENTITY.findall(declared)}


def _mended(markup: str, entities: dict[str, str]) -> str:
    """The markup with each reference that XML does not know resolved, and each bare ampersand
    escaped. CDATA stays as it is."""
    left = _MAX_ENTITY_TEXT

    def resolved(match: re.Match[str]) -> str:
        nonlocal left
        decimal, hexadecimal, name = match.groups()
        if decimal or hexadecimal:
            code = int(decimal) if decimal else int(hexadecimal, 16)
            return html.escape(chr(code)) if _is_xml(code) else " "
        if name in entities:
            left -= len(entities[name])
            return html.escape(entities[name]) if left > 0 else ""
        if name in name2codepoint:
            return chr(name2codepoint[name])
        return "&amp;" + match[0][1:]

    first, *others = markup.split(_CDATA)
    pieces = [_REFERENCE.sub(resolved, _BARE.sub("&amp;", first))]
    for piece in others:
        inside, end, after = piece.partition("]]>")
        pieces += [_CDATA, inside, end, _REFERENCE.sub(resolved, _BARE.sub("&amp;", after))]
    return "".join(pieces)


def _is_xml(code: int) -> bool:
    """Whether XML 1.0 allows a character."""
    return code <= sys.maxunicode and not NO_XML.match(chr(code))
