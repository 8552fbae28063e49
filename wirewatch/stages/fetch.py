"""Fetch: entries → pages."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from core.faults import Fault, tried_async
from core.ledger import entries, segments, visits
from core.records import Entry, Page, State
from ingest.feeds.identity import is_set_apart
from ingest.pages.fetch import ask, judge, waited_since
from ingest.pages.outcomes import Quarantined, Rejected, Retry, Unchanged
from ingest.web.answers import Answer, Failure, FailureKind
from ingest.web.client import Client
from ingest.web.manners import Again, site_by_site
from wirewatch.attempts import OF_ALL, tried_apart
from wirewatch.house import ALL, House, Shard
from wirewatch.passes.ending import end_entry
from wirewatch.passes.judgement import judged
from wirewatch.passes.manners import TOGETHER, keep, learnt, recall
from wirewatch.progress import Progress, silent

FETCH_BATCH = 5_000
"""Most entries whose pages are fetched at once."""

SEGMENT_BYTES = 64 * 1024 * 1024
"""Approximate size of the pages in one file; bounds the memory of this stage and of extraction."""

LONGEST_TURN = timedelta(minutes=15)
"""How long pages are asked for at once. What is left then, of a site with thousands of new pages or
a long `Crawl-delay`, is for the next pass: all other articles wait until this stage has ended."""

FEED_PAGES = 1_000
"""Most pages of one feed that a pass asks for, about as many as one site is asked for in that time.
A feed can list 20,000 an hour, on as many sites that answer late or never: the pages of all other
feeds would wait for them."""


Came = tuple[Answer | Failure, float]
"""What came of asking for a page, and how many seconds that took."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """A fetched page, and how long that took."""

    entry: Entry
    page: Page
    seconds: float


def fetch(house: House, shard: Shard = ALL, progress: Progress = silent) -> int:
    """Fetch the pages of due entries into page segments; return how many were asked for."""
    asked = 0
    slow: set[str] = set()
    pages: Counter[str] = Counter()
    with house.slots(shard) as slots:
        while True:
            full = {feed for feed, number in pages.items() if number >= FEED_PAGES}
            with house.ledger.read() as tx:
                found = visits.due(
                    tx, slots, house.now(), FETCH_BATCH, without=slow, without_feeds=full
                )
            due = _shared_out(found, pages)
            if not due:
                return asked
            recall(house, (entry.url for entry in due))
            until = house.now() + timedelta(seconds=next(iter(house.settings.retry_ladder), 0.0))
            with house.ledger.write() as tx:
                visits.claim(tx, due, until)
            left = asyncio.run(_fetch(house, due, asked, progress))
            slow |= {entry.site for entry in left}
            asked += len(due) - len(left)


def _shared_out(due: list[Entry], pages: Counter[str]) -> list[Entry]:
    """The entries that some feed may still have pages of in this pass; `pages` counts them."""
    ours: list[Entry] = []
    for entry in due:
        if not entry.feeds or any(pages[feed] < FEED_PAGES for feed in entry.feeds):
            ours.append(entry)
            pages.update(entry.feeds)
    return ours


async def _fetch(house: House, due: list[Entry], before: int, progress: Progress) -> list[Entry]:
    """Fetch the pages of entries; return the entries that there was no time for."""
    settings = house.settings
    fetched: list[Fetch] = []
    left: list[Entry] = []
    size = 0
    async with Client(settings, house.sites) as client:
        answers = site_by_site(
            due,
            site=lambda entry: entry.site,
            work=_asking(house, client),
            sites=house.sites,
            concurrency=settings.concurrency,
        )
        done = before
        async for entry, came in answers:
            if came is None:
                left.append(entry)
                continue
            answer, seconds = came
            to_judge = partial(judge, entry, now=house.now(), settings=settings)
            result = judged("fetching", entry.url, to_judge, answer)
            if isinstance(result, Page):
                fetched.append(Fetch(entry, result, seconds))
                size += len(result.body)
            else:
                await asyncio.to_thread(_record_unfetched, house, entry, result, seconds)
            if len(fetched) >= settings.segment_items or size >= SEGMENT_BYTES:
                await asyncio.to_thread(_record_pages, house, fetched)
                fetched, size = [], 0
                await asyncio.to_thread(keep, house, learnt(house))
            done += 1
            progress("fetch", done, before + len(due))
    if fetched:
        _record_pages(house, fetched)
    keep(house, learnt(house))
    return left


def _asking(house: House, client: Client) -> Callable[[Entry], Awaitable[Came | Again | None]]:
    """Asks for the page of an entry, for a while; None once there is no time left."""
    prepared: set[str] = set()
    end = house.now() + LONGEST_TURN

    async def answered(entry: Entry) -> Came | Again:
        if is_set_apart(entry.url):
            return Failure(FailureKind.NO_PAGE, entry.url), 0.0
        if entry.id not in prepared and not house.robots.is_known(entry.url):
            # Once per entry: an unavailable robots.txt would be asked for endlessly.
            prepared.add(entry.id)
            await house.robots.refusal(client, entry.url)
            if house.robots.fresh >= TOGETHER:
                await asyncio.to_thread(keep, house, learnt(house))
            return Again.AGAIN
        began = time.monotonic()
        answer = await ask(client, house.robots, entry, house.settings)
        return answer, time.monotonic() - began

    async def work(entry: Entry) -> Came | Again | None:
        if house.now() >= end:
            return None
        result = await tried_async("fetching", entry.url, partial(answered, entry), OF_ALL)
        if isinstance(result, Fault):
            return Failure(FailureKind.FAULT, result.detail), 0.0
        return result

    return work


def _record_unfetched(
    house: House, entry: Entry, result: Rejected | Quarantined | Retry | Unchanged, seconds: float
) -> None:
    now = house.now()
    with house.ledger.write() as tx:
        if not isinstance(result, Retry):
            end_entry(tx, entry, result, now=now, seconds=seconds)
            return
        entries.transition(
            tx,
            entry,
            State.FOUND,
            now=now,
            seconds=seconds,
            reason=result.reason,
            attempts=result.attempts,
            next_attempt_at=result.at,
            revisit_at=waited_since(entry) or now,
        )


def _record_pages(house: House, fetched: list[Fetch]) -> None:
    recorded = tried_apart(
        "recording",
        fetched,
        partial(_archive, house),
        name=lambda one: one.page.url,
        site=lambda one: one.entry.site,
    )
    for several, met in recorded:
        if not isinstance(met, Fault):
            continue
        failed = Failure(FailureKind.FAULT, met.detail)
        for one in several:
            result = judge(one.entry, failed, house.now(), house.settings)
            if isinstance(result, Page):
                _archive(house, [Fetch(one.entry, result, one.seconds)])
            else:
                _record_unfetched(house, one.entry, result, one.seconds)


def _archive(house: House, fetched: Sequence[Fetch]) -> None:
    segment = house.archive.write_pages(one.page for one in fetched)
    now = house.now()
    with house.ledger.write() as tx:
        segments.add(tx, segment, now)
        entries.lock(tx, (one.entry.id for one in fetched))
        for one in fetched:
            entries.transition(
                tx,
                one.entry,
                State.FETCHED,
                now=now,
                seconds=one.seconds,
                reason=one.page.missing,
                attempts=0,
            )
