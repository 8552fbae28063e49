"""Names of countries, for sentences that readers see, and countries that articles speak of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from core.records import Article

_WORD = re.compile(r"\w+")


def country_name(code: str) -> str:
    """The English name of a country by its ISO 3166-1 code; the code itself if it has none."""
    return _names().get(code, code)


def countries_of(article: Article) -> frozenset[str]:
    """Codes of the countries that an article names, or whose people it does: "Americans"."""
    exact, stems = _nationalities()
    lengths = {len(stem) for stem in stems}
    words = set(_WORD.findall(f"{article.title} {article.text}".casefold()))
    found = {exact.get(word) for word in words}
    found |= {stems.get(word[:length]) for word in words for length in lengths}
    return frozenset(article.country).union(code for code in found if code)


@cache
def _nationalities() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The country of each nationality: of whole words, and of beginnings that let words go on."""
    from enrich.mentions.names import read_demonyms

    words = [(word, code) for code, words in read_demonyms().items() for word in words]
    exact = {word: code for word, code in words if not word.endswith("*")}
    return exact, {word[:-1]: code for word, code in words if word.endswith("*")}


@cache
def _names() -> Mapping[str, str]:
    # Imported here: the list of places is slow to load, and few alerts name a new country.
    from enrich.mentions.gazetteer import read_places

    names = {place.country: place.name for place in read_places() if place.kind == "country"}
    return {"EU": "the European Union", **names}
