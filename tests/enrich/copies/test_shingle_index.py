"""The index of shingles gives the same as a plain dictionary, however its runs are split."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.copies import shingle_index
from enrich.copies.shingle_index import ShingleIndex

LIMIT = 3


@pytest.fixture(autouse=True)
def small() -> object:
    """Lower the limits: few postings fill a run, and few make a shingle frequent."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shingle_index, "FRESH", 7)
        patch.setattr(shingle_index, "LIMIT", LIMIT)
        yield


texts = st.lists(
    st.tuples(st.sets(st.integers(0, 12), min_size=1, max_size=6), st.integers(0, 50)),
    max_size=40,
)


@settings(max_examples=200)
@given(texts, st.integers(0, 50), st.integers(0, 40))
def test_look_ups_equal_those_of_a_dictionary(
    held: list[tuple[set[int], int]], since: int, filled: int
) -> None:
    plain: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    made = []
    for number, (hashes, seconds) in enumerate(held):
        made.append((np.array(sorted(hashes), dtype=np.uint32), seconds, number))
        for key in hashes:
            plain[key].append((seconds, number))
    index = ShingleIndex(made[:filled])
    for one in made[filled:]:
        index.add(*one)
    queried = np.arange(13, dtype=np.uint32)
    postings = index.look_up(queried, since)
    found = defaultdict(set)
    for place, text in zip(postings.places.tolist(), postings.texts.tolist(), strict=True):
        found[place].add(text)
    for key in range(13):
        expected = {number for seconds, number in plain[key] if seconds >= since}
        assert bool(postings.frequent[key]) == (len(expected) > LIMIT)
        assert found[key] == (set() if len(expected) > LIMIT else expected)
