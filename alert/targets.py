"""Split a channel whose URL names several targets into one lane for each, delivered by itself; one
for e-mail, only for the readers who did not take what others did.

Apprise sends to all targets of a URL and then says yes or no for all of them: if one chat takes
nothing, the others would get every alert again with each try. Apprise reads a URL into a table with
its `targets`, and can also make a service from such a table, so one is made for each target.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from alert.channels import MAX_NAME, TERMINAL, Channel, Service, Terminal
from core.faults import Fault, tried
from core.records import content_id

# Apprise is imported where it is used: it takes longer to load than most commands to run.


_MARK = 8
"""The characters of a mark that stands for a target."""

_CUT = MAX_NAME - len(": ") - _MARK
"""The most characters of a channel's name before a mark."""

_LOGGING_IN = ("matrix", "matrixs", "rocket", "rockets")
"""Schemes of services that log in with a name and a password for everything they send."""


def lanes(channels: Mapping[str, Channel]) -> dict[str, dict[str, Channel]]:
    """For each channel its lanes, by name: the channel itself, or one for each target.

    A lane's name has its target in it, so that it leads to the same reader when other targets are
    added to the URL or removed.
    """
    found: dict[str, dict[str, Channel]] = {}
    for name, channel in channels.items():
        parts = _parts(channel, channels, _by_target)
        found[name] = {**parts} if len(parts) > 1 else {name: channel}
    return found


def readers(channels: Mapping[str, Channel]) -> dict[str, Service]:
    """A lane for each address of the channels that send e-mail, by name. Only what an address did
    not take, while others did, waits there: one session with the server is for all of a message's
    readers."""
    found: dict[str, Service] = {}
    for channel in channels.values():
        found |= _parts(channel, channels, _by_address)
    return found


def renamed(channels: Mapping[str, Channel]) -> dict[str, tuple[str, ...]]:
    """Where what waits under a former name goes. What waits for a channel that has several targets
    by now goes to their lanes; if only one target is left, what waits for its lane is the
    channel's again."""
    found: dict[str, tuple[str, ...]] = {}
    for name, channel in channels.items():
        parts = tuple(_parts(channel, channels, _by_target))
        found |= {name: parts} if len(parts) > 1 else dict.fromkeys(parts, (name,))
    return found


def shown_channels(
    channels: Mapping[str, Channel], waiting: Iterable[str]
) -> dict[str, Channel | None]:
    """What people are shown, by name: the channel that prints, the lanes of all others, and
    whatever else something waits for. None if that channel is gone. If it is still there but has
    several targets by now, what waits for it goes to their lanes with the next pass."""
    shown: dict[str, Channel | None] = {TERMINAL: Terminal()}
    for of_one in lanes(channels).values():
        shown |= of_one
    known = {**readers(channels), **channels}
    return shown | {name: known.get(name) for name in waiting if name not in shown}


def without_channel(channels: Mapping[str, Channel], names: Collection[str]) -> list[str]:
    """Which of these names lead to no channel any more, so that what waits under them stays."""
    shown, former = shown_channels(channels, names), renamed(channels)
    return [name for name in names if shown[name] is None and name not in former]


def is_for(name: str, channel: str) -> bool:
    """Whether a name is a channel's or that of a lane of it, whatever targets it has by now."""
    return name == channel or name.startswith((f"{channel}: ", f"{channel[:_CUT]}: "))


def is_mail(plugin: Any) -> bool:
    """Whether we send its e-mail ourselves. Encrypted mail is left to Apprise; so are subclasses,
    which send in other ways."""
    from apprise.plugins.email import NotifyEmail

    return type(plugin) is NotifyEmail and plugin.pgp_mode == "no"


def _parts(
    channel: Channel, taken: Collection[str], divide: Callable[[Service], tuple[Service, ...]]
) -> dict[str, Service]:
    """The services that a channel divides into, by the names of their lanes; none if Apprise cannot
    say which they are."""
    if not isinstance(channel, Service):
        return {}

    def named() -> dict[str, Service]:
        return {_lane_name(one, taken): one for one in divide(channel)}

    # Of a hundred services, one may raise what it likes. Sending to it will say what is wrong.
    parts = tried("dividing", f"channel {channel.name}", named)
    return {} if isinstance(parts, Fault) else parts


def _by_address(channel: Service) -> tuple[Service, ...]:
    """A service for each address of a channel that sends e-mail."""
    whole = channel.plugin()
    if whole is None or not is_mail(whole):
        return ()
    named = [*(address for _, address in whole.targets), *whole.cc, *whole.bcc]
    return tuple(replace(channel, target=one) for one in named)


def _by_target(channel: Service) -> tuple[Service, ...]:
    """A service for each target of a channel. None for mail, nor for services that log in with a
    password: their targets share a session with a server that allows few."""
    whole = channel.plugin()
    if whole is None or is_mail(whole):
        return ()
    read = channel.read()
    named = read.get("targets")
    if not isinstance(named, list) or _logs_in(read):
        return ()
    # In a path they are separate; in `?to=` they have commas between them.
    for spelt in (named, [part.strip() for one in named for part in str(one).split(",")]):
        parts = tuple(replace(channel, target=one) for one in dict.fromkeys(spelt) if one)
        plugins = [one.plugin() for one in parts]
        # Some services send one request for all, which is accepted or not as a whole: that is one.
        if len(whole) == len(parts) and all(one is not None and len(one) == 1 for one in plugins):
            return parts
    return ()


def _logs_in(read: Mapping[str, Any]) -> bool:
    """Whether a service begins with a login; with a token there is none."""
    return bool(read.get("schema") in _LOGGING_IN and read.get("user") and read.get("password"))


def _lane_name(part: Service, taken: Collection[str]) -> str:
    """The channel and its target; or a mark, if that is secret, or the name too long or taken."""
    name = f"{part.name}: {part.target}"
    shown = unquote(part.plugin().url(privacy=True))
    if part.target in shown and name.isprintable() and len(name) <= MAX_NAME and name not in taken:
        return name
    # Of the whole name: two that are cut may begin alike.
    return f"{part.name[:_CUT]}: {content_id(name)[:_MARK]}"
