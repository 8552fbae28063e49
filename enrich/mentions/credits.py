"""Recognise who is named only for having made a picture."""

from __future__ import annotations

import re

_CREDIT_BEFORE = re.compile(
    r"(?:\b(?:[Pp]hoto|[Pp]hotograph|[Ii]llustration|[Ii]mage|[Pp]icture|[Ff]oto|[Gg]raphic)"
    r"(?: illustration)?(?: by| By| BY|:| von| de| di| door| par)|©) \Z"
)
_CREDIT_AFTER = re.compile(
    r" ?/ ?(?:The [A-Z]"
    r"|(?:Getty|AP|AFP|REUTERS|Reuters|EPA|dpa|PA|Bloomberg|NurPhoto|Shutterstock)\b)"
)
_WIDEST_CREDIT = 40
"""Characters before a name within which it is said that the name is a credit."""


def is_credited(text: str, start: int, end: int) -> bool:
    """Whether a person is named only as who made a picture: "Photo by Ana Prado / The Wire"."""
    before = text[max(0, start - _WIDEST_CREDIT) : start]
    return bool(_CREDIT_BEFORE.search(before) or _CREDIT_AFTER.match(text, end))
