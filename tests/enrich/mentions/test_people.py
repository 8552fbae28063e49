"""People that no list has: found by given names, roles and what stands beside."""

from __future__ import annotations

import pytest

from enrich.mentions.finder import MentionFinder


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The researcher Anna Berg found it.", ["Anna Berg"]),
        ("It was J. Martin Oakes who wrote it.", ["Martin Oakes"]),
        ("Lawyer Okelo Tchatrie wept.", ["Okelo Tchatrie"]),
        ("Zorbin Quaxley, who wept, left.", ["Zorbin Quaxley"]),
        ("Zorbin Quaxley grew by a tenth.", []),
        ("Will Ferrell laughed. Will Congress act?", ["Will Ferrell"]),
        ("Ms. Oakes and Judge Alsup left.", ["Oakes", "Alsup"]),
        ("Major Mexican cities and Justice Department men", []),
        ("Ursula von der Mark said so.", ["Ursula von der Mark"]),
        ("Marie-Ange Toussaint said so.", ["Marie-Ange Toussaint"]),
        ("Morgan Stanley and Wells Fargo", []),
        ("The San Diego Padres won in Beverly Hills.", []),
        ("Ghanem al-Masarir sued. Al-Masarir won.", ["Ghanem al-Masarir", "Al-Masarir"]),
        ("Die Abgeordnete Martina Renner fragte.", ["Martina Renner"]),
    ],
)
def test_people(finder: MentionFinder, text: str, expected: list[str]) -> None:
    found = [one for one in finder.find("", text) if one.kind == "person"]
    assert [text[one.start : one.end] for one in found] == expected
