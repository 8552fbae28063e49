import numpy as np
import pytest

from enrich.stories.closeness import Closeness, ClosenessError, Line, shipped


def test_meaning_and_title_add_up() -> None:
    line = Line(meaning=10, title=2, bias=-6)
    assert line.log_odds(np.array([0.5, 1.0]), np.array([0.5, 0.0])).tolist() == [0, 4]


@pytest.mark.parametrize(
    ("alike", "covered", "share"), [(0.5, 0, 1), (0.2, 1, 0.5), (-0.3, 1, 0), (0, 0, 0)]
)
def test_the_meanings_share_of_the_log_odds(alike: float, covered: float, share: float) -> None:
    line = Line(meaning=10, title=2, bias=-6)
    assert line.share_of_meaning(alike, covered) == share


def test_each_pair_uses_the_line_for_its_languages() -> None:
    closeness = Closeness(english=Line(10, 2, -6), common=Line(20, 4, -9))
    alike, covered = np.array([0.5, 0.5]), np.array([1.0, 1.0])
    assert closeness.log_odds(alike, covered, np.array([True, False])).tolist() == [1, 5]


@pytest.mark.parametrize("english", [True, False])
def test_the_shipped_closeness_needs_alike_meanings(english: bool) -> None:
    alike, covered = np.array([0.2, 0.4, 0.5, 0.9]), np.array([1.0, 0.0, 0.9, 0.0])
    odds = shipped().log_odds(alike, covered, np.full(4, english))
    assert (odds > 0).tolist() == [False, False, True, True]


def test_a_closeness_survives_storing() -> None:
    assert Closeness.parse(shipped().dump()) == shipped()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"english": 1}',
        b'{"english": {"meaning": null}}',
        b'{"english": {"meaning": 1, "title": 1, "bias": 1}}',
        shipped().dump().replace(b"-", b"NaN, 1"),
    ],
)
def test_an_invalid_closeness_is_refused(content: bytes) -> None:
    with pytest.raises(ClosenessError, match=r"closeness\.json"):
        Closeness.parse(content)
