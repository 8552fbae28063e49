"""Characters that do not belong in texts, by what they would do there."""

from __future__ import annotations

import re
import unicodedata

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Control characters, line ends included: no address has one, and a terminal would obey some."""

NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters that are no white space, and lone surrogates: no store takes them all."""

_UNSEEN = re.compile("[\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Soft hyphens and what has no width, between two letters of one word: "Innen&shy;minister". And
what turns round the direction of writing, in a terminal even of what comes after the text."""

NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML document may hold (XML 1.0, 2.2)."""


def readable(text: str) -> str:
    """A text without what is not seen, each letter with its accent as one character (NFC). Some
    outlets write two characters, and then it would be none of the words that are looked for."""
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


def one_line(text: str) -> str:
    """A text that is not markup, on one line, without characters that are no text."""
    return " ".join(NO_TEXT.sub(" ", text).split())


def printable(text: str) -> str:
    """What somebody else's server or file says, for a reason that a terminal shows: each control
    character becomes U+FFFD."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
