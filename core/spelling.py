"""Words and values as they are written in queries: what is meant by them, and what looks the
same."""

from __future__ import annotations

import re
import unicodedata

from core.words import words

_APOSTROPHE = re.compile("['\u2019\uff07]")
_POSSESSIVE = re.compile(rf"(?<=\w){_APOSTROPHE.pattern}s$", re.IGNORECASE)


def literal(raw: str) -> str:
    r"""The text that is meant: `\` before a character is taken away."""
    return re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL)


def is_pattern(raw: str) -> bool:
    """Whether a word holds a `*` or `?` that is not made literal."""
    return re.fullmatch(r"(?:[^*?\\]|\\.)*", raw, re.DOTALL) is None


def base(word: str) -> str:
    """A word without the ending of its possessive."""
    return _POSSESSIVE.sub("", word)


def spellings(value: str) -> list[str]:
    """A value as written, and all that looks the same: with either apostrophe, and with an accent
    in its letter or behind it. Which of them an outlet's name has, nobody sees who types it."""
    forms = (value, *(unicodedata.normalize(form, value) for form in ("NFC", "NFD")))
    same = (_APOSTROPHE.sub(mark, form) for form in forms for mark in "'\u2019")
    return list(dict.fromkeys((value, *same)))


def spelt_words(text: str) -> list[str]:
    """The words of a text whose accents stand in their letters, as nearly all articles have them:
    those of other letters than Latin ones are told apart by it."""
    return words(unicodedata.normalize("NFC", text))
