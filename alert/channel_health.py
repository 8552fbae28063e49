"""Judge a channel's health from whether it took what was sent to it. Pure."""

from __future__ import annotations

from datetime import datetime

from alert.outcomes import Cause, Failed
from alert.retries import retry_at
from core.records import LONGEST_WAIT, ChannelHealth, ChannelNews, ChannelState, content_id

TELL_AFTER = 2
"""Failures in a row after which operators hear of it: one alone is often over at the next try."""


def unknown(name: str, now: datetime) -> ChannelHealth:
    """A channel that nothing is known about yet."""
    return ChannelHealth(name=name, since=now, next_attempt_at=now)


def after_taken(health: ChannelHealth, now: datetime) -> ChannelHealth:
    """The channel took something: it is well."""
    since = health.since if health.state is ChannelState.OK else now
    return health.model_copy(
        update={
            "state": ChannelState.OK,
            "since": since,
            "attempts": 0,
            "next_attempt_at": now,
            "reason": None,
            "delivered_at": now,
        }
    )


def after_failed(health: ChannelHealth, failed: Failed, now: datetime) -> ChannelHealth:
    """The channel took nothing: it is let alone for a while, longer each time.

    One that is gone is still tried now and then, in case it comes back.
    """
    gone = failed.cause is Cause.GONE
    state = ChannelState.GONE if gone else ChannelState.FAILING
    again = now + LONGEST_WAIT if gone else retry_at(health.attempts, now, failed.wait)
    return health.model_copy(
        update={
            "state": state,
            "since": health.since if health.state is state else now,
            "attempts": health.attempts + 1,
            "next_attempt_at": again,
            "reason": failed.reason,
        }
    )


def news(health: ChannelHealth, now: datetime) -> ChannelNews | None:
    """What to tell operators about a channel, if anything."""
    failing = health.state is ChannelState.FAILING
    if health.state is health.told or (failing and health.attempts < TELL_AFTER):
        return None
    return ChannelNews(
        key=content_id(f"channel\n{health.name}\n{health.state}\n{health.since.isoformat()}"),
        channel=health.name,
        before=health.told,
        state=health.state,
        since=health.since,
        reason=health.reason,
        created_at=now,
    )
