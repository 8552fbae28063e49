import random

import numpy as np
import pytest

from enrich.arrays import ArraysError, dump, parse

WHOLE = dump({"a": np.arange(300.0), "b": np.array(["one", "two"])})


def test_arrays_survive_storing() -> None:
    numbers, words = parse(WHOLE, "a", "b")
    assert numbers.tolist() == list(range(300))
    assert words.tolist() == ["one", "two"]
    assert dump({"a": numbers, "b": words}) == WHOLE


@pytest.mark.parametrize("content", [b"", b"PK", b"no arrays", WHOLE[:-40]])
def test_content_without_arrays_is_refused(content: bytes) -> None:
    with pytest.raises(ArraysError):
        parse(content, "a")


def test_a_missing_array_is_named() -> None:
    with pytest.raises(ArraysError, match="missing"):
        parse(WHOLE, "a", "missing")


def test_damaged_content_raises_only_arrays_errors() -> None:
    chance = random.Random(7)
    for _ in range(2_000):
        damaged = bytearray(WHOLE)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        try:
            parse(bytes(damaged), "a", "b")
        except ArraysError:
            continue
