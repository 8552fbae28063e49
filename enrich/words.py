"""The words of a text, with true offsets."""

from __future__ import annotations

import re
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


def tokens(text: str) -> list[Token]:
    """The words of a text in order. Offsets count code points of the text as given."""
    found: list[Token] = []
    sentence, last_end = 0, 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        # After a word of one or two letters a full stop is an abbreviation's: "U.S. ", "Mr. ".
        if found and text[last_end:start] != " ":
            between = text[last_end:start]
            full_stop = between[0] == "."
            long_word = last_end - found[-1].start > 2
            if _SENTENCE_END.search(between) and (long_word or not full_stop):
                sentence += 1
        word = match.group()
        found.append(Token(start, end, word, _form(word), sentence))
        last_end = end
    return found
