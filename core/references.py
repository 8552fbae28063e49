"""Decodes character references (`&amp;`, `&#39;`) in texts that may be hostile."""

from __future__ import annotations

import html
import re

_ENDLESS = re.compile(r"&#[0-9]{1000,};?")
"""No character has a number this long. Python refuses to parse one of more than 4,300 digits, as
that takes quadratic time."""


def unescape(text: str) -> str:
    """`html.unescape` that is safe for hostile texts: a number that is too long becomes U+FFFD, and
    nothing raises."""
    return html.unescape(_ENDLESS.sub("\N{REPLACEMENT CHARACTER}", text))
