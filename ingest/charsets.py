"""Decode the bytes of feeds and pages in the charset that they really are in, whatever they say."""

from __future__ import annotations

import codecs
import re

from resiliparse.parse.encoding import detect_encoding
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

_FIRST_BYTES = (
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0<\0", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"Lo\xa7\x94", "cp037"),
)
"""How a `<` or a `<?xml` begins in charsets that are not ASCII (XML 1.0, appendix F)."""

_DETECTED_FROM = 100_000
"""The most bytes that a charset is detected from."""

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")

_SERVERS_GUESS = "cp1252"
"""The default of many servers: `iso-8859-1`, which the web reads as `windows-1252`."""


_NO_CHARSETS = ("idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7")
"""Python's text codecs that are not charsets, and UTF-7, which the web has given up."""


def media_type(content_type: str) -> str:
    """The media type in a `Content-Type`, or in the `type` of an element, without parameters. Some
    servers say it twice: "text/html, text/html"."""
    return re.split("[;,]", content_type, maxsplit=1)[0].strip().lower()


def decode(body: bytes, content_type: str) -> str:
    """The text of a body; an invalid byte becomes U+FFFD.

    Valid UTF-8 is read as UTF-8: no other charset looks like it by chance. Otherwise the first
    that fits: what the server says, what the document says, what the letters look like.
    """
    marked, mark = read_bom(body)
    if marked and mark:
        return body[len(mark) :].decode(marked, "replace")
    for first, name in _FIRST_BYTES:
        if body.startswith(first):
            return body.decode(name, "replace")
    named = _labels(body, content_type)
    if not any(name.startswith(("iso2022", "iso-2022", "hz")) for name in named):
        # Those charsets write other letters with the bytes of ASCII.
        named.insert(0, "utf-8")
    for name in named:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return body.decode(_likeliest(body, named), "replace")


def _labels(body: bytes, content_type: str) -> list[str]:
    """The charsets that server and document name, as Python calls them, the more credible first."""
    served = http_content_type_encoding(content_type or None)
    declared = html_body_declared_encoding(body)
    if served == _SERVERS_GUESS and declared:
        served, declared = declared, served
    return [name for name in (served, declared) if name and _is_text_codec(name)]


def _likeliest(body: bytes, named: list[str]) -> str:
    """The charset of a body that is broken, wrongly labelled or not labelled."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    # Texts in other charsets have three times as many broken letters as whole ones, or more.
    if len(_BEYOND_ASCII.findall(text)) > 2 * broken:
        return "utf-8"
    guessed = resolve_encoding(detect_encoding(_sample(body))) or ""
    try:
        body.decode(guessed)
    except (UnicodeDecodeError, LookupError):
        # Nothing fits fully: the label is right, and a byte is broken. Without a label, "utf-8" is
        # also the guess for a few letters that say nothing, such as one apostrophe of windows-1252.
        other = [name for name in named if name != "utf-8"]
        is_told = _is_text_codec(guessed) and guessed != "utf-8"
        return other[0] if other else guessed if is_told else _SERVERS_GUESS
    return guessed


def _sample(body: bytes) -> bytes:
    """The part of a body to detect its charset from: around its first letters beyond ASCII."""
    if len(body) <= _DETECTED_FROM:
        return body
    first = re.search(rb"[\x80-\xff]", body)
    start = max(0, first.start() - 1_000) if first else 0
    return body[start : start + _DETECTED_FROM]


def _is_text_codec(name: str) -> bool:
    """Whether Python knows this name as a charset that documents are written in."""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    # Python also has codecs such as rot13 and base64. Only this attribute tells them from
    # charsets; `bytes.decode` and `str.encode` check it as well.
    return codec._is_text_encoding and codec.name not in _NO_CHARSETS  # noqa: SLF001 - nothing public says it
