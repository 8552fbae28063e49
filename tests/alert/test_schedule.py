"""When a digest is due: once on each day of its reader's calendar, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alert.schedule import DAYS, Schedule, latest_due, next_due

ZONES = (
    *("UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"),
    *("Africa/Casablanca", "Asia/Tehran", "Pacific/Apia", "America/Nuuk", "Asia/Kathmandu"),
)

schedules = st.builds(
    Schedule,
    days=st.sampled_from(list(DAYS.values())),
    at=st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59])),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
moments = st.builds(
    lambda hours: datetime(2009, 1, 1, tzinfo=UTC) + timedelta(hours=hours),
    st.floats(0, 19 * 365 * 24),
)


@given(schedules, moments)
def test_latest_and_next_due_times_are_adjacent(schedule, now):
    before, after = latest_due(schedule, now), next_due(schedule, now)
    assert before <= now < after
    assert next_due(schedule, before) == after
    assert latest_due(schedule, after) == after
    assert latest_due(schedule, after - timedelta(microseconds=1)) == before


@given(
    st.sampled_from(ZONES).map(ZoneInfo),
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    st.dates(date(2009, 1, 10), date(2027, 6, 1)),
)
def test_each_day_has_exactly_one_due_time(zone, at, first):
    schedule = Schedule(DAYS["day"], at, zone)
    start = datetime.combine(first, time(0), zone).astimezone(UTC)
    end = datetime.combine(first + timedelta(days=120), time(0), zone).astimezone(UTC)
    midnight = Schedule(DAYS["day"], time(0), zone)
    days = dues = 0
    moment = start - timedelta(microseconds=1)
    while (moment := next_due(midnight, moment)) < end:
        days += 1
    moment = latest_due(schedule, start - timedelta(microseconds=1))
    while (moment := next_due(schedule, moment)) < end:
        dues += 1
        local = moment.astimezone(zone)
        # If the clocks skip the due time, it is later by the time skipped.
        late = local.replace(tzinfo=None) - datetime.combine(local.date(), at)
        assert timedelta() <= late <= timedelta(hours=1) or late == timedelta(hours=-23)
    assert dues == days


@pytest.mark.parametrize(
    ("zone", "at", "now", "due"),
    [
        ("Europe/Paris", "07:30", "2026-07-01T06:00", "2026-07-01T05:30"),
        ("Europe/Paris", "07:30", "2026-07-01T05:29", "2026-06-30T05:30"),
        # 02:30 does not exist on the first day and occurs twice on the second.
        ("Europe/Paris", "02:30", "2026-03-29T12:00", "2026-03-29T01:30"),
        ("Europe/Paris", "02:30", "2026-10-25T12:00", "2026-10-25T00:30"),
        # Samoa had no 30 December in 2011.
        ("Pacific/Apia", "07:30", "2011-12-30T12:00", "2011-12-29T17:30"),
        ("Pacific/Apia", "07:30", "2011-12-30T18:00", "2011-12-30T17:30"),
    ],
)
def test_latest_due_time_around_clock_changes(zone, at, now, due):
    schedule = Schedule(DAYS["day"], time.fromisoformat(at), ZoneInfo(zone))
    assert latest_due(schedule, _utc(now)) == _utc(due)


@pytest.mark.parametrize(
    ("every", "latest", "following", "said"),
    [
        ("day", "2026-03-08T07:30", "2026-03-09T07:30", "every day at 07:30 (UTC)"),
        ("weekday", "2026-03-06T07:30", "2026-03-09T07:30", "every weekday at 07:30 (UTC)"),
        ("monday", "2026-03-02T07:30", "2026-03-09T07:30", "every Monday at 07:30 (UTC)"),
        ("saturday", "2026-03-07T07:30", "2026-03-14T07:30", "every Saturday at 07:30 (UTC)"),
    ],
)
def test_digest_is_due_on_its_days_and_names_them(every, latest, following, said):
    schedule = Schedule(DAYS[every], time(7, 30), ZoneInfo("UTC"))
    sunday = _utc("2026-03-08T12:00")
    assert latest_due(schedule, sunday) == _utc(latest)
    assert next_due(schedule, sunday) == _utc(following)
    assert str(schedule) == said


def _utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
