"""The capitalised words of a text, and the words next to a span of it."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(r"[^\W\d_a-zà-öø-ÿ]\w*(?:['-](?!s\b)\w+)*")
_BEFORE = re.compile(r"([\w'.-]+) \Z")
_AFTER = re.compile(r" ([\w'-]+)")
_NEAR = 24


class Word(NamedTuple):
    """A word that begins with a capital; `text` leaves out a possessive ending."""

    start: int
    end: int
    text: str


def capitalised(text: str) -> list[Word]:
    """All words that begin with a capital."""
    found = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if text[start].isupper() and not (start and text[start - 1].isalnum()):
            found.append(Word(start, end, match.group()))
    return found


def word_before(text: str, start: int) -> str:
    """The word right before, separated by one space; "" if there is none."""
    if not text.endswith(" ", 0, start):
        return ""
    near = text[max(0, start - _NEAR) : start]
    # Mostly a plain word between spaces, which needs no search.
    word = near[near.rfind(" ", 0, -1) + 1 : -1]
    if word.isalnum():
        return word
    found = _BEFORE.search(near)
    return found[1] if found else ""


def word_after(text: str, end: int) -> str:
    """The word right after, separated by one space; "" if there is none."""
    found = _AFTER.match(text, end)
    return found[1] if found else ""
