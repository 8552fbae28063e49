"""Rates: how often a rule may alert."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from factories import NOON
from hypothesis import given
from hypothesis import strategies as st

from alert.rates import Rate, parse_rate


@pytest.mark.parametrize(
    ("text", "most", "period"),
    [
        ("10/day", 10, timedelta(days=1)),
        (" 3 / hour ", 3, timedelta(hours=1)),
        ("1/week", 1, timedelta(weeks=1)),
    ],
)
def test_rate_is_read_and_written(text: str, most: int, period: timedelta) -> None:
    rate = Rate(most, period)
    assert parse_rate(text) == parse_rate(str(rate)) == rate


@pytest.mark.parametrize(
    "text", ["", "10", "day", "0/day", "-1/day", "1.5/day", "10/month", "10 day"]
)
def test_invalid_rate_is_none(text: str) -> None:
    assert parse_rate(text) is None


@given(hours=st.lists(st.integers(0, 100), max_size=60), most=st.integers(1, 10))
def test_no_period_has_more_alerts_than_the_rate(hours: list[int], most: int) -> None:
    rate = Rate(most, timedelta(days=1))
    sent: list[datetime] = []
    for hour in sorted(hours):
        now = NOON + timedelta(hours=hour)
        if rate.free(sent, now):
            sent.append(now)
    for moment in sent:
        assert sum(moment - rate.period < one <= moment for one in sent) <= most


@given(hours=st.lists(st.integers(0, 20), min_size=3, max_size=9))
def test_the_next_may_be_sent_no_sooner_than_it_is_free(hours: list[int]) -> None:
    rate = Rate(3, timedelta(days=1))
    sent = [NOON + timedelta(hours=hour) for hour in hours]
    free_at = rate.free_at(sent)
    assert rate.free(sent, free_at) > 0
    assert rate.free(sent, free_at - timedelta(microseconds=1)) == 0


def test_alerts_dated_far_ahead_by_a_wrong_clock_do_not_count() -> None:
    rate, later = Rate(1, timedelta(days=1)), timedelta(seconds=5)
    assert rate.free([NOON + timedelta(days=3650)], NOON) == 1
    assert rate.free([NOON + later], NOON) == 0


def test_none_is_free_if_the_rate_was_higher_before() -> None:
    assert Rate(1, timedelta(days=1)).free([NOON] * 3, NOON) == 0
