"""Poll: due feeds → entries."""

from __future__ import annotations

import asyncio

from core.ledger import entries, feeds
from core.records import Feed
from ingest.client import Client
from ingest.manners import site_by_site
from ingest.poll import Polled, ask, judge
from wirewatch.house import ALL, House, Shard
from wirewatch.progress import Progress, silent


def poll(house: House, shard: Shard = ALL, progress: Progress = silent) -> int:
    """Poll the feeds that are due, and record what they list; how many were polled."""
    with house.slots(shard) as slots:
        with house.ledger.read() as tx:
            due = feeds.due(tx, slots, house.now())
        asyncio.run(_poll(house, due, progress))
    return len(due)


async def _poll(house: House, due: list[Feed], progress: Progress) -> None:
    settings = house.settings
    async with Client(settings) as client:
        answers = site_by_site(
            due,
            site=lambda feed: feed.site,
            work=lambda feed: ask(client, feed, settings),
            concurrency=settings.concurrency,
            pause=settings.pause,
        )
        done = 0
        async for feed, answer in answers:
            polled = judge(feed, answer, house.now(), settings)
            # In a thread, so that a slow disk does not make the other sites wait.
            await asyncio.to_thread(_record_poll, house, feed, polled)
            done += 1
            progress("poll", done, len(due))


def _record_poll(house: House, feed: Feed, polled: Polled) -> None:
    now = house.now()
    with house.ledger.write() as tx:
        # Validators and entries in one transaction: were the entries lost, the next answer
        # would be a 304 and they would never be seen again.
        found, edited = entries.record_items(tx, polled.feed, polled.items, now)
        feeds.save(tx, feed, polled.feed, now)
        feeds.record_poll(
            tx,
            feed,
            now=now,
            status=polled.status,
            items=len(polled.items),
            found=found,
            edited=edited,
            reason=polled.reason,
        )
