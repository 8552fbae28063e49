"""### One pass over the feeds that are due, every hour

Polls feeds, fetches and archives pages, extracts and tags articles, puts them into stories, indexes
them, and alerts readers of each new story that meets a rule. Each task is one stage of
`wirewatch.pipeline`, mapped over shards of the sites or over segments of the archive. What is to be
done stands in wirewatch's ledger, so a task that failed or was killed is simply run again, here or
in the next hour.

*Where to look*: the log of **account** says how every entry ended, and why. If it fails, an entry
was lost, and the message says what to report. If another task fails, its log names the reason; the
other stages go on with what there is, and the run is marked failed by **all_went_well**.
"""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import Asset, dag, task

TASK_SEGMENTS = 5
"""Segments that one task takes: some 1,000 items. It costs seconds to start one, which is as long
as a segment's work."""

MAX_MAPPED = 512
"""Tasks that one run maps over segments, at most: Airflow refuses more than 1,024. The rest goes on
in the next hour."""

ARTICLES = Asset(name="articles", uri="wirewatch://articles")
STORIES = Asset(name="stories", uri="wirewatch://stories")
ALERTS = Asset(name="alerts", uri="wirewatch://alerts")

SHARDS = int(os.environ.get("WIREWATCH_SHARDS", "4"))
"""Parts that all sites are shared out in: one site is always fetched by one worker."""

SCHEDULE = os.environ.get("WIREWATCH_SCHEDULE", "@hourly")
"""A cron expression, or `none`: only when it is triggered."""

log = logging.getLogger("wirewatch.dags")


def told(stage: str, done: int, total: int) -> None:
    """Progress as a task's log: a line for each tenth."""
    if done == total or done % max(1, total // 10) == 0:
        log.info("%s: %s of %s", stage, done, total)


@dag(
    schedule=None if SCHEDULE == "none" else SCHEDULE,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    default_args={
        "owner": "newsroom",
        "retries": 2,
        "retry_delay": timedelta(seconds=20),
        "execution_timeout": timedelta(hours=1),
        # One shard or segment that fails costs no other: what is there goes on.
        "trigger_rule": "all_done",
    },
    doc_md=__doc__,
    tags=["wirewatch"],
)
def news_hourly() -> None:
    """Wire the stages; the work is in `wirewatch.pipeline`."""

    @task(max_active_tis_per_dagrun=16)
    def poll(shard: int) -> None:
        """Ask the due feeds of a shard for what is new."""
        from wirewatch.house import House, Shard
        from wirewatch.stages import poll as stage

        with House.open() as house:
            stage.poll(house, Shard(shard, SHARDS), told)

    @task(max_active_tis_per_dagrun=16)
    def fetch(shard: int) -> None:
        """Fetch the pages of a shard's new entries into the archive."""
        from wirewatch.house import House, Shard
        from wirewatch.stages import fetch as stage

        with House.open() as house:
            stage.fetch(house, Shard(shard, SHARDS), told)

    @task
    def pages() -> list[list[str]]:
        """The page segments that wait for extraction, shared out."""
        from core.ledger import segments
        from wirewatch.batches import shared_out
        from wirewatch.house import House

        with House.open() as house, house.ledger.read() as tx:
            waiting = [segment.id for segment in segments.to_extract(tx)]
        return shared_out(waiting, size=TASK_SEGMENTS, most=MAX_MAPPED)

    @task
    def extract(waiting: list[str]) -> None:
        """Make some segments' pages articles, tagged."""
        from wirewatch.house import House
        from wirewatch.stages import extract as stage

        with House.open() as house:
            for segment in waiting:
                stage.extract_pages(house, house.segment(segment), told)

    @task(outlets=[STORIES])
    def link() -> None:
        """Put new articles into their stories."""
        from wirewatch.house import House
        from wirewatch.stages import link as stage

        with House.open() as house:
            stage.link(house, told)

    @task
    def articles() -> list[list[str]]:
        """The article segments that wait for the index, shared out."""
        from core.ledger import segments
        from wirewatch.batches import shared_out
        from wirewatch.house import House

        with House.open() as house, house.ledger.read() as tx:
            waiting = [segment.id for segment in segments.to_index(tx)]
        return shared_out(waiting, size=TASK_SEGMENTS, most=MAX_MAPPED)

    @task(outlets=[ARTICLES])
    def index(waiting: list[str]) -> None:
        """Make some segments' articles searchable."""
        from wirewatch.house import House
        from wirewatch.stages import index as stage

        with House.open() as house:
            left = {
                segment: stage.index_articles(house, house.segment(segment), told)
                for segment in waiting
            }
        if any(left.values()):
            raise RuntimeError(f"the index did not take all articles yet: {left}")

    @task(outlets=[ALERTS])
    def match() -> None:
        """Try the rules on what is new."""
        from wirewatch.house import House
        from wirewatch.stages import match as stage

        with House.open() as house:
            log.info("%s alerts raised", stage.match(house, told))

    @task
    def deliver() -> None:
        """Hand alerts to their channels."""
        from wirewatch.house import House
        from wirewatch.stages import deliver as stage

        with House.open() as house:
            log.info("%s alerts delivered", stage.deliver(house, told))

    @task
    def account() -> None:
        """Say how every entry ended; fail if one was lost."""
        from wirewatch.house import House
        from wirewatch.terminal import accounting_text

        with House.open() as house:
            log.info("\n%s", accounting_text(house.account()))

    polled = poll.expand(shard=list(range(SHARDS)))
    fetched = fetch.expand(shard=list(range(SHARDS)))
    found = pages()
    extracted = extract.expand(waiting=found)
    linked = link()
    unindexed = articles()
    indexed = index.expand(waiting=unindexed)
    matched = match()
    delivered = deliver()
    told_all = account()
    all_went_well = EmptyOperator(task_id="all_went_well", trigger_rule="none_failed")

    polled >> fetched >> found
    extracted >> linked >> [unindexed, matched]
    matched >> delivered
    [indexed, delivered] >> told_all
    [polled, fetched, extracted, linked, indexed, matched, delivered, told_all] >> all_went_well


news_hourly()
