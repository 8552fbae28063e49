"""Targets: a channel whose URL names several is a lane for each, delivered by itself.

Apprise sends to all targets of a URL and then says yes or no for all of them: one chat that takes
nothing would have the others get every alert again with each try. What it reads of a URL is a
table with its `targets`, of which it also makes a service: so of each target one is made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from alert.channels import MAX_NAME, TERMINAL, Channel, Service, Terminal
from core.records import content_id

# Apprise is imported where it is used: it takes longer to load than most commands to run.


_LOGGING_IN = ("matrix", "matrixs", "rocket", "rockets")
"""Schemes of services that log in with a name and a password for whatever they send."""


def lanes(channels: Mapping[str, Channel]) -> dict[str, dict[str, Channel]]:
    """For each channel what is delivered by itself, by name: the channel, or one for each target.

    A target stands in its lane's name, as it must lead to the same reader when others are written
    into the URL or taken out of it.
    """
    found: dict[str, dict[str, Channel]] = {}
    for name, channel in channels.items():
        parts = _parts(channel)
        found[name] = {name: channel}
        if len(parts) > 1:
            found[name] = {_lane_name(one, channels): one for one in parts}
    return found


def alone(channels: Mapping[str, Channel]) -> dict[str, str]:
    """The channels of a single target, each by the name that it would have as one of several: what
    waits there since there were others is that channel's."""
    return {
        _lane_name(parts[0], channels): name
        for name, channel in channels.items()
        if len(parts := _parts(channel)) == 1
    }


def to_show(channels: Mapping[str, Channel], waiting: Iterable[str]) -> dict[str, Channel | None]:
    """What people are shown by name: the channel that prints, the lanes of all others, and what
    else something waits for. None where that is a channel that is no more; one of several targets
    is there yet, and what waits for it goes to their lanes with the next pass."""
    shown: dict[str, Channel | None] = {TERMINAL: Terminal()}
    for of_one in lanes(channels).values():
        shown |= of_one
    return shown | {name: channels.get(name) for name in waiting if name not in shown}


def is_mail(plugin: Any) -> bool:
    """Whether its letters are ours. Encrypted mail stays Apprise's own; its subclasses send by
    other ways."""
    from apprise.plugins.email import NotifyEmail

    return type(plugin) is NotifyEmail and plugin.pgp_mode == "no"


def _parts(channel: Channel) -> tuple[Service, ...]:
    """A service for each target of a channel; none where Apprise cannot say which they are.

    None for mail either, nor where a password is logged in with: their targets share a session with
    a server that allows few.
    """
    if not isinstance(channel, Service):
        return ()
    whole = channel.plugin()
    if whole is None or is_mail(whole):
        return ()
    read = channel.read()
    named = read.get("targets")
    if not isinstance(named, list) or _logs_in(read):
        return ()
    # In a path they stand by themselves, in `?to=` with commas between them.
    for spelt in (named, [part.strip() for one in named for part in str(one).split(",")]):
        parts = tuple(replace(channel, target=one) for one in dict.fromkeys(spelt) if one)
        plugins = [one.plugin() for one in parts]
        # Some send one request for all, which is taken or not as a whole: that counts as one.
        if len(whole) == len(parts) and all(one is not None and len(one) == 1 for one in plugins):
            return parts
    return ()


def _logs_in(read: Mapping[str, Any]) -> bool:
    """Whether a service begins with a login; by a token there is none."""
    return bool(read.get("schema") in _LOGGING_IN and read.get("user") and read.get("password"))


def _lane_name(part: Service, taken: Collection[str]) -> str:
    """The channel and its target; a mark instead of one that is secret, or too long to be kept."""
    name = f"{part.name}: {part.target}"
    shown = unquote(part.plugin().url(privacy=True))
    if part.target in shown and name.isprintable() and len(name) <= MAX_NAME and name not in taken:
        return name
    mark = f": {content_id(name)[:8]}"  # of both: two names that are cut may begin alike
    return part.name[: MAX_NAME - len(mark)] + mark
