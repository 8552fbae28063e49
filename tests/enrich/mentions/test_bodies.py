"""Bodies and laws found by the form of their names, in time linear in the text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from growth import grows_evenly

from enrich.mentions.bodies import formed_bodies, formed_laws
from enrich.mentions.gazetteer import by_name, read_places


@pytest.mark.parametrize(
    "law",
    [
        "Garda Síochána (Recording Devices) Act",
        "Interception of Calls (Amendment, Repeals and Fees) Act 2003",
        "Lawful Interception of Letters Regulations 2019",
        "Information Technology (Procedure for Decryption) Rules, 2009",
    ],
)
def test_a_laws_name_may_have_brackets_and_a_year(law: str) -> None:
    (found,) = formed_laws(f"Judges read the {law}, the Rules of 2009 and the School Rules.")
    assert found.name == law


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Britain's Online Shadow Act", "Online Shadow Act"),
        ("the EU Shadow and Light Act", "Shadow and Light Act"),
        ("California's Delete Act", "Delete Act"),
        ("the Children's Online Shadow Act", "Children's Online Shadow Act"),
        ("the Workers' Shadow Act", "Workers' Shadow Act"),
        ("Since the Online Shadow Act", "Online Shadow Act"),
        ("Ottawa tables Bill C-22 again", "Bill C-22"),
    ],
)
def test_whose_law_it_is_is_no_part_of_its_name(text: str, name: str) -> None:
    assert [one.name for one in formed_laws(text)] == [name]


def test_a_prefix_by_itself_is_no_part_of_a_body() -> None:
    (found,) = formed_bodies("the Ex- Vik High Court", {}, lambda _: ())
    assert found.name == "Vik High Court"
    assert not list(formed_bodies("the Ex- High Court", {}, lambda _: ()))


@pytest.mark.parametrize(
    ("body", "spoken", "country"),
    [
        ("Islamabad High Court", (), "PK"),
        ("Oakland Police Department", (), "US"),
        ("Manchester Police", ("GB",), "GB"),
        ("Manchester Police", ("US",), "US"),
        ("Manchester Police", ("GB", "US"), None),
        ("Manchester Police", (), None),
        ("Fulton County Superior Court", ("US",), None),
    ],
)
def test_a_body_is_of_the_country_of_the_place_that_it_begins_with(
    body: str, spoken: Sequence[str], country: str | None
) -> None:
    places = by_name(read_places())
    assert [one.country for one in formed_bodies(body, places, lambda _: spoken)] == [country]


@pytest.mark.parametrize("piece", ["A-", "A'", "A", "Ab-", "A ", "A of ", "A (A, a "])
def test_a_long_run_of_one_word_is_searched_quickly(piece: str) -> None:
    def names(size: int) -> list[str]:
        end = "Fulton County Superior Court cites the Investigatory Powers Act 2016"
        text = f"{piece * size}; {end}"
        return [one.name for one in (*formed_laws(text), *formed_bodies(text, {}, lambda _: ()))]

    assert names(20_000) == ["Investigatory Powers Act 2016", "Fulton County Superior Court"]
    assert grows_evenly(names, 2_500)
