"""A message to a channel: its text, its record, and its identifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import Field

from alert.markup import Block, as_text
from core.records import Alert, Digest, Record, UtcTime

EventType = Literal["alert.story", "alert.development", "digest", "notice"]


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel is given. Only its record and the desk's address decide what it says, so a
    repeat is identical.

    `key` is the same on every repeat. `thread` names the conversation of the message, and `opens`
    says whether it is the first in it. `record` is what webhooks get besides the text.
    """

    key: str
    type: EventType
    subject: str
    body: Sequence[Block]
    created_at: datetime
    thread: str
    opens: bool = False
    record: Alert | Digest | None = None

    @property
    def text(self) -> str:
        """The body as plain text."""
        return as_text(self.body)

    @property
    def printed(self) -> str:
        """Subject and body one below the other: a headline with which the one ends and the other
        begins is there once."""
        first, _, rest = self.text.partition("\n")
        return f"{self.subject}\n{rest if self.subject.endswith(f' {first}') else self.text}"


class _Event(Record):
    """The fields of every event."""

    timestamp: UtcTime = Field(description="when it was recorded; the same on every retry")
    key: str = Field(description="the same on every retry; also in the header webhook-id")
    subject: str = Field(description="one line that says what happened")
    text: str = Field(description="the whole message as plain text")


class AlertEvent(_Event):
    """A story that matched a rule (`alert.story`), or what is new in it (`alert.development`)."""

    type: Literal["alert.story", "alert.development"]
    data: Alert


class DigestEvent(_Event):
    """The alerts of a day or a week."""

    type: Literal["digest"]
    data: Digest


class NoticeEvent(_Event):
    """News for operators about feeds, channels, rules and failed tasks."""

    type: Literal["notice"]


Event = AlertEvent | DigestEvent | NoticeEvent


def event(message: Message) -> Event:
    """What a webhook gets for a message."""
    common = {
        "timestamp": message.created_at,
        "key": message.key,
        "subject": message.subject,
        "text": message.text,
        "type": message.type,
    }
    if isinstance(message.record, Alert):
        return AlertEvent.model_validate(common | {"data": message.record})
    if isinstance(message.record, Digest):
        return DigestEvent.model_validate(common | {"data": message.record})
    return NoticeEvent.model_validate(common)
