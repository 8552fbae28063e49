"""Fetch: entries → pages."""

from __future__ import annotations

import asyncio

from core.ledger import entries, segments
from core.records import Entry, Page, State
from ingest.client import Client
from ingest.fetch import Quarantined, Rejected, Retry, ask, judge
from ingest.manners import site_by_site
from ingest.robots import Robots
from wirewatch.house import ALL, House, Shard
from wirewatch.progress import Progress, silent

FETCH_BATCH = 5_000
"""Entries whose pages are asked for at once; bounds the memory of a pass."""


def fetch(house: House, shard: Shard = ALL, progress: Progress = silent) -> int:
    """Fetch the pages of entries that are due, into page segments; how many were asked for."""
    asked = 0
    with house.slots(shard) as slots:
        while True:
            with house.ledger.read() as tx:
                due = entries.due(tx, slots, house.now(), FETCH_BATCH)
            if not due:
                return asked
            asyncio.run(_fetch(house, due, asked, progress))
            asked += len(due)


async def _fetch(house: House, due: list[Entry], before: int, progress: Progress) -> None:
    settings = house.settings
    fetched: list[tuple[Entry, Page]] = []
    robots = Robots()
    async with Client(settings) as client:
        answers = site_by_site(
            due,
            site=lambda entry: entry.site,
            work=lambda entry: ask(client, robots, entry, settings),
            concurrency=settings.concurrency,
            pause=settings.pause,
        )
        done = before
        async for entry, answer in answers:
            result = judge(entry, answer, house.now(), settings)
            if isinstance(result, Page):
                fetched.append((entry, result))
            else:
                await asyncio.to_thread(_record_unfetched, house, entry, result)
            if len(fetched) >= settings.segment_items:
                await asyncio.to_thread(_record_pages, house, fetched)
                fetched = []
            done += 1
            progress("fetch", done, before + len(due))
    if fetched:
        _record_pages(house, fetched)


def _record_unfetched(house: House, entry: Entry, result: Rejected | Quarantined | Retry) -> None:
    now = house.now()
    with house.ledger.write() as tx:
        if isinstance(result, Retry):
            entries.move(
                tx,
                entry,
                State.FOUND,
                now=now,
                reason=result.reason,
                attempts=entry.attempts + 1,
                next_attempt_at=result.at,
            )
        else:
            end = State.REJECTED if isinstance(result, Rejected) else State.QUARANTINED
            entries.move(tx, entry, end, now=now, reason=result.reason)


def _record_pages(house: House, fetched: list[tuple[Entry, Page]]) -> None:
    segment = house.archive.write_pages(page for _, page in fetched)
    now = house.now()
    with house.ledger.write() as tx:
        segments.add(tx, segment, now)
        for entry, _ in fetched:
            entries.move(tx, entry, State.FETCHED, now=now)
