"""When a feed is polled next: never more often than allowed, never starved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polls import new_feed

from core.records import FeedState, Hints, Rhythm, content_id
from core.settings import Settings
from ingest.feeds.schedule import (
    LONGEST_SKIP,
    SLOWEST,
    RequestedDelays,
    next_poll_at,
    requested_delays,
)
from ingest.web.answers import Answer

NOW = datetime(2026, 3, 4, 12, 20, tzinfo=UTC)  # a Wednesday
SETTINGS = Settings(home=Path("home"))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY = timedelta(seconds=SETTINGS.poll_every)
LIMIT = SLOWEST - LONGEST_SKIP

a_feed = partial(new_feed, "https://example.com/rss", NOW, state=FeedState.OK)


def with_rhythm(
    interval, *, listed=20, longest=None, silent=timedelta(), etag=b"x", denied_at=None
):
    """A feed with one entry per interval."""
    seconds = interval.total_seconds()
    rhythm = Rhythm(
        gaps=20,
        span=20 * seconds,
        longest=longest.total_seconds() if longest else seconds,
        newest_at=NOW - silent,
    )
    return a_feed(rhythm=rhythm, marks=b"abc" * listed, etag=etag, denied_at=denied_at)


def waits(feed, asked=None, settings=SETTINGS):
    return next_poll_at(feed, asked or RequestedDelays(), NOW, settings) - NOW


def is_about(wait, expected):
    """Within the spread that keeps feeds apart."""
    return expected * 0.97 <= wait <= expected * 1.03


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        (a_feed(), EVERY),
        (with_rhythm(2 * HOUR), EVERY),
        (with_rhythm(16 * HOUR), 2 * HOUR),
        (with_rhythm(16 * HOUR, etag=None), 8 * HOUR),  # each poll costs the whole body
        # A server that has said "not modified" can say it again.
        (with_rhythm(16 * HOUR, etag=None, denied_at=NOW), 2 * HOUR),
        (with_rhythm(30 * DAY), 24 * EVERY),
        (with_rhythm(30 * DAY, etag=None), 24 * EVERY),
        # 20 entries at 2 minutes last for 40: half of that, and nothing falls off the list.
        (with_rhythm(2 * MINUTE), 20 * MINUTE),
        (with_rhythm(2 * MINUTE, listed=200), EVERY),
        (with_rhythm(MINUTE / 10), timedelta(seconds=SETTINGS.poll_min)),
        (with_rhythm(2 * MINUTE, listed=0), EVERY),
        # A usual night, and an unprecedented silence.
        (with_rhythm(HOUR, longest=12 * HOUR, silent=12 * HOUR), EVERY),
        (with_rhythm(HOUR, longest=12 * HOUR, silent=44 * HOUR), 4 * HOUR),
    ],
)
def test_a_feed_without_requests_is_polled_by_its_rhythm(feed, expected):
    assert is_about(waits(feed), expected)


@pytest.mark.parametrize(
    ("asked", "hints", "expected"),
    [
        (RequestedDelays(fresh_for=2 * HOUR), Hints(), 2 * HOUR),
        (RequestedDelays(fresh_for=MINUTE), Hints(), EVERY),
        (RequestedDelays(fresh_for=90 * DAY), Hints(), DAY),
        (RequestedDelays(), Hints(every=7200), 2 * HOUR),
        (RequestedDelays(), Hints(every=60), EVERY),
        (RequestedDelays(), Hints(every=365 * 86_400), DAY),
        (RequestedDelays(fresh_for=3 * HOUR), Hints(every=7200), 3 * HOUR),
        (RequestedDelays(retry_after=5 * HOUR, fresh_for=3 * HOUR), Hints(every=7200), 5 * HOUR),
        (RequestedDelays(retry_after=3 * DAY), Hints(), 3 * DAY),
        (RequestedDelays(retry_after=300 * DAY), Hints(), SLOWEST),
        (RequestedDelays(retry_after=timedelta()), Hints(), EVERY),
    ],
)
def test_the_longest_requested_delay_applies_within_our_limits(asked, hints, expected):
    assert is_about(waits(a_feed(hints=hints), asked), expected)


def test_a_busy_feed_asking_for_a_longer_delay_gets_it():
    assert waits(with_rhythm(MINUTE), RequestedDelays(fresh_for=HOUR)) >= HOUR


@pytest.mark.parametrize("status", [200, 226, 304, 429, 503])
def test_retry_after_is_honoured_on_every_answer(status):
    said = Answer("https://a.example/", status, (("Retry-After", "9000"),), b"")
    feed = a_feed(failures=1 if status > 400 else 0)
    assert is_about(waits(feed, requested_delays(said, NOW)), timedelta(seconds=9000))


@pytest.mark.parametrize(
    ("skip", "expected"),
    [
        (Hints(skip_hours=frozenset({13})), (4, 14)),
        (Hints(skip_hours=frozenset(range(24)) - {3}), (5, 3)),
        (Hints(skip_days=frozenset({2})), (5, 0)),
        (Hints(skip_days=frozenset(range(7)) - {1}), (10, 0)),
        (Hints(skip_days=frozenset({2}), skip_hours=frozenset(range(9))), (5, 9)),
    ],
)
def test_hours_and_days_to_skip_are_skipped(skip, expected):
    moment = next_poll_at(a_feed(hints=skip), RequestedDelays(), NOW, SETTINGS)
    assert (moment.day, moment.hour) == expected


def test_repeated_failures_lengthen_the_wait_up_to_a_month():
    kept = [waits(a_feed(state=FeedState.FAILING, failures=number)) for number in range(1, 40)]
    assert is_about(kept[0], EVERY)
    assert is_about(kept[2], EVERY * 4)
    assert kept == sorted(kept)
    assert is_about(kept[9], DAY)  # polled daily for a week, since our own network may be at fault
    assert is_about(kept[-1], SLOWEST)
    assert max(kept) <= SLOWEST


def test_a_short_retry_after_does_not_shorten_the_wait_after_failures():
    impatient = RequestedDelays(retry_after=timedelta())
    assert is_about(waits(a_feed(failures=3), impatient), EVERY * 4)
    restless = SETTINGS.model_copy(update={"poll_every": 0.0})
    assert waits(a_feed(failures=3), impatient, restless) >= timedelta(seconds=600)


def test_a_gone_feed_is_polled_after_a_day_and_then_ever_less_often():
    kept = [waits(a_feed(state=FeedState.GONE, failures=number)) for number in range(1, 6)]
    assert is_about(kept[0], DAY)
    assert is_about(kept[1], 4 * DAY)
    assert is_about(kept[-1], SLOWEST)


def test_feeds_added_together_are_spread_out():
    feeds = [a_feed(id=content_id(str(number))) for number in range(20)]
    assert len({waits(feed) for feed in feeds}) == 20
    slow = [feed.model_copy(update={"rhythm": Rhythm(newest_at=NOW - 90 * DAY)}) for feed in feeds]
    capped = SETTINGS.model_copy(update={"poll_max": 7200.0})
    assert len({waits(feed, settings=capped) for feed in slow}) == 20


PERIODS = st.none() | st.timedeltas(timedelta(), 3000 * DAY)
HINTS = st.builds(
    Hints,
    every=st.none() | st.floats(0, 10**9),
    skip_hours=st.frozensets(st.integers(0, 23), max_size=23),
    skip_days=st.frozensets(st.integers(0, 6), max_size=6),
)
RHYTHMS = st.builds(
    Rhythm,
    gaps=st.floats(0, 10**5),
    span=st.floats(0, 10**8),
    longest=st.floats(0, 10**7),
    newest_at=st.none() | st.timedeltas(-DAY, 4000 * DAY).map(lambda ago: NOW - ago),
)
FEEDS = st.builds(
    a_feed,
    state=st.sampled_from(FeedState),
    failures=st.just(0) | st.integers(0, 100_000),
    hints=HINTS,
    rhythm=RHYTHMS,
    marks=st.binary(max_size=60),
    etag=st.none() | st.just(b"x"),
)
MOMENTS = st.timedeltas(-9000 * DAY, 9000 * DAY).map(lambda far: NOW + far)
LIMITS = st.fixed_dictionaries(
    {
        "poll_every": st.floats(0, 10**7),
        "poll_min": st.floats(0, 10**7),
        "poll_max": st.floats(0, 10**7),
    }
).map(lambda limits: SETTINGS.model_copy(update=limits))


@given(FEEDS, st.builds(RequestedDelays, PERIODS, PERIODS), MOMENTS, LIMITS)
def test_no_feed_is_polled_too_often_or_starved(feed, asked, now, settings):
    wait = next_poll_at(feed, asked, now, settings) - now
    assert wait <= SLOWEST
    limit = LIMIT if feed.hints.skip_hours or feed.hints.skip_days else SLOWEST
    assert wait >= min(limit, timedelta(seconds=settings.poll_min))
    assert wait >= min(limit, asked.retry_after or timedelta())
    if not feed.failures:
        poll_max = timedelta(seconds=settings.poll_max)
        assert wait >= min(limit, poll_max, asked.fresh_for or timedelta())
        longest = max(poll_max, timedelta(seconds=settings.poll_min))
        skip = LONGEST_SKIP if limit == LIMIT else timedelta()
        assert wait <= max(longest, asked.retry_after or timedelta()) + skip


@given(FEEDS, st.builds(RequestedDelays, PERIODS, PERIODS), MOMENTS)
def test_skipped_hours_and_days_are_never_polled(feed, asked, now):
    moment = next_poll_at(feed, asked, now, SETTINGS)
    hints = feed.hints
    assert moment.hour not in hints.skip_hours
    assert moment.weekday() not in hints.skip_days
