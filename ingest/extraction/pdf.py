"""Extract the text of articles that come as PDF, as paragraphs, with pypdf.

A small hostile file may demand endless work, so there are two bounds: the limits here, and the time
and memory of the worker that reads it (`ingest.pages.workers`).
"""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median

from pypdf import DocumentInformation, PageObject, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from core.words import word_count
from ingest.characters import NO_TEXT, one_line, printable, readable
from ingest.charsets import media_type

MAX_PAGES = 60
"""The most pages that are read; what comes after is a report's annexes."""

MAX_CHARACTERS = 400_000
"""The most characters that are read: a long newspaper article has 20,000."""

MIN_WORDS = 20
"""If all pages together have fewer words, they are pictures."""

FULL_LINE = 0.8
"""A line shorter than this share of the median ends its paragraph, if it ends a sentence."""

SMALL_DROP = 5.0
"""A drop of no more points is not a new line, but an index or a note's number."""

WIDE_GAP = 1.4
"""A drop from line to line of more than this many times the usual one separates two paragraphs.
The usual one is that at the smallest fifth: most paragraphs of a page may have only one line."""

_SLIPS = (
    PyPdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NotImplementedError,
    OSError,
    RecursionError,
)
"""What pypdf raises for broken files: its own errors, and others, as it trusts the file's types."""

_NAMELESS = re.compile(
    r"\W*|untitled.*|unknown|microsoft (word|powerpoint).*|.*\.(docx?|indd|pdf|qxp|odt|pptx?|rtf)"
    r"|(document|layout|print|page|slide|presentation)\s?\d*|admin|user|owner|author|.*@.*",
    re.IGNORECASE,
)
"""Titles and authors that a program wrote, not a person."""

_ENDS = ".!?\u2026:)\"'\u00bb\u201c\u201d\u2019"
"""What a sentence ends with, quotation marks of all kinds included."""

# pypdf logs each fault in a file: shown only to those who set a handler.
logging.getLogger("pypdf").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class PdfText:
    """What a PDF says: `text` has one paragraph per line; the rest is from its metadata, if sane.

    `cut` is how many pages were left unread.
    """

    text: str
    title: str
    authors: tuple[str, ...]
    published: datetime | None
    cut: int = 0


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A PDF whose text cannot be read, and why."""

    reason: str


def is_pdf(body: bytes, content_type: str) -> bool:
    """Whether a body is a PDF, by its first bytes or else by its label."""
    return media_type(content_type) == "application/pdf" or b"%PDF-" in body[:1024]


def pdf_text(body: bytes) -> PdfText | Unreadable:
    """The text of a PDF's first `MAX_PAGES` pages."""
    try:
        reader = PdfReader(io.BytesIO(body))
        # An empty password opens what is only locked against printing and copying.
        if reader.is_encrypted and not reader.decrypt(""):
            return Unreadable("a password-protected PDF")
        pages = len(reader.pages)
        lines = _lines(reader, min(pages, MAX_PAGES))
        info = reader.metadata or DocumentInformation()
    except DependencyError as error:
        return Unreadable(printable(f"an encrypted PDF: {error}"[:200]))
    except _SLIPS as error:
        return Unreadable(printable(f"a broken PDF: {error or type(error).__name__}"[:200]))
    text = readable("\n".join(paragraphs(lines)))
    if word_count(text) < MIN_WORDS:
        return Unreadable(f"a PDF without text, {pages} pages of pictures")
    return PdfText(
        text=text,
        title=_named(_said(info, "title")),
        authors=_authors(_said(info, "author")),
        published=_created(info),
        cut=max(0, pages - MAX_PAGES),
    )


def paragraphs(lines: list[str]) -> list[str]:
    """Join lines into paragraphs, and words that were split at a line's end.

    A paragraph ends at an empty line, or with a sentence that does not fill its line.
    """
    lengths = [len(line) for line in lines if line]
    full = FULL_LINE * median(lengths) if lengths else 0.0
    found = [""]
    for line in lines:
        if not line:
            found.append("")
            continue
        found[-1] = _joined(found[-1], line)
        if len(line) < full and line[-1] in _ENDS:
            found.append("")
    return [one for one in found if one]


def _said(info: DocumentInformation, name: str) -> str:
    """What the file says of itself under a name; "" if that is no text."""
    try:
        value = getattr(info, name)
    except _SLIPS:
        return ""  # it is elsewhere in the file, and that is broken; the text may still be good
    return value if isinstance(value, str) else ""


def _created(info: DocumentInformation) -> datetime | None:
    """When the file says it was made, in UTC; None if that is not a date."""
    try:
        moment = info.creation_date
        if moment is None:
            return None
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except _SLIPS:
        return None  # many programs write dates of their own kind; the text may still be good


def _lines(reader: PdfReader, pages: int) -> list[str]:
    lines: list[str] = []
    size = 0
    for number in range(pages):
        lines += _page_lines(reader.pages[number])
        size = sum(map(len, lines))
        if size > MAX_CHARACTERS:
            break
    return _without_page_numbers(lines)


def _page_lines(page: PageObject) -> list[str]:
    """A page's lines, with an empty one where the gap is wider than within a paragraph."""
    placed: list[tuple[float, str]] = []
    line: list[str] = []

    def visit(text: str, page_at: list[float], text_at: list[float], *_font: object) -> None:
        line.append(text)
        if text.endswith("\n"):
            height = page_at[5] + page_at[3] * text_at[5]
            said = NO_TEXT.sub(" ", "".join(line)).split("\n")
            placed.extend((height, " ".join(one.split())) for one in said if one.strip())
            line.clear()

    page.extract_text(visitor_text=visit)
    visit("\n", [0.0] * 6, [0.0] * 6)
    drops = sorted(above - below for (above, _), (below, _) in pairwise(placed))
    drops = [drop for drop in drops if drop > SMALL_DROP]
    usual = drops[len(drops) // 5] if drops else 0.0
    lines: list[str] = []
    for (above, _), (below, said) in pairwise([(0.0, ""), *placed]):
        if lines and above - below > WIDE_GAP * usual:
            lines.append("")
        lines.append(said)
    return lines


def _without_page_numbers(lines: list[str]) -> list[str]:
    return [line for line in lines if not re.fullmatch(r"\W*\d{1,3}(?:\s*/\s*\d{1,3})?\W*", line)]


def _joined(before: str, line: str) -> str:
    if before.endswith(("-", "\u2010", "\xad")) and before[-2:-1].isalpha() and line[0].islower():
        return before[:-1] + line
    return f"{before} {line}" if before else line


def _named(value: str) -> str:
    said = readable(one_line(value))[:300]
    return "" if _NAMELESS.fullmatch(said) else said


def _authors(value: str) -> tuple[str, ...]:
    names = (_named(name) for name in re.split(r"[;,]|\s(?:and|und|et|y|e)\s", value))
    return tuple(dict.fromkeys(filter(None, names)))
