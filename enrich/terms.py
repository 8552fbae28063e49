"""From a title and a text to weighted terms: the vector that articles are compared by.

A term is a stemmed word. It weighs more the oftener the article uses it, above all in its title
and its first words, and the fewer articles of the stream use it (TF-IDF).
"""

from __future__ import annotations

import gzip
import json
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import justext
import Stemmer

from core.references import unescape

MOST_TERMS = 80
"""How many terms an article keeps, the heaviest ones. More of them cost room and add nothing:
60, 100 and 1,000 thread equally well."""

COMMON_SHARE = 0.04
"""A term in more than this share of a language's articles tells nothing of the event, and is
dropped. Titles and summaries are short, so what is that common is grammar or newsroom routine.
It takes the place of a stop list, and threads as well as one written by hand."""

TITLE_COUNTS = 2.0
"""How often a word of the title counts, against one for a word of the text."""

LEAD_COUNTS = 0.5
LEAD_WORDS = 50
"""What a word among the first fifty of the text counts extra: news begins with what is new."""

SHORTEST_TERM = 2

# Letters, digits and the marks that belong to letters: without the marks, words of Indian
# scripts would fall into pieces that all articles share. All marks in use are below U+AC00.
_MARKS = "".join(
    chr(code) for code in range(0x300, 0xAC00) if unicodedata.category(chr(code))[0] == "M"
)
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}]|'(?=[^\W_]))*")
_POSSESSIVE = re.compile(r"'[sS]$")
_CURLED_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
# Feeds cut their summaries inside a tag or an address, hence "to the end of the text".
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*(?:>|$)|(?:https?://|www\.)\S+")

_LANGUAGES = {
    "ar": "Arabic", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "eu": "Basque",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "hi": "Hindi",
    "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "it": "Italian",
    "lt": "Lithuanian", "ne": "Nepali", "nl": "Dutch", "no": "Norwegian_Bokmal",
    "nb": "Norwegian_Bokmal", "nn": "Norwegian_Nynorsk", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sr": "Serbian", "sv": "Swedish", "ta": "Tamil",
    "tr": "Turkish", "uk": "Ukrainian", "he": "Hebrew", "sk": "Slovak", "bg": "Bulgarian",
    "hr": "Croatian", "sl": "Slovenian", "lv": "Latvian", "vi": "Vietnamese",
}  # fmt: skip
"""ISO 639-1 codes by the names of justext's stop lists; PyStemmer knows most of them too."""


class Table(NamedTuple):
    """Of how many articles of a language, how many use a term."""

    articles: int
    frequencies: Mapping[str, int]

    def idf(self, term: str) -> float:
        """How telling a term is: the logarithm of one in how many articles uses it.

        0 for a term of more than `COMMON_SHARE` of them.
        """
        used = self.frequencies.get(term, 1)
        if used > COMMON_SHARE * self.articles:
            return 0.0
        return math.log(self.articles / (used + 1))


class Terms(NamedTuple):
    """An article's heaviest terms, heaviest first, as a vector of length 1 (or empty).

    `words` gives for each term the word that the article itself uses, to show to people.
    """

    weights: dict[str, float]
    words: dict[str, str]


def language_code(language: str) -> str:
    """The two letters of a language tag (`en-GB` is `en`); English where none is given."""
    return language.replace("_", "-").partition("-")[0].lower() or "en"


def split_words(text: str) -> list[str]:
    """The words of a text as written, without markup, addresses and possessive endings."""
    plain = unicodedata.normalize("NFKC", _MARKUP.sub(" ", unescape(text)))
    plain = plain.replace(_CURLED_APOSTROPHE, "'")
    return [_POSSESSIVE.sub("", word) for word in _WORD.findall(plain)]


def stem(words: list[str], code: str) -> list[str]:
    """The words in lower case without their inflection, as far as the language has a stemmer."""
    lower = [word.lower().replace("'", "") for word in words]
    stemmer = _stemmer(code)
    return lower if stemmer is None else list(stemmer.stemWords(lower))


def weigh(title: str, text: str, language: str = "") -> Terms:
    """The terms of an article, by a language tag; an unnamed language is taken for English."""
    code = language_code(language)
    table, dropped = _table(code), _stop_terms(code)
    in_title, in_text = split_words(title), split_words(text)
    counts: defaultdict[str, float] = defaultdict(float)
    words: dict[str, str] = {}
    for word, term in zip(in_title, stem(in_title, code), strict=True):
        counts[term] += TITLE_COUNTS
        words.setdefault(term, word)
    for place, (word, term) in enumerate(zip(in_text, stem(in_text, code), strict=True)):
        counts[term] += 1 + LEAD_COUNTS * (place < LEAD_WORDS)
        words.setdefault(term, word)
    weights = {
        term: (1 + math.log(count)) * table.idf(term)
        for term, count in counts.items()
        if len(term) >= SHORTEST_TERM and term not in dropped
    }
    kept = _unit_length(weights)
    return Terms(kept, {term: words[term] for term in kept})


def _unit_length(weights: Mapping[str, float]) -> dict[str, float]:
    """The heaviest terms, scaled to length 1; ties go by the alphabet, so that order is fixed."""
    positive = [(term, weight) for term, weight in weights.items() if weight > 0]
    heaviest = sorted(positive, key=lambda item: (-item[1], item[0]))[:MOST_TERMS]
    length = math.sqrt(sum(weight * weight for _, weight in heaviest))
    # Four decimals are exact enough for a cosine, and short in the ledger.
    return {term: round(weight / length, 4) for term, weight in heaviest}


@cache
def _stemmer(code: str) -> Stemmer.Stemmer | None:
    name = _LANGUAGES.get(code, "").partition("_")[0].lower()
    return Stemmer.Stemmer(name) if name in Stemmer.algorithms() else None


@cache
def _tables() -> Mapping[str, Table]:
    packed = files("enrich.frequencies").joinpath("stream.json.gz").read_bytes()
    return {code: Table(*table) for code, table in json.loads(gzip.decompress(packed)).items()}


@cache
def _table(code: str) -> Table:
    """A language's frequencies; without any, all its terms are equally rare."""
    return _tables().get(code) or Table(_tables()["en"].articles, {})


@cache
def _stop_terms(code: str) -> frozenset[str]:
    """The stems of a stop list, for the languages that no frequencies are known of."""
    if code in _tables() or code not in _LANGUAGES:
        return frozenset()
    return frozenset(stem(sorted(justext.get_stoplist(_LANGUAGES[code])), code))
