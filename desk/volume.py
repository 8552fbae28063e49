"""How much there is of what was searched for, over time: the bars of a chart. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

MOST_BARS = 92
"""Bars of a chart: three months of days."""

STEPS = (1, 7, 28)
"""Days to a bar, as few as there is room for; a longer time has as many more as it takes."""


class Bar(NamedTuple):
    """Some days, the first and the last of them, and how many articles were first seen in them."""

    start: date
    end: date
    number: int

    @property
    def says(self) -> str:
        """Its days in words."""
        return f"{self.start}" if self.start == self.end else f"{self.start} to {self.end}"


class Column(NamedTuple):
    """A bar as it is drawn: what it stands for, how many, and the address that it leads to."""

    says: str
    number: int
    address: str = ""


def bars(days: Mapping[date, int], today: date, period: int | None = None) -> list[Bar]:
    """Bars of equal length, in order; the last ends today. None where one would be all.

    Args:
        days: how many articles there are of a day, in order; days without any may be left out.
        today: where the chart ends, or with the last of the days if that is later.
        period: how many days ago it begins; by default with the first of the days.
    """
    if not days:
        return []
    end = max(today, *days)
    start = min(min(days), end - timedelta(days=period or 0))
    length = (end - start).days + 1
    step = next((one for one in STEPS if length <= one * MOST_BARS), -(-length // MOST_BARS))
    number = -(-length // step)
    counts = [0] * number
    for day, count in days.items():
        counts[number - 1 - (end - day).days // step] += count
    found = []
    for place, count in enumerate(counts):
        last = end - timedelta(days=(number - 1 - place) * step)
        found.append(Bar(last - timedelta(days=step - 1), last, count))
    return found if number > 1 else []
