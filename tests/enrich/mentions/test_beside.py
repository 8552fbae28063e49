"""Which country's body a name means, in time linear in the text."""

from __future__ import annotations

from growth import grows_evenly

from core.records import MentionKind
from enrich.mentions.beside import Beside, of_the_state
from enrich.mentions.found import Found, found_form, found_name
from enrich.mentions.gazetteer import Place
from enrich.mentions.names import Name
from enrich.mentions.patterns import Hit
from enrich.mentions.places import Places

UTAH: Places = (Place(1, "state", "US", "UT", 0.0, 0.0, 0, "", ("Utah",)),)
COURT = Name(name="Supreme Court of the United States", kind=MentionKind.COURT, country="US")
SITTING = "Supreme Court of Utah sat. "


def _parts_after(size: int) -> list[tuple[int, str] | None]:
    """What follows each of some courts."""
    starts = range(0, size * len(SITTING), len(SITTING))
    places = [Hit(start + 17, start + 21, UTAH) for start in starts]
    beside = Beside(SITTING * size, places, {})
    return [
        beside.part_after(start, start + 13, COURT) for start in starts if beside.after(start + 13)
    ]


def test_the_place_after_a_body_is_found_in_linear_time() -> None:
    assert _parts_after(2) == [(21, "US"), (21 + len(SITTING), "US")]
    assert grows_evenly(_parts_after, 200)


def _courts_meant(size: int) -> list[Found]:
    """The courts of a text that names one in full and then often says "Supreme Court"."""
    said = "Utah Supreme Court, " + "Supreme Court, " * size
    full = found_form(said, 0, 18, MentionKind.COURT)
    starts = range(20, 20 + 15 * size, 15)
    return of_the_state(said, [found_name(start, start + 13, COURT) for start in starts], [full])


def test_a_court_named_often_is_that_of_the_state_in_linear_time() -> None:
    assert {one.name for one in _courts_meant(3)} == {"Utah Supreme Court"}
    assert grows_evenly(_courts_meant, 100)
