"""Deliver messages to their channels, all channels in parallel.

Each channel has a lane: its messages in order, and a thread. A lane that fails or hangs holds up no
other; all end by the same time.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Generic, TypeVar

from alert import services, webhook
from alert.channels import Channel, Terminal, Webhook
from alert.message import Message
from alert.outcomes import Cause, Failed, Outcome, Taken

log = logging.getLogger(__name__)

Parcel = TypeVar("Parcel")


def send(message: Message, channel: Channel, now: datetime) -> Outcome:
    """Hand a message to a channel. Never raises: an error becomes a `Failed`."""
    try:
        if isinstance(channel, Terminal):
            sys.stdout.write(f"{message.printed}\n\n")
            sys.stdout.flush()
            return Taken()
        if isinstance(channel, Webhook):
            return webhook.send(message, channel, now)
        return services.send(message, channel)
    except Exception as error:
        log.exception("channel %s: %s", channel.name, message.key)
        return Failed(
            f"{type(error).__name__} while sending; see the log for details", Cause.UNKNOWN
        )


class _Lane(Generic[Parcel]):
    """A channel's parcels on their way: the one that its thread has in hand, and those to come."""

    def __init__(self, name: str, parcels: Sequence[Parcel]) -> None:
        self.name = name
        self.current, *behind = parcels
        self._behind = iter(behind)
        self._handed: SimpleQueue[Parcel | None] = SimpleQueue()
        self._handed.put(self.current)

    def parcels(self) -> Iterator[Parcel]:
        """For the thread: each parcel once it is handed over; waits for the next, or the end."""
        while (parcel := self._handed.get()) is not None:
            yield parcel

    def hand_over(self) -> bool:
        """Hand over the next parcel; return whether there was one."""
        following = next(self._behind, None)
        if following is None:
            return False
        self.current = following
        self._handed.put(following)
        return True

    def end(self) -> None:
        """Hand over nothing more: the thread ends once its parcel in hand is done."""
        self._handed.put(None)


def send_in_parallel(
    parcels: Mapping[str, Sequence[Parcel]],
    send: Callable[[str, Parcel], Outcome],
    settle: Callable[[str, Parcel, Outcome], bool],
    *,
    seconds: float,
) -> set[str]:
    """Send each channel's parcels in order, all channels in parallel.

    Returns the names of the channels whose time ran out.

    Args:
        parcels: by channel name.
        send: runs in the channel's own thread; must not raise.
        settle: runs in this thread, for one parcel at a time, as soon as its outcome is known, and
            before the channel's next is sent; returns whether the channel goes on.
        seconds: a channel begins nothing new after this time. If it has not answered by then, it
            is left behind: its parcel has failed, whatever its thread still does.
    """
    answers: SimpleQueue[tuple[_Lane[Parcel], Outcome]] = SimpleQueue()

    def work(lane: _Lane[Parcel]) -> None:
        for parcel in lane.parcels():
            answers.put((lane, send(lane.name, parcel)))

    ends = monotonic() + seconds
    late = Failed(f"no answer within {seconds:g} seconds", Cause.CHANNEL)
    running = [_Lane(name, of_channel) for name, of_channel in parcels.items() if of_channel]
    for lane in running:
        # A daemon: the program's end must not wait for a lane that was left behind.
        threading.Thread(target=work, args=(lane,), daemon=True, name=f"to {lane.name}").start()
    timed_out: set[str] = set()
    while running:
        for lane, outcome in _next_outcomes(running, answers, ends, late):
            goes_on = settle(lane.name, lane.current, outcome)
            if monotonic() >= ends:
                timed_out.add(lane.name)
                goes_on = False
            if not (goes_on and lane.hand_over()):
                lane.end()
                running.remove(lane)
    return timed_out


def _next_outcomes(
    running: Sequence[_Lane[Parcel]],
    answers: SimpleQueue[tuple[_Lane[Parcel], Outcome]],
    ends: float,
    late: Failed,
) -> list[tuple[_Lane[Parcel], Outcome]]:
    """The next answer; if none comes in time, `late` for each lane that is still running."""
    try:
        lane, outcome = answers.get(timeout=max(ends - monotonic(), 0))
    except Empty:
        return [(lane, late) for lane in running]
    # A lane that was left behind may still answer.
    return [(lane, outcome)] if lane in running else []
