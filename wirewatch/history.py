"""Read the history of a feed: its pages of older entries, back to a date.

A feed lists its latest entries; what came before it was added here is on further pages, if it has
any (`ingest.feeds.paging`). New entries there are `historic`: they go the way of all others, but no
rule alerts on them, as none does on what was there before the rule.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from core.errors import WirewatchError
from core.ledger import entries, feeds
from core.records import Feed, FeedItem
from ingest.feeds.ask import ask_older, brings_a_body, get_feed, older_body
from ingest.feeds.gaps import seen_until
from ingest.feeds.identity import mark_of
from ingest.feeds.parser import ParsedFeed
from ingest.web.answers import Answer, Failure
from ingest.web.client import Client
from wirewatch.house import House
from wirewatch.passes.manners import keep, learnt, recall
from wirewatch.progress import Progress, silent
from wirewatch.stages.poll import parsed

MAX_PAGES = 1_000
"""The most pages that are read at once. WordPress has ten entries on a page."""

NO_PAGES = "the feed has no pages of older entries"
LAST_PAGE = "that is all that the feed has"
GIVEN_UP = "the feed was paused or removed meanwhile"
INTERRUPTED = "it was interrupted"


@dataclass(frozen=True, slots=True)
class History:
    """What was read: `found` new entries on `pages` pages of older ones; the earliest date of the
    time asked for that they have; and why it went no further."""

    pages: int = 0
    found: int = 0
    oldest: datetime | None = None
    end: str = ""


def read_history(
    house: House, feed: Feed, since: datetime, max_pages: int, progress: Progress = silent
) -> History:
    """Record the entries of a feed's older pages that were published since a date, a page at a
    time, so that nothing is lost if it is ended early, as by Ctrl-C.

    Entries from after the feed's list was last seen are left to the next poll, which alerts on
    them. Passes leave the site alone meanwhile, as one worker at a time has it.

    Args:
        house: whose ledger.
        feed: a feed of its list, which a poll has read before.
        since: how far back to go.
        max_pages: the most pages to read.
        progress: called for each page.

    Raises:
        WirewatchError: a pass is visiting its site.
    """
    with house.alone_at(feed.site) as alone:
        if not alone:
            raise WirewatchError("a pass is visiting its site; try again when it has ended")
        recall(house, [feed.url])
        try:
            return asyncio.run(_read(house, feed, since, max_pages, progress))
        finally:
            keep(house, learnt(house))


async def _read(
    house: House, feed: Feed, since: datetime, max_pages: int, progress: Progress
) -> History:
    read = History()
    seen: set[str] = set()
    try:
        async with Client(house.settings, house.sites) as client:
            listed = await get_feed(client, feed.url, house.settings)
            # A list may come from where its address leads, on whatever site, as in a poll.
            page = await _page(
                house, listed.url if isinstance(listed, Answer) else feed.url, listed
            )
            while isinstance(page, ParsedFeed):
                new = [item for item in page.items if mark_of(item) not in seen]
                seen.update(map(mark_of, new))
                if read.pages:
                    wanted = _wanted(feed, new, since)
                    # Not in another thread, so that Ctrl-C does not come between recording and
                    # counting.
                    found = _record(house, feed, wanted)
                    if found is None:
                        return replace(read, end=GIVEN_UP)
                    read = replace(read, found=read.found + found, oldest=_oldest(read, wanted))
                    progress("history", read.pages, max_pages)
                if end := _end(read, page, new, since, max_pages):
                    return replace(read, end=end)
                answer = await ask_older(client, house.robots, page.older, house.settings)
                page = LAST_PAGE if _is_gone(answer) else await _page(house, page.older, answer)
                read = replace(read, pages=read.pages + isinstance(page, ParsedFeed))
    except asyncio.CancelledError:  # so `asyncio.run` ends what it runs at Ctrl-C
        return replace(read, end=INTERRUPTED)
    return replace(read, end=page)


def _end(
    read: History, page: ParsedFeed, new: list[FeedItem], since: datetime, max_pages: int
) -> str:
    """Why no further page is asked for after a page; "" if one is."""
    if read.pages and page.newest is not None and page.newest < since:
        return f"that is all since {since:%Y-%m-%d}"
    if not page.older or not new:
        return LAST_PAGE if read.pages else NO_PAGES
    if read.pages < max_pages:
        return ""
    more = ": --pages reads more" if max_pages < MAX_PAGES else ""
    return f"page {read.pages} was the last to be read{more}"


def _is_gone(answer: Answer | Failure) -> bool:
    """Whether there is no such page: so WordPress answers for the page after its last."""
    return isinstance(answer, Answer) and answer.status in (404, 410)


async def _page(house: House, url: str, answer: Answer | Failure) -> ParsedFeed | str:
    """The page that was asked for, or why there is none."""
    if isinstance(answer, Failure):
        return str(answer)
    page = await parsed(house, older_body(url, answer))
    if page is None:
        elsewhere = brings_a_body(answer)
        return f"{url} leads to another site" if elsewhere else f"{url} answered {answer.status}"
    return page if isinstance(page, ParsedFeed) else f"{url} is not a feed: {page.reason}"


def _wanted(feed: Feed, items: list[FeedItem], since: datetime) -> list[FeedItem]:
    """The items of a page that are of the time asked for, or have no date."""
    until = seen_until(feed) or since
    return [one for one in items if one.published is None or since <= one.published < until]


def _record(house: House, feed: Feed, items: list[FeedItem]) -> int | None:
    """Record the entries of a page; returns how many are new. None, with nothing recorded, if the
    feed is to be polled no more."""
    now = house.now()
    with house.ledger.write() as tx:
        present = feeds.at(tx, feed.url)
        if present is None or present.paused_at is not None:
            return None
        found, _ = entries.record_items(tx, feed, items, now, historic=True)
    return found


def _oldest(read: History, items: list[FeedItem]) -> datetime | None:
    dates = [item.published for item in items if item.published is not None]
    return min((*dates, *([read.oldest] if read.oldest else ())), default=None)
