"""How channels stand, as terminal and desk show it."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from alert.channels import Channel
from alert.rules import Rules
from alert.targets import shown_channels
from core.ledger import channels
from core.records import ChannelHealth


class Standing(NamedTuple):
    """A channel's state in a word, and why. `channel` is None if it cannot be used or is gone,
    `health` if nothing was ever sent to it; `waiting` counts messages."""

    state: str
    why: str
    channel: Channel | None
    health: ChannelHealth | None
    waiting: int


def standings(tx: Connection, rules: Rules) -> dict[str, Standing]:
    """How the channels of the rules stand, and those that something waits for, by name. If
    `rules.toml` no longer names one, what waits for it stays."""
    known, waiting, refused = channels.by_name(tx), channels.waiting(tx), channels.refused(tx)
    found = {}
    for name, channel in shown_channels(
        rules.channels, [*rules.unusable("channel"), *waiting]
    ).items():
        health = known.get(name)
        if channel is None and (wrong := rules.why_unusable(name)):
            state, why = "unusable", wrong
        elif channel is None:
            state = "removed"
            why = "rules.toml no longer names it; add it again, or: wirewatch alerts close"
        elif health is None:
            state, why = "not used yet", ""
        else:
            state, why = health.state, health.reason or ""
        why = why or refused.get(name, "")  # one that is well may refuse a single message
        found[name] = Standing(state, why, channel, health, waiting.get(name, 0))
    return found
