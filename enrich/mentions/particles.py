"""The small words within people's names: "Ursula von der Leyen"."""

from __future__ import annotations

import re

_PARTICLES = (
    *("de", "van", "von", "bin", "ben", "ibn", "al", "el", "da", "di", "del", "della", "du", "dos"),
    *("la", "le", "ter", "zu", "y", "den"),
)
_PAIRS = (
    *("van der", "van den", "van de", "van 't", "de la", "de las", "de los"),
    *("von der", "von dem"),
)
JOINTS = frozenset((" al-", " el-", *(f" {one} " for one in (*_PARTICLES, *_PAIRS))))
"""What may stand between two words of a name, besides a space."""

WIDEST_GAP = max(map(len, JOINTS))
"""Words further apart, as most are, form neither a name nor a title with a surname."""

CAPITAL_PARTICLES = frozenset(("Van", "Von", "De", "Del", "La", "Al", "El", "Bin", "Ben", "St"))
FAMILY_PARTICLES = frozenset(("De", "Del", "Di", "Van", "Von"))
"""Of those the ones that stand before a second surname: "Federico Cafiero De Raho"."""

ARTICLES = frozenset((" der ", " den ", " de ", " dem ", " la ", " las ", " los ", " 't "))
"""What may follow such a particle with a capital: "Alexander Van der Bellen"."""

_FAMILY = re.compile(
    r"(?:[Vv]an (?:(?:[Dd]e[nr]?|'t) )?|[Vv]on (?:de[rm] )?|De (?:L[ao]s? )?|[Dd]e l(?:a|as|os) )$"
)
"""Particles before a surname used without its given name. Not "de" alone: it also means "of"."""


def particles_before(text: str, start: int, name: str) -> int:
    """The number of characters before a surname that belong to it: "von der Leyen",
    "al-Masarir"."""
    if text.endswith((" al-", " el-"), 0, start):
        return 3
    before = _FAMILY.search(text, max(0, start - 12), start)
    if before is None or f" {before.group().lower()}" not in name[: name.rfind(" ") + 1].lower():
        return 0
    if before.start() and text[before.start() - 1].isalnum():
        return 0
    return start - before.start()
