"""Bodies and laws found by the form of their names, in time linear in the text."""

from __future__ import annotations

from time import process_time

import pytest

from enrich.mentions.bodies import formed_bodies, formed_laws


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


@pytest.mark.parametrize("piece", ["A-", "A'", "A", "Ab-", "A ", "A of ", "A (A, a "])
def test_a_long_run_of_one_word_is_searched_quickly(piece: str) -> None:
    text = f"{piece * 20_000}; Fulton County Superior Court cites the Investigatory Powers Act 2016"
    began = process_time()
    found = [*formed_laws(text), *formed_bodies(text)]
    assert process_time() - began < 1.0  # it took ten seconds
    assert [one.name for one in found] == [
        "Investigatory Powers Act 2016",
        "Fulton County Superior Court",
    ]
