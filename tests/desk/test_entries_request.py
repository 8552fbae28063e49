"""Which entries a reader asks for: what the ledger is asked, and the addresses of other pages."""

from __future__ import annotations

from datetime import UTC, datetime

from core.records import State
from desk.entries_request import EntriesRequest

NOVEMBER = EntriesRequest(first="2026-11-01", last="2026-11-30")


def test_days_are_those_on_which_entries_were_first_seen() -> None:
    assert NOVEMBER.chosen() == {
        "state": None,
        "reason": None,
        "since": datetime(2026, 11, 1, tzinfo=UTC),
        "until": datetime(2026, 12, 1, tzinfo=UTC),
    }


def test_address_keeps_what_is_asked_for() -> None:
    period = "from=2026-11-01&to=2026-11-30"
    assert NOVEMBER.address() == f"/entries?{period}"
    rejected = NOVEMBER.address(state=State.REJECTED, reason="answered 404")
    assert rejected == f"/entries?state=rejected&reason=answered+404&{period}"
    assert EntriesRequest().address() == "/entries"
