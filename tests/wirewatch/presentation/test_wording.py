"""Wording that terminal and desk share."""

from __future__ import annotations

import pytest

from enrich.stories.placement import MEANING
from wirewatch.presentation.wording import joined_by


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
