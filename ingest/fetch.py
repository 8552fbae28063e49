"""Fetching an article's page: what an answer means for its entry. Pure, but for `ask`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.records import Entry, Page
from core.settings import Settings
from ingest.answers import RETRY_STATUSES, Answer, Failure, retry_after
from ingest.client import Client
from ingest.robots import Permission, Robots

LONGEST_WAIT = timedelta(days=1)
"""A page that may heal is tried at least daily, until its attempts are used up."""

_TYPES = ("text/html", "application/xhtml+xml", "text/plain")


@dataclass(frozen=True, slots=True)
class Rejected:
    """There is no article to be had at this address, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A person has to look: it should be an article, and is not to be had; and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now; not before `at`; and why."""

    at: datetime
    reason: str


Fetched = Page | Rejected | Quarantined | Retry


async def ask(
    client: Client, robots: Robots, entry: Entry, settings: Settings
) -> Answer | Failure | Permission:
    """Ask for an entry's page, if the site's robots.txt lets us."""
    permission = await robots.permission(client, entry.url)
    if permission is not Permission.ALLOWED:
        return permission
    # Never conditional: validators of a feed would turn a fresh article into a 304.
    return await client.get(entry.url, max_bytes=settings.page_max_bytes)


def judge(
    entry: Entry, answer: Answer | Failure | Permission, now: datetime, settings: Settings
) -> Fetched:
    """What the answer means for the entry."""
    if answer is Permission.DISALLOWED:
        return Rejected(answer.value)
    if isinstance(answer, Permission):
        return _later(entry, answer.value, now, settings)
    if isinstance(answer, Failure):
        if answer.may_heal:
            return _later(entry, str(answer.kind), now, settings)
        return Quarantined(str(answer.kind))
    if 200 <= answer.status < 300:
        return _page(entry, answer, now)
    if answer.status in RETRY_STATUSES:
        wait = retry_after(answer, now)
        return _later(entry, f"answered {answer.status}", now, settings, wait)
    if answer.status in (401, 402, 403, 451):
        return Quarantined(f"answered {answer.status}: the site refuses us")
    return Rejected(f"answered {answer.status}")


def _page(entry: Entry, answer: Answer, now: datetime) -> Fetched:
    kind = answer.header("content-type").split(";")[0].strip().lower()
    if kind and kind not in _TYPES:
        return Rejected(f"not a page of text: {kind}")
    if not answer.body.strip():
        return Quarantined("an empty page")
    return Page(
        id=entry.id,
        url=answer.url,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        fetched_at=now,
    )


def _later(
    entry: Entry, reason: str, now: datetime, settings: Settings, wait: timedelta | None = None
) -> Retry | Quarantined:
    """Try again, ever later, until the attempts are used up."""
    attempts = entry.attempts + 1
    if attempts >= settings.fetch_attempts:
        return Quarantined(f"{reason}, {attempts} times")
    if wait is None:
        wait = timedelta(seconds=settings.retry_after * 2 ** min(entry.attempts, 20))
    return Retry(now + min(wait, LONGEST_WAIT), reason)
