"""Days as a form or an address has them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from desk.days import DaysError, OfDays


def test_both_days_are_part_of_the_period() -> None:
    first, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    for asked, moments in (
        (OfDays(first="2026-03-01", last="2026-03-31"), (first, end)),
        (OfDays(first="2026-03-01"), (first, None)),
        (OfDays(last="2026-03-31"), (None, end)),
        (OfDays(), (None, None)),
    ):
        assert asked.moments() == moments
        assert asked.has_days == any(moments)
    one_day = OfDays(first="2026-03-31", last="2026-03-31")
    assert one_day.moments() == (datetime(2026, 3, 31, tzinfo=UTC), end)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (
            "2026-12-02",
            "2026-12-01",
            "The first day, 2026-12-02, is later than the last one, 2026-12-01.",
        ),
        ("odd", "", "from: expected a day such as 2026-03-01"),
        ("2026-W10-1", "", "from: expected a day such as 2026-03-01"),
        ("", "2026-02-30", "to: expected a day such as 2026-03-01"),
        ("", "9999-12-31", "to: expected a day before 9999-12-31"),
    ],
)
def test_days_that_are_no_period_are_refused(first: str, last: str, told: str) -> None:
    with pytest.raises(DaysError, match=f"^{re.escape(told)}$"):
        OfDays(first=first, last=last).moments()
