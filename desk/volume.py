"""How many articles searches find over time, or which share of all: the bars of a chart. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from core.conditions import All, Condition, Dates
from core.index import DateField
from wirewatch.presentation.shares import FEWEST, share

MAX_BARS = 92
"""Most bars in a chart: three months of days."""

STEPS = (1, 7, 14, 28)
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
    """A bar as drawn: its height, of the highest one in the chart, and the address it links to. One
    without a height is not drawn."""

    bar: Bar
    height: float | None
    address: str = ""


class Counted(NamedTuple):
    """How many articles a search finds per day, in order; days without any may be left out. For a
    chart of shares, also how many the same sources brought per day."""

    days: Mapping[date, int]
    all_days: Mapping[date, int] | None = None


class Row(NamedTuple):
    """A search in a chart: what it is called, the address of it alone, and its bars; no bars if it
    and all others have none. `undated` says how many hits are in no bar, and `hint` what may keep
    it from finding anything."""

    name: str
    address: str
    columns: Sequence[Column]
    undated: str = ""
    hint: str | None = None

    @property
    def whole(self) -> Bar:
        """All its bars as one."""
        several = [one.bar for one in self.columns]
        of = None if several[0].of is None else sum(bar.of or 0 for bar in several)
        return Bar(several[0].start, several[-1].end, sum(bar.number for bar in several), of)


class Chart(NamedTuple):
    """A chart of one search, or of several that are compared: a row for each, all with bars of the
    same days and on one scale. It is drawn if there are several bars in a row. `has_shares` says
    whether each search finds a part of what its sources brought."""

    rows: Sequence[Row]
    is_share: bool
    has_shares: bool

    @property
    def is_drawn(self) -> bool:
        """Whether rows have several bars."""
        return len(self.rows[0].columns) > 1

    @property
    def span(self) -> str:
        """How long its bars are, in words."""
        last = self.rows[0].columns[-1].bar
        days = (last.end - last.start).days + 1
        return "day" if days == 1 else f"{days} days"

    @property
    def most(self) -> Bar:
        """The highest bar."""
        return max(self._bars, key=lambda bar: bar.size or 0)

    @property
    def lacks_some(self) -> bool:
        """Whether bars are not drawn as too few articles are of their days."""
        return any(bar.size is None and bar.of for bar in self._bars)

    @property
    def by_time(self) -> list[tuple[Column, ...]]:
        """The bars of all rows side by side, but for days of which no search found any."""
        together = zip(*(row.columns for row in self.rows), strict=True)
        return [several for several in together if any(one.bar.number for one in several)]

    @property
    def _bars(self) -> list[Bar]:
        return [one.bar for row in self.rows for one in row.columns]


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


def joint(periods: Sequence[Period]) -> Period:
    """The period of several searches: a side that one of them leaves open is open."""
    starts, ends = [one.start for one in periods], [one.end for one in periods]
    return Period(
        min((one for one in starts if one), default=None) if all(starts) else None,
        max((one for one in ends if one), default=None) if all(ends) else None,
    )


def bars(several: Sequence[Counted], today: date, asked: Period) -> list[list[Bar]]:
    """Bars in order for each search, all of the same days and of equal length but for the first
    one, which may be shorter. None if no search found any. Those of a chart of shares are of so
    many days that most have enough articles, for as many searches as possible; if no number of days
    is enough for any, they are as those of a chart of numbers.

    Args:
        several: what is counted for each search.
        today: the end of the chart, unless what is asked for ends before, or the last of the days
            is later.
        asked: the days that the searches ask for.
    """
    found = {day for one in several for day in one.days}
    if not found:
        return [[] for _ in several]
    end = max(min(today, asked.end or today), *found)
    start = min(asked.start or end, *found)
    length = (end - start).days + 1
    steps = [one for one in STEPS if length <= one * MAX_BARS] or [-(-length // MAX_BARS)]
    # One bar shows nothing over time, unless there is only one day.
    steps = [step for step in steps if step < length] or steps[:1]
    drawn = [[_bars(one, start, end, step) for one in several] for step in steps]
    with_shares = [at for at, one in enumerate(several) if one.all_days is not None and one.days]
    return max(drawn, key=lambda rows: sum(_are_enough(rows[at]) for at in with_shares))


def _bars(counted: Counted, start: date, end: date, step: int) -> list[Bar]:
    """Bars of so many days; the first may have fewer."""
    counts: Counter[int] = Counter()
    for day, count in counted.days.items():
        counts[(end - day).days // step] += count
    of: Counter[int] = Counter()
    for day, count in (counted.all_days or {}).items():
        if start <= day <= end:
            of[(end - day).days // step] += count
    length = (end - start).days + 1
    return [
        Bar(
            end - timedelta(days=min(later + step, length) - 1),
            end - timedelta(days=later),
            counts[later // step],
            None if counted.all_days is None else of[later // step],
        )
        for later in reversed(range(0, length, step))
    ]


def _are_enough(found: Sequence[Bar]) -> bool:
    """Whether most bars of any articles are of enough for a share, also one in which there are
    hits. Those of a chart of numbers are not: none says of how many it is."""
    sizes = [bar.size for bar in found if bar.of]
    return 2 * sizes.count(None) < len(sizes) and any(sizes)


def highest(found: Iterable[Bar]) -> float:
    """The size of the highest bar."""
    return max((bar.size or 0 for bar in found), default=0)


def columns(
    found: Sequence[Bar], most: float, address: Callable[[date, date], str] = lambda *_: ""
) -> list[Column]:
    """Bars as drawn in a chart whose highest bar has the size `most`; `address` is that of the
    articles from one day to another."""
    return [
        Column(
            bar,
            None if bar.size is None else bar.size / (most or 1),
            address(bar.start, bar.end),
        )
        for bar in found
    ]
