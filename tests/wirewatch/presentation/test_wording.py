"""Wording that terminal and desk share."""

from __future__ import annotations

from datetime import date

import pytest

from core.index import Hits
from core.ledger.accounting import Accounting
from core.records import State
from enrich.stories.placement import MEANING
from wirewatch.presentation.wording import joined_by, sum_line, undated


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


def test_the_sum_of_entries_is_read_like_all_other_numbers() -> None:
    ended = {State.INDEXED: {"": 3_215}, State.DUPLICATE: {"": 41}, State.FOUND: {"": 1_002}}
    assert sum_line(Accounting(seen=4_258, states=ended)) == (
        "4,258 seen = 3,215 indexed + 41 duplicate + 0 rejected + 0 quarantined + 1,002 still to do"
    )
