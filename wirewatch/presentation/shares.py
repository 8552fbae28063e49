"""How many of all articles a search finds, day by day; docs/search.md says what counts as all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from core.index import DateField, Hits, Index
from core.query import Query
from core.records import Record

FEWEST = 30
"""Articles of which a share is said. Of fewer, each article is more than 3 %: one day with 1 of 2
would stand above all days with 10 of 166."""


class Daily(Record):
    """How many articles of a day a search finds, and how many the same sources brought."""

    day: date
    count: int
    all: int


def all_days(index: Index, asked: Query, hits: Hits, field: DateField) -> dict[date, int]:
    """How many articles the same sources brought on each day (UTC), in order, for the hits of a
    search that counted by this date. Never fewer than hits, whatever is removed meanwhile."""
    found = index.search(asked.of_same_sources, size=0, days=field).days
    return {
        day: max(found.get(day, 0), hits.days.get(day, 0)) for day in sorted({*found, *hits.days})
    }


def daily(days: Mapping[date, int], of: Mapping[date, int]) -> Iterator[Daily]:
    """Each day on which the sources brought any, with the number of hits, perhaps none."""
    return (Daily(day=day, count=days.get(day, 0), all=number) for day, number in of.items())


def share(number: int, of: int) -> str:
    """A number of all in words: `10 of 166 (6.0 %)`, but `1 of 2`."""
    told = f"{number:,} of {of:,}"
    return f"{told} ({_percent(number / of)})" if of >= FEWEST else told


def _percent(part: float) -> str:
    # Rounded, a few of very many would be none, and all but a few would be all.
    if 0 < part < 0.001:
        return "under 0.1 %"
    return "over 99.9 %" if 0.999 < part < 1 else f"{part * 100:.1f} %"
