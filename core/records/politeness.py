"""What sites ask of visitors, as it outlives the process that learnt it."""

from __future__ import annotations

from core.records.base import Record, UtcTime


class RobotsRecord(Record):
    """What a robots.txt said, and until when that holds. `verdict` is a value of `ingest`'s own;
    `body` is its text, if each address has to be looked up in it."""

    address: str
    verdict: str
    body: bytes
    until: UtcTime


class SiteRecord(Record):
    """How to treat a site: wait `pause` seconds after its last request, and ask nothing before
    `held_until`.

    None of this holds after `until`.
    """

    name: str
    asked_at: UtcTime | None
    pause: float | None
    held_until: UtcTime | None
    until: UtcTime
