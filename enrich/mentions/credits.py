"""Recognise who is named only for having made a picture, or for having worked on the article."""

from __future__ import annotations

import re

_PICTURE_BEFORE = re.compile(
    r"(?:\b(?:[Pp]hoto|[Pp]hotograph|[Ii]llustration|[Ii]mage|[Pp]icture|[Ff]oto|[Gg]raphic)"
    r"(?: illustration)?(?: by| By| BY|:| von| de| di| door| par)|©) \Z"
)
_PICTURE_AFTER = re.compile(
    r" ?/ ?(?:The [A-Z]"
    r"|(?:Getty|AP|AFP|REUTERS|Reuters|EPA|dpa|PA|Bloomberg|NurPhoto|Shutterstock)\b)"
)
_WORK_BEFORE = re.compile(
    r"(?:\b(?:Additional reporting|Reporting|Editing|Writing)|; (?:editing|reporting|writing)) by "
    r"(?:[A-ZÀ-Þ][\w.'-]{0,30},? |and |in ){0,16}\Z"
)
"""What a wire ends with: "(Reporting by Ana Prado in Athens and Jan Kos; editing by Eva Lind)"."""

_WIDEST_PICTURE, _WIDEST_WORK = 40, 200
"""Characters before a name within which it is said that the name is a credit."""


def is_credited(text: str, start: int, end: int) -> bool:
    """Whether a person is named only as who made a picture, "Photo by Ana Prado / The Wire", or as
    who worked on the article."""
    return (
        _PICTURE_BEFORE.search(text, max(0, start - _WIDEST_PICTURE), start) is not None
        or _PICTURE_AFTER.match(text, end) is not None
        or is_in_the_credits(text, start)
    )


def is_in_the_credits(text: str, start: int) -> bool:
    """Whether a name stands in what a wire says of who worked on the article, and where."""
    begun = max(0, start - _WIDEST_WORK)
    return "ing by " in text[begun:start] and bool(_WORK_BEFORE.search(text, begun, start))
