"""Moments in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desk.moments import ago, exactly

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(), "just now"),
        (timedelta(seconds=3), "just now"),
        (timedelta(seconds=-3), "now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=6, hours=23), "6 days ago"),
        (timedelta(days=7), "19 November"),
        (timedelta(days=365), "26 November 2025"),
        (timedelta(minutes=-5), "in 5 min"),
        (timedelta(days=-2), "in 2 days"),
        (timedelta(days=-40), "5 January 2027"),
    ],
)
def test_ago_says_how_long_ago(passed: timedelta, words: str) -> None:
    assert ago(NOW - passed, NOW) == words


def test_exactly_gives_date_time_and_zone() -> None:
    assert exactly(NOW) == "2026-11-26 12:00 UTC"
