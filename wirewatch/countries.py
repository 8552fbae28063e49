"""Names of countries, for sentences that readers see."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache


def country_name(code: str) -> str:
    """The English name of a country by its ISO 3166-1 code; the code itself if it has none."""
    return _names().get(code, code)


@cache
def _names() -> Mapping[str, str]:
    # Imported here: the list of places is slow to load, and few alerts name a new country.
    from enrich.mentions.gazetteer import read_places

    names = {place.country: place.name for place in read_places() if place.kind == "country"}
    return {"EU": "the European Union", **names}
