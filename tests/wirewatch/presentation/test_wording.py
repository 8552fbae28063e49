"""Wording that terminal and desk share."""

from __future__ import annotations

from datetime import date

import pytest

from core.index import Hits
from enrich.stories.placement import MEANING
from wirewatch.presentation.wording import joined_by, undated


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        (["Pegasus"], "the word Pegasus (similarity 0.99)"),
        (["Pegasus", MEANING, "NSO"], "its meaning and the words Pegasus, NSO (similarity 0.99)"),
        ([MEANING], "its meaning (similarity 0.99)"),
    ],
)
def test_what_an_article_has_in_common_with_its_story(terms: list[str], says: str) -> None:
    assert joined_by(0.99, [(term, 0.1) for term in terms]) == says


@pytest.mark.parametrize(
    ("total", "says"),
    [
        (3, ""),
        (4, "1 has no date of publication"),
        (2_003, "2,000 have no date of publication"),
    ],
)
def test_how_many_are_in_no_day_of_publication(total: int, says: str) -> None:
    days = {date(2026, 11, 20): 1, date(2026, 11, 26): 2}
    assert undated(Hits(total=total, articles=(), days=days)) == says
