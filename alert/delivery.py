"""Deliver messages to their channels, all channels in parallel.

Each channel gets its messages in order, one at a time, each from a thread. One that fails or hangs
holds up no other; after the same time all begin nothing new.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TypeVar

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
            return _printed(message)
        if isinstance(channel, Webhook):
            return webhook.send(message, channel, now)
        return services.send(message, channel)
    except Exception as error:
        log.exception("channel %s: %s", channel.name, message.key)
        return Failed(
            f"{type(error).__name__} while sending; see the log for details", Cause.UNKNOWN
        )


def _printed(message: Message) -> Outcome:
    try:
        sys.stdout.write(f"{message.printed}\n\n")
        sys.stdout.flush()
    except OSError as error:  # its disk is full, or its reader has enough, as `head` has
        return Failed(f"standard output takes no more: {error.strerror}", Cause.CHANNEL)
    return Taken()


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
        send: runs in a thread, one at a time for each channel; must not raise.
        settle: runs in this thread, for one parcel at a time, as soon as its outcome is known, and
            before the channel's next is sent; returns whether the channel goes on.
        seconds: a channel begins nothing new after this time. It has as long for each answer; then
            it is left behind: its parcel has failed, whatever its thread still does.
    """
    answers: SimpleQueue[tuple[str, Outcome]] = SimpleQueue()
    behind = {name: iter(of_channel) for name, of_channel in parcels.items()}
    in_hand: dict[str, tuple[Parcel, float]] = {}
    """What was begun and is not answered, with the time until when it may be; in that order."""

    def send_next(name: str) -> None:
        parcel = next(behind[name], None)
        if parcel is None:
            return
        in_hand[name] = parcel, monotonic() + seconds

        def work() -> None:
            answers.put((name, send(name, parcel)))

        # A daemon: the program's end must not wait for a channel that was left behind.
        threading.Thread(target=work, daemon=True, name=f"to {name}").start()

    ends = monotonic() + seconds
    timed_out: set[str] = set()
    for name in parcels:
        send_next(name)
    while in_hand:
        first, (_, until) = next(iter(in_hand.items()))
        try:
            name, outcome = answers.get(timeout=max(until - monotonic(), 0))
        except Empty:
            name, outcome = first, Failed(f"no answer within {seconds:g} seconds", Cause.CHANNEL)
            timed_out.add(name)
        if name not in in_hand:  # it was left behind
            continue
        parcel, _ = in_hand.pop(name)
        goes_on = settle(name, parcel, outcome)
        if monotonic() >= ends:
            timed_out.add(name)
        if goes_on and name not in timed_out:
            send_next(name)
    return timed_out
