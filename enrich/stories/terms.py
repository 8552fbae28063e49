"""Turn a title and a text into weighted terms, by which articles are compared.

A term is a stemmed word. It weighs more the more often the article uses it, especially in its title
and first words, and the fewer articles of the stream use it (TF-IDF). A term is a name if it has a
capital here and the stream mostly gives it one inside sentences.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

import justext
import Stemmer

from core.references import unescape
from enrich.stories.profile import Profile, hashed

MAX_TERMS = 80
"""How many terms of an article are kept, the heaviest ones. More would cost space and add
little."""

MAX_WORDS = 600
MAX_CHARACTERS = 6_000
"""How much of a text is read. Reading is half the cost of threading; at 250 words B-cubed F on ECB+
is .02 lower."""

COMMON_SHARE = 0.04
"""A term in more than this share of a language's articles says nothing about the event, and is
dropped. Titles and summaries are short, so anything that common is grammar or newsroom routine.
This replaces a stop list, and threads as well as one written by hand."""

TITLE_WEIGHT = 2.0
"""How many times a word of the title counts, against one for a word of the text."""

LEAD_WEIGHT = 0.5
LEAD_WORDS = 50
"""What each of the first fifty words of the text counts extra: news begins with what is new."""

SHORTEST_TERM = 2

# Letters, digits and the marks that belong to letters: without the marks, words of Indian scripts
# would fall into pieces that all articles share. All marks in use are below U+AC00.
_MARKS = "".join(
    chr(code) for code in range(0x300, 0xAC00) if unicodedata.category(chr(code))[0] == "M"
)
# Lower-case letters, most of any text, have a loop of their own, which takes half the time.
_WORD = re.compile(rf"[^\W_][a-z]*+(?:[^\W_]|[{_MARKS}]|'(?=[^\W_]))*")
_CURLED_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
# Feeds cut their summaries inside a tag or an address, hence "to the end of the text".
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*(?:>|$)|https?://\S+|www\.\S+")
# What aggregators and blog engines put around a text; it would make unrelated articles similar.
# Each alternative begins with a fixed character, so that all other places in a text are skipped at
# once.
_BOILERPLATE = re.compile(
    r"Article URL:|Comments URL:|Points: \d+|# Comments: \d+|#(?<!\w#)\w+"
    r"|Continue [Rr]eading\b.{0,60}$|Continue Reading at \w+"
    r"|Read (?:[Mm]ore|[Ff]ull [Ss]tory)\b.{0,60}$|See (?:[Mm]ore|[Ff]ull [Ss]tory)\b.{0,60}$"
    r"|The post .{0,300} (?:appeared first|first appeared) on .*$"
    r"|submitted by /u/\S+|\[(?:link|comments)\]",
)
_SITE = re.compile(
    r"^(?P<title>.{20,})\s[-|\u2013\u2014]\s(?P<site>[A-Z][^-|\u2013\u2014:,]{1,28})$"
)
_SITE_WORDS = 3
_SERVICE = re.compile(
    r"\b(?:vs|best|deals?|how to|how-to|livestream|odds|mortgage rates|refinance rates|on sale"
    r"|which (?:one )?(?:is right|should you)|where to (?:buy|watch)|everything you need"
    r"|(?:lottery|winning) numbers)\b",
    re.IGNORECASE,
)

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
"""The names of justext's stop lists, by ISO 639-1 code; PyStemmer knows most of them too."""

_MONTHS = {
    name[:length].capitalize(): number
    for number, name in enumerate(
        (
            "january", "february", "march", "april", "may", "june", "july", "august", "september",
            "october", "november", "december",
        ),
        1,
    )
    for length in (3, len(name))
} | {"Sept": 9}  # fmt: skip
_YEARS = range(1900, 2101)
_DAYS = range(1, 32)


Terms = Callable[[str], tuple[str, float, bool]]
"""Turns a word into its term, the term's IDF, and whether the word is a name."""


class Table(NamedTuple):
    """A language's articles, how many of them use each term, and which terms are names."""

    articles: int
    frequencies: Mapping[str, int]
    names: frozenset[str] = frozenset()

    def idf(self, term: str) -> float:
        """The inverse document frequency of a term, as a logarithm.

        0 for a term in more than `COMMON_SHARE` of the articles.
        """
        used = self.frequencies.get(term, 1)
        if used > COMMON_SHARE * self.articles:
            return 0.0
        return math.log(self.articles / (used + 1))

    def is_name(self, term: str) -> bool:
        """Whether a capital makes a term a name: listed names, and always terms not in the
        table."""
        return term in self.names or term not in self.frequencies


class ArticleTerms(NamedTuple):
    """The profile by which an article is compared, and its own words, to show to people.

    `words` has the article's own spelling of each of the profile's terms, by the term's hash.
    """

    profile: Profile
    words: dict[int, str]


def language_code(language: str) -> str:
    """The two letters of a language tag (`en-GB` is `en`); English if none is given."""
    return language.replace("_", "-").partition("-")[0].lower() or "en"


def split_words(text: str) -> list[str]:
    """The words of a text as written, without markup, addresses and possessive endings."""
    plain = _plain(text)
    words: list[str] = _WORD.findall(plain)
    if "'" in plain:
        return [_without_possessive(word) if "'" in word else word for word in words]
    return words


def words_inside(text: str) -> list[str]:
    """The words after a lower-case word or a comma: where a capital marks a name."""
    plain = _plain(text)
    return [
        _without_possessive(found.group())
        for found in _WORD.finditer(plain)
        if (start := found.start()) > 1
        and plain[start - 1] == " "
        and (plain[start - 2].islower() or plain[start - 2] == ",")
    ]


def _plain(text: str) -> str:
    plain = unescape(text)
    # Most full texts have neither tags nor addresses: three searches instead of one at each letter.
    if "<" in plain or "://" in plain or "www." in plain:
        plain = _MARKUP.sub(" ", plain)
    return unicodedata.normalize("NFKC", plain).replace(_CURLED_APOSTROPHE, "'")


def _without_possessive(word: str) -> str:
    return word[:-2] if word[-2:] in ("'s", "'S") else word


def without_site(title: str) -> str:
    """A headline without the name of its site at the end (" - The Lutz Courier")."""
    found = _SITE.match(title)
    if found is None or len(found["site"].split()) > _SITE_WORDS:
        return title
    return found["title"]


def without_boilerplate(text: str) -> str:
    """A text without hashtags and what aggregators add ("Continue reading", "Points: 7")."""
    return _BOILERPLATE.sub(" ", text)


def stem(words: list[str], code: str) -> list[str]:
    """The words in lower case without their inflection, if the language has a stemmer."""
    return [term for term, *_ in map(_terms(code), words)]


def rarities(words: list[str], code: str) -> dict[str, float]:
    """How rare the words are in a language's articles (IDF), by their terms; without grammar and
    other words of no weight."""
    return {term: rarity for term, rarity, _ in map(_terms(code), words) if rarity}


def read_terms(title: str, text: str, language: str = "") -> ArticleTerms:
    """The profile of an article, given its language tag; without one it is taken for English."""
    code = language_code(language)
    in_title = split_words(without_site(title))
    in_text = split_words(without_boilerplate(text[:MAX_CHARACTERS]))[:MAX_WORDS]
    in_lead = in_text[:LEAD_WORDS]
    words = in_title + in_text
    # Each distinct word once, since looking words up takes most of the time.
    used: dict[str, float] = dict(Counter(words))
    for word in in_lead:
        used[word] += LEAD_WEIGHT
    for word in in_title:
        used[word] += TITLE_WEIGHT - 1
    terms = _terms(code)
    counts, idf, spelled, names = _counted(used, terms)
    title_terms, lead_terms = (
        [term for word in part if (term := terms(word)[0]) in idf] for part in (in_title, in_lead)
    )
    uses = (counts, Counter(title_terms), Counter(lead_terms))
    weighed = [_weights(part, idf) for part in uses]
    kept = _heaviest(weighed[0])
    hashes = [hashed(term) for term in kept]
    numbers = {word for word in used if word[0].isdigit()}
    profile = Profile.of(
        hashes,
        [[weights.get(term, 0.0) for term in kept] for weights in (*weighed, idf)],
        [term in names for term in kept],
        pairs=_pairs(title_terms) | _pairs(lead_terms),
        numbers=numbers.intersection(in_title + in_text[: 2 * LEAD_WORDS]),
        years={int(word) for word in numbers if _is_year(word)},
        days=_days(words),
        words=len(words),
        service=_SERVICE.search(title) is not None,
    )
    return ArticleTerms(
        profile, {key: spelled[term] for key, term in zip(hashes, kept, strict=True)}
    )


class _Counted(NamedTuple):
    """For each term: how much it is used, its IDF and its spelling; and which terms are names."""

    counts: dict[str, float]
    idf: dict[str, float]
    spelled: dict[str, str]
    names: Collection[str]


def _counted(used: Mapping[str, float], terms: Terms) -> _Counted:
    """Count the terms of some words by how much each is used, without those of no weight.

    A term is spelled as in its first use as a name, else as in its first use.
    """
    counts: dict[str, float] = {}
    idf: dict[str, float] = {}
    spelled: dict[str, str] = {}
    names: dict[str, str] = {}
    for word, count in used.items():
        term, rarity, is_name = terms(word)
        if not rarity:
            continue
        if term in counts:
            counts[term] += count
        else:
            counts[term] = count
            idf[term] = rarity
            spelled[term] = word
        if is_name and term not in names:
            names[term] = word
    return _Counted(counts, idf, spelled | names, names.keys())


def _heaviest(weights: Mapping[str, float]) -> list[str]:
    """The terms to keep, heaviest first; ties break alphabetically, so the choice is
    deterministic."""
    return sorted(sorted(weights), key=weights.__getitem__, reverse=True)[:MAX_TERMS]


def _weights(counts: Mapping[str, float], idf: Mapping[str, float]) -> dict[str, float]:
    """What terms weigh, by how much each is used."""
    return {term: (1 + math.log(count)) * idf[term] for term, count in counts.items()}


def _pairs(terms: list[str]) -> set[str]:
    """Pairs of neighbouring terms, each as one text."""
    return {f"{one} {other}" for one, other in pairwise(terms)}


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdecimal() and int(word) in _YEARS


def _days(words: list[str]) -> set[int]:
    """The days named in a text, English only ("May 3", "3 May"), as month * 32 + day."""
    if _MONTHS.keys().isdisjoint(words):
        return set()
    found = set()
    for place, word in enumerate(words):
        month = _MONTHS.get(word)
        if month is None:
            continue
        for beside in (*words[place + 1 : place + 2], *words[max(place - 1, 0) : place]):
            day = beside.removesuffix("th").removesuffix("st").removesuffix("nd").removesuffix("rd")
            if day.isdecimal() and len(day) <= 2 and int(day) in _DAYS:
                found.add(month * 32 + int(day))
                break
    return found


@cache
def _terms(code: str) -> Terms:
    """The function that turns a language's words into terms."""
    stemming, table, dropped = _stemming(code), _table(code), _stop_terms(code)

    # A cached word takes a tenth of the time of stemming and weighing it.
    @lru_cache(maxsize=1 << 17)
    def term_of(word: str) -> tuple[str, float, bool]:
        term = stemming(word)
        telling = len(term) >= SHORTEST_TERM and term not in dropped
        rarity = table.idf(term) if telling else 0.0
        return term, rarity, word[:1].isupper() and table.is_name(term)

    return term_of


def _stemming(code: str) -> Callable[[str], str]:
    name = _LANGUAGES.get(code, "").partition("_")[0].lower()
    # Without the stemmer's own cache: `_terms` already has one.
    stem_lower = (
        Stemmer.Stemmer(name, maxCacheSize=0).stemWord if name in Stemmer.algorithms() else str
    )
    return lambda word: str(stem_lower(word.lower().replace("'", "")))


@cache
def _tables() -> Mapping[str, Table]:
    packed = files("enrich.frequencies").joinpath("stream.json.gz").read_bytes()
    return {
        code: Table(articles, frequencies, frozenset(names))
        for code, (articles, frequencies, names) in json.loads(gzip.decompress(packed)).items()
    }


@cache
def _table(code: str) -> Table:
    """A language's frequencies; if there are none, all its terms are equally rare."""
    return _tables().get(code) or Table(_tables()["en"].articles, {})


@cache
def _stop_terms(code: str) -> frozenset[str]:
    """The stems of a stop list, for languages without frequencies."""
    if code in _tables() or code not in _LANGUAGES:
        return frozenset()
    return frozenset(map(_stemming(code), justext.get_stoplist(_LANGUAGES[code])))
