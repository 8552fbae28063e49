"""Limit how often a rule may alert: `10/day`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest

_PERIODS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` alerts within any `period`: the last 24 hours, say, not a calendar day."""

    most: int
    period: timedelta

    def free(self, sent: Iterable[datetime], now: datetime) -> int:
        """How many alerts may still be sent, after those that were sent at `sent`.

        A time a period or more in the future was noted while the clock was wrong. It does not
        count: it would hold back all others until then.
        """
        return max(0, self.most - sum(abs(now - moment) < self.period for moment in sent))

    def free_at(self, sent: Iterable[datetime]) -> datetime:
        """When the next alert may be sent, after at least `most` that were sent at `sent`."""
        return min(nlargest(self.most, sent)) + self.period

    def __str__(self) -> str:
        name = next(name for name, period in _PERIODS.items() if period == self.period)
        return f"{self.most}/{name}"


def parse_rate(text: str) -> Rate | None:
    """The rate that a text such as `10/day` or `3 / hour` names; None if it names none."""
    found = re.fullmatch(r"\s*([1-9]\d{0,5})\s*/\s*([a-z]+)\s*", text)
    if found is None or found[2] not in _PERIODS:
        return None
    return Rate(int(found[1]), _PERIODS[found[2]])
