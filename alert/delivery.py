"""Delivery: a message to its channel, all channels side by side.

Each channel has a lane: its messages in order, a thread, and a time by which the lane ends. What
fails in one lane, or hangs, holds up no other.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Generic, TypeVar

from alert import services, webhook
from alert.channels import Channel, Terminal, Webhook
from alert.message import Message
from alert.outcomes import Failed, Fault, Outcome, Taken

log = logging.getLogger(__name__)

Parcel = TypeVar("Parcel")


def send(message: Message, channel: Channel, now: datetime) -> Outcome:
    """Hand a message to a channel. Never raises: whatever goes wrong is a reason."""
    try:
        if isinstance(channel, Terminal):
            sys.stdout.write(f"{message.subject}\n{message.text}\n\n")
            sys.stdout.flush()
            return Taken()
        if isinstance(channel, Webhook):
            return webhook.send(message, channel, now)
        return services.send(message, channel)
    except Exception as error:
        log.exception("channel %s: %s", channel.name, message.key)
        return Failed(f"{type(error).__name__} while sending; the log has more", Fault.UNKNOWN)


@dataclass
class _Lane(Generic[Parcel]):
    """A channel's parcels on their way: the one that is being sent, and those to come."""

    name: str
    waiting: Iterator[Parcel]
    current: Parcel
    ends: float
    handed: SimpleQueue[Parcel | None] = field(default_factory=SimpleQueue)


def side_by_side(
    parcels: Mapping[str, Sequence[Parcel]],
    send: Callable[[str, Parcel], Outcome],
    settle: Callable[[str, Parcel, Outcome], bool],
    *,
    seconds: float,
) -> set[str]:
    """Send each channel's parcels in order, the channels beside each other; whose time ran out.

    Args:
        parcels: by the channels' names.
        send: runs in the channel's own thread; must not raise.
        settle: runs here, for one parcel at a time, as soon as its outcome is known, and before
            the channel's next is sent; says whether the channel goes on.
        seconds: after which a channel begins nothing new. One that has not answered by then is
            left behind: its parcel has failed, whatever its thread may still come to.
    """
    answers: SimpleQueue[tuple[_Lane[Parcel], Outcome]] = SimpleQueue()

    def work(lane: _Lane[Parcel]) -> None:
        while (parcel := lane.handed.get()) is not None:
            answers.put((lane, send(lane.name, parcel)))

    running: dict[str, _Lane[Parcel]] = {}
    spent: set[str] = set()
    for name, all_of_it in parcels.items():
        waiting = iter(all_of_it)
        for first in waiting:
            lane = _Lane(name, waiting, first, monotonic() + seconds)
            lane.handed.put(first)
            running[name] = lane
            # Not to be waited for at the end of the program: a lane may have been left behind.
            threading.Thread(target=work, args=(lane,), daemon=True, name=f"to {name}").start()
            break
    while running:
        first_end = min(lane.ends for lane in running.values())
        try:
            lane, outcome = answers.get(timeout=max(first_end - monotonic(), 0))
        except Empty:
            for lane in [one for one in running.values() if one.ends <= monotonic()]:
                del running[lane.name]
                spent.add(lane.name)
                lane.handed.put(None)
                late = Failed(f"no answer within {seconds:g} seconds", Fault.CHANNEL)
                settle(lane.name, lane.current, late)
            continue
        if running.get(lane.name) is not lane:
            continue  # left behind before
        goes_on = settle(lane.name, lane.current, outcome)
        if monotonic() >= lane.ends:
            spent.add(lane.name)
            goes_on = False
        following = next(lane.waiting, None) if goes_on else None
        lane.handed.put(following)
        if following is None:
            del running[lane.name]
        else:
            lane.current = following
    return spent
