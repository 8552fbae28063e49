"""Batches: nothing is lost, nothing waits long, and no batch exceeds its size."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records import Segment
from wirewatch.batches import in_batches, shared_out, together


async def items(numbers, *, then=None):
    for number in numbers:
        await asyncio.sleep(0)
        yield number
    if then is not None:
        await then


def collect(source, **kwargs):
    async def run():
        async with asyncio.timeout(10):
            return [batch async for batch in in_batches(source(), **kwargs)]

    return asyncio.run(run())


@settings(max_examples=30)
@given(st.lists(st.integers(), max_size=30), st.integers(1, 9), st.sampled_from([0.0, 60.0]))
def test_all_items_come_in_order_in_batches_within_the_size(numbers, size, seconds):
    batches = collect(lambda: items(numbers), size=size, seconds=seconds)
    assert [number for batch in batches for number in batch] == numbers
    assert all(0 < len(batch) <= size for batch in batches)
    if seconds:
        assert all(len(batch) == size for batch in batches[:-1])


def test_items_do_not_wait_for_a_stalled_source():
    async def run():
        never = asyncio.Event()
        source = items([1, 2], then=never.wait())
        async with aclosing(in_batches(source, size=9, seconds=0.05)) as batches:
            async with asyncio.timeout(10):
                return await anext(batches)

    assert asyncio.run(run()) == [1, 2]


@pytest.mark.parametrize("error", [ZeroDivisionError, asyncio.CancelledError])
def test_source_exception_reaches_the_reader_after_what_came_before(error):
    async def broken():
        for number in (1, 2, 3):
            yield number
        raise error

    async def run():
        batches = in_batches(broken(), size=2, seconds=60)
        async with asyncio.timeout(10):
            assert [await anext(batches) for _ in range(2)] == [[1, 2], [3]]
            with pytest.raises(error):
                await anext(batches)

    asyncio.run(run())


def test_source_ends_when_its_reader_leaves():
    async def run():
        ended = []

        async def source():
            try:
                yield 1
                await asyncio.sleep(60)
            finally:
                ended.append(True)

        stream = source()
        async with aclosing(stream), aclosing(in_batches(stream, size=1, seconds=0)) as batches:
            async for _ in batches:
                break
        return ended, len(asyncio.all_tasks())

    assert asyncio.run(run()) == ([True], 1)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, []),
        (3, [[0, 1, 2]]),
        (7, [[0, 1, 2], [3, 4, 5], [6]]),
        (9, [[0, 1, 2], [3, 4, 5], [6, 7, 8]]),
        (40, [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]),
    ],
)
def test_work_is_shared_out_in_order_within_the_limit(number, expected):
    assert shared_out(range(number), size=3, most=4) == expected


@given(sizes=st.lists(st.integers(1, 12), max_size=30), most=st.integers(1, 20))
def test_neighbouring_segments_are_grouped_up_to_the_limit(sizes: list[int], most: int) -> None:
    run = [
        Segment(id=str(number), kind="articles", path=str(number), items=size)
        for number, size in enumerate(sizes)
    ]
    groups = list(together(run, most))
    assert [segment for group in groups for segment in group] == run
    filled = [sum(one.items for one in group) for group in groups]
    assert all(
        total <= most or len(group) == 1 for total, group in zip(filled, groups, strict=True)
    )
    assert all(
        total + after[0].items > most
        for total, (_, after) in zip(filled, pairwise(groups), strict=False)
    )
