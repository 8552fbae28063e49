"""The capitalised words of a text, and what stands beside a span of it."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(r"[^\W\d_a-zà-öø-ÿ]\w*(?:['-](?!s\b)\w+)*")
_BEFORE = re.compile(r"([\w'.-]+) $")
_AFTER = re.compile(r" ([\w'-]+)")
_NEAR = 24


class Word(NamedTuple):
    """A word that begins with a capital; `text` leaves out a possessive."""

    start: int
    end: int
    text: str


def capitalised(text: str) -> list[Word]:
    """All words that begin with a capital."""
    return [
        Word(match.start(), match.end(), word)
        for match in _WORD.finditer(text)
        if (word := match.group())[0].isupper()
        and (match.start() == 0 or not text[match.start() - 1].isalnum())
    ]


def word_before(text: str, start: int) -> str:
    """The word that stands right before, with one space between; "" where none does."""
    found = _BEFORE.search(text, max(0, start - _NEAR), start)
    return found[1] if found else ""


def word_after(text: str, end: int) -> str:
    """The word that stands right after, with one space between; "" where none does."""
    found = _AFTER.match(text, end)
    return found[1] if found else ""
