"""What all pages of the desk share."""

from __future__ import annotations

import pytest

from desk.office import pages


@pytest.mark.parametrize(
    ("total", "number"), [(0, 0), (1, 1), (20, 1), (21, 2), (9_981, 500), (10_001, 500)]
)
def test_there_are_as_many_pages_as_an_index_reaches(total: int, number: int) -> None:
    assert pages(total) == number
