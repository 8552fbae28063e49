"""What a monitoring system asks the desk: are there passes, and can the operators be told? Pure.

Passes tell the operators of everything else. These two they cannot tell: if there are no passes,
nothing is told, and a channel that takes no messages takes none about itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from alert.channel_health import TELL_AFTER
from alert.checks import Mistake
from core.records import ChannelHealth, ChannelState, Record, UtcTime
from desk.moments import exactly


class Health(Record):
    """Whether a person has to look: what is wrong, in words, and when the last poll was.

    `late` are feeds that should have been polled long ago.
    """

    wrong: tuple[str, ...]
    polled_at: UtcTime | None
    late: int


def judge(
    late: int,
    polled_at: UtcTime | None,
    now: UtcTime,
    longest: timedelta,
    channels: Iterable[ChannelHealth],
    mistakes: Iterable[Mistake],
) -> Health:
    """What is wrong.

    Args:
        late: feeds that were due longer than `longest` ago.
        polled_at: when any feed was last polled; None if none ever was, or if all are paused. A
            pass that asks feeds and records nothing, as without a network, puts them off: then they
            are not late, but this does not move.
        now: the present moment.
        longest: how late a poll may be.
        channels: those that are still in use.
        mistakes: what is wrong in `rules.toml`.
    """
    wrong = []
    number = longest / timedelta(hours=1)
    hours = f"{number:g} hour{'' if number == 1 else 's'}"
    if polled_at is not None and polled_at < now - longest:
        wrong.append(f"no feed was polled for {hours}; last poll: {exactly(polled_at)}")
    elif late:
        wrong.append(f"{late:,} of the feeds should have been polled {hours} ago or earlier")
    wrong += [
        f"the channel “{one.name}” has been {one.state} since {exactly(one.since)}: {one.reason}"
        for one in channels
        if one.state is ChannelState.GONE
        or (one.state is ChannelState.FAILING and one.attempts >= TELL_AFTER)
    ]
    wrong += [one.summary for one in mistakes]
    return Health(wrong=tuple(wrong), polled_at=polled_at, late=late)
