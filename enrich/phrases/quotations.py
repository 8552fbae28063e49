"""Quotation marks and brackets in a text: which open, which close, and where the other one is."""

from __future__ import annotations

from enrich.words import Words

MAX_BETWEEN = 3
"""Maximum words between a part of a text and the other mark of a quotation that is cut off."""

REACH = 80
"""How many characters to look for that mark."""

_PAIRS = {
    "\u201e": "\u201c",
    "\u201c": "\u201d",
    "\u2018": "\u2019",
    '"': '"',
    "'": "'",
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
    "(": ")",
    "[": "]",
}
_DOUBLE = str.maketrans(dict.fromkeys('"\u201c\u201d\u201e\u00ab\u00bb'))


def in_quotation_marks(text: str) -> str:
    """A text in quotation marks, without those in it: of a part of a sentence, one of a pair may be
    cut off, and nobody could tell where the text ends."""
    return f'"{" ".join(text.translate(_DOUBLE).split())}"'


def quoted(words: Words, start: int, end: int) -> tuple[int, int]:
    """The bounds of a part of a text with the quotation mark or bracket whose partner is in it."""
    for opening, closing in _PAIRS.items():
        opened = _marks(words, opening, start, end, opens=True)
        closed = _marks(words, closing, start, end, opens=False)
        if opened and words.between(end, end + 1) == closing:
            return start, end + 1  # an apostrophe among them may have counted as the other mark
        if opened > closed:
            after = words.between(end, end + REACH)
            place = after.find(closing)
            between = after[: max(place, 0)]
            if place >= 0 and "\n" not in between and _is_short(between):
                return start, end + place + 1
        if closed > opened:
            before = words.between(max(start - REACH, 0), start)
            place = before.rfind(opening)
            between = before[place + 1 :]
            begins = place >= 0 and not before[place - 1 : place].isalnum()
            if begins and not {closing, "\n"} & set(between) and _is_short(between):
                return start - len(between) - 1, end
    return start, end


def _is_short(between: str) -> bool:
    return len(between.split()) <= MAX_BETWEEN


def _marks(words: Words, mark: str, start: int, end: int, *, opens: bool) -> int:
    """How many marks in a part of a text open a quotation, or close one; apostrophes do neither."""
    found = 0
    for place, character in enumerate(words.between(start, end), start):
        if character == mark:
            before = words.between(place - 1, place) if place else " "
            after = words.between(place + 1, place + 2)
            if opens:
                inner = mark == "\u00ab" and before.isspace() and after.isspace()
                found += not before.isalnum() and (after.isalnum() or inner)
            else:
                found += not after.isalnum() and (mark == "\u00bb" or not before.isspace())
    return found
