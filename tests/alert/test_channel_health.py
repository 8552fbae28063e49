"""A channel's health: when it is let alone, and when operators hear of it."""

from __future__ import annotations

from datetime import timedelta

from factories import NOON

from alert.channel_health import after_failed, after_taken, news, unknown
from alert.outcomes import Cause, Failed
from alert.retries import FIRST_WAIT
from core.records import LONGEST_WAIT, ChannelState

DEAD = Failed("no answer", Cause.CHANNEL)


def test_operators_hear_of_the_second_failure_in_a_row() -> None:
    once = after_failed(unknown("desk", NOON), DEAD, NOON)
    assert news(once, NOON) is None
    again = after_failed(after_taken(once, NOON), DEAD, NOON)
    assert news(again, NOON) is None, "it took something in between"
    assert again.next_attempt_at == NOON + FIRST_WAIT
    told = news(after_failed(again, DEAD, NOON), NOON)
    assert told is not None
    assert told.state is ChannelState.FAILING


def test_operators_hear_of_a_state_once() -> None:
    well = after_taken(unknown("desk", NOON), NOON)
    assert news(well, NOON) is None, "a channel is well until it fails"
    failing = after_failed(after_failed(well, DEAD, NOON), DEAD, NOON)
    known = failing.model_copy(update={"told": ChannelState.FAILING})
    assert news(known, NOON) is None
    again = news(after_taken(known, NOON), NOON)
    assert again is not None
    assert (again.before, again.state) == (ChannelState.FAILING, ChannelState.OK)


def test_a_state_lasts_from_its_first_failure_or_its_first_success() -> None:
    at = [NOON + timedelta(hours=hour) for hour in range(6)]
    busy = Failed("busy", Cause.CHANNEL, timedelta(hours=2))
    failing = after_failed(after_failed(unknown("desk", at[0]), DEAD, at[1]), busy, at[2])
    assert (failing.since, failing.next_attempt_at, failing.reason) == (at[1], at[4], "busy")
    well = after_taken(after_taken(failing, at[4]), at[5])
    assert (well.since, well.reason, well.next_attempt_at) == (at[4], None, at[5])
    assert well.delivered_at == at[5]
    told = [news(failing.model_copy(update={"since": since}), at[5]) for since in at[:2]]
    assert len({one.key for one in told if one}) == 2, "each period is told"


def test_channel_that_is_gone_is_told_at_once_and_tried_now_and_then() -> None:
    gone = after_failed(unknown("hook", NOON), Failed("410", Cause.GONE), NOON)
    assert gone.next_attempt_at == NOON + LONGEST_WAIT
    told = news(gone, NOON)
    assert told is not None
    assert (told.state, told.reason) == (ChannelState.GONE, "410")
