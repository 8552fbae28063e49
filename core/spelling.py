"""How words and values are spelt in queries: escapes, possessives, apostrophes and accents."""

from __future__ import annotations

import re
import unicodedata

from core.words import words

_APOSTROPHE = re.compile("['\u2019\uff07]")
_POSSESSIVE = re.compile(rf"(?<=\w){_APOSTROPHE.pattern}s$", re.IGNORECASE)


def literal(raw: str) -> str:
    r"""The text that is meant, without the `\` of escaped characters."""
    return re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL)


def quoted(value: str) -> str:
    """A value quoted for the query language, whatever characters it has."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def is_pattern(raw: str) -> bool:
    """Whether a word holds a `*` or `?` that is not escaped."""
    return re.fullmatch(r"(?:[^*?\\]|\\.)*", raw, re.DOTALL) is None


def as_pattern(value: str) -> str:
    """A value as a pattern that nothing else matches."""
    return re.sub(r"([*?\\])", r"\\\1", value)


def without_possessive(word: str) -> str:
    """A word without a possessive ending."""
    return _POSSESSIVE.sub("", word)


def spellings(value: str) -> list[str]:
    """A value as written, and everything that looks the same: with either apostrophe, and with
    accents as part of their letters or after them. Nobody who types an outlet's name can see which
    it has."""
    forms = (value, *(unicodedata.normalize(form, value) for form in ("NFC", "NFD")))
    same = (_APOSTROPHE.sub(mark, form) for form in forms for mark in "'\u2019")
    return list(dict.fromkeys((value, *same)))


def composed_words(text: str) -> list[str]:
    """The words of a text with its accents as part of their letters, as nearly all articles have
    them: for letters other than Latin ones it makes a difference."""
    return words(unicodedata.normalize("NFC", text))
