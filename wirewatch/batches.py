"""Batches: items that come one by one are grouped into one transaction, task or file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

from core.records import Segment

Item = TypeVar("Item")


def shared_out(items: Sequence[Item], *, size: int, most: int) -> list[list[Item]]:
    """The items in order, as at most `most` lists of `size` items, the last maybe shorter; further
    items are left out."""
    taken = items[: size * most]
    return [list(taken[at : at + size]) for at in range(0, len(taken), size)]


def together(run: Iterable[Segment], most: int) -> Iterator[list[Segment]]:
    """Group neighbouring segments, in order, so that a group has at most `most` items; a larger
    segment is a group by itself."""
    group: list[Segment] = []
    for segment in run:
        if group and sum(one.items for one in group) + segment.items > most:
            yield group
            group = []
        group.append(segment)
    if group:
        yield group


async def in_batches(
    items: AsyncIterator[Item], *, size: int, seconds: float
) -> AsyncGenerator[list[Item], None]:
    """Yield items as lists: `size` items, or those that came within `seconds` of the first.

    While one batch is worked on, only the next one is gathered.
    """
    queue: asyncio.Queue[Item | None] = asyncio.Queue(size)  # None: no more will come
    is_read = True

    async def gather() -> None:
        try:
            async for item in items:
                await queue.put(item)
        finally:
            # Whatever has ended it, a cancellation too: what came before is worked on.
            if is_read:
                await queue.put(None)

    gathering = asyncio.create_task(gather())
    try:
        item = await queue.get()
        while item is not None:
            batch = [item]
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while len(batch) < size and (item := await queue.get()) is not None:
                        batch.append(item)
            yield batch
            if item is not None:
                item = await queue.get()
        await gathering
    finally:
        is_read = False
        gathering.cancel()
        # Its exception was raised above, or the consumer has gone.
        await asyncio.gather(gathering, return_exceptions=True)
