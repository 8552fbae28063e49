"""Good manners: in order and one at a time within a site, side by side across sites."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.manners import site_by_site


def run(jobs, work, *, concurrency=32, pause=0.0):
    async def collect():
        done = site_by_site(
            jobs, site=lambda job: job[0], work=work, concurrency=concurrency, pause=pause
        )
        return [one async for one in done]

    return asyncio.run(collect())


class Worker:
    """Notes who is at work when; each job takes two turns of the loop."""

    def __init__(self):
        self.running: list[str] = []
        self.most_together = 0
        self.order: list[tuple[str, int]] = []

    async def __call__(self, job):
        site, _ = job
        assert site not in self.running, "two at once at one site"
        self.running.append(site)
        self.most_together = max(self.most_together, len(self.running))
        self.order.append(job)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.running.remove(site)
        return job[1] * 10


JOBS = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 99)), max_size=30)


@settings(deadline=None)
@given(JOBS, st.integers(1, 6))
def test_each_job_is_done_once_in_order_within_its_site(jobs, concurrency):
    worker = Worker()
    done = run(jobs, worker, concurrency=concurrency)
    assert sorted(done) == sorted((job, job[1] * 10) for job in jobs)
    for site in "abcde":
        assert [job for job in worker.order if job[0] == site] == [
            job for job in jobs if job[0] == site
        ]
    assert worker.most_together <= concurrency


def test_sites_are_asked_side_by_side():
    worker = Worker()
    run([(site, number) for site in "abcdefgh" for number in range(3)], worker)
    assert worker.most_together == 8


def test_a_slow_site_does_not_keep_the_others_waiting():
    async def collect():
        others_done = asyncio.Event()

        async def work(job):
            if job[0] == "slow":
                await others_done.wait()
            return

        seen = []
        jobs = [("slow", 1), ("a", 1), ("b", 1)]
        async for job, _ in site_by_site(
            jobs, site=lambda job: job[0], work=work, concurrency=9, pause=0
        ):
            seen.append(job[0])
            if len(seen) == 2:
                others_done.set()
        return seen

    assert asyncio.run(asyncio.wait_for(collect(), 10)) == ["a", "b", "slow"]


def test_a_pause_is_kept_between_the_end_of_one_request_and_the_next():
    spans: dict[str, list[tuple[float, float]]] = {"a": [], "b": []}

    async def work(job):
        begun = time.monotonic()
        await asyncio.sleep(0.005)
        spans[job[0]].append((begun, time.monotonic()))

    run([(site, number) for site in "ab" for number in range(3)], work, pause=0.03)
    for visits in spans.values():
        gaps = [later[0] - earlier[1] for earlier, later in pairwise(visits)]
        assert all(gap >= 0.029 for gap in gaps)
        assert len(gaps) == 2


def test_the_first_request_to_a_site_does_not_wait():
    begun = time.monotonic()

    async def work(job):
        return time.monotonic() - begun

    assert all(waited < 5 for _, waited in run([("a", 1), ("b", 1)], work, pause=10))


def test_no_jobs_are_soon_done():
    assert run([], Worker()) == []


def test_what_a_job_raises_ends_all():
    cancelled = []

    async def work(job):
        if job[0] == "bad":
            raise ZeroDivisionError
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(job)
            raise

    with pytest.raises(ExceptionGroup) as error:
        run([("a", 1), ("bad", 1), ("b", 1)], work)
    assert error.group_contains(ZeroDivisionError)
    assert sorted(cancelled) == [("a", 1), ("b", 1)]


def test_a_reader_that_goes_away_ends_all():
    async def collect():
        cancelled = []

        async def work(job):
            try:
                await asyncio.sleep(0 if job[0] == "a" else 60)
            except asyncio.CancelledError:
                cancelled.append(job)
                raise

        done = site_by_site(
            [("a", 1), ("b", 1)], site=lambda job: job[0], work=work, concurrency=9, pause=0
        )
        async for _ in done:
            break
        await done.aclose()
        return cancelled, [
            task for task in asyncio.all_tasks() if task is not asyncio.current_task()
        ]

    assert asyncio.run(collect()) == ([("b", 1)], [])
