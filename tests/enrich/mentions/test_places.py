"""Places: which of several is meant, and what is not a place."""

from __future__ import annotations

import re

import pytest
from growth import grows_evenly

from enrich.mentions.finder import MentionFinder


def _places(finder: MentionFinder, text: str) -> list[tuple[str, str | None]]:
    return [
        (text[one.start : one.end], one.country)
        for one in finder.find("", text)
        if one.kind == "place"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She lives in Reading.", [("Reading", "GB")]),
        ("Reading took all night.", []),
        ("Das Land ist am Zug.", []),
        ("Zug's lamps and a firm of Zug", [("Zug", "CH"), ("Zug", "CH")]),
        ("Cameras in the West Midlands", []),
        ("Em Avenida Paulista e na Rua Lisboa", []),
        ("Frankfurt (Oder) schwieg.", [("Frankfurt (Oder)", "DE")]),
        # In countries whose languages are tagged smaller towns are known.
        ("Een man in Almere en een vrouw uit Lelystad", [("Almere", "NL"), ("Lelystad", "NL")]),
        ("Une femme d'Orléans", [("Orléans", "FR")]),
        ("Un tribunal de Ciudad de Panamá", [("Ciudad de Panamá", "PA")]),
        ("Une femme à Roubaix, un homme à Pau, une gare", [("Roubaix", "FR"), ("Pau", "FR")]),
        ("Una donna di Pesaro, celle piene", [("Pesaro", "IT")]),
        # As news calls them, not as GeoNames does.
        ("Polizei in Hanau, Polizei in St. Gallen", [("Hanau", "DE"), ("St. Gallen", "CH")]),
        ("Spain's police in Vitoria", [("Spain", "ES"), ("Vitoria", "ES")]),
        ("Police in Vitoria, Brazil, said so.", [("Vitoria", "BR"), ("Brazil", "BR")]),
        ("Deutschland: Kameras hängen seit Mitte November.", [("Deutschland", "DE")]),
        ("Kameras hängen in Mitte, sagt Berlin.", [("Mitte", "DE"), ("Berlin", "DE")]),
        ("Österreich: zwei Favoriten. España: Retiro de cámaras.",
         [("Österreich", "AT"), ("España", "ES")]),
        # Not districts: a road, the White House, a firm, sales, somebody.
        ("Tirol: ein Unfall auf der Landstraße", [("Tirol", "AT")]),
        ("La France et la Maison Blanche", [("France", "FR")]),
        ("Em Portugal, a Monsanto calou.", [("Portugal", "PT")]),
        ("España: Ventas de cámaras", [("España", "ES")]),
        ("En Belgique, Jette Nielsen se tait.", [("Belgique", "BE")]),
        ("Maurice Hastings, Barry Oakes and Chelsea Oakes play rugby. Forest won.", []),
        ("The Commonwealth met. Commonwealth Bank. Wells Fargo. La Banca d'Italia tace.", []),
        ("The city of Nice tests cameras.", [("Nice", "FR")]),
        ("Nice weather, mobile phones, Mobile Phones.", []),
        ("In Paris, Texas, a sheriff", [("Paris", "US"), ("Texas", "US")]),
        # Brest in Belarus is larger, but says nothing for Belarus.
        ("La police de Brest, en France. À Brest, des caméras.",
         [("Brest", "FR"), ("France", "FR"), ("Brest", "FR")]),
        ("She lives in Paris, Texas.", [("Paris", "US"), ("Texas", "US")]),
        ("She lives in Paris, TX. They left.", [("Paris", "US")]),
        ("A man from Paris, France. Texas won.",
         [("Paris", "FR"), ("France", "FR"), ("Texas", "US")]),
        ("Trains leave Paris at noon.", [("Paris", "FR")]),
        ("Paris Fleury sang.", []),
        ("Victoria called her mother. Kent said so.", []),
        ("Melbourne: officers in Victoria", [("Melbourne", "AU"), ("Victoria", "AU")]),
        ("Victoria police said so.", [("Victoria", "AU")]),
        ("Police in Kent said so.", [("Kent", "GB")]),
        # Not Norfolk Island and Grenada, as these are called elsewhere.
        ("A farm in Norfolk. Vets in Leeds", [("Norfolk", "GB"), ("Leeds", "GB")]),
        ("A market in Norfolk, said Ohio", [("Norfolk", "US"), ("Ohio", "US")]),
        ("Police in Norfolk, Mass., count phones", [("Norfolk", "US")]),
        ("Police in Granada, Málaga", [("Granada", "ES"), ("Málaga", "ES")]),
        ("Ottawa paid the police in Surrey", [("Ottawa", "CA"), ("Surrey", "CA")]),
        ("Police in Surrey and Salvador", [("Surrey", "GB"), ("Salvador", "SV")]),
        ("Nobody in Nur-Sultan", [("Nur-Sultan", "KZ")]),
        ("Brazil's police in Salvador", [("Brazil", "BR"), ("Salvador", "BR")]),
        ("Deputies of Montgomery County", []),
        ("Los Angeles County, Nakuru County, Kenya",
         [("Los Angeles", "US"), ("Nakuru", "KE"), ("Kenya", "KE")]),
        ("Toyota and Honda. He lives in Toyota.", [("Toyota", "JP")]),
        ("La Libertad de Prensa", []),
        ("Georgia's parliament in Tbilisi met.", [("Georgia", "GE"), ("Tbilisi", "GE")]),
        ("A sheriff in Georgia was arrested.", [("Georgia", "US")]),
        ("ATLANTA (WP) - Georgia's chief was charged.", [("ATLANTA", "US"), ("Georgia", "US")]),
        ("Gov. Ana Prado of Georgia signed it.", [("Georgia", "US")]),
        ("Georgia's parliament met.", [("Georgia", "GE")]),
        ("She sued in Gainesville, Georgia. North Georgia won.",
         [("Gainesville", "US"), ("Georgia", "US"), ("Georgia", "US")]),
        # Short ones in capitals are places in datelines only.
        ("NICE met.\nROME (WP) - Rain\nKYIV, Ukraine (WP) - Rain\nBONN, 3 Oct (WP) - Rain",
         [("ROME", "IT"), ("KYIV", "UA"), ("Ukraine", "UA"), ("BONN", "DE")]),
        ("In Georgia, as in Ohio and Texas, voters",
         [("Georgia", "US"), ("Ohio", "US"), ("Texas", "US")]),
        # Two countries are called so, and news mostly means the larger.
        ("DR Congo accused Rwanda. Congo's army is in Goma.",
         [("DR Congo", "CD"), ("Rwanda", "RW"), ("Congo", "CD"), ("Goma", "CD")]),
        ("Congo's police in Brazzaville", [("Congo", "CG"), ("Brazzaville", "CG")]),
        ("La République démocratique du Congo nie. Der Kongo schweigt.",
         [("République démocratique du Congo", "CD"), ("Kongo", "CD")]),
        ("Bosnia's police met Bosnian police. In Bosnien und Birma",
         [("Bosnia", "BA"), ("Bosnien", "BA"), ("Birma", "MM")]),
        ("Punjab's police in Lahore", [("Punjab", "PK"), ("Lahore", "PK")]),
        ("Punjab's police in Chandigarh, India",
         [("Punjab", "IN"), ("Chandigarh", "IN"), ("India", "IN")]),
        ("Police in Azad Kashmir, and in Kashmir", [("Azad Kashmir", "PK"), ("Kashmir", "IN")]),
        # Counties of American states have names of England's and of countries.
        ("Deputies of Essex County, New Jersey, and Lebanon County. On Columbus Day",
         [("New Jersey", "US")]),
        ("Essex County Council, and a Georgia County Sheriff in Atlanta",
         [("Essex", "GB"), ("Georgia", "US"), ("Atlanta", "US")]),
        ("Michael Jordan spoke. Jordan smiled.", []),
        ("The king of Jordan spoke.", [("Jordan", "JO")]),
        ("Washington denies it.", [("Washington", "US")]),
        ("A bill in Washington state.", [("Washington", "US")]),
        ("The Washington Post and the University of Oxford said so.", []),
        ("A Liverpool, le vendeur Carrefour et un homme du Golfe; Odessa, antes do Natal",
         [("Liverpool", "GB"), ("Odessa", "UA")]),
        ("El juez Calama de Chile y el ministro Granada callan.", [("Chile", "CL")]),
        ("Syracuse University's halls, Manchester City\u2019s coach", []),
        ("The French paper was read by Germans.", []),
        ("LONDON (Reuters) - A court", [("LONDON", "GB")]),
        # Ships and people are called like places; parts of many countries are known.
        ("The USS Essex and HMS London sailed to Sydney.", [("Sydney", "AU")]),
        ("Maurice said so. Dominique et Mauricio aussi. L'île Maurice écoute.",
         [("île Maurice", "MU")]),
        ("Police in Odisha, Goiás, Extremadura, Vorarlberg, Gelderland and Wiltshire",
         [("Odisha", "IN"), ("Goiás", "BR"), ("Extremadura", "ES"), ("Vorarlberg", "AT"),
          ("Gelderland", "NL"), ("Wiltshire", "GB")]),
        # An article tells once where a town is, and then calls it by its name.
        ("Cedar Falls spoke. Police in Cedar Falls, Iowa, listened.",
         [("Cedar Falls", "US"), ("Cedar Falls", "US"), ("Iowa", "US")]),
        ("Cedar Falls spoke.", []),
        ("The mayor of Birmingham, Alabama, spoke. Birmingham's police listened.",
         [("Birmingham", "US"), ("Alabama", "US"), ("Birmingham", "US")]),
        ("Police in Reading, England. Reading helps.", [("Reading", "GB"), ("England", "GB")]),
        ("Moscow denies it. Police in Moscow, Idaho",
         [("Moscow", "RU"), ("Moscow", "US"), ("Idaho", "US")]),
        ("A vendor from Herzlia sold it.", [("Herzlia", "IL")]),
        ("In München, Lissabon und Mailand",
         [("München", "DE"), ("Lissabon", "PT"), ("Mailand", "IT")]),
        ("The Tel Aviv-based firm", [("Tel Aviv", "IL")]),
        ("It costs US$5 in the US.", [("US", "US")]),
        ("Moscovo, Teerão e a Polónia negam, diz o Irão",
         [("Moscovo", "RU"), ("Teerão", "IR"), ("Polónia", "PL"), ("Irão", "IR")]),
        ("In den Niederlanden und den Vereinigten Staaten",
         [("Niederlanden", "NL"), ("Vereinigten Staaten", "US")]),
        ("Gli Usa e la Cisgiordania. Usa, il voto. Usa il telefono.",
         [("Usa", "US"), ("Cisgiordania", "PS"), ("Usa", "US")]),
        ("De VS ontkennen het. Ajax VS Feyenoord", [("VS", "US")]),
        ("EE UU y la Santa Sede callan", [("EE UU", "US"), ("Santa Sede", "VA")]),
        ("La Côte d\u2019Ivoire se tait", [("Côte d\u2019Ivoire", "CI")]),
        ("The Looney Tunes met Adem Adlik.", []),
        ("The bombings on Bali, a probe into Sale of data, captain Jos Zorbin", [("Bali", "ID")]),
        ("San Quaxley, Latina candidates, a Roma man, a walk in Roma", [("Roma", "IT")]),
        ("EU rules bind the European Union and its courts.",
         [("EU", "EU"), ("European Union", "EU")]),
        ("La UE y la Europäische Union", [("UE", "EU"), ("Europäische Union", "EU")]),
        ("Le Maroc dément. Les États-Unis et La France Insoumise aussi. La Spagna tace.",
         [("Maroc", "MA"), ("États-Unis", "US"), ("Spagna", "ES")]),
    ],
)  # fmt: skip
def test_places_are_found_with_their_countries(
    finder: MentionFinder, text: str, expected: list[tuple[str, str | None]]
) -> None:
    assert _places(finder, text) == expected


def test_an_ambiguous_city_is_in_the_country_mentioned(finder: MentionFinder) -> None:
    def cordoba(text: str) -> str | None:
        return next(
            one.country for one in finder.find("", text) if text[one.start : one.end] == "Córdoba"
        )

    assert cordoba("La policía de Córdoba, en Argentina") == "AR"
    assert cordoba("La policía de Córdoba, España") == "ES"


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Police in Dimitrovgrad, Serbia, held him.", "RS"),
        ("Serbian police met Serbian and Bulgarian reporters in Dimitrovgrad.", "RS"),
        ("Bulgarian police held him in Dimitrovgrad.", "BG"),
        ("Russian police held him in Dimitrovgrad.", "RU"),
        ("Dutch police held him in Ede.", "NL"),
        ("Nigerian police held him in Ede.", "NG"),
    ],
)
def test_an_ambiguous_town_is_in_the_country_mentioned_most(
    finder: MentionFinder, text: str, country: str
) -> None:
    (town,) = re.findall(r"\b(Dimitrovgrad|Ede)\b", text)
    assert (town, country) in _places(finder, text)


def test_a_name_of_several_countries_is_read_in_linear_time(finder: MentionFinder) -> None:
    def countries(size: int) -> set[str | None]:
        return {country for _, country in _places(finder, "Georgia, " * size)}

    assert countries(2) == {"GE"}
    assert grows_evenly(countries, 500)


@pytest.mark.parametrize(
    ("text", "is_state"),
    [
        ("Westchester County, New York, has cameras.", True),
        ("They met in Buffalo, New York.", True),
        ("They met in Seattle, Washington.", True),
        ("They met in London, New York and Tokyo.", False),
        ("They met in Wren Kill, New York.", False),
        ("On Monday, New York bought cameras.", False),
    ],
)
def test_a_county_or_a_city_of_a_state_says_that_the_state_is_meant(
    finder: MentionFinder, text: str, is_state: bool
) -> None:
    uris = [one.uri for one in finder.find("", text)]
    states = {"https://www.geonames.org/5128638", "https://www.geonames.org/5815135"}
    assert any(uri in states for uri in uris) == is_state


def test_a_place_where_a_reporter_works_is_none(finder: MentionFinder) -> None:
    assert not _places(
        finder, "Lamps listen. (Reporting by Anna Berg in Madrid; editing by Jan Kos in Rome)"
    )


def test_washington_state_is_not_the_city(finder: MentionFinder) -> None:
    (state,) = finder.find("", "lawmakers of Washington state met")
    (city,) = finder.find("", "lawmakers met in Washington")
    assert state.uri != city.uri
    assert city.uri == "https://www.geonames.org/4140963"
    assert finder.find("", "WASHINGTON (AP) \u2014 They met.")[0].uri == city.uri
    assert not finder.find("", "A study by Georgetown Law")
