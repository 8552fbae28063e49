"""Which entries a reader asks for: what the ledger is asked, and the addresses of other pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from core.records import State
from desk.days import DaysError
from desk.entries_request import EntriesRequest

NOVEMBER = EntriesRequest(since="2026-11-01", until="2026-12-01")


def test_days_begin_at_midnight() -> None:
    assert NOVEMBER.chosen() == {
        "state": None,
        "reason": None,
        "since": datetime(2026, 11, 1, tzinfo=UTC),
        "until": datetime(2026, 12, 1, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        ("2026-12-01", "2026-11-01", "No day is since 2026-12-01 and before 2026-11-01."),
        ("2026-12-01", "2026-12-01", "No day is since 2026-12-01 and before 2026-12-01."),
        ("odd", "", "since: expected a day such as 2026-03-01"),
        ("", "9999-12-31", "before: expected a day before 9999-12-31"),
    ],
)
def test_days_that_are_no_period_are_refused(since: str, until: str, told: str) -> None:
    with pytest.raises(DaysError, match=f"^{re.escape(told)}$"):
        EntriesRequest(since=since, until=until).chosen()


def test_address_keeps_what_is_asked_for() -> None:
    period = "since=2026-11-01&until=2026-12-01"
    assert NOVEMBER.address() == f"/entries?{period}"
    rejected = NOVEMBER.address(state=State.REJECTED, reason="answered 404")
    assert rejected == f"/entries?state=rejected&reason=answered+404&{period}"
    assert EntriesRequest().address() == "/entries"
