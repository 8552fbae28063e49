"""What counts as wrong, for a monitoring system."""

from __future__ import annotations

from factories import NOON

from alert.channel_health import after_failed, after_taken, unknown
from alert.outcomes import Cause, Failed
from desk.health import judge

DEAD = Failed("no answer", Cause.CHANNEL)


def test_nothing_is_wrong_if_feeds_are_polled_and_a_channel_has_failed_once() -> None:
    well = after_taken(unknown("desk", NOON), NOON)
    once = after_failed(unknown("room", NOON), DEAD, NOON)
    assert judge(0, 3.0, NOON, [well, once], []).wrong == ()


def test_a_channel_is_wrong_from_the_failure_that_operators_hear_of() -> None:
    twice = after_failed(after_failed(unknown("room", NOON), DEAD, NOON), DEAD, NOON)
    gone = after_failed(unknown("hook", NOON), Failed("410", Cause.GONE), NOON)
    since = f"since {NOON:%Y-%m-%d %H:%M} UTC"
    assert judge(0, 3.0, NOON, [twice, gone], []).wrong == (
        f"the channel “room” is failing {since}: no answer",
        f"the channel “hook” is gone {since}: 410",
    )


def test_late_polls_are_told_with_the_last_even_if_there_was_none() -> None:
    (why,) = judge(5_000, 1.5, None, [], []).wrong
    assert why == (
        "5,000 of the feeds should have been polled 1.5 hours ago or earlier; last poll: never"
    )
