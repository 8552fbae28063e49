"""Character references (`&amp;`, `&#39;`) of texts that anybody may have written."""

from __future__ import annotations

import html
import re

_ENDLESS = re.compile(r"&#[0-9]{1000,};?")
"""No character has such a number, and Python refuses to read one of 4,300 digits (as working it
out takes the square of their time)."""


def unescape(text: str) -> str:
    """`html.unescape`, for hostile texts as well: a number of any length is no character (U+FFFD)
    and raises nothing."""
    return html.unescape(_ENDLESS.sub("\N{REPLACEMENT CHARACTER}", text))
