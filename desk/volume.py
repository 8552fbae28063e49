"""How many articles a search finds over time: the bars of a chart. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from core.conditions import All, Condition, Dates
from core.index import DateField

MAX_BARS = 92
"""Most bars in a chart: three months of days."""

STEPS = (1, 7, 28)
"""Days per bar: the fewest that fit the chart. A longer span gets as many as it takes."""


class Bar(NamedTuple):
    """The first and last of some days, and how many articles are of them."""

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


class Period(NamedTuple):
    """The first and the last day that a search asks for; None leaves a side open."""

    start: date | None = None
    end: date | None = None


def period(condition: Condition, field: DateField) -> Period:
    """The days in which articles that match were first seen, or published, as far as the search
    says it. Those published until a day are mostly seen by then, and those seen until a day are
    published by then; but they may have been published long before they were seen. Relative dates
    must be resolved."""
    asked = list(_dates(condition))
    since = [
        one.since.date() for one in asked if one.field == field and isinstance(one.since, datetime)
    ]
    until = [one.until for one in asked if isinstance(one.until, datetime)]
    last = (min(until) - timedelta(milliseconds=1)).date() if until else None
    return Period(max(since, default=None), last)


def _dates(condition: Condition) -> Iterator[Dates]:
    match condition:
        case All(of):
            for inner in of:
                yield from _dates(inner)
        case Dates():
            yield condition
        case _:
            pass


def bars(days: Mapping[date, int], today: date, asked: Period) -> list[Bar]:
    """Bars in order, of equal length but for the first, which may be shorter. Empty if there would
    be only one.

    Args:
        days: the number of articles per day, in order; days without any may be left out.
        today: the end of the chart, unless what is asked for ends before, or the last of the days
            is later.
        asked: the days that the search asks for.
    """
    if not days:
        return []
    end = max(min(today, asked.end or today), *days)
    start = min(asked.start or end, *days)
    length = (end - start).days + 1
    step = next((one for one in STEPS if length <= one * MAX_BARS), -(-length // MAX_BARS))
    number = -(-length // step)
    counts = [0] * number
    for day, count in days.items():
        counts[number - 1 - (end - day).days // step] += count
    found = []
    for place, count in enumerate(counts):
        later = (number - 1 - place) * step
        first = min(later + step, length) - 1
        found.append(Bar(end - timedelta(days=first), end - timedelta(days=later), count))
    return found if number > 1 else []
