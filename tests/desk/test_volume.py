"""The bars of a chart over time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.query import parse
from desk.volume import (
    MAX_BARS,
    Bar,
    Chart,
    Column,
    Counted,
    Period,
    Row,
    bars,
    columns,
    highest,
    joint,
    period,
)
from wirewatch.presentation.shares import FEWEST

TODAY = date(2026, 11, 27)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def bars_of(
    days: dict[date, int], today: date, asked: Period, all_days: dict[date, int] | None = None
) -> list[Bar]:
    """The bars of a search alone."""
    (found,) = bars([Counted(days, all_days)], today, asked)
    return found


def drawn(*several: list[Bar]) -> list[list[Column]]:
    """The bars of searches, as drawn in one chart."""
    most = highest(bar for found in several for bar in found)
    return [columns(found, most) for found in several]


def chart_of_shares(*several: list[Bar]) -> Chart:
    """The chart of searches, whose bars are shares."""
    rows = [Row(str(at), "", each) for at, each in enumerate(drawn(*several))]
    return Chart(rows, is_share=True, has_shares=True)


def test_each_day_up_to_today_has_a_bar_even_if_empty() -> None:
    found = bars_of({TODAY - timedelta(days=2): 3, TODAY - timedelta(days=1): 1}, TODAY, Period())
    assert [bar.number for bar in found] == [3, 1, 0]
    assert [bar.says for bar in found] == ["2026-11-25", "2026-11-26", "2026-11-27"]


def test_whole_period_is_shown_even_if_it_begins_empty() -> None:
    found = bars_of({TODAY: 3}, TODAY, Period(date(2026, 11, 20)))
    assert (len(found), found[0].start, found[-1]) == (8, date(2026, 11, 20), Bar(TODAY, TODAY, 3))


@pytest.mark.parametrize(
    ("length", "words"),
    [(1, "day"), (MAX_BARS, "day"), (MAX_BARS + 1, "7 days"), (7 * MAX_BARS + 1, "14 days")],
)
def test_bars_are_of_as_few_days_as_fit_the_chart(length: int, words: str) -> None:
    found = bars_of({TODAY: 1}, TODAY, Period(TODAY - timedelta(days=length - 1)))
    assert chart_of_shares(found).span == words


def test_a_share_is_of_the_fewest_articles_that_say_something() -> None:
    assert Bar(TODAY, TODAY, 3, FEWEST).size == 3 / FEWEST
    assert Bar(TODAY, TODAY, 3, FEWEST - 1).size is None


def test_past_period_ends_where_it_was_asked_to() -> None:
    autumn = Period(date(2026, 9, 1), date(2026, 9, 28))
    found = bars_of({date(2026, 9, 7): 3}, TODAY, autumn)
    assert (len(found), found[0].start, found[-1].end) == (28, *autumn)
    year = Period(date(2025, 1, 1), date(2025, 12, 31))
    found = bars_of({date(2025, 9, 7): 3}, TODAY, year)
    assert (len(found), found[0].start, found[-1].end) == (53, *year)
    assert bars_of({TODAY: 3}, TODAY, Period(date.min, date.max))[-1].end == TODAY
    late = bars_of({date(2026, 9, 7): 3, date(2026, 10, 2): 1}, TODAY, autumn)
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
    found = bars_of({TODAY - timedelta(days=100): 1, TODAY: 2}, TODAY, Period())
    assert found[-1] == Bar(TODAY - timedelta(days=6), TODAY, 2)
    assert found[-1].says == "2026-11-21 to 2026-11-27"
    first, *others = bars_of({date(1999, 1, 1): 1}, TODAY, Period())
    assert first.start == date(1999, 1, 1)
    assert {(bar.end - bar.start).days + 1 for bar in others} == {111}


def test_single_day_is_a_bar_that_is_not_drawn() -> None:
    assert bars_of({}, TODAY, Period()) == []
    assert bars_of({TODAY: 5}, TODAY, Period()) == [Bar(TODAY, TODAY, 5)]
    for days, is_drawn in (({}, False), ({TODAY: 5}, False), (last_days(1, 0), True)):
        assert chart_of_shares(bars_of(days, TODAY, Period())).is_drawn is is_drawn


def last_days(*numbers: int) -> dict[date, int]:
    """Numbers of the days up to today."""
    return {TODAY - timedelta(days=ago): one for ago, one in enumerate(reversed(numbers))}


def test_shares_and_not_numbers_are_the_heights_of_a_chart_of_shares() -> None:
    found = bars_of(last_days(7, 10, 0), TODAY, Period(), last_days(72, 166, 90))
    assert [bar.told for bar in found] == [
        "7 of 72 (9.7 %)",
        "10 of 166 (6.0 %)",
        "0 of 90 (0.0 %)",
    ]
    chart = chart_of_shares(found)
    (row,) = chart.rows
    assert [one.height for one in row.columns] == [1, pytest.approx(10 / 166 / (7 / 72)), 0]
    assert (chart.span, chart.most, row.whole.told) == ("day", found[0], "17 of 328 (5.2 %)")
    assert (row.whole.start, row.whole.end) == (TODAY - timedelta(days=2), TODAY)
    assert not chart.lacks_some
    (numbers,) = drawn(bars_of(last_days(7, 10, 0), TODAY, Period()))
    assert [(one.height, one.bar.told) for one in numbers] == [(0.7, "7"), (1, "10"), (0, "0")]


def test_a_day_with_one_of_two_articles_does_not_tower_over_others() -> None:
    found = bars_of(last_days(1, 3, 2, 0), TODAY, Period(), last_days(2, 100, 100, 0))
    chart = chart_of_shares(found)
    assert [one.height for one in chart.rows[0].columns] == [None, 1, pytest.approx(2 / 3), None]
    assert found[0].told == "1 of 2"
    assert chart.most == found[1]
    assert chart.lacks_some
    quiet = bars_of(last_days(3, 0, 2), TODAY, Period(), last_days(100, 0, 100))
    assert not chart_of_shares(quiet).lacks_some, "there was nothing to draw"


def test_bars_of_shares_are_as_long_as_it_takes_for_most_to_have_enough_articles() -> None:
    days, all_days = last_days(*[1] * 60), last_days(*[5] * 60)
    found = bars_of(days, TODAY, Period(), all_days)
    assert {(bar.end - bar.start).days + 1 for bar in found[1:]} == {7}
    assert [bar.told for bar in found[:2]] == ["4 of 20", "7 of 35 (20.0 %)"]
    assert len(bars_of(days, TODAY, Period())) == 60
    month = bars_of(last_days(*[1] * 31), TODAY, Period(), last_days(*[4] * 31))
    assert [bar.told for bar in month] == ["3 of 12", "14 of 56 (25.0 %)", "14 of 56 (25.0 %)"]
    few = bars_of(days, TODAY, Period(), last_days(*[1] * 60))
    assert len(few) == 60, "no length is enough, so that of numbers is as good"
    assert all(one.height is None for one in columns(few, highest(few)))
    hits_apart = bars_of(last_days(1, 0, 0), TODAY, Period(), last_days(1, FEWEST, FEWEST))
    assert not any(bar.size for bar in hits_apart), "what would be drawn shows no hit"


def test_articles_outside_of_the_chart_are_not_among_all() -> None:
    wide = {TODAY - timedelta(days=ago): 50 for ago in range(-3, 400)}
    found = bars_of(last_days(1, 2), TODAY, Period(), wide)
    assert [bar.of for bar in found] == [50, 50]


def test_searches_that_are_compared_have_bars_of_the_same_days_on_one_scale() -> None:
    early, late = {TODAY - timedelta(days=3): 8}, {TODAY - timedelta(days=1): 2}
    several = bars([Counted(early), Counted(late), Counted({})], TODAY, Period())
    assert [[bar.number for bar in found] for found in several] == [
        [8, 0, 0, 0],
        [0, 0, 2, 0],
        [0, 0, 0, 0],
    ]
    assert len({tuple((bar.start, bar.end) for bar in found) for found in several}) == 1
    assert [[one.height for one in found] for found in drawn(*several)] == [
        [1, 0, 0, 0],
        [0, 0, 0.25, 0],
        [0, 0, 0, 0],
    ]
    by_time = chart_of_shares(*several).by_time
    assert [[one.bar.number for one in side_by_side] for side_by_side in by_time] == [
        [8, 0, 0],
        [0, 2, 0],
    ]
    assert bars([Counted({}), Counted({})], TODAY, Period()) == [[], []]


def test_bars_of_shares_that_are_compared_are_long_enough_for_each_search() -> None:
    many = Counted(last_days(*[1] * 60), last_days(*[40] * 60))
    few = Counted(last_days(*[1] * 60), last_days(*[5] * 60))
    for several, days in (([many], 1), ([many, few], 7)):
        for found in bars(several, TODAY, Period()):
            assert (found[-1].end - found[-1].start).days + 1 == days
    hardly_any = Counted(last_days(*[1] * 60), last_days(*[1] * 60))
    assert len(bars([hardly_any, few], TODAY, Period())[0]) == 9, "not for all, but for one"
    nothing = [Counted({}, last_days(*[5] * 60)), Counted({}, {})]
    assert len(bars([many, *nothing], TODAY, Period())[0]) == 60, "without hits, it has no say"


def test_period_of_several_searches_is_that_of_all() -> None:
    day = [date(2026, 9, number) for number in range(1, 5)]
    assert joint([Period(day[1], day[2]), Period(day[0], day[1])]) == Period(day[0], day[2])
    assert joint([Period(day[0], None), Period(None, day[1])]) == Period()


@given(
    st.dictionaries(st.integers(-800, 3).map(lambda n: TODAY + timedelta(n)), st.integers(1, 9)),
    st.sampled_from([None, 1, 7, 30]),
)
def test_bars_are_contiguous_and_count_every_article(
    days: dict[date, int], asked: int | None
) -> None:
    start = None if asked is None else min(TODAY - timedelta(asked), *days, TODAY)
    found = bars_of(days, TODAY, Period(start))
    if not found:
        return
    assert len(found) <= MAX_BARS
    assert sum(bar.number for bar in found) == sum(days.values())
    for one, following in pairwise(found):
        assert following.start - one.end == timedelta(days=1)
    for bar in found:
        of_its_days = [number for day, number in days.items() if bar.start <= day <= bar.end]
        assert bar.number == sum(of_its_days)
