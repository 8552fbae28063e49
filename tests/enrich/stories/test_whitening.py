import numpy as np
import pytest

from enrich.arrays import Floats32
from enrich.meanings import (
    COMMON_WIDTH,
    ENGLISH_WIDTH,
    MEANING_WIDTH,
    cosines,
    from_common_half,
    join_halves,
    quantise,
    unit,
)
from enrich.stories.whitening import Whitening, WhiteningError, shipped


def directions(seed: int) -> tuple[Floats32, Floats32]:
    random = np.random.default_rng(seed)
    english, shared = (
        random.normal(size=width).astype(np.float32) for width in (ENGLISH_WIDTH, COMMON_WIDTH)
    )
    return unit(english), unit(shared)


def test_differences_within_affairs_count_less() -> None:
    """Reports of one affair differ in the first number of each half."""
    turned = [np.eye(width, dtype=np.float32) for width in (ENGLISH_WIDTH, COMMON_WIDTH)]
    for half in turned:
        half[0, 0] = 0.1
    whitening = Whitening(*turned)
    report, other = np.zeros((2, ENGLISH_WIDTH), np.float32)
    report[:2], other[:2] = (0.3, 0.4), (-0.3, 0.4)
    one, two = (quantise(join_halves(half, half)) for half in (report, other))
    (before,), (after,) = (
        cosines(one, [two]),
        cosines(whitening.of(one), [whitening.of(two)]),
    )
    assert before == pytest.approx(0.28, abs=0.02)
    assert after > 0.95


@pytest.mark.parametrize("seed", range(3))
def test_a_whitened_meaning_keeps_its_halves(seed: int) -> None:
    english, shared = directions(seed)
    whole = shipped().of(quantise(join_halves(english, shared)))
    alone = shipped().of(quantise(from_common_half(shared)))
    assert whole.dtype == alone.dtype == np.int8
    assert len(whole) == len(alone) == MEANING_WIDTH
    assert not alone[:ENGLISH_WIDTH].any()
    assert (alone[ENGLISH_WIDTH:] == whole[ENGLISH_WIDTH:]).all()
    assert cosines(whole, [whole]) == pytest.approx([1.0])


def test_an_empty_meaning_stays_empty() -> None:
    nothing = np.zeros(MEANING_WIDTH, np.int8)
    assert not shipped().of(nothing).any()


def test_a_whitening_survives_storing() -> None:
    content = shipped().dump()
    assert Whitening.parse(content).dump() == content


def damaged(name: str) -> bytes:
    halves = {"english": np.eye(ENGLISH_WIDTH), "common": np.eye(COMMON_WIDTH)}
    broken = {
        "narrow": halves | {"common": np.eye(3)},
        "infinite": halves | {"english": np.full((ENGLISH_WIDTH, ENGLISH_WIDTH), np.inf)},
    }
    return Whitening(**broken[name]).dump()


@pytest.mark.parametrize("content", [b"", b"PK", damaged("narrow"), damaged("infinite")])
def test_an_invalid_whitening_is_refused(content: bytes) -> None:
    with pytest.raises(WhiteningError, match=r"whitening\.npz"):
        Whitening.parse(content)
