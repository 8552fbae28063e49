"""Fetch an article's page, and decide what the answer means for its entry. Pure, except `ask`."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from core.records import Entry, Page, State
from core.settings import Settings
from ingest.characters import printable
from ingest.charsets import media_type
from ingest.pages.articles import can_use_feed_text, missing_page, without_text
from ingest.pages.outcomes import Quarantined, Rejected, Retry, Unchanged
from ingest.web.answers import REFUSALS, RETRY_STATUSES, Answer, Failure, FailureKind, retry_after
from ingest.web.client import Client
from ingest.web.refresh import refresh_target
from ingest.web.robots import Robots

LONGEST_WAIT = timedelta(days=1)
"""A page that may recover is tried at least daily, until the retry ladder ends."""

YOUNG = timedelta(hours=6)
"""A younger article that is not found may be there soon: some outlets list it in their feed
minutes before its page is on all of their servers."""

_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/pdf")

_FINAL = (FailureKind.DISALLOWED, FailureKind.NO_PAGE)
"""Failures after which there is nothing that a person could find."""

Fetched = Page | Rejected | Quarantined | Retry | Unchanged


async def ask(client: Client, robots: Robots, entry: Entry, settings: Settings) -> Answer | Failure:
    """Ask for an entry's page, if the robots.txt of each site that redirects lead to allows it."""
    # Never conditional: a feed's validators would turn a fresh article into a 304.
    return await client.get(
        entry.url,
        max_bytes=settings.page_max_bytes,
        onward=refresh_target,
        permit=partial(robots.refusal, client),
    )


def judge(entry: Entry, answer: Answer | Failure, now: datetime, settings: Settings) -> Fetched:
    """What the answer means for the entry."""
    if isinstance(answer, Failure):
        if answer.wait is not None:
            return _not_asked(entry, answer, answer.wait, now, settings)
        if answer.may_heal:
            return _retry(entry, str(answer.kind), now, settings)
        end = Rejected if answer.kind in _FINAL else Quarantined
        return without_page(entry, end(str(answer.kind)), now)
    if 200 <= answer.status < 300:
        return _page(entry, answer, now)
    if answer.status in RETRY_STATUSES:
        wait = retry_after(answer, now)
        return _retry(entry, f"answered {answer.status}", now, settings, wait)
    if answer.status in REFUSALS:
        refused = Quarantined(f"answered {answer.status}: the site refuses us")
        return without_page(entry, refused, now)
    if answer.status == 404 and not entry.attempts and _is_young(entry, now):
        return _retry(entry, "answered 404", now, settings)
    if answer.status == 410 and not entry.revision:
        # "Gone for good": the outlet took the article back, and its summary with it.
        return Rejected("answered 410: withdrawn")
    return without_page(entry, Rejected(f"answered {answer.status}"), now)


def _not_asked(
    entry: Entry, answer: Failure, wait: timedelta, now: datetime, settings: Settings
) -> Fetched:
    """A page of a busy site that was not asked: that is not an attempt."""
    since = waited_since(entry)
    if since is not None and now - since >= patience(settings):
        # If a site refuses everything, each pass asks for only one of its pages. For the others the
        # ladder would never end, and what their feed says would stay hidden.
        return without_page(entry, Quarantined(f"{answer.kind}; we have stopped trying"), now)
    return Retry(now + min(wait, LONGEST_WAIT), str(answer.kind), entry.attempts)


def patience(settings: Settings) -> timedelta:
    """How long to wait for a page of a busy site: as long as the whole retry ladder, and no less
    than sites may ask to be let alone."""
    return max(timedelta(seconds=sum(settings.retry_ladder)), LONGEST_WAIT)


def waited_since(entry: Entry) -> datetime | None:
    """Since when we have waited for an entry's page; None if it is only due now: a first try, be it
    after years, is no wait."""
    return entry.revisit_at if entry.state is State.FOUND else None


def without_page(entry: Entry, end: Rejected | Quarantined, now: datetime) -> Fetched:
    """What becomes of an entry whose page cannot be fetched.

    What was fetched before stays. Otherwise the feed's own words are the article, if they say more
    than a title: a story must not be lost to a wall in front of its page.
    """
    if can_use_feed_text(entry):
        return missing_page(entry, end.reason, now)
    return without_text(entry, end)


def _is_young(entry: Entry, now: datetime) -> bool:
    """Whether its feed says that an article was just published, and its page was never read."""
    published = entry.published
    return not entry.was_read and published is not None and abs(now - published) < YOUNG


def _page(entry: Entry, answer: Answer, now: datetime) -> Fetched:
    kind = media_type(answer.header("content-type"))
    if kind and kind not in _TYPES and not answer.body.startswith(b"%PDF-"):
        return without_page(entry, Rejected(f"not a page of text: {printable(kind)}"), now)
    if not answer.body.strip():
        return without_page(entry, Quarantined("an empty page"), now)
    return Page(
        id=entry.id,
        url=answer.url,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        fetched_at=now,
    )


def _retry(
    entry: Entry, reason: str, now: datetime, settings: Settings, requested: timedelta | None = None
) -> Fetched:
    """Try again, each time a rung later, until the ladder ends."""
    if entry.attempts >= len(settings.retry_ladder):
        tried = f"{reason}, {entry.attempts + 1} times"
        return without_page(entry, Quarantined(tried), now)
    rung = timedelta(seconds=settings.retry_ladder[entry.attempts])
    wait = max(rung, min(requested or timedelta(0), LONGEST_WAIT))
    return Retry(now + wait, reason, entry.attempts + 1)
