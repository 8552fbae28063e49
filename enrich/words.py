"""The words of a text, with true offsets."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?\u2026]['\")\]\u2019\u201d]*\s|\n")


class Token(NamedTuple):
    """A word as it stands (`text[start:end]`), its matching form, and its sentence's number."""

    start: int
    end: int
    word: str
    form: str
    sentence: int


@lru_cache(maxsize=1 << 16)
def _form(word: str) -> str:
    """The matching form of a word: lower case, straight apostrophe, no possessive."""
    form = word.lower().replace("\u2019", "'")
    return form.removesuffix("'s")


def tokens(text: str, most: int | None = None) -> list[Token]:
    """The words of a text in order, the first `most` of them.

    Offsets count code points of the text as given.
    """
    found: list[Token] = []
    sentence, last_start, last_end = 0, 0, 0
    ends = _SENTENCE_END.finditer(text)
    next_end = _start(ends)
    for match in _WORD.finditer(text):
        start, end = match.span()
        if next_end < start:
            # After a word of one or two letters a full stop is an abbreviation's: "U.S. ", "Mr. ".
            if found and (last_end - last_start > 2 or text[last_end] != "."):
                sentence += 1
            while next_end < start:
                next_end = _start(ends)
        word = match.group()
        found.append(Token(start, end, word, _form(word), sentence))
        if len(found) == most:
            break
        last_start, last_end = start, end
    return found


def _start(ends: Iterator[re.Match[str]]) -> float:
    """Where the next of some matches begins; beyond every text where there is none."""
    match = next(ends, None)
    return math.inf if match is None else match.start()
