"""Which entries a reader asks for: what the ledger is asked, and the addresses of other pages."""

from __future__ import annotations

from datetime import UTC, date, datetime

from core.records import State
from desk.entries_request import EntriesRequest

NOVEMBER = EntriesRequest(since=date(2026, 11, 1), until=date(2026, 12, 1))


def test_days_begin_at_midnight() -> None:
    assert NOVEMBER.chosen == {
        "state": None,
        "reason": None,
        "since": datetime(2026, 11, 1, tzinfo=UTC),
        "until": datetime(2026, 12, 1, tzinfo=UTC),
    }
    assert NOVEMBER.seen == "first seen since 2026-11-01 and before 2026-12-01 (UTC)"
    assert EntriesRequest().seen == ""


def test_address_keeps_what_is_asked_for() -> None:
    period = "since=2026-11-01&until=2026-12-01"
    assert NOVEMBER.address() == f"/entries?{period}"
    rejected = NOVEMBER.address(state=State.REJECTED, reason="answered 404")
    assert rejected == f"/entries?state=rejected&reason=answered+404&{period}"
    assert EntriesRequest().address() == "/entries"
