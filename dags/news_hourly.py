"""### One pass over the feeds that are due, every hour

Polls feeds, fetches and archives pages, extracts and tags articles, puts them into stories, indexes
them, and alerts readers to each new story that matches a rule. Most tasks are one stage of
`wirewatch.pipeline` each; several are mapped over shards of the sites or segments of the archive.
The ledger holds what is still to be done, so you can simply run a task again if it failed or was
killed, or leave it to the next hour.

*By hand*: **Trigger** takes a feed's address (only that feed is polled, due or not), a segment's id
(only that file of the archive is extracted or indexed), or a dry run (**plan** logs what is due,
and nothing else is done). While another run works, yours is queued. `wirewatch run` in a terminal
need not wait: each leaves the other's work alone.

*Where to look*: the log of **account** says how every entry ended, and why. If **account** fails,
an entry was lost, and the message says what to report. If another task fails, its log gives the
reason, the other stages go on with what there is, and **all_went_well** marks the run as failed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import Asset, Param, dag, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from core.settings import from_environment
from wirewatch.airflow import DEFAULTS, OF_EVERY_DAG, own_schedule, progress

if TYPE_CHECKING:
    from airflow.sdk import Context

    from core.records import Segment

TASK_SEGMENTS = 5
"""Segments for one task: some 1,000 items. Starting a task takes seconds, as long as the work on a
segment."""

MAX_MAPPED = 512
"""Tasks that one run maps over segments, at most: Airflow refuses more than 1,024. The rest waits
for the next hour."""

ARTICLES = Asset(name="articles", uri="wirewatch://articles")
STORIES = Asset(name="stories", uri="wirewatch://stories")
ALERTS = Asset(name="alerts", uri="wirewatch://alerts")

SHARDS: int = from_environment("shards")
"""Parts that the sites are divided into: one site is always fetched by one worker."""

POOL: str = from_environment("pool")
"""Airflow's pool for the tasks that send requests to sites: its slots limit how many do so at
once."""

log = logging.getLogger("wirewatch.dags")


def skip_in_a_dry_run(context: Context) -> None:
    """End a task before it begins, if the run is a dry one. Each task asks for itself: if they hung
    on `plan`, they would all run whenever that failed."""
    if context["params"]["dry_run"]:
        raise AirflowSkipException("a dry run does nothing else")


def batches(waiting: Sequence[Segment], params: Mapping[str, Any] | None) -> list[list[str]]:
    """The ids of the waiting segments, or only of the one that the trigger names, for each task."""
    from wirewatch.batches import shared_out

    only = (params or {}).get("segment")
    ids = [segment.id for segment in waiting if not only or segment.id == only]
    return shared_out(ids, size=TASK_SEGMENTS, most=MAX_MAPPED)


@dag(
    **OF_EVERY_DAG,
    schedule=own_schedule(),
    dagrun_timeout=timedelta(hours=3),
    # A shard or segment that fails stops no other: what is there goes on.
    default_args=DEFAULTS | {"trigger_rule": "all_done", "pre_execute": skip_in_a_dry_run},
    params={
        "feed": Param(
            "", type="string", description="address of a feed: poll only this one, due or not"
        ),
        "segment": Param(
            "", type="string", description="id of an archive file: extract or index only this one"
        ),
        "dry_run": Param(False, type="boolean", description="only log what is due"),
    },
    doc_md=__doc__,
)
def news_hourly() -> None:
    """Wire the stages; the work is in `wirewatch.stages`."""

    @task(pre_execute=None)
    def plan(params: dict[str, Any] | None = None) -> None:
        """Log what is due; a dry run ends with that. Refuse a feed that cannot be polled, or a file
        that is not there."""
        from wirewatch.house import House
        from wirewatch.passes.plan import plan as due
        from wirewatch.passes.plan import plan_text
        from wirewatch.presentation.feeds import polled_feed

        asked = params or {}
        feed, segment = asked.get("feed"), asked.get("segment")
        with House.open() as house:
            if feed and isinstance(why := polled_feed(house, feed), str):
                raise AirflowFailException(why)
            if segment and not house.segments([segment]):
                raise AirflowFailException(f"no file of the archive has the id {segment!r}")
            log.info("\n%s", plan_text(due(house)))

    @task(pool=POOL)
    def poll(shard: int, params: dict[str, Any] | None = None) -> None:
        """Poll the due feeds of a shard."""
        from wirewatch.house import House, Shard
        from wirewatch.stages import poll as stage

        only = (params or {}).get("feed") or None
        with House.open() as house:
            polled = stage.poll(house, Shard(shard, SHARDS), progress, only=only)
        log.info("%s feeds polled", polled)

    @task(pool=POOL)
    def fetch(shard: int) -> None:
        """Fetch the pages of a shard's new entries into the archive."""
        from wirewatch.house import House, Shard
        from wirewatch.stages import fetch as stage

        with House.open() as house:
            stage.fetch(house, Shard(shard, SHARDS), progress)

    @task
    def pages(params: dict[str, Any] | None = None) -> list[list[str]]:
        """The page segments that wait for extraction, in batches."""
        from core.ledger import segments
        from wirewatch.house import House

        with House.open() as house, house.ledger.read() as tx:
            return batches(segments.to_extract(tx), params)

    @task
    def extract(waiting: list[str]) -> None:
        """Turn the pages of some segments into tagged articles."""
        from wirewatch.attempts import each_tried
        from wirewatch.house import House
        from wirewatch.stages import extract as stage

        with House.open() as house:
            each_tried(
                partial(stage.extract_pages, house, segment, progress)
                for segment in house.segments(waiting)
            )

    @task(outlets=[STORIES])
    def link() -> None:
        """Put new articles into their stories."""
        from wirewatch.house import House
        from wirewatch.stages import link as stage

        with House.open() as house:
            stage.link(house, progress)

    @task
    def articles(params: dict[str, Any] | None = None) -> list[list[str]]:
        """The article segments that wait for the index, in batches."""
        from core.ledger import segments
        from wirewatch.house import House

        with House.open() as house, house.ledger.read() as tx:
            return batches(segments.to_index(tx), params)

    @task(outlets=[ARTICLES])
    def index(waiting: list[str]) -> None:
        """Make the articles of some segments searchable."""
        from core.index import IndexUnavailableError
        from wirewatch.attempts import each_tried
        from wirewatch.house import House
        from wirewatch.presentation.wording import counted
        from wirewatch.stages import index as stage

        with House.open() as house:
            left = each_tried(
                partial(stage.index_articles, house, segment, progress)
                for segment in house.segments(waiting)
            )
            if number := sum(left):
                why = stage.why_waiting(house)
                # Of many such tasks, only one tells the operators.
                raise IndexUnavailableError(f"at least {counted(number, 'article')} {why}")

    @task
    def reindex() -> None:
        """Index articles again that came into another story."""
        from core.index import IndexUnavailableError
        from wirewatch.house import House
        from wirewatch.stages import index as stage

        with House.open() as house:
            left = stage.index_moved(house)
        if left:
            raise IndexUnavailableError(f"the index has not accepted {left} moved articles yet")

    @task(outlets=[ALERTS])
    def match() -> None:
        """Match the rules against what is new."""
        from wirewatch.house import House
        from wirewatch.stages import match as stage

        with House.open() as house:
            log.info("%s alerts raised", stage.match(house, progress))

    @task
    def deliver() -> None:
        """Deliver alerts to their channels; fail if something in rules.toml cannot be used."""
        from wirewatch.house import House
        from wirewatch.stages import deliver as stage

        with House.open() as house:
            log.info("%s alerts delivered", stage.deliver(house, progress))
            house.rules.checked()

    @task
    def account() -> None:
        """Report how every entry ended, here and in Kibana; fail if one was lost."""
        from airflow.sdk.observability.stats import Stats

        from core.records import State
        from wirewatch.house import House
        from wirewatch.presentation.accounting import accounting_text
        from wirewatch.stages import account as stage

        with House.open() as house:
            accounting = stage.account(house)
        log.info("\n%s", accounting_text(accounting))
        # Goes to OpenTelemetry if Airflow is set to send its metrics there (docs/operate.md).
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

    planned >> polled >> fetched >> found
    extracted >> linked >> [unindexed, matched]
    matched >> delivered
    indexed >> reindexed
    [reindexed, delivered] >> told_all
    stages = [planned, polled, fetched, extracted, linked, indexed, reindexed, matched, delivered]
    [*stages, told_all] >> all_went_well


news_hourly()
