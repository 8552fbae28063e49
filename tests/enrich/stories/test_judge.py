"""The judge compares meanings by the halves that both have, across languages too."""

import numpy as np
import pytest

from enrich.meanings import (
    COMMON_WIDTH,
    ENGLISH_WIDTH,
    Meaning,
    from_common_half,
    join_halves,
    quantise,
)
from enrich.stories.judge import shipped
from enrich.stories.profile import Profile
from enrich.stories.terms import read_terms

ENGLISH = ("Ministry bought travellers' names", "A list of passengers was paid for, records show.")
GERMAN = ("Innenressort zahlte für Reisedaten", "Listen von Fahrgästen gingen an die Beamten.")
DUTCH = ("Departement kocht lijsten van reizigers", "Namen van passagiers, blijkt uit stukken.")


def towards(angle: float, width: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    # Spread over ten numbers, so that the quantised ones do not overflow.
    made = np.zeros(width, np.float32)
    made[:10], made[10:20] = np.cos(angle), np.sin(angle)
    unit: np.ndarray[tuple[int], np.dtype[np.float32]] = made / np.linalg.norm(made)
    return unit


def in_english(english: float, shared: float) -> Meaning:
    return quantise(join_halves(towards(english, ENGLISH_WIDTH), towards(shared, COMMON_WIDTH)))


def in_another(shared: float) -> Meaning:
    return quantise(from_common_half(towards(shared, COMMON_WIDTH)))


def profile(piece: tuple[str, str], language: str, meaning: Meaning) -> Profile:
    return read_terms(*piece, language).profile.with_meaning(meaning)


def odds(one: Profile, other: Profile) -> float:
    opinion = shipped().opinion(one, [other], np.zeros(1))
    assert opinion.by_meaning.all()
    return float(opinion.log_odds[0])


@pytest.mark.parametrize("piece", [ENGLISH, DUTCH])
def test_the_same_meaning_in_another_language_is_the_same_event(piece: tuple[str, str]) -> None:
    german = profile(GERMAN, "de", in_another(0.0))
    for angle, same in ((0.3, True), (1.5, False)):
        # The English half must not matter: only one of the two may have it.
        other = in_english(2.0, angle) if piece is ENGLISH else in_another(angle)
        one = profile(piece, "en" if piece is ENGLISH else "nl", other)
        assert (odds(one, german) > 0) is same
        share = shipped().share_of_meaning(one, german, 0.0)
        assert (share > 0.5) is same


def test_two_english_articles_are_compared_by_both_halves() -> None:
    one = profile(ENGLISH, "en", in_english(0.0, 0.0))
    near, apart = (profile(ENGLISH, "en", in_english(angle, 0.3)) for angle in (0.3, 2.5))
    assert odds(one, near) > odds(one, apart)


@pytest.mark.parametrize("covered", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("alike", [0.3, 0.5, 0.7])
def test_half_a_meaning_is_not_enough_where_a_whole_one_is_not(
    alike: float, covered: float
) -> None:
    closeness = shipped().closeness
    half, whole = (
        closeness.log_odds(np.array([alike]), np.array([covered]), np.array([english]))[0]
        for english in (False, True)
    )
    assert half < 0 or whole > 0
