"""Which entries a reader asks for: state, reason, and when they were first seen. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from core.ledger.entries import Chosen
from core.records import State
from desk.days import DaysError, midnight, read_day


@dataclass(frozen=True, slots=True)
class EntriesRequest:
    """The entries that the page lists. Empty values ask for any; days are as they were typed, begin
    at midnight UTC, and that of `until` is not part of the period."""

    state: State | None = None
    reason: str = ""
    since: str = ""
    until: str = ""

    def chosen(self) -> Chosen:
        """What the ledger chooses them by.

        Raises:
            DaysError: the days are no period.
        """
        first, end = read_day("since", self.since), read_day("before", self.until)
        if first is not None and end is not None and end <= first:
            raise DaysError(f"No day is since {first} and before {end}.")
        return Chosen(
            state=self.state,
            reason=self.reason or None,
            since=midnight(first),
            until=midnight(end),
        )

    def address(self, **changes: Any) -> str:
        """The page's address with some values changed."""
        asked = replace(self, **changes)
        values = {
            "state": asked.state,
            "reason": asked.reason,
            "since": asked.since,
            "until": asked.until,
        }
        given = {name: value for name, value in values.items() if value}
        return f"/entries?{urlencode(given)}" if given else "/entries"
