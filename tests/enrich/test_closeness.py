import numpy as np
import pytest

from enrich.closeness import Closeness, ClosenessError, shipped


def test_meaning_and_title_add_up() -> None:
    line = Closeness(meaning=10, title=2, bias=-6)
    assert line.log_odds(np.array([0.5, 1.0]), np.array([0.5, 0.0])).tolist() == [0, 4]


@pytest.mark.parametrize(
    ("alike", "covered", "share"), [(0.5, 0, 1), (0.2, 1, 0.5), (-0.3, 1, 0), (0, 0, 0)]
)
def test_how_much_the_meaning_says(alike: float, covered: float, share: float) -> None:
    line = Closeness(meaning=10, title=2, bias=-6)
    assert line.share_of_meaning(alike, covered) == share


def test_the_shipped_closeness_wants_both() -> None:
    odds = shipped().log_odds(np.array([0.2, 0.5, 0.5, 0.9]), np.array([1.0, 0.0, 0.8, 0.0]))
    assert (odds > 0).tolist() == [False, False, True, True]


def test_a_closeness_survives_storing() -> None:
    assert Closeness.parse(shipped().dump()) == shipped()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"meaning": 1}',
        b'{"meaning": null}',
        shipped().dump().replace(b"-", b"NaN, 1"),
    ],
)
def test_what_is_no_closeness_is_refused(content: bytes) -> None:
    with pytest.raises(ClosenessError, match=r"closeness\.json"):
        Closeness.parse(content)
