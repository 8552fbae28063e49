"""Good manners: one request at a time and in order within a site, concurrently across sites."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import timedelta
from itertools import pairwise

import pytest
from factories import Clock
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.manners import BUSY, LONGEST_HOLD, LONGEST_PAUSE, Again, Sites, site_by_site


class Worker:
    """Records which jobs run when; each job takes two turns of the loop."""

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


def visits(jobs, work, *, concurrency=32, sites=None):
    return site_by_site(
        jobs,
        site=lambda job: job[0],
        work=work,
        sites=sites or Sites(0),
        concurrency=concurrency,
    )


def run(jobs, work, **kwargs):
    async def collect():
        return [one async for one in visits(jobs, work, **kwargs)]

    return asyncio.run(collect())


JOBS = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 99)), max_size=30)


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


def test_sites_are_visited_concurrently():
    worker = Worker()
    run([(site, number) for site in "abcdefgh" for number in range(3)], worker)
    assert worker.most_together == 8


def test_a_slow_site_does_not_keep_the_others_waiting():
    async def collect():
        others_done = asyncio.Event()

        async def work(job):
            if job[0] == "slow":
                await others_done.wait()

        seen = []
        async for job, _ in visits([("slow", 1), ("a", 1), ("b", 1)], work):
            seen.append(job[0])
            if len(seen) == 2:
                others_done.set()
        return seen

    assert asyncio.run(asyncio.wait_for(collect(), 10)) == ["a", "b", "slow"]


def test_a_site_still_pausing_is_skipped_for_now():
    clock = Clock()
    sites = Sites(0.05, clock)

    async def work(job):
        async with sites.turn(job[0]):
            return job

    jobs = [("a", 1), ("a", 2), ("b", 1), ("c", 1)]
    order = [job for job, _ in run(jobs, work, concurrency=1, sites=sites)]
    assert order == [("a", 1), ("b", 1), ("c", 1), ("a", 2)]


def test_a_slow_reader_holds_back_new_work():
    worker = Worker()

    async def collect():
        async with aclosing(
            visits([(str(n), n) for n in range(100)], worker, concurrency=4)
        ) as all_:
            taken = 0
            async for _ in all_:
                taken += 1
                for _ in range(50):
                    await asyncio.sleep(0)
                # Taken, waiting to be taken, or held by a worker waiting to hand it over.
                assert len(worker.order) <= taken + 4 + 4
            return taken

    assert asyncio.run(collect()) == 100


def test_no_jobs_give_no_results():
    assert run([], Worker()) == []


def test_an_exception_in_a_job_ends_all_jobs_and_is_raised_as_it_is():
    cancelled = []

    async def work(job):
        if job[0] == "bad":
            raise ZeroDivisionError
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(job)
            raise

    with pytest.raises(ZeroDivisionError):
        run([("a", 1), ("bad", 1), ("b", 1)], work)
    assert sorted(cancelled) == [("a", 1)] or sorted(cancelled) == [("a", 1), ("b", 1)]


def test_a_reader_that_stops_cancels_all_jobs():
    async def collect():
        cancelled = []

        async def work(job):
            try:
                await asyncio.sleep(0 if job[0] == "a" else 60)
            except asyncio.CancelledError:
                cancelled.append(job)
                raise

        async with aclosing(visits([("a", 1), ("b", 1)], work)) as done:
            async for _ in done:
                break
        return cancelled, [
            task for task in asyncio.all_tasks() if task is not asyncio.current_task()
        ]

    assert asyncio.run(collect()) == ([("b", 1)], [])


def test_a_reader_that_stops_with_results_waiting_cancels_all_jobs():
    async def collect():
        jobs = [(str(n), n) for n in range(50)]
        async with asyncio.timeout(10), aclosing(visits(jobs, Worker(), concurrency=2)) as done:
            async for _ in done:
                for _ in range(50):
                    await asyncio.sleep(0)
                break
        return [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]

    assert asyncio.run(collect()) == []


# --- turns


def spans_of(sites, requests, *, seconds=0.0):
    """When each request to each site began and ended, by the loop's clock."""
    spans: dict[str, list[tuple[float, float]]] = {}

    async def one(site):
        now = asyncio.get_running_loop().time
        async with sites.turn(site) as held:
            assert held is None
            begun = now()
            await asyncio.sleep(seconds)
            spans.setdefault(site, []).append((begun, now()))

    async def all_of_them():
        await asyncio.gather(*(one(site) for site in requests))

    asyncio.run(all_of_them())
    return spans


def test_a_pause_is_kept_between_the_end_of_one_request_and_the_next():
    sites = Sites(0.03)
    spans = spans_of(sites, "abaabb", seconds=0.005)
    for requests in spans.values():
        gaps = [later[0] - earlier[1] for earlier, later in pairwise(requests)]
        assert len(gaps) == 2
        assert all(gap >= 0.029 for gap in gaps)


def test_the_pause_carries_over_to_the_next_stage():
    clock = Clock()
    sites = Sites(10, clock)
    spans_of(sites, "a")
    assert (sites.wait("a"), sites.wait("b")) == (10, 0)
    clock.go(seconds=4)
    assert sites.wait("a") == 6
    clock.go(seconds=-99)
    assert sites.wait("a") == 10
    clock.go(seconds=200)
    assert sites.wait("a") == 0
    # In another event loop, as in another stage.
    spans_of(sites, "a")
    assert sites.wait("a") == 10


def test_a_crawl_delay_lengthens_the_pause_and_never_shortens_it():
    clock = Clock()
    sites = Sites(10, clock)
    spans_of(sites, "a")
    for delay, pause in [(30.0, 30), (None, 10), (3.0, 10), (1e9, LONGEST_PAUSE.seconds)]:
        sites.slow_down("a", delay)
        assert sites.wait("a") == pause
    sites.slow_down("a", float("nan"))
    assert sites.wait("a") == 10


def held(sites, site):
    async def ask():
        async with sites.turn(site) as wait:
            return wait

    return asyncio.run(ask())


def test_a_busy_site_is_held_for_as_long_as_it_asks():
    clock = Clock()
    sites = Sites(0, clock)
    sites.back_off("a", 503, timedelta(minutes=9))
    assert held(sites, "a") == timedelta(minutes=9)
    assert held(sites, "b") is None
    clock.go(minutes=8)
    # A later, shorter wait does not shorten the earlier one.
    sites.back_off("a", 429, timedelta(seconds=1))
    assert held(sites, "a") == timedelta(minutes=1)
    clock.go(minutes=1)
    assert held(sites, "a") is None


@pytest.mark.parametrize(
    ("status", "said", "kept"),
    [
        (429, None, BUSY),
        (503, None, BUSY),
        (503, timedelta(days=4000), LONGEST_HOLD),
        (503, timedelta(0), None),
        (500, timedelta(minutes=9), None),
        (200, timedelta(minutes=9), None),
    ],
)
def test_only_busy_answers_hold_a_site(status, said, kept):
    sites = Sites(0, Clock())
    sites.back_off("a", status, said)
    assert sites.hold_left("a") == kept


def test_a_wrong_clock_does_not_hold_a_site_for_years():
    clock = Clock()
    clock.go(days=365)
    sites = Sites(0, clock)
    sites.back_off("a", 429, timedelta(hours=1))
    clock.go(days=-365)
    assert sites.hold_left("a") is None


def test_a_failing_request_ends_its_turn():
    sites = Sites(7, Clock())

    async def fail():
        async with sites.turn("a"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(fail())
    assert sites.wait("a") == 7
    assert sites._turns == {}


def test_sites_whose_pause_is_over_are_forgotten():
    clock = Clock()
    sites = Sites(1, clock)

    async def many():
        for number in range(1000):
            async with sites.turn(f"s{number}"):
                clock.go(seconds=1)

    asyncio.run(many())
    assert len(sites._ended) <= LONGEST_PAUSE.seconds + 2
    assert sites._turns == {}


def test_a_job_with_two_requests_frees_its_worker_during_the_pause():
    clock = Clock()
    sites = Sites(0.05, clock)
    visited: list[tuple[str, int]] = []

    async def work(job):
        async with sites.turn(job[0]):
            visited.append(job)
            return Again.AGAIN if visited.count(job) == 1 else job

    jobs = [("a", 1), ("a", 2), ("b", 1), ("c", 1)]
    done = run(jobs, work, concurrency=1, sites=sites)
    assert visited[:3] == [("a", 1), ("b", 1), ("c", 1)]
    assert sorted(visited) == sorted(jobs * 2)
    assert sorted(job for job, _ in done) == jobs
    assert [job for job, _ in done if job[0] == "a"] == [("a", 1), ("a", 2)]


# --- across processes


def test_pauses_and_holds_carry_over_to_the_next_process():
    clock = Clock()
    first, second = Sites(1, clock), Sites(1, clock)
    first.slow_down("slow", 30.0)
    first.back_off("busy", 503, timedelta(hours=2))
    spans_of(first, ["slow", "quick"])
    given = first.drain()
    # A pause that ends before another process can start need not be kept.
    assert sorted(one.name for one in given) == ["busy", "slow"]
    assert first.drain() == []
    assert {one.name: one.until - clock() for one in given} == {
        "busy": timedelta(hours=2),
        "slow": timedelta(seconds=30),
    }
    second.load(given)
    clock.go(seconds=10)
    assert second.wait("slow") == 20
    assert second.hold_left("busy") == timedelta(hours=2) - timedelta(seconds=10)
    assert second.wait("quick") == 0


def test_a_process_prefers_its_own_newer_knowledge_to_loaded_records():
    clock = Clock()
    first, second = Sites(10, clock), Sites(10, clock)
    spans_of(first, "a")
    for site in "abc":
        first.back_off(site, 503, timedelta(minutes=1))
    given = first.drain()
    clock.go(seconds=5)
    spans_of(second, "ba")
    second.back_off("b", 503, timedelta(minutes=5))
    second.back_off("c", 503, timedelta(seconds=5))
    second.load(given)
    assert second.wait("a") == 10
    assert second.hold_left("a") == timedelta(seconds=55)
    # The longer of the two.
    assert second.hold_left("b") == timedelta(minutes=5)
    assert second.hold_left("c") == timedelta(seconds=55)


def test_a_pause_counts_from_the_last_request_of_any_process():
    clock = Clock()
    first, second = Sites(10, clock), Sites(10, clock)
    spans_of(second, "a")
    clock.go(seconds=7)
    spans_of(first, "a")
    clock.go(seconds=2)
    second.load(first.drain())
    assert second.wait("a") == 8
