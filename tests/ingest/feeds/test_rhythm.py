"""A feed's rhythm, learnt from what its polls bring."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from factories import item
from hypothesis import given
from hypothesis import strategies as st

from core.records import Gap, Rhythm
from ingest.feeds.rhythm import (
    LONGEST,
    UNKNOWN,
    fresh_items,
    learn,
    marked,
    marks_of,
    merged_marks,
    overdue_after,
    silence,
    stale_after,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def listed(*ages, offset=0):
    """Items published this long ago; None for one without a date."""
    return [
        item(offset + number, published=None if age is None else NOW - age)
        for number, age in enumerate(ages)
    ]


def seen_first(*ages):
    return learn(Rhythm(), listed(*ages), NOW)


def seconds(period):
    return pytest.approx(period.total_seconds(), rel=0.02)


def test_the_first_poll_learns_the_rhythm_of_its_items():
    rhythm = seen_first(*(HOUR * n for n in range(1, 22)))
    assert rhythm.newest_at == NOW - HOUR
    assert rhythm.gaps == seconds(timedelta(seconds=20))
    assert rhythm.interval == seconds(HOUR)
    assert rhythm.longest == HOUR.total_seconds()
    assert silence(rhythm, NOW) == HOUR


def test_old_intervals_fade():
    changed = seen_first(
        *(HOUR * n for n in range(100)), *(100 * HOUR + DAY * n for n in range(99))
    )
    assert changed.interval < 0.5 * DAY.total_seconds()


@pytest.mark.parametrize("ago", [100 * DAY, 20_000 * DAY])
def test_a_pinned_entry_does_not_affect_the_rhythm(ago):
    assert seen_first(*(HOUR * n for n in range(9)), ago).longest == HOUR.total_seconds()


def test_a_long_list_is_learnt_by_its_last_months():
    weekly = seen_first(*(7 * DAY * n for n in range(520)))
    assert weekly.interval == seconds(7 * DAY)
    assert 7 * DAY < stale_after(weekly) < 35 * DAY


def test_without_dates_the_time_first_seen_counts():
    rhythm = seen_first(None, None)
    assert (rhythm.newest_at, rhythm.gaps) == (NOW, 0)
    later = learn(rhythm, listed(None), NOW + HOUR)
    assert (later.newest_at, later.longest) == (NOW + HOUR, HOUR.total_seconds())


def test_a_date_in_the_future_is_ignored():
    rhythm = seen_first(-DAY, HOUR)
    assert rhythm.newest_at == NOW - HOUR
    assert learn(rhythm, listed(-900 * DAY), NOW).newest_at == NOW
    assert seen_first(-DAY).newest_at == NOW


def test_an_old_entry_listed_again_is_no_sign_of_life():
    rhythm = seen_first(HOUR)
    assert learn(rhythm, listed(9 * DAY), NOW) == rhythm
    # An entry listed late is one.
    assert learn(rhythm, listed(DAY), NOW).newest_at == NOW


def test_entries_count_in_the_order_of_their_times_however_they_are_listed():
    ages = [DAY * n for n in (3, 1, 4, 2, 0)]
    learnt = learn(seen_first(5 * DAY), listed(*ages, offset=9), NOW)
    assert learnt == learn(seen_first(5 * DAY), listed(*sorted(ages), offset=9), NOW)
    assert learnt.longest == seconds(DAY)


def test_an_empty_list_teaches_nothing():
    assert seen_first() == Rhythm()
    assert silence(Rhythm(), NOW) == timedelta()


def test_one_outage_does_not_make_the_next_seem_usual():
    rhythm = seen_first(*(HOUR * n for n in range(400)))
    before = stale_after(rhythm)
    after = learn(rhythm, listed(-90 * DAY), NOW + 90 * DAY)
    assert after.longest == before.total_seconds()


@pytest.mark.parametrize("silent", [0, 5])
def test_a_time_in_which_entries_came_unseen_is_no_silence(silent):
    rhythm = seen_first(*(HOUR * n for n in range(400)))
    seen = listed(*(-HOUR * n for n in range(50, 60)))
    gap = Gap(since=NOW + HOUR * silent, until=NOW + 50 * HOUR, missed=49 - silent)
    after = learn(rhythm, seen, NOW + 60 * HOUR, gap)
    assert after.newest_at == NOW + 59 * HOUR
    assert after.longest == pytest.approx(max(1, silent) * 3_600, rel=0.01)


def test_a_feed_with_few_entries_is_given_much_time():
    few = seen_first(HOUR, 2 * HOUR, 3 * HOUR)
    assert stale_after(few) == UNKNOWN
    assert overdue_after(few) == 7 * DAY


def test_a_long_weekend_is_allowed_before_the_first_is_seen():
    day_old = seen_first(*(HOUR * n for n in range(24)))
    assert stale_after(day_old) == 4 * DAY
    assert overdue_after(day_old) == DAY
    week_old = seen_first(*(HOUR * n for n in range(240)))
    assert stale_after(week_old) == DAY


def test_a_better_known_rhythm_allows_less_silence():
    short, long = (Rhythm(gaps=n, span=n * 1e5, longest=1e6) for n in (10, 1_000))
    assert stale_after(short).total_seconds() == seconds(timedelta(seconds=3e6))
    assert stale_after(long).total_seconds() == seconds(timedelta(seconds=1.667e6))


def test_a_workday_feed_is_not_stale_on_a_monday():
    monday = datetime(2026, 3, 2, 8, tzinfo=UTC)
    hours = [
        monday - HOUR * n
        for n in range(1, 24 * 21)
        if (monday - HOUR * n).weekday() < 5 and 8 <= (monday - HOUR * n).hour < 18
    ]
    items = [item(number, published=moment) for number, moment in enumerate(hours)]
    rhythm = learn(Rhythm(), items, monday)
    assert silence(rhythm, monday) > 2 * DAY
    assert silence(rhythm, monday) < stale_after(rhythm) < 6 * DAY
    assert overdue_after(rhythm) == timedelta(seconds=rhythm.longest) > 2 * DAY


@pytest.mark.parametrize("again", [1, 20])
def test_entries_not_listed_by_the_last_poll_are_fresh(again):
    items = listed(*(HOUR * n for n in range(20)))
    marks = marks_of(items)
    assert marked(marks) == 20
    redated = [one.model_copy(update={"published": NOW}) for one in items[:again]]
    assert fresh_items(marks, redated) == []
    new = item(999)
    assert fresh_items(marks, [*redated, new]) == [new]
    assert fresh_items(None, items) == items
    assert marked(merged_marks(marks, fresh_items(marks, [*items, new]))) == 21


def test_marks_stay_small_and_keep_the_newest_items():
    dated = listed(*(HOUR * n for n in range(10_000)))
    shuffled = random.Random(1).sample(dated, len(dated))
    marks = marks_of(shuffled)
    assert len(marks) == 1_500
    assert fresh_items(marks, dated[:500]) == []
    undated = listed(*[None] * 10_000)
    assert fresh_items(marks_of(undated), undated[:500]) == []


@given(
    st.lists(st.lists(st.none() | st.timedeltas(-4000 * DAY, 9000 * DAY), max_size=20), max_size=6)
)
def test_any_list_leaves_a_rhythm_within_bounds(polls):
    rhythm = Rhythm()
    for number, ages in enumerate(polls):
        rhythm = learn(rhythm, listed(*ages, offset=number * 100), NOW + number * HOUR)
        assert rhythm.newest_at is None or rhythm.newest_at <= NOW + number * HOUR
        assert 0 <= rhythm.longest <= LONGEST.total_seconds()
        assert rhythm.longest <= rhythm.span + 1e-6
        assert rhythm.interval is None or rhythm.interval <= LONGEST.total_seconds()
        assert DAY <= overdue_after(rhythm) <= LONGEST
        assert DAY <= stale_after(rhythm) <= LONGEST
