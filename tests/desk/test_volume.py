"""The bars of a chart over time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.query import parse
from desk.volume import MAX_BARS, Bar, Period, bars, period

TODAY = date(2026, 11, 27)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def test_each_day_up_to_today_has_a_bar_even_if_empty() -> None:
    found = bars({TODAY - timedelta(days=2): 3, TODAY - timedelta(days=1): 1}, TODAY, Period())
    assert [bar.number for bar in found] == [3, 1, 0]
    assert [bar.says for bar in found] == ["2026-11-25", "2026-11-26", "2026-11-27"]


def test_whole_period_is_shown_even_if_it_begins_empty() -> None:
    found = bars({TODAY: 3}, TODAY, Period(date(2026, 11, 20)))
    assert (len(found), found[0].start, found[-1]) == (8, date(2026, 11, 20), Bar(TODAY, TODAY, 3))


def test_past_period_ends_where_it_was_asked_to() -> None:
    autumn = Period(date(2026, 9, 1), date(2026, 9, 28))
    found = bars({date(2026, 9, 7): 3}, TODAY, autumn)
    assert (len(found), found[0].start, found[-1].end) == (28, *autumn)
    year = Period(date(2025, 1, 1), date(2025, 12, 31))
    found = bars({date(2025, 9, 7): 3}, TODAY, year)
    assert (len(found), found[0].start, found[-1].end) == (53, *year)
    assert bars({TODAY: 3}, TODAY, Period(date.min, date.max))[-1].end == TODAY
    late = bars({date(2026, 9, 7): 3, date(2026, 10, 2): 1}, TODAY, autumn)
    assert (late[0].start, late[-1].end) == (autumn.start, date(2026, 10, 2))


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("spyware", Period()),
        ("spyware first_seen:2026-09", Period(date(2026, 9, 1), date(2026, 9, 30))),
        ("first_seen:>=now-7d", Period(date(2026, 11, 20))),
        (
            "first_seen:[2026-09-01 TO 2026-09-28] (a OR first_seen:<2026-09-07)",
            Period(date(2026, 9, 1), date(2026, 9, 28)),
        ),
        (
            "first_seen:2026 AND (a AND first_seen:<2026-09-28)",
            Period(date(2026, 1, 1), date(2026, 9, 27)),
        ),
        ("spyware published:2026-09", Period(None, date(2026, 9, 30))),
        ("published:2026-09 OR NOT first_seen:2026-09", Period()),
    ],
)
def test_period_is_that_of_the_search(query: str, asked: Period) -> None:
    assert period(parse(query).at(NOON).condition, "first_seen") == asked


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("spyware published:2026-09", Period(date(2026, 9, 1), date(2026, 9, 30))),
        ("spyware first_seen:2026-09", Period(None, date(2026, 9, 30))),
        ("published:>=2026-09 first_seen:>=now-7d", Period(date(2026, 9, 1))),
    ],
)
def test_period_of_publication_is_that_of_the_search(query: str, asked: Period) -> None:
    assert period(parse(query).at(NOON).condition, "published") == asked


def test_long_period_has_bars_of_a_week_or_more() -> None:
    found = bars({TODAY - timedelta(days=100): 1, TODAY: 2}, TODAY, Period())
    assert found[-1] == Bar(TODAY - timedelta(days=6), TODAY, 2)
    assert found[-1].says == "2026-11-21 to 2026-11-27"
    first, *others = bars({date(1999, 1, 1): 1}, TODAY, Period())
    assert first.start == date(1999, 1, 1)
    assert {(bar.end - bar.start).days + 1 for bar in others} == {111}


def test_single_day_has_no_bars() -> None:
    assert bars({}, TODAY, Period()) == []
    assert bars({TODAY: 5}, TODAY, Period()) == []


@given(
    st.dictionaries(st.integers(-800, 3).map(lambda n: TODAY + timedelta(n)), st.integers(1, 9)),
    st.sampled_from([None, 1, 7, 30]),
)
def test_bars_are_contiguous_and_count_every_article(
    days: dict[date, int], asked: int | None
) -> None:
    start = None if asked is None else min(TODAY - timedelta(asked), *days, TODAY)
    found = bars(days, TODAY, Period(start))
    if not found:
        return
    assert len(found) <= MAX_BARS
    assert sum(bar.number for bar in found) == sum(days.values())
    for one, following in pairwise(found):
        assert following.start - one.end == timedelta(days=1)
    for bar in found:
        of_its_days = [number for day, number in days.items() if bar.start <= day <= bar.end]
        assert bar.number == sum(of_its_days)
