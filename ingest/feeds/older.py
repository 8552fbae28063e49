"""Read a feed, and its pages of older entries as long as its list does not reach back. Pure.

The list is the first page. A further page is asked for only if the list does not reach back
(`ingest.feeds.gaps`), and only until one reaches back, brings nothing new, or is the last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from core.faults import tried
from core.records import Feed, FeedItem
from ingest.feeds.ask import Parsed, is_part
from ingest.feeds.gaps import unlisted_since
from ingest.feeds.identity import mark_of
from ingest.feeds.parser import ParsedFeed
from ingest.web.answers import RETRY_STATUSES, Answer, Failure

MAX_OLDER_PAGES = 10
"""The most pages of older entries that are read for one gap: a guest does not read the archive."""

MAX_OLDER_ITEMS = 1_000
"""No further page is asked for after so many items: a page may have 20,000, and what is read of all
feeds at once has to fit into memory."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a feed so far.

    `answer` is that to the poll, `parsed` its body if that is new (`ingest.feeds.ask.new_body`),
    `older` the items of `pages` further pages. `next_page` is the address of the page to ask for
    now; "" if there is none. If reading ends before it was read, the next poll tries again.
    """

    answer: Answer | Failure
    parsed: Parsed | None
    older: tuple[FeedItem, ...] = ()
    pages: int = 0
    next_page: str = ""


def first(feed: Feed, answer: Answer | Failure, parsed: Parsed | None, now: datetime) -> Read:
    """What was read after the answer to a poll."""
    read = Read(answer, parsed)
    return replace(read, next_page=_next_page(feed, read, parsed, now))


def further(feed: Feed, read: Read, page: Parsed | None, now: datetime) -> Read:
    """What was read after the page that was asked for; `page` is None if that brought no body."""
    if not isinstance(read.parsed, ParsedFeed) or not isinstance(page, ParsedFeed):
        return replace(read, next_page="")
    known = {mark_of(one) for one in (*read.parsed.items, *read.older)}
    new = [one for one in page.items if mark_of(one) not in known]
    more = replace(read, older=(*read.older, *new), pages=read.pages + 1, next_page="")
    return replace(more, next_page=_next_page(feed, more, page, now)) if new else more


def may_come(answer: Answer | Failure) -> bool:
    """Whether a page that was asked for may come at another time."""
    if isinstance(answer, Answer):
        return answer.status in RETRY_STATUSES
    return answer.may_heal


def _next_page(feed: Feed, read: Read, page: Parsed | None, now: datetime) -> str:
    """The page after `page`, if what was read so far does not reach back. The list is recorded
    whatever is met in finding that out."""
    if not isinstance(page, ParsedFeed) or not isinstance(read.parsed, ParsedFeed):
        return ""
    if read.pages >= MAX_OLDER_PAGES or len(read.older) >= MAX_OLDER_ITEMS:
        return ""
    if not page.older or isinstance(read.answer, Failure) or is_part(read.answer):
        return ""
    items = (*read.parsed.items, *read.older)
    since = tried("looking for a gap", feed.url, partial(unlisted_since, feed, items, now))
    return page.older if isinstance(since, datetime) else ""
