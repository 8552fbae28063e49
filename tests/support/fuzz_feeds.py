"""Run millions of spoilt feeds through the parser.

    python tests/support/fuzz_feeds.py [--count N] [--seed FIRST] [--processes P]

Nothing may raise, take long or fill the memory. Each feed is made from a number: to reproduce what
went wrong with 4711, run with `--seed 4711 --count 1`. Ends with 1 if anything went wrong.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass

from feed_mutations import check, mutated
from rich.console import Console
from rich.progress import track

MAX_SECONDS = 2.0
MAX_MEGABYTES = 200.0
SHARD = 500


@dataclass(frozen=True)
class Shard:
    """The result for some feeds: the slowest and its number, the memory growth since the start in
    megabytes, and the traces of those that failed."""

    slowest: tuple[float, int]
    megabytes: float
    wrong: tuple[tuple[int, str], ...]


_base: float | None = None


def run(numbers: range) -> Shard:
    """Parse the feeds with these numbers."""
    global _base  # the peak of this process since its first feed
    if _base is None:
        check(*mutated(0))
        _base = _peak()
    slowest, wrong = (0.0, numbers.start), []
    for number in numbers:
        body, content_type = mutated(number)
        start = time.thread_time()
        try:
            check(body, content_type)
        except Exception:  # noqa: BLE001 - to see whatever is raised is what this is for
            wrong.append((number, traceback.format_exc(limit=-3)))
        slowest = max(slowest, (time.thread_time() - start, number))
    return Shard(slowest, _peak() - _base, tuple(wrong))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _shards(first: int, count: int) -> Iterator[range]:
    for start in range(first, first + count, SHARD):
        yield range(start, min(start + SHARD, first + count))


def main() -> int:
    """Run, and print what was found."""
    parser = argparse.ArgumentParser(description="Spoilt feeds through the parser.")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    asked = parser.parse_args()
    console = Console()
    shards = list(_shards(asked.seed, asked.count))
    done: list[Shard] = []
    with multiprocessing.Pool(asked.processes) as pool:
        results = pool.imap_unordered(run, shards)
        for shard in track(results, "Spoilt feeds", total=len(shards), console=console):
            done.append(shard)
            for number, trace in shard.wrong:
                console.print(f"--seed {number} --count 1", trace, markup=False)
    seconds, number = max(shard.slowest for shard in done)
    megabytes = max(shard.megabytes for shard in done)
    wrong = sum(len(shard.wrong) for shard in done)
    console.print(
        f"{asked.count:,} feeds, {wrong:,} wrong; the slowest took {seconds:.2f} s (number "
        f"{number}); at most {megabytes:.0f} MB over the start"
    )
    return int(wrong > 0 or seconds > MAX_SECONDS or megabytes > MAX_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
