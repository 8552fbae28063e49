"""Quotation marks in a text, and around a part of it."""

import pytest

from enrich.phrases.quotations import in_quotation_marks


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        ("face recognition", '"face recognition"'),
        (
            'said that it "does not monitor journalists',
            '"said that it does not monitor journalists"',
        ),
        ("parle d\u2019informations \u00ab fausses", '"parle d\u2019informations fausses"'),
        ("the \u201cwatch list\u201d of", '"the watch list of"'),
    ],
)
def test_a_part_with_half_a_quotation_has_one_pair_of_marks(part: str, shown: str) -> None:
    assert in_quotation_marks(part) == shown
