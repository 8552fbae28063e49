"""Delivery of messages: to the terminal, or through Apprise to wherever a newsroom reads."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta

import apprise

from alert.rules import TERMINAL
from core.records import Alert

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def deliver(alert: Alert, channel: str, channels: Mapping[str, str]) -> str | None:
    """Hand an alert to a channel; None if it was taken, else why not."""
    return send(subject(alert), body(alert), channel, channels)


def send(title: str, text: str, channel: str, channels: Mapping[str, str]) -> str | None:
    """Hand a message to a channel; None if it was taken, else why not."""
    if channel == TERMINAL:
        sys.stdout.write(f"{title}\n{text}\n\n")
        sys.stdout.flush()
        return None
    if channel not in channels:
        return f"rules.toml names no channel {channel!r} any more"
    sender = apprise.Apprise(asset=apprise.AppriseAsset(app_id="wirewatch", async_mode=False))
    sender.add(channels[channel])
    with apprise.LogCapture(level=logging.WARNING) as log:  # type: ignore[no-untyped-call]
        taken = sender.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT)
        said = " ".join(log.getvalue().split())
    return None if taken else said or "the service did not take it, and did not say why"


def subject(alert: Alert) -> str:
    """One line: the rule and the headline."""
    return f"[{alert.rule}] {alert.title}"


def body(alert: Alert) -> str:
    """What happened, where to read it, and why it is told."""
    phrases = ", ".join(dict.fromkeys(f"“{piece.phrase}” ({piece.why})" for piece in alert.why))
    return "\n".join(
        [
            f"{alert.outlet}: {alert.url}",
            f"Why: it meets {alert.query}, score {alert.score:.2f}"
            + (f"; {phrases}" if phrases else ""),
            f"Story {alert.story[:12]}, alert {alert.key}",
        ]
    )


def retry_at(attempts: int, now: datetime) -> datetime:
    """When a failed delivery is tried again: ever later, never given up."""
    wait: timedelta = FIRST_WAIT * 2 ** min(attempts, 10)
    return now + min(wait, LONGEST_WAIT)
