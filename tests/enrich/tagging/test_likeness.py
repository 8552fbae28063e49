"""Likeness: points near stories score like stories, and a file survives reading and writing."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.meanings import quantise
from enrich.tagging.likeness import Likeness, LikenessError, shipped

STORY, OTHER = np.eye(2, 8, dtype=np.float32) * np.float32(0.6)
LIKENESS = Likeness(
    points=quantise(np.stack([STORY, OTHER])),
    counts=np.array([2.0, -2.0], dtype=np.float32),
    bias=0.25,
    gamma=1.0,
)


def _array() -> bytes:
    into = io.BytesIO()
    np.save(into, np.zeros(3))
    return into.getvalue()


def test_points_near_stories_score_high() -> None:
    far = 2 * np.exp(-2 * 0.6**2)
    assert LIKENESS.score(STORY) == pytest.approx(2 - far + 0.25)
    assert LIKENESS.score(OTHER) == pytest.approx(far - 2 + 0.25)
    assert LIKENESS.score((STORY + OTHER) / 2) == pytest.approx(0.25)


@given(st.floats(-1, 1, width=32))
def test_quantised_numbers_stay_close(part: float) -> None:
    (whole,) = quantise(np.array([part], dtype=np.float32)).tolist()
    assert abs(whole / 200 - max(-0.635, min(0.635, part))) <= 0.0026


def test_a_likeness_survives_storing() -> None:
    for known in shipped():
        content = known.dump()
        assert content == known.dump()
        again = Likeness.parse(content)
        assert (again.points == known.points).all()
        nowhere = np.zeros(known.width, np.float32)
        assert again.score(nowhere) == known.score(nowhere)


def test_a_broken_file_is_named() -> None:
    with pytest.raises(LikenessError, match=r"other\.npz cannot be read"):
        Likeness.parse(b"", "other.npz")


@pytest.mark.parametrize("content", [b"", b"no file", b"PK\x03\x04 cut short", _array()])
def test_invalid_bytes_are_a_clear_error(content: bytes) -> None:
    with pytest.raises(LikenessError, match=r"likeness\.npz cannot be read"):
        Likeness.parse(content)
