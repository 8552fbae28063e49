import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from enrich.meanings import (
    ENGLISH_WIDTH,
    MEANING_WIDTH,
    Meaning,
    MeaningError,
    both_english,
    cosines,
    pack_meaning,
    unpack_meaning,
)

whole = arrays.arrays(np.int8, MEANING_WIDTH, elements=st.integers(-127, 127))


def direction(*parts: int) -> Meaning:
    meaning = np.zeros(MEANING_WIDTH, dtype=np.int8)
    meaning[: len(parts)] = parts
    return meaning


def test_a_meaning_survives_packing() -> None:
    made = np.linspace(-0.6, 0.6, MEANING_WIDTH, dtype=np.float32)
    kept = unpack_meaning(pack_meaning(made))
    assert kept.tolist() == [round(200 * one) for one in made.tolist()]


@pytest.mark.parametrize("text", ["", "AAAA", "no base 64", "é"])
def test_an_invalid_meaning_is_refused(text: str) -> None:
    with pytest.raises(MeaningError, match=r"meaning (has|cannot)"):
        unpack_meaning(text)


def test_cosines() -> None:
    others = [direction(3, 4), direction(4, -3), direction(-6, -8), direction()]
    assert cosines(direction(3, 4), others).tolist() == [1, 0, -1, 0]


def test_only_halves_that_both_have_are_compared() -> None:
    english, foreign, other = direction(3, 4), direction(), direction(5)
    for one, shared in ((english, (0, 5)), (foreign, (3, 4)), (other, (0, 5))):
        one[ENGLISH_WIDTH : ENGLISH_WIDTH + 2] = shared
    # By both halves and by the second alone: 3 * 5 and 5 * 5, then 5 * 4.
    assert cosines(english, [other, foreign]).tolist() == [40 / 50, 0.8]
    assert cosines(foreign, [english, other]).tolist() == [0.8, 0.8]
    assert both_english(english, [other, foreign]).tolist() == [True, False]
    assert both_english(foreign, [other, foreign]).tolist() == [False, False]


@given(whole, st.lists(whole, min_size=1, max_size=8))
def test_other_meanings_in_a_batch_change_no_cosine(
    meaning: Meaning, others: list[Meaning]
) -> None:
    """So the order in which a window is loaded makes no difference."""
    together = cosines(meaning, others).tolist()
    assert together == [cosines(meaning, [one])[0] for one in others]
    assert all(-1.000001 <= one <= 1.000001 for one in together)
