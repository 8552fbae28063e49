"""Which entries a reader asks for: state, reason, and when they were first seen. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from core.ledger.entries import Chosen
from core.records import State
from desk.days import OfDays


@dataclass(frozen=True, slots=True)
class EntriesRequest(OfDays):
    """The entries that the page lists, of the days on which they were first seen. Empty values ask
    for any."""

    state: State | None = None
    reason: str = ""

    def chosen(self) -> Chosen:
        """What the ledger chooses them by.

        Raises:
            DaysError: the days are no period.
        """
        since, until = self.moments()
        return Chosen(state=self.state, reason=self.reason or None, since=since, until=until)

    def address(self, **changes: Any) -> str:
        """The page's address with some values changed."""
        asked = replace(self, **changes)
        values = {
            "state": asked.state,
            "reason": asked.reason,
            "from": asked.first,
            "to": asked.last,
        }
        given = {name: value for name, value in values.items() if value}
        return f"/entries?{urlencode(given)}" if given else "/entries"
