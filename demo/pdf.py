"""A PDF of an article, as a newspaper's press might make it: plain text on A4 pages."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime

LINE = 88
"""Characters a line."""

LINES = 52
"""Lines a page."""

_BELOW_HEAD = 780


def pdf(title: str, author: str, made: datetime, paragraphs: Sequence[str]) -> bytes:
    """The bytes of a PDF 1.4, in windows-1252; other letters raise UnicodeEncodeError."""
    lines = [line for one in paragraphs for line in [*textwrap.wrap(one, LINE), ""]]
    pages = [lines[start : start + LINES] for start in range(0, len(lines), LINES)] or [[]]
    leaves = range(5, 5 + 2 * len(pages), 2)
    kids = " ".join(f"{number} 0 R" for number in leaves)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
        b"<< /Title %s /Author %s /CreationDate (%s) >>"
        % (
            _utf16(title),
            _utf16(author),
            made.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ").encode(),
        ),
    ]
    for number, page in zip(leaves, pages, strict=True):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (number + 1)
        )
        drawn = _drawn(page)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    return _file(objects)


def _drawn(lines: Sequence[str]) -> bytes:
    """A page's content: its lines from the top down, an empty one as a gap."""
    shown = []
    for line in lines:
        escaped = re.sub(rb"([\\()])", rb"\\\1", line.encode("windows-1252"))
        shown.append(b"(%s) Tj T*" % escaped if line else b"T*")
    return b"BT /F1 11 Tf 14 TL 60 %d Td\n%s\nET" % (_BELOW_HEAD, b"\n".join(shown))


def _utf16(text: str) -> bytes:
    return b"<FEFF%s>" % text.encode("utf-16-be").hex().encode()


def _file(objects: Sequence[bytes]) -> bytes:
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer % (size, len(body))
