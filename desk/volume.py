"""How many articles a search finds over time, or which share of all: the bars of a chart. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from core.conditions import All, Condition, Dates
from core.index import DateField
from wirewatch.presentation.shares import FEWEST, share

MAX_BARS = 92
"""Most bars in a chart: three months of days."""

STEPS = (1, 7, 28)
"""Days per bar: the fewest that fit the chart. A longer span gets as many as it takes."""


class Bar(NamedTuple):
    """The first and last of some days, and how many articles are of them; `of` is how many the same
    sources brought in these days, in a chart of shares."""

    start: date
    end: date
    number: int
    of: int | None = None

    @property
    def says(self) -> str:
        """Its days in words."""
        return f"{self.start}" if self.start == self.end else f"{self.start} to {self.end}"

    @property
    def told(self) -> str:
        """Its number, and its share, in words."""
        return f"{self.number:,}" if self.of is None else share(self.number, self.of)

    @property
    def size(self) -> float | None:
        """Its number or its share; None if it is of too few articles for a share."""
        if self.of is None:
            return self.number
        return self.number / self.of if self.of >= FEWEST else None


class Column(NamedTuple):
    """A bar as drawn: its height, of the highest one, and the address it links to. One without a
    height is not drawn."""

    bar: Bar
    height: float | None
    address: str = ""


class Chart(NamedTuple):
    """A search's chart: drawn, if it has several bars. `has_shares` says whether the search finds
    a part of what its sources brought; `undated`, how many hits are in no bar."""

    columns: Sequence[Column]
    is_share: bool
    has_shares: bool
    undated: str

    @property
    def span(self) -> str:
        """How long its bars are, in words."""
        last = self.columns[-1].bar
        days = (last.end - last.start).days + 1
        return "day" if days == 1 else f"{days} days"

    @property
    def most(self) -> Bar:
        """The highest bar."""
        return max((one.bar for one in self.columns), key=lambda bar: bar.size or 0)

    @property
    def whole(self) -> Bar:
        """All bars as one."""
        several = [one.bar for one in self.columns]
        of = sum(bar.of or 0 for bar in several) if self.is_share else None
        return Bar(several[0].start, several[-1].end, sum(bar.number for bar in several), of)

    @property
    def lacks_some(self) -> bool:
        """Whether bars are not drawn as too few articles are of their days."""
        return any(one.height is None and one.bar.of for one in self.columns)


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


def bars(
    days: Mapping[date, int],
    today: date,
    asked: Period,
    all_days: Mapping[date, int] | None = None,
) -> list[Bar]:
    """Bars in order, of equal length but for the first, which may be shorter. Empty if there would
    be only one. Those of a chart of shares are of so many days that most have enough articles; if
    no number of days is enough, they are as those of a chart of numbers.

    Args:
        days: the number of articles per day, in order; days without any may be left out.
        today: the end of the chart, unless what is asked for ends before, or the last of the days
            is later.
        asked: the days that the search asks for.
        all_days: for a chart of shares, how many the same sources brought per day.
    """
    if not days:
        return []
    end = max(min(today, asked.end or today), *days)
    start = min(asked.start or end, *days)
    length = (end - start).days + 1
    steps = [one for one in STEPS if length <= one * MAX_BARS] or [-(-length // MAX_BARS)]
    several = [_bars(days, all_days, start, end, step) for step in steps if step < length]
    enough = (found for found in several if all_days is None or _are_enough(found))
    return next(enough, several[0] if several else [])


def _bars(
    days: Mapping[date, int], all_days: Mapping[date, int] | None, start: date, end: date, step: int
) -> list[Bar]:
    """Bars of so many days; the first may have fewer."""
    counts: Counter[int] = Counter()
    for day, count in days.items():
        counts[(end - day).days // step] += count
    of: Counter[int] = Counter()
    for day, count in (all_days or {}).items():
        if start <= day <= end:
            of[(end - day).days // step] += count
    length = (end - start).days + 1
    return [
        Bar(
            end - timedelta(days=min(later + step, length) - 1),
            end - timedelta(days=later),
            counts[later // step],
            None if all_days is None else of[later // step],
        )
        for later in reversed(range(0, length, step))
    ]


def _are_enough(found: Sequence[Bar]) -> bool:
    """Whether most bars of any articles are of enough for a share, also one in which there are
    hits."""
    sizes = [bar.size for bar in found if bar.of]
    return 2 * sizes.count(None) < len(sizes) and any(sizes)


def columns(found: Sequence[Bar], address: Callable[[Bar], str] = lambda _: "") -> list[Column]:
    """Bars as drawn: the highest as high as the chart."""
    most = max((bar.size or 0 for bar in found), default=0)
    return [
        Column(bar, None if bar.size is None else bar.size / (most or 1), address(bar))
        for bar in found
    ]
