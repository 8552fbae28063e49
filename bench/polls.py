"""How many unchanged feeds the poll stage polls per second and core, over loopback.

    python -m bench.polls [--feeds N] [--profile]

Starts its own server in another process, with N feeds, each a site of its own (`sNNNNNN.localhost`,
so a new connection each). All are polled once to fill the ledger. Then the second pass is timed,
where every feed answers 304. What is timed is the whole stage: reading what is due, asking,
judging, and recording in a SQLite ledger. CPU seconds are those of this process with its threads,
so the figure does not depend on what else the machine is doing.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.serving import address, ok, serving
from core.ledger import feeds
from core.records import Listed
from core.settings import load_settings
from demo.environment import drop_settings
from wirewatch.house import House
from wirewatch.stages.poll import poll

FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {0}</title>'
    "<item><title>Item of {0}</title><link>http://{0}/1</link></item></channel></rss>"
)


def answer(host: str, _path: str, fields: str) -> bytes:
    """304 for a request with a validator, else the feed."""
    if "if-none-match:" in fields:
        return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
    return ok(FEED.format(host).encode(), "application/rss+xml", 'ETag: "1"\r\n')


def measure(number: int, *, profiled: bool) -> None:
    """Poll all feeds twice, and print what the second poll cost."""
    with serving(answer) as port, tempfile.TemporaryDirectory() as folder:
        settings = load_settings(
            Path(folder), allow_hosts="*.localhost", poll_every=0, poll_min=0, pause=1
        )
        with House(settings) as house:
            with house.ledger.write() as tx:
                listed = [Listed(url=address(one, port)) for one in range(number)]
                feeds.add_all(tx, listed, house.now())
            assert poll(house) == number
            print(f"{number:,} feeds, first pass done", flush=True)
            _report(number, lambda: poll(house), profiled=profiled)
            _check(house, number)


def _report(number: int, work: Callable[[], int], *, profiled: bool) -> None:
    profile = cProfile.Profile()
    cpu, begun = time.process_time(), time.perf_counter()
    if profiled:
        profile.enable()
    polled = work()
    if profiled:
        profile.disable()
    wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
    if profiled:
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"unchanged feeds polled  {polled:,}")
    print(f"feeds per second        {number / wall:,.0f}")
    print(f"CPU per feed            {cpu / number * 1e3:.2f} ms")
    print(f"feeds per second, core  {number / cpu:,.0f}")
    print(f"peak memory             {peak:,.0f} MB")


def _check(house: House, number: int) -> None:
    """Every answer of the second pass must have been a 304, or the figures mean something else."""
    with house.ledger.read() as tx:
        polled = list(feeds.listed(tx))
    assert sum(feed.denied_at is not None for feed in polled) == number
    print(f"states                  {', '.join(sorted({feed.state for feed in polled}))}")


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=5_000, help="how many (default: 5000)")
    parser.add_argument("--profile", action="store_true", help="say where the time goes (slower)")
    options = parser.parse_args()
    drop_settings()
    measure(options.feeds, profiled=options.profile)


if __name__ == "__main__":
    main()
