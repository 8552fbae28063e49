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

_UNSPACED = re.compile(
    "["
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u3040-\u30ff"  # Hiragana, Katakana
    "\u3400-\u4dbf"  # Chinese, extension A
    "\u4e00-\u9fff"  # Chinese
    "\uf900-\ufaff"  # Chinese, compatibility
    "]"
)
_UNSEEN = re.compile(
    "["
    "\u00ad"  # soft hyphen
    "\u0300-\u036f"  # combining accents
    "\u200c\u200d"  # joiners
    "\u20d0-\u20ff"  # combining marks for symbols
    "\ufe00-\ufe0f"  # variation selectors
    "]"
)
_local = threading.local()


def words(text: str) -> list[str]:
    """The words of a text in order, folded but not stemmed."""
    return [word[:MAX_WORD] for word in fold(text).split()]


def word_count(text: str) -> int:
    """How many words a reader would count. In scripts written without spaces, two letters are
    one."""
    spaced = len(text.split())
    return spaced if text.isascii() else spaced + len(_UNSPACED.findall(text)) // 2


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
    folded = [_FOLDING[ord(character)] for character in text]
    # For each letter of the folded text, the place of the one that it is folded from.
    places = [place for place, letters in enumerate(folded) for _ in letters]
    return [
        (word[0][:MAX_WORD], places[word.start()], places[word.end() - 1] + 1)
        for word in re.finditer(r"\S+", "".join(folded))
    ]


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


def _fold_one(character: str) -> str:
    """What one character becomes; a space if it is not part of a word."""
    if _UNSEEN.match(character):
        return ""
    category = unicodedata.category(character)
    if category[0] not in "LM" and category != "Nd":
        return " "
    lowercase = _lower_one(character)
    bare = "".join(
        c for c in unicodedata.normalize("NFD", lowercase) if not unicodedata.combining(c)
    )
    folded = _exceptions().get(lowercase) or (bare if bare and bare.isascii() else lowercase)
    return f" {folded} " if _UNSPACED.match(character) else folded


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
