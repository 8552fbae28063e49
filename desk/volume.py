"""How many articles a search finds over time: the bars of a chart. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

MAX_BARS = 92
"""Most bars in a chart: three months of days."""

STEPS = (1, 7, 28)
"""Days per bar: the fewest that fit the chart. A longer span gets as many as it takes."""


class Bar(NamedTuple):
    """The first and last of some days, and how many articles were first seen in them."""

    start: date
    end: date
    number: int

    @property
    def says(self) -> str:
        """Its days in words."""
        return f"{self.start}" if self.start == self.end else f"{self.start} to {self.end}"


class Column(NamedTuple):
    """A bar as drawn: its days in words, its number, and the address it links to."""

    says: str
    number: int
    address: str = ""


def bars(days: Mapping[date, int], today: date, period: int | None = None) -> list[Bar]:
    """Bars of equal length, in order; the last ends today. Empty if there would be only one.

    Args:
        days: the number of articles per day, in order; days without any may be left out.
        today: the end of the chart, unless the last of the days is later.
        period: how many days ago the chart begins at the latest; by default on the first day.
    """
    if not days:
        return []
    end = max(today, *days)
    start = min(min(days), end - timedelta(days=period or 0))
    length = (end - start).days + 1
    step = next((one for one in STEPS if length <= one * MAX_BARS), -(-length // MAX_BARS))
    number = -(-length // step)
    counts = [0] * number
    for day, count in days.items():
        counts[number - 1 - (end - day).days // step] += count
    found = []
    for place, count in enumerate(counts):
        last = end - timedelta(days=(number - 1 - place) * step)
        found.append(Bar(last - timedelta(days=step - 1), last, count))
    return found if number > 1 else []
