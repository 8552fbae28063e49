"""The words of a text: how title, text and authors are split, folded and stemmed for searching.

Both indexes and the query language share this one definition. Elasticsearch gets it as an analyzer
(`search/elastic/templates/mappings.json`), and a test compares the two on all of Unicode.

- A word is a run of letters, marks and decimal digits; everything else separates words. In scripts
  written without spaces (Chinese, Japanese, Thai ...) each letter is a word, so a search for
  several letters is a search for a phrase.
- Words compare without case and without the accents of Latin letters: `Müller` is `muller`,
  `straße` is `strasse`. Greek vowels and the Russian `ё` lose their accents too; on all other
  letters an accent matters.
- Words of only the letters a-z are stemmed by Porter's algorithm; any other word is its own stem.
  We use Porter's rather than its English successor because its rules are frozen: the Python and
  Lucene libraries agree on every word.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from importlib import resources

import Stemmer

MAX_WORD = 100
"""Longer words are cut to this many characters: they are encoded data, not words."""

_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x4DBF),  # Chinese, extension A
    (0x4E00, 0x9FFF),  # Chinese
    (0xF900, 0xFAFF),  # Chinese, compatibility
)
_UNSPACED_LETTER = re.compile(
    f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in _UNSPACED)}]"
)
_UNSEEN = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x0300, 0x036F),  # combining accents
    (0x200C, 0x200D),  # joiners
    (0x20D0, 0x20FF),  # combining marks for symbols
    (0xFE00, 0xFE0F),  # variation selectors
)
_local = threading.local()


def words(text: str) -> list[str]:
    """The words of a text in order, folded but not stemmed."""
    return [word[:MAX_WORD] for word in fold(text).split()]


def word_count(text: str) -> int:
    """How many words a reader would count. In scripts written without spaces, two letters are
    one."""
    spaced = len(text.split())
    return spaced if text.isascii() else spaced + len(_UNSPACED_LETTER.findall(text)) // 2


def fold(text: str) -> str:
    """The text as folded words with spaces between them; none is cut to `MAX_WORD` yet."""
    # Python translates ASCII twenty times as fast as anything else, and most other characters in
    # our texts fold to ASCII.
    plain = text if text.isascii() else _OTHER.sub(lambda run: _fold_other(run[0]), text)
    return (plain if plain.isascii() else text).translate(_FOLDING)


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """The words as `words` gives them, each with its place: it is folded from `text[start:end]`.

    This goes letter by letter, so it is for the few texts whose words are shown.
    """
    spans: list[tuple[str, int, int]] = []
    word, start, end = "", 0, 0
    for place, character in enumerate(f"{text} "):
        letters = _FOLDING[ord(character)]
        if letters and not letters.isspace():
            if letters[0] == " " or not word:  # a letter that is a word by itself, or a new word
                if word:
                    spans.append((word[:MAX_WORD], start, end))
                word, start = "", place
            word, end = word + letters.strip(), place + 1
            if letters[-1] != " ":
                continue
        if word and letters:
            spans.append((word[:MAX_WORD], start, end))
            word = ""
    return spans


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a folded word."""
    if not (word.isascii() and word.isalpha()):
        return word
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=10_000)
def _fold_other(run: str) -> str:
    return run.translate(_FOLDING)


def stems(folded_words: list[str]) -> list[str]:
    """The stems of many folded words; faster than calling `stem` on each."""
    return [
        stemmed if word.isascii() and word.isalpha() else word
        for word, stemmed in zip(folded_words, _stemmer().stemWords(folded_words), strict=True)
    ]


def lower(text: str) -> str:
    """The text in lower case, letter by letter: how keywords are compared."""
    return text.translate(_LOWER)


def _stemmer() -> Stemmer.Stemmer:
    """This thread's stemmer: a `Stemmer` must not be shared between threads."""
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("porter", 0)
    return _local.stemmer


def _lower_one(character: str) -> str:
    """One character in lower case. Only `İ` becomes two characters; the first one counts."""
    return character.lower()[0]


@cache
def _exceptions() -> dict[str, str]:
    """Lower-case letters that fold to ASCII in another way than by losing accents, and some more.

    The first follow Lucene's ASCIIFoldingFilter. The others are letters that Greek and Russian
    write with or without an accent, and the sigma at the end of a word.
    """
    table = json.loads(resources.files("core").joinpath("folding.json").read_text("utf-8"))
    return {letter: ascii_ for ascii_, letters in table.items() for letter in letters}


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


def _fold_one(character: str) -> str:
    """What one character becomes; a space if it is not part of a word."""
    if _within(ord(character), _UNSEEN):
        return ""
    category = unicodedata.category(character)
    if category[0] not in "LM" and category != "Nd":
        return " "
    lowercase = _lower_one(character)
    bare = "".join(
        c for c in unicodedata.normalize("NFD", lowercase) if not unicodedata.combining(c)
    )
    folded = _exceptions().get(lowercase) or (bare if bare and bare.isascii() else lowercase)
    return f" {folded} " if _within(ord(character), _UNSPACED) else folded


class _LazyTable(dict[int, str]):
    """A table for `str.translate` that computes each character's entry when it first meets it."""

    def __init__(self, compute: Callable[[str], str]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, code: int) -> str:
        value = self[code] = sys.intern(self._compute(chr(code)))
        return value


_FOLDING = _LazyTable(_fold_one)
_OTHER = re.compile(r"[^\x00-\x7f]+")
_LOWER = _LazyTable(_lower_one)
