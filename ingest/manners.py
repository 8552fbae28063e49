"""Good manners across sites: one request at a time per site with a pause, many sites at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")


async def site_by_site(
    jobs: Iterable[Job],
    *,
    site: Callable[[Job], str],
    work: Callable[[Job], Awaitable[Done]],
    concurrency: int,
    pause: float,
) -> AsyncIterator[tuple[Job, Done]]:
    """Do jobs in order within each site and side by side across sites; yield as they are done.

    Args:
        jobs: what is to be done.
        site: the site of a job.
        work: does one job; what it raises ends all.
        concurrency: how many sites are worked on at once.
        pause: seconds from the end of one request to a site to the start of the next.
    """
    queues: dict[str, list[Job]] = {}
    for job in jobs:
        queues.setdefault(site(job), []).append(job)
    done: asyncio.Queue[tuple[Job, Done] | None] = asyncio.Queue()
    free = asyncio.Semaphore(concurrency)

    async def visit(queue: list[Job]) -> None:
        async with free:
            ended = -pause
            for job in queue:
                await asyncio.sleep(max(0.0, ended + pause - time.monotonic()) if ended > 0 else 0)
                done.put_nowait((job, await work(job)))
                ended = time.monotonic()

    async def visit_all() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for queue in queues.values():
                    group.create_task(visit(queue))
        finally:
            done.put_nowait(None)

    visits = asyncio.create_task(visit_all())
    try:
        while (item := await done.get()) is not None:
            yield item
        await visits
    finally:
        visits.cancel()
        await asyncio.gather(visits, return_exceptions=True)
