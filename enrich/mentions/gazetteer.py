"""The gazetteer: countries, states, regions and cities from GeoNames."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from enrich.mentions.unified import straight

RIVAL = 0.1
"""Share of the largest city's population that a smaller one of the same name needs to be chosen
because the article speaks of its country: London in Canada has a twentieth."""

STATE_ABBREVIATIONS = {
    "Ala.": "AL", "Ariz.": "AZ", "Ark.": "AR", "Calif.": "CA", "Colo.": "CO", "Conn.": "CT",
    "Del.": "DE", "Fla.": "FL", "Ga.": "GA", "Ill.": "IL", "Ind.": "IN", "Kan.": "KS",
    "Ky.": "KY", "La.": "LA", "Md.": "MD", "Mass.": "MA", "Mich.": "MI", "Minn.": "MN",
    "Miss.": "MS", "Mo.": "MO", "Mont.": "MT", "Neb.": "NE", "Nev.": "NV", "N.H.": "NH",
    "N.J.": "NJ", "N.M.": "NM", "N.Y.": "NY", "N.C.": "NC", "N.D.": "ND", "Okla.": "OK",
    "Ore.": "OR", "Pa.": "PA", "R.I.": "RI", "S.C.": "SC", "S.D.": "SD", "Tenn.": "TN",
    "Tex.": "TX", "Vt.": "VT", "Va.": "VA", "Wash.": "WA", "W.Va.": "WV", "Wis.": "WI",
    "Wyo.": "WY", "D.C.": "DC",
}  # fmt: skip
"""American states, as the Associated Press abbreviates them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that news names. `kind` is `country`, `state`, `region` or `city`.

    `marks`: `C` a capital; `H` listed by hand; `S` small, meant only with its state beside it; `W`
    has the name of a common word; `P` has the name of a person.
    """

    id: int
    kind: str
    country: str
    state: str
    latitude: float
    longitude: float
    people: int
    marks: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name in English."""
        return self.names[0]

    @property
    def uri(self) -> str:
        """Its GeoNames page; wirewatch's own tag if its GeoNames id is unknown."""
        if not self.id:
            slug = self.name.casefold().replace(" ", "-")
            return f"tag:wirewatch.example,2026:place/{self.country.lower()}/{slug}"
        return f"https://www.geonames.org/{self.id}"


@cache
def read_places() -> tuple[Place, ...]:
    """All places, cities by population."""
    lines = resources.files("enrich.mentions.lists").joinpath("places.tsv").read_text("utf-8")
    return tuple(_place(line.split("\t")) for line in lines.splitlines() if line and line[0] != "#")


def by_name(places: Iterable[Place]) -> Mapping[str, tuple[Place, ...]]:
    """The places with each name, as a unified text has it, the one that is mostly meant first."""
    found: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        for name in place.names:
            found[straight(name)].append(place)
    return {name: tuple(sorted(same, key=_renown)) for name, same in found.items()}


def _renown(place: Place) -> tuple[int, int]:
    """Countries, then regions, states and cities; among cities hand-listed ones, then the
    largest."""
    order = {"country": 0, "region": 1, "state": 2, "city": 3}[place.kind]
    return order, -(10**9 if "H" in place.marks else place.people)


def _place(fields: list[str]) -> Place:
    number, kind, country, state, latitude, longitude, people, marks, names = fields
    return Place(
        int(number),
        kind,
        country,
        state,
        float(latitude),
        float(longitude),
        int(people),
        marks,
        tuple(names.split("|")),
    )
