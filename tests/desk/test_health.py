"""What counts as wrong, for a monitoring system."""

from __future__ import annotations

from datetime import timedelta

from factories import NOON

from alert.channel_health import after_failed, after_taken, unknown
from alert.outcomes import Cause, Failed
from desk.health import judge

DEAD = Failed("no answer", Cause.CHANNEL)
LONGEST = timedelta(hours=1.5)
LONG_AGO = NOON - timedelta(hours=2)


def test_nothing_is_wrong_if_feeds_are_polled_and_a_channel_has_failed_once() -> None:
    well = after_taken(unknown("desk", NOON), NOON)
    once = after_failed(unknown("room", NOON), DEAD, NOON)
    assert judge(0, NOON - LONGEST, NOON, LONGEST, [well, once], []).wrong == ()
    assert judge(0, None, NOON, LONGEST, [], []).wrong == (), "its feeds are new"


def test_a_channel_is_wrong_from_the_failure_that_operators_hear_of() -> None:
    twice = after_failed(after_failed(unknown("room", NOON), DEAD, NOON), DEAD, NOON)
    gone = after_failed(unknown("hook", NOON), Failed("410", Cause.GONE), NOON)
    since = f"since {NOON:%Y-%m-%d %H:%M} UTC"
    assert judge(0, NOON, NOON, LONGEST, [twice, gone], []).wrong == (
        f"the channel “room” has been failing {since}: no answer",
        f"the channel “hook” has been gone {since}: 410",
    )


def test_late_polls_are_told_even_if_there_was_none_yet() -> None:
    for polled_at in (None, NOON):
        told = judge(5_000, polled_at, NOON, LONGEST, [], []).wrong
        assert told == ("5,000 of the feeds should have been polled 1.5 hours ago or earlier",)
    (told_of_one,) = judge(1, None, NOON, timedelta(hours=1), [], []).wrong
    assert told_of_one == "1 of the feeds should have been polled 1 hour ago or earlier"


def test_passes_that_record_no_poll_are_told_though_they_put_feeds_off() -> None:
    for late in (0, 7):
        told = judge(late, LONG_AGO, NOON, LONGEST, [], []).wrong
        assert told == (
            f"no feed was polled for 1.5 hours; last poll: {LONG_AGO:%Y-%m-%d %H:%M} UTC",
        )
