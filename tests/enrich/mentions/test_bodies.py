"""Bodies and laws found by the form of their names, in time linear in the text."""

from __future__ import annotations

from time import process_time

import pytest

from enrich.mentions.bodies import formed_bodies, formed_laws


@pytest.mark.parametrize("piece", ["A-", "A'", "A", "Ab-", "A ", "A of "])
def test_a_long_run_of_one_word_is_searched_quickly(piece: str) -> None:
    text = f"{piece * 20_000}; Fulton County Superior Court cites the Investigatory Powers Act 2016"
    began = process_time()
    found = [*formed_laws(text), *formed_bodies(text)]
    assert process_time() - began < 1.0  # it took ten seconds
    assert [one.name for one in found] == [
        "Investigatory Powers Act 2016",
        "Fulton County Superior Court",
    ]
