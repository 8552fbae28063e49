"""Write a message's lines as plain text, as HTML and as Markdown.

What a message says is put together once, as lines of pieces. A piece's words, such as a headline,
come from strangers. Each writer here escapes them for its own form, so that mark-up in a headline
is never mark-up of a message.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that stand out."""

    words: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address."""

    words: str
    url: str


Piece = str | Strong | Link


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or, with `item`, a bullet at that `level`. A paragraph in a person's words may
    have its `own_direction`."""

    pieces: tuple[Piece, ...]
    item: bool = False
    level: int = 0
    own_direction: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of the lines that follow."""

    words: str


Block = Line | Heading


def line(*pieces: Piece) -> Line:
    """A paragraph of these pieces."""
    return Line(pieces)


def bullet(*pieces: Piece, level: int = 0) -> Line:
    """An item of a list."""
    return Line(pieces, item=True, level=level)


# Controls, and what changes the direction of writing, breaks lines or cannot be encoded.
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT = frozenset("\u200c\u200d")  # joiners: several scripts and emoji are written with them


def plain(words: str) -> str:
    """Words on one line, without characters that are invisible or control a display."""
    kept = (
        " " if character.isspace() else character
        for character in words
        if character.isspace()
        or character in _KEPT
        or unicodedata.category(character) not in _UNFIT
    )
    return " ".join("".join(kept).split())


def shortened(words: str, limit: int) -> str:
    """Words on one line, cut if they are longer than `limit`: between two words, unless that would
    leave less than half, as in a script without spaces."""
    words = plain(words)
    if len(words) <= limit:
        return words
    space = words.rfind(" ", limit // 2, limit)
    return words[: limit - 1 if space < 0 else space].rstrip(" ,;:-") + "…"


_WITHIN = str.maketrans("“”", "\u2018\u2019")


def quotation(words: str, limit: int) -> str:
    """Words, `shortened`, in quotation marks; English ones within it become single, as is usual."""
    within = shortened(words, limit)
    return f"“{within if '„' in within else within.translate(_WITHIN)}”"


def listed(names: Sequence[str], most: int) -> str:
    """`A`, `A and B`, `A, B and C`, or the first of many and how many more."""
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _lines(
    blocks: Iterable[Block], write: Callable[[Piece], str], indent: str = "  "
) -> Iterator[tuple[str, str]]:
    """Each line as its mark, if it is an item, and what `write` makes of its pieces; an empty one
    before each heading but the first."""
    for number, block in enumerate(blocks):
        if isinstance(block, Heading):
            if number:
                yield "", ""
            yield "", write(Strong(plain(block.words)))
        else:
            mark = indent * block.level + "• " if block.item else ""
            yield mark, "".join(map(write, block.pieces))


def as_text(blocks: Iterable[Block]) -> str:
    """Plain text; a link's address follows its words in angle brackets (RFC 3986)."""
    return "\n".join(mark + words for mark, words in _lines(blocks, _text))


def _text(piece: Piece) -> str:
    if isinstance(piece, Link):
        address = _address(piece.url)
        return f"{plain(piece.words)} <{address}>" if address else plain(piece.words)
    return _spaced(piece if isinstance(piece, str) else piece.words)


_OWN_DIRECTION = ' dir="auto"'


def as_html(blocks: Iterable[Block]) -> str:
    """HTML of paragraphs, lists, `b`, `a` and `h3`, without style or script.

    Headlines, and the words of a person, have their own direction: in a line of English, Arabic
    around a Latin name would be read in the wrong order.
    """
    parts: list[str] = []
    depth = 0  # of open lists, each with its last item open
    for block in blocks:
        wanted = block.level + 1 if isinstance(block, Line) and block.item else 0
        parts += ["</li></ul>"] * (depth - wanted)
        if isinstance(block, Heading):
            parts.append(f"<h3{_OWN_DIRECTION}>{html.escape(plain(block.words))}</h3>")
        elif wanted:
            parts += ["<ul>"] * (wanted - depth) or ["</li>"]
            parts.append("<li>" + _inner(block))
        else:
            direction = _OWN_DIRECTION if block.own_direction else ""
            parts.append(f"<p{direction}>{_inner(block)}</p>")
        depth = wanted
    return "\n".join(parts + ["</li></ul>"] * depth)


def as_html_page(blocks: Iterable[Block], title: str = "") -> str:
    """The same as a page of its own, for a mail, or with a title for a file."""
    titled = f"<title>{html.escape(plain(title))}</title>" if title else ""
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8">{titled}</head><body>\n'
        f"{as_html(blocks)}\n</body></html>\n"
    )


def _inner(block: Line) -> str:
    return "".join(_html(piece, _OWN_DIRECTION) for piece in block.pieces)


def as_simple_html(blocks: Iterable[Block]) -> str:
    """HTML of lines with only `b` and `a`, as chat services take it; some refuse `dir`."""
    lines = _lines(blocks, _html, "&nbsp;&nbsp;")
    return "<br/>\n".join(mark + words for mark, words in lines)


def _html(piece: Piece, direction: str = "") -> str:
    if isinstance(piece, Link):
        words, address = html.escape(plain(piece.words)), _address(piece.url)
        return f'<a{direction} href="{html.escape(address)}">{words}</a>' if address else words
    if isinstance(piece, Strong):
        return f"<b{direction}>{html.escape(plain(piece.words))}</b>"
    return html.escape(_spaced(piece))


_MARKDOWN = re.compile(r"[\\`*_\[\]<>&~|#]")
_OPENING = re.compile(r"^(\d*)([-+=.)])")
"""Beginnings that make a line of Markdown an item of a list, or a rule below a headline."""

_ADDRESS_OR_CALL = re.compile(
    r"https?://[^\s\"<>/()]+(?:/[^\s\"<>]*)?"
    r"|(?<!\w)@(?=[\w&!])|@(?=(?:everyone|here|channel|all)\b)",
    re.IGNORECASE,
)
"""Web addresses, and an @ that calls somebody or (`<@&1>`) a role. After a letter, only one that
calls everyone counts: the rest is e-mail."""
_WORD_JOINER = "\u2060"


def quiet(words: str) -> str:
    """Words in which no "@everyone" calls everyone in a room: an invisible joiner follows the @. In
    the path of an address the @ becomes `%40`, which leads to the same page: Apprise finds calls
    there too."""
    return _ADDRESS_OR_CALL.sub(_quiet_match, words)


def _quiet_match(found: re.Match[str]) -> str:
    if found[0] == "@":
        return f"@{_WORD_JOINER}"
    scheme, _, rest = found[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}{slash}{path.replace('@', '%40')}"


Spell = Callable[[str], str]
"""Writes a character that may be a mark of Markdown so that it is only shown."""


def as_markdown(blocks: Iterable[Block]) -> str:
    """CommonMark, which Apprise turns into what Slack and others understand."""
    return _in_markdown(blocks, _backslashed)


def as_markdown_of_mattermost(blocks: Iterable[Block]) -> str:
    """Markdown where a backslash before `<`, `>` or `&` is shown: entities stand for these."""
    return _in_markdown(blocks, lambda mark: (_entity if mark in "<>&" else _backslashed)(mark))


def as_markdown_of_zulip(blocks: Iterable[Block]) -> str:
    """Markdown where a backslash is shown, and the mark after it still counts: only entities do."""
    return _in_markdown(blocks, _entity)


def as_markdown_document(blocks: Iterable[Block]) -> str:
    """CommonMark as other programs take a text: with headings, paragraphs and lists, where
    `as_markdown` has the lines of a chat."""
    written: list[str] = []
    was_item = False
    for block in blocks:
        is_item = isinstance(block, Line) and block.item
        if written and not (is_item and was_item):
            written.append("")
        was_item = is_item
        if isinstance(block, Heading):
            written.append(f"## {_escaped(plain(block.words), _backslashed)}")
        else:
            words = "".join(_markdown(piece, _backslashed) for piece in block.pieces)
            mark = "  " * block.level + "- " if block.item else ""
            written.append(mark + _opening_escaped(words, _backslashed))
    return "\n".join(written)


def _in_markdown(blocks: Iterable[Block], spell: Spell) -> str:
    return "\n".join(
        mark + _opening_escaped(words, spell)
        for mark, words in _lines(blocks, lambda piece: _markdown(piece, spell))
    )


def _opening_escaped(words: str, spell: Spell) -> str:
    """A line whose first marks make it no item of a list, and no rule."""
    return _OPENING.sub(lambda found: found[1] + spell(found[2]), words, count=1)


def _markdown(piece: Piece, spell: Spell) -> str:
    if isinstance(piece, Link):
        words, address = _escaped(plain(piece.words), spell), _address(piece.url)
        return f"[{words}](<{address}>)" if address else words
    if isinstance(piece, Strong):
        return f"**{_escaped(plain(piece.words), spell)}**"
    return _escaped(_spaced(piece), spell)


def _escaped(words: str, spell: Spell) -> str:
    return _MARKDOWN.sub(lambda found: spell(found[0]), words)


def _backslashed(mark: str) -> str:
    return f"\\{mark}"


def _entity(mark: str) -> str:
    return f"&#{ord(mark)};"


def _spaced(words: str) -> str:
    """`plain`, with a space at either end kept: pieces are parts of one sentence."""
    inner = plain(words)
    before = " " if words[:1].isspace() else ""
    after = " " if inner and words[-1:].isspace() else ""
    return before + inner + after


def _address(url: str) -> str:
    """The address if it is a web address, spelt so that no writer's mark ends it; else nothing."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return ""
    if scheme not in ("http", "https"):
        return ""
    return quote(url.encode("utf-8", "replace"), safe="!#$%&'()*+,/:;=?@[]~")


def fit(blocks: Sequence[Block], write: Callable[[Iterable[Block]], str], limit: int) -> str:
    """What `write` makes of as many of the first blocks as fit into `limit` characters.

    Whole blocks are cut, so that no mark-up stays open; the last line says so.
    """
    whole = write(blocks)
    if len(whole) <= limit:
        return whole
    end = line("… Cut here for length: `wirewatch alerts` shows all.")
    cut = bisect_right(
        range(len(blocks)), limit, key=lambda kept: len(write([*blocks[:kept], end]))
    )
    return write([*blocks[: max(cut - 1, 0)], end])
