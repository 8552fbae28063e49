"""### One pass over the feeds that are due, every hour

Polls feeds, fetches and archives pages, extracts and tags articles, puts them into stories, indexes
them, and alerts readers of each new story that meets a rule. Each task is one stage of
`wirewatch.pipeline`, mapped over shards of the sites or over segments of the archive. What is to be
done stands in wirewatch's ledger, so a task that failed or was killed is simply run again, here or
in the next hour.

*By hand*: **Trigger** takes a feed's address (that one is polled, due or not), a segment (only that
file of the archive is extracted or indexed), or a dry run (**plan** logs what is due, and nothing
else is done). A run by hand beside the hourly one is safe: who comes second finds the work leased.

*Where to look*: the log of **account** says how every entry ended, and why. If it fails, an entry
was lost, and the message says what to report. If another task fails, its log names the reason; the
other stages go on with what there is, and the run is marked failed by **all_went_well**.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import Asset, Param, dag, task

from core.settings import from_environment
from wirewatch.airflow import DEFAULTS, own_schedule, told

if TYPE_CHECKING:
    from core.ledger.segments import Segment

TASK_SEGMENTS = 5
"""Segments that one task takes: some 1,000 items. It costs seconds to start one, which is as long
as a segment's work."""

MAX_MAPPED = 512
"""Tasks that one run maps over segments, at most: Airflow refuses more than 1,024. The rest goes on
in the next hour."""

ARTICLES = Asset(name="articles", uri="wirewatch://articles")
STORIES = Asset(name="stories", uri="wirewatch://stories")
ALERTS = Asset(name="alerts", uri="wirewatch://alerts")

SHARDS: int = from_environment("shards")
"""Parts that all sites are shared out in: one site is always fetched by one worker."""

POOL: str = from_environment("pool")
"""Airflow's pool for the tasks that ask sites: its slots bound how many do so at once."""

log = logging.getLogger("wirewatch.dags")
progress = told()


def chosen(waiting: Sequence[Segment], params: Mapping[str, Any] | None) -> list[str]:
    """The ids of the segments that wait, or of the one that the trigger names."""
    only = (params or {}).get("segment")
    return [segment.id for segment in waiting if not only or segment.id == only]


@dag(
    schedule=own_schedule(),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=3),
    # One shard or segment that fails costs no other: what is there goes on.
    default_args=DEFAULTS | {"trigger_rule": "all_done"},
    params={
        "feed": Param(
            "", type="string", description="address of the only feed to poll, due or not"
        ),
        "segment": Param(
            "", type="string", description="id of the only archive file to extract or index"
        ),
        "dry_run": Param(False, type="boolean", description="only log what is due"),
    },
    doc_md=__doc__,
    tags=["wirewatch"],
)
def news_hourly() -> None:
    """Wire the stages; the work is in `wirewatch.stages`."""

    @task.short_circuit
    def plan(params: dict[str, Any] | None = None) -> bool:
        """Log what is due; in a dry run, end with that."""
        from wirewatch.house import House
        from wirewatch.plan import plan as due
        from wirewatch.plan import plan_text

        with House.open() as house:
            log.info("\n%s", plan_text(due(house)))
        return not (params or {}).get("dry_run")

    @task(pool=POOL, max_active_tis_per_dagrun=16)
    def poll(shard: int, params: dict[str, Any] | None = None) -> None:
        """Ask the due feeds of a shard for what is new."""
        from wirewatch.house import House, Shard
        from wirewatch.stages import poll as stage

        only = (params or {}).get("feed") or None
        with House.open() as house:
            polled = stage.poll(house, Shard(shard, SHARDS), progress, only=only)
        log.info("%s feeds polled", polled)

    @task(pool=POOL, max_active_tis_per_dagrun=16)
    def fetch(shard: int) -> None:
        """Fetch the pages of a shard's new entries into the archive."""
        from wirewatch.house import House, Shard
        from wirewatch.stages import fetch as stage

        with House.open() as house:
            stage.fetch(house, Shard(shard, SHARDS), progress)

    @task
    def pages(params: dict[str, Any] | None = None) -> list[list[str]]:
        """The page segments that wait for extraction, shared out."""
        from core.ledger import segments
        from wirewatch.batches import shared_out
        from wirewatch.house import House

        with House.open() as house, house.ledger.read() as tx:
            waiting = chosen(segments.to_extract(tx), params)
        return shared_out(waiting, size=TASK_SEGMENTS, most=MAX_MAPPED)

    @task
    def extract(waiting: list[str]) -> None:
        """Make some segments' pages articles, tagged."""
        from wirewatch.house import House
        from wirewatch.stages import extract as stage

        with House.open() as house:
            for segment in waiting:
                stage.extract_pages(house, house.segment(segment), progress)

    @task(outlets=[STORIES])
    def link() -> None:
        """Put new articles into their stories."""
        from wirewatch.house import House
        from wirewatch.stages import link as stage

        with House.open() as house:
            stage.link(house, progress)

    @task
    def articles(params: dict[str, Any] | None = None) -> list[list[str]]:
        """The article segments that wait for the index, shared out."""
        from core.ledger import segments
        from wirewatch.batches import shared_out
        from wirewatch.house import House

        with House.open() as house, house.ledger.read() as tx:
            waiting = chosen(segments.to_index(tx), params)
        return shared_out(waiting, size=TASK_SEGMENTS, most=MAX_MAPPED)

    @task(outlets=[ARTICLES])
    def index(waiting: list[str]) -> None:
        """Make some segments' articles searchable."""
        from wirewatch.house import House
        from wirewatch.stages import index as stage

        with House.open() as house:
            left = {
                segment: stage.index_articles(house, house.segment(segment), progress)
                for segment in waiting
            }
        if any(left.values()):
            raise RuntimeError(f"the index did not take all articles yet: {left}")

    @task
    def reindex() -> None:
        """Write again what the index has under a story that became part of another."""
        from wirewatch.house import House
        from wirewatch.stages import index as stage

        with House.open() as house:
            left = stage.index_moved(house)
        if left:
            raise RuntimeError(f"the index did not take {left} moved articles yet")

    @task(outlets=[ALERTS])
    def match() -> None:
        """Try the rules on what is new."""
        from wirewatch.house import House
        from wirewatch.stages import match as stage

        with House.open() as house:
            log.info("%s alerts raised", stage.match(house, progress))

    @task
    def deliver() -> None:
        """Hand alerts to their channels."""
        from wirewatch.house import House
        from wirewatch.stages import deliver as stage

        with House.open() as house:
            log.info("%s alerts delivered", stage.deliver(house, progress))

    @task
    def account() -> None:
        """Say how every entry ended, here and in Kibana; fail if one was lost."""
        from airflow.sdk.observability.stats import Stats

        from core.records import State
        from wirewatch.house import House
        from wirewatch.stages import account as stage
        from wirewatch.terminal import accounting_text

        with House.open() as house:
            accounting = stage.account(house)
        log.info("\n%s", accounting_text(accounting))
        # To OpenTelemetry, where Airflow is told to send its metrics there (docs/operate.md).
        for state in State:
            Stats.gauge(f"wirewatch.entries.{state}", accounting.count(state))

    planned = plan()
    polled = poll.expand(shard=list(range(SHARDS)))
    fetched = fetch.expand(shard=list(range(SHARDS)))
    found = pages()
    extracted = extract.expand(waiting=found)
    linked = link()
    unindexed = articles()
    indexed = index.expand(waiting=unindexed)
    reindexed = reindex()
    matched = match()
    delivered = deliver()
    told_all = account()
    all_went_well = EmptyOperator(task_id="all_went_well", trigger_rule="none_failed")

    planned >> polled
    polled >> fetched >> found
    extracted >> linked >> [unindexed, matched]
    matched >> delivered
    indexed >> reindexed
    [reindexed, delivered] >> told_all
    stages = [planned, polled, fetched, extracted, linked, indexed, reindexed, matched, delivered]
    [*stages, told_all] >> all_went_well


news_hourly()
