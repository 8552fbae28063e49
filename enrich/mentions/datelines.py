"""Places in datelines, "LONDON (AP) -", and short ones in capitals, which are places there only."""

from __future__ import annotations

import re
from collections.abc import Mapping

from enrich.mentions.gazetteer import Place
from enrich.mentions.patterns import Hit

_DATED = re.compile(r"(?:, [\w. ]{2,20}){0,2}(?: \(| --? |\.- )")
"""What follows the place in a dateline."""

_SHORT = 4
"""Letters of a city that is all in capitals only in datelines: NICE is an institute, too."""


def opens_dateline(text: str, start: int, end: int) -> bool:
    """Whether a place opens a paragraph as datelines do: "KYIV, Ukraine (AP) -"."""
    begins = start == 0 or text[start - 1] == "\n"
    return begins and _DATED.match(text, end) is not None


def short_in_capitals(names: Mapping[str, tuple[Place, ...]]) -> dict[str, tuple[Place, ...]]:
    """The short cities as datelines have them: "ROME (AP) -"."""
    cities = {name: same for name, same in names.items() if same[0].kind == "city"}
    return {name.upper(): same for name, same in cities.items() if len(name) == _SHORT}


def is_acronym(text: str, hit: Hit[tuple[Place, ...]]) -> bool:
    """Whether a short city's name in capitals opens no dateline."""
    said, is_city = text[hit.start : hit.end], hit.target[0].kind == "city"
    is_short = is_city and len(said) == _SHORT and said.isupper()
    return is_short and not opens_dateline(text, hit.start, hit.end)
