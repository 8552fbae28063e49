"""Poll: due feeds → entries."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from core.faults import Fault, tried_async
from core.ledger import entries, feeds, gaps, notices
from core.records import Feed
from core.settings import Settings
from ingest.feeds.ask import LIGHT, Body, Parsed, ask, ask_older, new_body, older_body, parse_body
from ingest.feeds.older import Read, first, further, may_come
from ingest.feeds.parser import NotAFeed
from ingest.feeds.poll import Polled, is_offline, is_unanswered, judge
from ingest.pages.workers import Done
from ingest.web.answers import Answer, Failure, FailureKind
from ingest.web.client import Client
from ingest.web.manners import Again, site_by_site
from wirewatch.attempts import OF_ALL, tried_apart
from wirewatch.batches import in_batches
from wirewatch.house import ALL, House, Shard
from wirewatch.passes.judgement import judged
from wirewatch.passes.manners import Learnt, keep, learnt, recall
from wirewatch.progress import Progress, silent

log = logging.getLogger(__name__)

POLL_BATCH = 10_000
"""Feeds that are polled at once, some 70 MB of them; bounds the memory of a pass."""

LONGEST_READING = timedelta(minutes=15)
"""How long older pages are asked for in a pass: all articles wait until this stage has ended, and a
site with many feeds may have a long `Crawl-delay`."""

WAITING = 200
"""Feeds that wait for the pause of their site before their next older page, each with what was read
of it, some 500 kB. With more of them, a worker waits itself: after an outage, they may be
thousands."""

BATCH = 100
"""Most polls recorded in one transaction."""

BATCH_SECONDS = 0.2
"""How long an answer waits to be recorded together with others: what `kill -9` may lose."""


def poll(
    house: House, shard: Shard = ALL, progress: Progress = silent, *, only: str | None = None
) -> int:
    """Poll the feeds that are due, and record what they list; return how many were polled.

    `only` is the address of a single feed to poll, due or not.
    """
    polled = 0
    started = house.now()
    with house.slots(shard) as slots:
        recall(house)
        while True:
            with house.ledger.read() as tx:
                due = feeds.due(tx, slots, started, POLL_BATCH, only=only)
            until = house.now() + timedelta(seconds=house.settings.poll_min)
            with house.ledger.write() as tx:
                feeds.claim(tx, due, until)
            asyncio.run(_poll(house, due, polled, progress))
            polled += len(due)
            if len(due) < POLL_BATCH:
                return polled


async def _poll(house: House, due: list[Feed], before: int, progress: Progress) -> None:
    settings = house.settings
    async with Client(settings, house.sites) as client:
        answers: AsyncGenerator[tuple[Feed, Read], None] = site_by_site(
            due,
            site=lambda feed: feed.site,
            work=_asking(house, client),
            sites=house.sites,
            concurrency=settings.concurrency,
        )
        async with (
            aclosing(answers),
            aclosing(in_batches(answers, size=BATCH, seconds=BATCH_SECONDS)) as batches,
        ):
            done = before
            unanswered: list[tuple[Feed, Read]] = []
            is_online = False
            async for batch in batches:
                done += len(batch)
                is_online = is_online or not all(is_unanswered(one.answer) for _, one in batch)
                if not is_online:
                    unanswered += batch
                else:
                    # In a thread, so that a slow disk or a feed of 10,000 entries does not hold up
                    # the other sites.
                    await asyncio.to_thread(_record, house, unanswered + batch, learnt(house))
                    unanswered = []
                progress("poll", done, before + len(due))
    if is_offline([feed for feed, _ in unanswered], house.now()):
        log.warning("no site answers: is this machine offline? The next pass asks them again")
    elif unanswered:
        _record(house, unanswered, learnt(house))


def _asking(house: House, client: Client) -> Callable[[Feed], Awaitable[Read | Again]]:
    """Asks for a feed, and for older pages of its list as far as they are missing, for a while."""
    settings = house.settings
    reading: dict[str, Read] = {}
    end = house.now() + LONGEST_READING

    async def asked(feed: Feed, begun: Read | None) -> Read:
        if begun is None:
            answer = await ask(client, feed, settings)
            return first(feed, answer, await parsed(house, new_body(feed, answer)), house.now())
        url = begun.next_page
        if not house.robots.is_known(url):
            recall(house, [url])
        page = await ask_older(client, house.robots, url, settings)
        if may_come(page):
            return begun
        return further(feed, begun, await parsed(house, older_body(url, page)), house.now())

    async def work(feed: Feed) -> Read | Again:
        begun = reading.pop(feed.id, None)
        while True:
            read = await tried_async("polling", feed.url, partial(asked, feed, begun), OF_ALL)
            if isinstance(read, Fault):
                # What was read before stands: an older page costs no more than itself.
                return begun or Read(Failure(FailureKind.FAULT, read.detail), None)
            if read is begun or not read.next_page or house.now() >= end:
                return read
            if len(reading) < WAITING:
                reading[feed.id] = read
                return Again.AGAIN  # once the site's pause is over
            begun = read

    return work


async def parsed(house: House, body: Body | None) -> Parsed | None:
    """Parse a body, if there is one: in a worker if it is so large that the other feeds would have
    to wait, else in a thread."""
    if body is None:
        return None
    if len(body.content) <= LIGHT:
        return await asyncio.to_thread(parse_body, body)
    result = await house.workers(parse_body).do(body)
    if isinstance(result, Done):
        return result.value
    return NotAFeed(f"of {len(body.content):,} bytes; parsing it {result.reason}")


def _record(house: House, answers: Sequence[tuple[Feed, Read]], new: Learnt) -> None:
    recorded = tried_apart(
        "recording",
        answers,
        partial(_record_answers, house),
        name=lambda one: one[0].url,
        site=lambda one: one[0].site,
    )
    for several, result in recorded:
        if isinstance(result, Fault):
            failed = Failure(FailureKind.FAULT, result.detail)
            _record_answers(house, [(feed, Read(failed, None)) for feed, _ in several])
    keep(house, new)


def _polled(feed: Feed, read: Read, now: datetime, settings: Settings) -> Polled:
    def to_judge(answer: Answer | Failure) -> Polled:
        return judge(feed, replace(read, answer=answer), now, settings)

    return judged("polling", feed.url, to_judge, read.answer)


def _record_answers(house: House, answers: Sequence[tuple[Feed, Read]]) -> None:
    now = house.now()
    results = [(feed, _polled(feed, read, now, house.settings)) for feed, read in answers]
    with house.ledger.write() as tx:
        listed = [item for _, polled in results for item in polled.items]
        entries.lock_to_record(tx, listed, [polled.feed.id for _, polled in results])
        # Another pass takes over the feeds of one that is paused, as on a laptop that sleeps: an
        # older list would pass for an edit, and an answer that never came for a failure.
        ours = feeds.unpolled_since(tx, (feed for feed, _ in results))
        for feed, polled in results:
            if feed.id not in ours:
                continue
            # Validators and entries in one transaction: if the entries were lost, the next answer
            # would be a 304 and they would never be seen.
            entries.record_items(tx, polled.feed, polled.items, now)
            feeds.save(tx, feed, polled.feed)
            is_news = polled.gap is None or gaps.add(tx, polled.feed, polled.gap, now)
            if polled.notice is not None and (is_news or not polled.notice.is_of_gap):
                notices.add(tx, polled.notice)
