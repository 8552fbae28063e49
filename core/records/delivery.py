"""Digests and news of channels and rules, which are delivered besides alerts, and the health of
channels."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from core.records.base import Record, UtcTime
from core.records.stories import Alert

LONGEST_WAIT = timedelta(hours=6)
"""The longest that a channel, or a message that it did not accept, waits for the next try."""


class ChannelState(StrEnum):
    """How a channel is doing; `gone` if its receiver says that it is gone for good."""

    OK = "ok"
    FAILING = "failing"
    GONE = "gone"


class ChannelHealth(Record):
    """How a channel is doing, since when and why.

    `attempts` counts failed tries in a row, `told` is the state that operators last heard of.
    Nothing goes to the channel before `next_attempt_at`. `delivered_at` is when it last took
    something.
    """

    name: str
    state: ChannelState = ChannelState.OK
    since: UtcTime
    attempts: int = 0
    next_attempt_at: UtcTime
    reason: str | None = None
    told: ChannelState = ChannelState.OK
    delivered_at: UtcTime | None = None


class ChannelNews(Record):
    """A channel's state has changed, for operators to know."""

    key: str
    channel: str
    before: ChannelState
    state: ChannelState
    since: UtcTime
    reason: str | None = None
    created_at: UtcTime


class RulesNews(Record):
    """What is wrong in `rules.toml` has changed, for operators to know.

    `mistakes` are what cannot be used now, and `unmatchable` the rules that ask for what does not
    exist, all in words; both are empty if everything is right again.
    """

    key: str
    mistakes: tuple[str, ...]
    unmatchable: tuple[str, ...] = ()
    created_at: UtcTime


class Digest(Record):
    """The alerts that several rules raised between two moments, oldest first, for one message.

    `name` is that of the `[[digest]]`, `timezone` its reader's time zone.
    """

    key: str
    name: str
    timezone: str
    since: UtcTime
    until: UtcTime
    alerts: tuple[Alert, ...]
    created_at: UtcTime
