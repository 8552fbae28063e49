"""Be polite to sites: one request at a time for each, a pause after it, many sites in parallel."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from heapq import heappop, heappush
from itertools import count
from time import monotonic
from typing import Generic, TypeVar

from core.clock import utc_now
from core.records import SiteRecord

Job = TypeVar("Job")
Done = TypeVar("Done")

LONGEST_PAUSE = timedelta(seconds=60)
"""A longer `Crawl-delay` is cut to this: otherwise a site would hold a worker for hours."""

BUSY = timedelta(seconds=60)
"""How long a site that answers 429 or 503 is let alone, if it does not say how long."""

LONGEST_HOLD = timedelta(days=1)
"""A longer Retry-After is cut to this: some say years by mistake."""

KEPT_PAUSE = timedelta(seconds=2)
"""Longer pauses are stored for the next process; shorter ones are over before it has started."""

_BUSY_STATUSES = (429, 503)


class Again(Enum):
    """What a job's work returns if its site had to be asked something else first."""

    AGAIN = "to be worked on again once its site's pause is over"


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Sites:
    """What one process knows about its last requests to each site.

    All clients of a process share one object, over all stages and passes, since a site is owed its
    pause whatever it is asked for. Nothing is kept about a site whose pause is over.
    """

    def __init__(self, pause: float, now: Callable[[], datetime] = utc_now) -> None:
        self._pause = timedelta(seconds=pause)
        self._now = now
        self._slow: dict[str, timedelta] = {}
        self._held: dict[str, datetime] = {}
        self._ended: dict[str, datetime] = {}  # in order of time
        self._turns: dict[str, _Turn] = {}
        self._changed: set[str] = set()

    def load(self, kept: Iterable[SiteRecord]) -> None:
        """Take over what other processes owe to sites."""
        for one in kept:
            if one.pause is not None:
                self._slow[one.name] = timedelta(seconds=one.pause)
            if one.held_until is not None:
                self._held[one.name] = max(one.held_until, self._held.get(one.name, one.held_until))
            if one.asked_at is not None:
                self._ended[one.name] = max(one.asked_at, self._ended.get(one.name, one.asked_at))
        # In order of time, whichever process asked.
        self._ended = dict(sorted(self._ended.items(), key=lambda item: item[1]))

    def drain(self) -> list[SiteRecord]:
        """What has changed since the last call and has to outlive the process."""
        changed, self._changed = self._changed, set()
        return [self._kept(site) for site in changed]

    def _kept(self, site: str) -> SiteRecord:
        slow, held, asked = self._slow.get(site), self._held.get(site), self._ended.get(site)
        owed = (asked or self._now()) + (slow or self._pause)
        return SiteRecord(
            name=site,
            asked_at=asked,
            pause=None if slow is None else slow.total_seconds(),
            held_until=held,
            until=owed if held is None else max(held, owed),
        )

    @asynccontextmanager
    async def turn(self, site: str) -> AsyncIterator[timedelta | None]:
        """Have the site to yourself for one request, after its pause.

        Yields None, or how long the site asks to be let alone: then do not ask it. Never make
        requests to other sites within the block: two blocks would wait for each other.
        """
        turn = self._turns.setdefault(site, _Turn())
        turn.users += 1
        try:
            async with turn.lock:
                held = self.hold_left(site)
                if held is not None:
                    yield held
                    return
                if wait := self.wait(site):
                    await asyncio.sleep(wait)
                try:
                    yield None
                finally:
                    self._end(site)
        finally:
            turn.users -= 1
            if not turn.users:
                del self._turns[site]

    def wait(self, site: str) -> float:
        """Seconds until the site's pause is over."""
        ended = self._ended.get(site)
        if ended is None:
            return 0.0
        pause = self._slow.get(site, self._pause)
        # A clock that is set back must not make the pause longer.
        return min(pause, max(ended + pause - self._now(), timedelta(0))).total_seconds()

    def hold_left(self, site: str) -> timedelta | None:
        """How much longer the site asks to be let alone; None if it does not."""
        until = self._held.get(site)
        if until is None:
            return None
        # A hold longer than the longest was set while the clock was wrong.
        if not (now := self._now()) < until <= now + LONGEST_HOLD:
            del self._held[site]
            return None
        return until - now

    def back_off(self, site: str, status: int, wait: timedelta | None) -> None:
        """Let a site alone if it says that it is busy: for `wait`, if it says how long."""
        if status in _BUSY_STATUSES:
            hold = min(BUSY if wait is None else wait, LONGEST_HOLD)
            self._held[site] = max(self._now() + hold, self._held.get(site, self._now()))
            self._changed.add(site)

    def slow_down(self, site: str, delay: float | None) -> None:
        """Obey a site's `Crawl-delay`, in seconds, if it is longer than our own pause."""
        seconds = min(delay or 0.0, LONGEST_PAUSE.total_seconds())
        if seconds > self._pause.total_seconds():
            self._slow[site] = timedelta(seconds=seconds)
        else:
            self._slow.pop(site, None)

    def _end(self, site: str) -> None:
        now = self._now()
        self._ended.pop(site, None)
        self._ended[site] = now
        if self._slow.get(site, self._pause) > KEPT_PAUSE:
            self._changed.add(site)
        longest = max(self._pause, LONGEST_PAUSE)
        while (first := next(iter(self._ended))) and self._ended[first] + longest < now:
            del self._ended[first]


class _Queues(Generic[Job]):
    """The jobs of each site in order. The site that may be asked soonest is next."""

    def __init__(self, jobs: Iterable[Job], site: Callable[[Job], str], sites: Sites) -> None:
        self._sites = sites
        self._jobs: dict[str, deque[Job]] = {}
        for job in jobs:
            self._jobs.setdefault(site(job), deque()).append(job)
        self._order = count()  # sites with the same time come as their jobs did
        self._next: list[tuple[float, int, str]] = []
        for name in self._jobs:
            self._line_up(name)

    def __len__(self) -> int:
        """The number of sites that have jobs and no worker."""
        return len(self._next)

    async def begin(self) -> tuple[str, Job]:
        """The next site and its first job, once the site may be asked. No other worker gets a job
        of that site before `end`."""
        at, _, name = heappop(self._next)
        if (wait := at - monotonic()) > 0:
            await asyncio.sleep(wait)
        return name, self._jobs[name][0]

    def end(self, name: str, *, done: bool) -> None:
        """A site's first job was worked on; if it is not done, it is the site's next one again."""
        if done:
            self._jobs[name].popleft()
        if self._jobs[name]:
            self._line_up(name)

    def _line_up(self, name: str) -> None:
        heappush(self._next, (monotonic() + self._sites.wait(name), next(self._order), name))


async def site_by_site(
    jobs: Iterable[Job],
    *,
    site: Callable[[Job], str],
    work: Callable[[Job], Awaitable[Done | Again]],
    sites: Sites,
    concurrency: int,
) -> AsyncGenerator[tuple[Job, Done], None]:
    """Do jobs in order within each site and in parallel across sites; yield each when it is done.

    A site in its pause is passed over for one that may be asked. Up to `concurrency` results wait
    for the caller; beyond that, no more work is begun.

    Args:
        jobs: what to do.
        site: returns the site of a job.
        work: does one job, each request in a `sites.turn`; the first error that it raises ends
            everything, and is raised. A job that needs two requests returns `Again` after the
            first: if it waited for the pause between them, its worker would be lost to all other
            sites.
        sites: knows when a site may be asked again.
        concurrency: how many jobs are worked on at once.
    """
    queues = _Queues(jobs, site, sites)
    results: asyncio.Queue[tuple[Job, Done] | None] = asyncio.Queue(concurrency)

    async def worker() -> None:
        while queues:
            name, job = await queues.begin()
            result = await work(job)
            if not isinstance(result, Again):
                await results.put((job, result))
            queues.end(name, done=not isinstance(result, Again))

    async def work_all() -> None:
        error: Exception | None = None
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(concurrency, len(queues))):
                    group.create_task(worker())
        except ExceptionGroup as several:
            # The caller knows it by its class. It has cancelled all others.
            error = several.exceptions[0]
        await results.put(None)
        if error is not None:
            raise error

    working = asyncio.create_task(work_all())
    try:
        while (item := await results.get()) is not None:
            yield item
        await working
    finally:
        working.cancel()
        # What it raised has been raised above, or the caller is gone.
        await asyncio.gather(working, return_exceptions=True)
