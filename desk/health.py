"""What a monitoring system asks the desk: are there passes, and can the operators be told? Pure.

Passes tell the operators of everything else. These two they cannot tell: if there are no passes,
nothing is told, and a channel that takes no messages takes none about itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from alert.channel_health import TELL_AFTER
from alert.checks import Mistake
from core.records import ChannelHealth, ChannelState, Record, UtcTime


class Health(Record):
    """Whether a person has to look: what is wrong, in words, and when the last poll was.

    `late` are feeds that should have been polled long ago.
    """

    wrong: tuple[str, ...]
    polled_at: UtcTime | None
    late: int


def judge(
    late: int,
    hours: float,
    polled_at: UtcTime | None,
    channels: Iterable[ChannelHealth],
    mistakes: Iterable[Mistake],
) -> Health:
    """What is wrong.

    Args:
        late: feeds that should have been polled `hours` ago or earlier.
        hours: what counts as long ago.
        polled_at: when any feed was last polled.
        channels: those that are still in use.
        mistakes: what is wrong in `rules.toml`.
    """
    wrong = []
    if late:
        last = f"{polled_at:%Y-%m-%d %H:%M} UTC" if polled_at else "never"
        wrong.append(
            f"{late:,} of the feeds should have been polled {hours:g} hours ago or earlier; "
            f"last poll: {last}"
        )
    wrong += [
        f"the channel “{one.name}” is {one.state} since {one.since:%Y-%m-%d %H:%M} UTC: "
        f"{one.reason}"
        for one in channels
        if one.state is ChannelState.GONE
        or (one.state is ChannelState.FAILING and one.attempts >= TELL_AFTER)
    ]
    wrong += [one.summary for one in mistakes]
    return Health(wrong=tuple(wrong), polled_at=polled_at, late=late)
