"""Elasticsearch killed and restarted while articles are indexed, again and again.

    python -m bench.restarts [--articles N] [--kills K]

Starts its own Elasticsearch. K times it is killed (`kill -9`) at a random moment of a pass, and
started again; then a last pass indexes what is left. Prints what each pass did, and fails unless
every article is in the index exactly once, as the ledger says.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
from pathlib import Path

from elasticsearch import Elasticsearch

from core.records import State
from core.settings import load_settings
from demo.articles import leave_linked, sample_article
from demo.elasticsearch import Server, running
from wirewatch.house import House
from wirewatch.pipeline import articles_to_index, index_articles
from wirewatch.progress import Progress, silent
from wirewatch.projection import check

SEGMENT = 1_000
LATEST_SECONDS = 0.3
"""From the outcome that starts the timer to the kill, at most: the next bulk request is then on
its way."""


def index_all(house: House, progress: Progress = silent) -> int:
    """Index what is left; returns how many articles the index has not taken yet."""
    return sum(index_articles(house, segment, progress) for segment in articles_to_index(house))


class Killer:
    """Kills the server shortly after the outcome of `at` articles is known."""

    def __init__(self, server: Server, at: int, seconds: float) -> None:
        self.timer = threading.Timer(seconds, server.kill)
        self.left = at

    def __call__(self, stage: str, done: int, total: int) -> None:  # noqa: ARG002 - a Progress
        """See `Progress`."""
        self.left -= 1
        if self.left == 0:
            self.timer.start()


def drill(house: House, server: Server, kills: int, chance: random.Random) -> None:
    """Index, and kill the server while at it."""
    for number in range(kills):
        left = house.account().count(State.LINKED)
        if not left:
            return
        at = chance.randint(1, max(1, left // 2))
        killer = Killer(server, at, chance.uniform(0, LATEST_SECONDS))
        failed = index_all(house, killer)
        killer.timer.join()
        server.start()
        accounting = house.account()
        print(
            f"kill {number + 1}, after {at:,} articles: {failed:,} not taken, "
            f"{accounting.count(State.INDEXED):,} indexed, "
            f"the account balances: {accounting.balances}",
            flush=True,
        )


def main() -> int:
    """Run from the command line: 0 if nothing is lost or doubled, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running() as server:
        settings = load_settings(Path(folder), elasticsearch_url=server.url, segment_items=SEGMENT)
        with House(settings) as house:
            leave_linked(house, (sample_article(number) for number in range(options.articles)))
            drill(house, server, options.kills, random.Random(options.seed))
            failed = index_all(house)
            # A pass that finds nothing left waits for no shard, and the server has just started.
            Elasticsearch(server.url).cluster.health(wait_for_status="yellow", timeout="60s")
            there = [article.id for article in house.index.scan()]
            report = check(house)
            indexed = house.account().count(State.INDEXED)
    print(
        f"in the end: {failed} not taken, {indexed:,} indexed by the ledger, {len(there):,} in the "
        f"index, {len(set(there)):,} of them different; both agree: {report.agrees}"
    )
    whole = len(there) == len(set(there)) == indexed == options.articles
    return 0 if whole and report.agrees and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
