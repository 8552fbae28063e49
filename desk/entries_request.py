"""Which entries a reader asks for: state, reason, and when they were first seen. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode

from core.ledger.entries import Chosen
from core.records import State
from wirewatch.presentation.wording import seen_within


@dataclass(frozen=True, slots=True)
class EntriesRequest:
    """The entries that the page lists. Empty values ask for any; days begin at midnight UTC, and
    that of `until` is not part of the period."""

    state: State | None = None
    reason: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def begin(self) -> datetime | None:
        """The first moment of the period; None leaves it open."""
        return _midnight(self.since)

    @property
    def end(self) -> datetime | None:
        """The moment just after the period; None leaves it open."""
        return _midnight(self.until)

    @property
    def chosen(self) -> Chosen:
        """What the ledger chooses them by."""
        return Chosen(
            state=self.state, reason=self.reason or None, since=self.begin, until=self.end
        )

    @property
    def seen(self) -> str:
        """The period in words; empty if it is all time."""
        return seen_within(self.begin, self.end)

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


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)
