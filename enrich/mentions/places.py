"""Decide which spellings of places are places, and which place each one is.

- **A word** (Reading, Nice) is a place only after "in" and the like, or with its country or state
  beside it. A city with a person's name needs one of these, "police" after it or a possessive,
  unless it is a capital or very large; so does a smaller city if the article does not speak of its
  country.
- **Of several** with one name, the one is meant whose state or country stands beside it ("Paris,
  Texas"), here or elsewhere in the article, else one in the country that the article speaks of
  most, else the largest.
- **Georgia** is the country where the article speaks of Georgians or Tbilisi, and otherwise the
  state where it speaks of the United States, Atlanta or a sheriff. **Congo** is the Democratic
  Republic, unless the article speaks of the other one only.
- **A capital that stands for its government** ("Washington denied it") is a place: its country is
  what a facet of countries needs.
- **A nationality** ("French") is not a place. It says which country an article speaks of.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from enrich.mentions.datelines import opens_dateline
from enrich.mentions.found import Found, found_place
from enrich.mentions.gazetteer import RIVAL, STATE_ABBREVIATIONS, Place
from enrich.mentions.names import read_common_words, read_cues, read_given_names, read_words
from enrich.mentions.patterns import Hit
from enrich.mentions.words import word_after, word_before

LARGE = 150_000
"""Population from which a city needs nothing beside it. Most cities that share their names with
other things are smaller."""

AS_LARGE_AS_A_CAPITAL = 700_000
"""Population from which a person's name that is also a city's is taken for the city."""

CITY_FIRST = frozenset(("New York", "Washington"))
"""Names of both a city and a state, by which news mostly means the city."""

_WEAK = frozenset(["a", "for", "over", "off", "to", "no", "di", "um", "im", "zu", "of", "into"])
"""Locatives that also stand before other nouns: they do not make a word a place."""

_BEFORE_COUNTRIES = frozenset(("El", "La", "Las", "Le", "Les", "Los"))
"""Articles with which a sentence may begin; before a town they are part of its name."""

_BESIDE = re.compile(r",? \(?([A-ZÀ-Þ][\w.'-]*(?: [A-ZÀ-Þ][\w-]*){0,2})")
_WITHIN = re.compile(r"([A-ZÀ-Þ][\w'-]*(?: [A-ZÀ-Þ][\w'-]*){0,2}), \Z")
_WIDEST_WITHIN = 60
"""What lies in a state, before its name; and the characters before it that may be this."""

_AMERICAN = re.compile(
    r"\b(?:[Ss]heriff|[Cc]ounty|state (?:lawmakers?|senators?|troopers?)|[Gg]ubernatorial|Gov(?=\.)"
    r"|[Gg]overnor|GOP|Democrat|Republican|Senate|[Gg]rand jury|[Hh]igh school"
    r"|Georgia (?:chief|city|cops?|court|deput(?:y|ies)|drivers?|elections?|girl|investigators?"
    r"|judge|law|lawmakers?|man|men|mom|official|police|prosecutors?|residents?|town|troopers?"
    r"|voters?|wom[ae]n))\b"
)
"""Words of an American state: of the country's police one would say "Georgian"."""

Places = tuple[Place, ...]


class PlaceFinder:
    """Decides which hits on place names are places. Pure once made."""

    def __init__(self, names: Mapping[str, Places]) -> None:
        self._names = names
        states = {p.state: p for same in names.values() for p in same if p.kind == "state"}
        self._states = states | {short: states[code] for short, code in STATE_ABBREVIATIONS.items()}
        cues = read_cues()
        self._locatives = cues["locatives"]
        self._firm_locatives = cues["locatives"] - _WEAK
        self._after_a_place = cues["after_a_place"]
        self._after, self._before = cues["after_place"], cues["before_place"]
        self._titles = cues["titles"]
        self._given, self._surnames = read_given_names(), read_words("surnames.txt")
        self._common = read_common_words()

    def countries(self, hits: Iterable[Hit[Places]]) -> Counter[str]:
        """The countries that the text clearly speaks of, and how often."""
        found = Counter[str]()
        hits = list(hits)
        # Beside Georgia, Atlanta tells which one is meant, though by itself it may be a person.
        shared = {
            (one.country, one.state) for hit in hits if _is_shared(hit.target) for one in hit.target
        }
        for hit in hits:
            first = hit.target[0]
            if first.kind == "city" and (first.country, first.state) in shared:
                found[first.country] += 1
            marks = first.marks.replace("P", "") if "C" in first.marks else first.marks
            if first.kind == "city" and (marks.strip("CH") or first.people < LARGE):
                continue
            if not _is_unclear(hit.target):
                found[first.country] += 1
        return found

    def find(
        self, text: str, hits: Iterable[Hit[Places]], spoken: Mapping[str, int]
    ) -> list[Found]:
        """The places among the hits, in an article that speaks of these countries so often."""
        hits = list(hits)
        # A city that may be either of two says nothing for one of them: Brest, in France.
        certain = Counter(spoken) - self.countries(hit for hit in hits if _has_a_rival(hit.target))
        # Searched for once: an article may name Georgia a thousand times.
        is_shared = any(_is_shared(hit.target) for hit in hits)
        american = is_shared and (
            _AMERICAN.search(text) is not None
            or any(city.country == "US" for hit in hits for city in self._said_to_lie(text, hit))
        )
        located = self._located(text, hits)
        found = []
        for hit in hits:
            place = self._meant(text, hit, spoken, certain, located, american=american)
            if place is not None:
                found.append(found_place(hit.start, hit.end, place))
        return found

    def _located(self, text: str, hits: Iterable[Hit[Places]]) -> dict[Places, Place]:
        """Of the cities of a name the one that the article says once where it is, "Cedar Falls,
        Iowa", and means by the plain name, too. None for two of them, or beside a capital."""
        found: dict[Places, set[Place]] = defaultdict(set)
        for hit in hits:
            if hit.target[0].kind == "city" and "C" not in hit.target[0].marks:
                found[hit.target].update(self._said_to_lie(text, hit))
        return {same: next(iter(those)) for same, those in found.items() if len(those) == 1}

    def _said_to_lie(self, text: str, hit: Hit[Places]) -> list[Place]:
        """The city, if any, that lies in the state or country right behind its name."""
        return _lying_in(hit.target, self._beside(text, hit.end) or ())[:1]

    def is_located(self, text: str, start: int) -> bool:
        """Whether the word before says that a place follows."""
        return word_before(text, start).lower() in self._locatives or _is_elided(text, start)

    def _meant(
        self,
        text: str,
        hit: Hit[Places],
        spoken: Mapping[str, int],
        certain: Mapping[str, int],
        located: Mapping[Places, Place],
        *,
        american: bool,
    ) -> Place | None:
        """The place that a hit is; None if it is none. It is chosen among those of its name by
        where it is `located`, by the countries that are `certain`, and by whether the text has
        words of an American state."""
        if self._part_of_a_name(text, hit):
            return None
        beside = self._beside(text, hit.end)
        known = located.get(hit.target) if beside is None else None
        place = known or self._choice(text, hit, beside, certain, american=american)
        if place is None:
            return None
        if place.kind == "city":
            named = beside is not None or (known is not None and "W" not in known.marks)
            sure = self._is_city(text, hit, place, spoken, named=named)
        else:
            sure = self._is_region(text, hit, place, spoken)
        return place if sure else None

    def _is_region(
        self, text: str, hit: Hit[Places], place: Place, spoken: Mapping[str, int]
    ) -> bool:
        """Whether a country, state or region is meant, and neither a person nor an American county
        of that name: "Essex County, New Jersey", but "Essex County Council"."""
        is_county = text.startswith(" County", hit.end)
        if is_county and place.kind != "state" and not text.startswith(" County Council", hit.end):
            return False
        return (
            place.country in spoken
            or not _may_be_a_person(hit.target)
            or word_before(text, hit.start).lower() in self._firm_locatives
            or word_after(text, hit.end) in self._after_a_place
        )

    def _is_city(
        self,
        text: str,
        hit: Hit[Places],
        place: Place,
        spoken: Mapping[str, int],
        *,
        named: bool,
    ) -> bool:
        """Whether a city is meant, and nothing else of that name; `named` with its country or
        state, here or elsewhere."""
        before, after = word_before(text, hit.start).lower(), word_after(text, hit.end)
        if after.lower() == "county" and not _has_a_county(place, spoken):
            return False
        if named:
            return True
        if "S" in place.marks:
            return False
        if "W" in place.marks:
            return _is_called_a_city(text, hit.start) or before in self._firm_locatives
        return (
            before in self._locatives
            or _is_elided(text, hit.start)
            or after in self._after_a_place
            or _is_called_a_city(text, hit.start)
            or text.startswith(("-based", "'s "), hit.end)
            or opens_dateline(text, hit.start, hit.end)
            or _is_known(place, spoken)
        )

    def _part_of_a_name(self, text: str, hit: Hit[Places]) -> bool:
        """Whether the words around make it the name of a newspaper, a club or a person."""
        place, name = hit.target[0], text[hit.start : hit.end]
        before, after = word_before(text, hit.start), word_after(text, hit.end).removesuffix("'s")
        if after in self._after and after[0].isupper():
            return True
        if name == "VS":
            return before.lower() != "de"  # "de VS", but no "Ajax VS Feyenoord"
        if name == "Usa":
            # "Gli Usa", "Usa, il voto"; but "Usa il telefono" begins with a verb.
            opens = not before or before.endswith(".")
            return opens and text[hit.end : hit.end + 1] not in ",:-"
        if place.country == "EU" or (place.kind == "country" and before in _BEFORE_COUNTRIES):
            return False  # "La UE", "Le Maroc", as no "La Paz"
        if before in self._before or before in self._titles:
            return before not in ("General", "M") or place.kind == "city"
        return (
            (before == "of" and word_before(text, hit.start - 3) in self._before)
            or _is_in_a_compound(text, hit)
            or text.startswith((" & ", "&"), hit.end)
            or self._is_in_a_persons_name(before, name, after)
        )

    def _is_in_a_persons_name(self, before: str, name: str, after: str) -> bool:
        """Whether the words around make it a person's given name or surname."""
        if name in self._given and after[:1].isupper():
            listed = after in self._surnames and after not in self._titles
            if listed and after.lower() not in self._common:
                return after not in self._names
        follows = before in self._given and before.lower() not in self._common
        return follows and before[:1].isupper() and (name in self._surnames or name in self._given)

    def _choice(
        self,
        text: str,
        hit: Hit[Places],
        beside: Places | None,
        spoken: Mapping[str, int],
        *,
        american: bool,
    ) -> Place | None:
        """The place that is meant, among those with the name."""
        same = hit.target
        if beside is not None:
            if fitting := _lying_in(same, beside):
                return fitting[0]
            if same[0].kind == "city" and CITY_FIRST.isdisjoint(beside[0].names):
                return None  # a town of that name that is not listed
        name = text[hit.start : hit.end]
        if name in CITY_FIRST or (name.isupper() and name.title() in CITY_FIRST):
            state = word_after(text, hit.end).lower() in ("state", "legislature", "lawmakers")
            state = state or text.endswith("state of ", 0, hit.start)
            wanted = "state" if state or self._ends_an_address(text, hit) else "city"
            return next((p for p in same if p.kind == wanted), same[0])
        if same[0].kind == "city":
            return _city(same, spoken)
        return _region(same, spoken, american=american)

    def _ends_an_address(self, text: str, hit: Hit[Places]) -> bool:
        """Whether a county, or a city of the state, stands before it: "Buffalo, New York"."""
        before = _WITHIN.search(text, max(0, hit.start - _WIDEST_WITHIN), hit.start)
        if before is None:
            return False
        within, codes = before[1].split(" "), {p.state for p in hit.target if p.kind == "state"}
        cities = (self._names.get(" ".join(within[skip:]), ())[:1] for skip in range(len(within)))
        lies = any(p.kind == "city" and p.state in codes for same in cities for p in same)
        return within[-1] == "County" or lies

    def _beside(self, text: str, end: int) -> Places | None:
        """The state or country right after a city: ", Texas", "(Germany)"."""
        if end >= len(text) or text[end] not in ", ":
            return None
        if text[end] == " " and not text.startswith("(", end + 1):
            return None
        match = _BESIDE.match(text, end)
        if match is None:
            return None
        words = match[1].split(" ")
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count])
            for spelt in (name, name.removesuffix(".")):  # "Paris, Texas." ends a sentence
                wider = tuple(p for p in self._names.get(spelt, ()) if p.kind != "city")
                if wider:
                    return wider
                state = self._states.get(spelt)
                if state is not None and (spelt.isupper() or spelt.endswith(".")):
                    return (state,)
        return None


def _region(same: Places, spoken: Mapping[str, int], *, american: bool) -> Place:
    """The country, state or region that is meant, or a hand-listed city of its name."""
    if same[0].country in spoken:
        return same[0]
    known = (p for p in same if p.kind != "city" or "H" in p.marks)
    meant = next((p for p in known if p.country in spoken), None)
    if meant is None and american:
        meant = next((p for p in same if p.kind == "state"), None)
    return meant or same[0]


def _city(same: Places, spoken: Mapping[str, int]) -> Place:
    """The city that is meant: the largest, or one in the country that is spoken of most."""
    plain = [p for p in same if "S" not in p.marks] or [same[0]]
    first = plain[0]
    rivals = [p for p in plain if p.country in spoken and _is_rival(p, first)]
    return max(rivals, key=lambda p: spoken[p.country], default=first)


def _has_a_rival(same: Places) -> bool:
    """Whether a city shares its name with one of another country that may as well be meant."""
    first = same[0]
    return first.kind == "city" and any(
        p.country != first.country and "S" not in p.marks and _is_rival(p, first) for p in same
    )


def _is_rival(city: Place, largest: Place) -> bool:
    """Whether a city may be meant, and not only the largest of its name."""
    return "H" in city.marks or city.people >= RIVAL * largest.people


def _is_known(city: Place, spoken: Mapping[str, int]) -> bool:
    """Whether a city needs nothing beside it, as it is large or its country is spoken of. If its
    name is a person's, too, only a capital and a very large one need nothing."""
    if "P" in city.marks:
        return "C" in city.marks or city.people >= AS_LARGE_AS_A_CAPITAL
    large = "C" in city.marks or "H" in city.marks or city.people >= LARGE
    return large or city.country in spoken


def _is_in_a_compound(text: str, hit: Hit[Places]) -> bool:
    """Whether a hyphen joins it to a word: "Rhein-Main", but not "London-based"."""
    start, end = hit.start, hit.end
    if start > 1 and text[start - 1] == "-" and text[start - 2].isalnum():
        return True
    return end + 1 < len(text) and text[end] == "-" and text[end + 1].isupper()


def _is_unclear(same: Places) -> bool:
    """Whether a name does not say by itself which country an article speaks of."""
    return _is_shared(same) or _has_a_namesake(same) or _may_be_a_person(same)


def _is_shared(same: Places) -> bool:
    """Whether a name is of several countries, or of one and another's state: Congo, Punjab,
    Georgia."""
    return len({place.country for place in same if place.kind != "city"}) > 1


def _has_a_namesake(same: Places) -> bool:
    """Whether a country or region shares its name with a hand-listed city of another country:
    Surrey, Salvador."""
    first = same[0]
    if first.kind == "city":
        return False
    return any("H" in place.marks and place.country != first.country for place in same)


def _lying_in(same: Places, beside: Places) -> list[Place]:
    """The cities of a name that lie in one of the states or countries beside it."""
    wider = {(one.country, one.state) for one in beside}
    cities = (p for p in same if p.kind == "city")
    return [p for p in cities if not wider.isdisjoint(((p.country, ""), (p.country, p.state)))]


def _may_be_a_person(same: Places) -> bool:
    """Whether a region's name is a person's, too, as that of a city shows: Victoria, Kent."""
    return same[0].kind == "region" and any("P" in place.marks for place in same)


def _has_a_county(city: Place, spoken: Mapping[str, int]) -> bool:
    """Whether a county of a city's name is where the city is: "Nakuru County", but hardly
    "Montgomery County", as a dozen states have one."""
    if city.country == "US":
        return city.people >= AS_LARGE_AS_A_CAPITAL
    return city.country in spoken


def _is_elided(text: str, start: int) -> bool:
    """Whether a "de" or "di" leans on the word: "une femme d'Orléans"."""
    return text.startswith("d'", start - 2) and text[start - 3 : start - 2] in ("", " ")


def _is_called_a_city(text: str, start: int) -> bool:
    """ "The city of Nice"."""
    return text.endswith(
        ("city of ", "town of ", "ville de ", "ciudad de ", "città di ", "cidade de ", "Stadt "),
        0,
        start,
    )
