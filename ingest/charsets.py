"""The text of a feed's bytes: in the charset that it is in, whatever it says."""

from __future__ import annotations

import codecs
import re

from resiliparse.parse.encoding import detect_encoding
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    resolve_encoding,
)

_MARKS = (
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF8, "utf-8"),
)
"""Byte order marks. That of UTF-32 begins with that of UTF-16."""

_FIRST_BYTES = (
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0<\0", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"Lo\xa7\x94", "cp037"),
)
"""How a `<` or a `<?xml` begins in charsets that are not ASCII (XML 1.0, appendix F)."""

_DETECTED_FROM = 100_000
"""Bytes that a charset is found out from."""

_SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
"""A letter of several bytes in UTF-8."""

_SERVERS_GUESS = "cp1252"
"""What a server says that was never told: `iso-8859-1`, which the web reads as `windows-1252`."""


_NO_CHARSETS = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7")
"""Python's names for spellings of text that are no charset, and one that the web has given up."""


def decode(body: bytes, content_type: str) -> str:
    """The text of a feed's bytes; a byte that means nothing becomes U+FFFD.

    What is UTF-8 all through is taken for it: no other charset looks like it by chance. Then the
    first that fits: what the server says, what the document says, what the letters look like.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for first, name in _FIRST_BYTES:
        if body.startswith(first):
            return body.decode(name, "replace")
    named = _named(body, content_type)
    if not any(name.startswith(("iso2022", "iso-2022", "hz")) for name in named):
        # Those write other letters with the bytes of ASCII.
        named.insert(0, "utf-8")
    for name in named:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return body.decode(_likeliest(body, named), "replace")


def _named(body: bytes, content_type: str) -> list[str]:
    """The charsets that a feed goes by, as Python calls them, the more credible one first."""
    served = http_content_type_encoding(content_type or None)
    declared = html_body_declared_encoding(body)
    if served == _SERVERS_GUESS and declared:
        served, declared = declared, served
    return [name for name in (served, declared) if name and is_text_codec(name)]


def _likeliest(body: bytes, named: list[str]) -> str:
    """The charset of a body that is broken, or whose label is wrong, or that has none."""
    broken = body.decode("utf-8", "replace").count("\ufffd")
    if len(_SEQUENCE.findall(body)) > 10 * broken:
        return "utf-8"
    guessed = resolve_encoding(detect_encoding(_telling(body))) or ""
    try:
        body.decode(guessed)
    except (UnicodeDecodeError, LookupError):
        # Nothing fits wholly: a byte is broken in what it says it is.
        other = [name for name in named if name != "utf-8"]
        return other[0] if other else guessed if is_text_codec(guessed) else _SERVERS_GUESS
    return guessed


def _telling(body: bytes) -> bytes:
    """The part of a body to find its charset out from: where its first letters beyond ASCII are."""
    if len(body) <= _DETECTED_FROM:
        return body
    first = re.search(rb"[\x80-\xff]", body)
    start = max(0, first.start() - 1_000) if first else 0
    return body[start : start + _DETECTED_FROM]


def is_text_codec(name: str) -> bool:
    """Whether a charset that documents are written in goes by this name in Python."""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    # Python also has codecs from bytes to bytes; `bytes.decode` looks at the same mark.
    # The only way to tell a charset from rot13 and the like; `str.encode` asks the same.
    return codec._is_text_encoding and codec.name not in _NO_CHARSETS  # noqa: SLF001 - nothing public says it
