"""### Daily upkeep of feeds, archive and index

**feed_health** lists unwell and paused feeds, since when, and why. **archive** merges the small
files of articles that passes have left, removes old pages (`keep_pages_days`) and files that
nothing names any more. **index_check** compares the index with the ledger, and fails if they
differ: `wirewatch index check --mend` mends the index.

It runs beside passes. A second run is queued until the first has ended.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowFailException

from wirewatch.airflow import DEFAULTS, OF_EVERY_DAG, progress, scheduled

log = logging.getLogger("wirewatch.dags")


@dag(
    **OF_EVERY_DAG,
    schedule=scheduled("17 4 * * *"),
    dagrun_timeout=timedelta(hours=6),
    default_args=DEFAULTS | {"execution_timeout": timedelta(hours=3)},
    doc_md=__doc__,
)
def maintain_daily() -> None:
    """Three independent tasks."""

    @task
    def feed_health() -> None:
        """List unwell and paused feeds."""
        from core.ledger import feeds
        from ingest.feeds.health import by_health, is_unwell, standing
        from wirewatch.house import House

        with House.open() as house, house.ledger.read() as tx:
            listed = sorted(feeds.listed(tx), key=by_health)
        unwell = [feed for feed in listed if is_unwell(feed)]
        paused = [feed for feed in listed if feed.paused_at is not None]
        log.info("%s of %s feeds are unwell, %s are paused", len(unwell), len(listed), len(paused))
        for feed in (*unwell, *paused):
            shown = standing(feed)
            log.info("%s %s since %s: %s", feed.url, shown.state, shown.since, shown.why)

    @task
    def archive() -> None:
        """Keep the archive in order."""
        from core.archive import ArchiveError
        from wirewatch.house import House
        from wirewatch.maintenance.upkeep import upkeep

        with House.open() as house:
            kept = upkeep(house, progress)
        other = "another process is doing upkeep or tags articles again"
        log.info("%s", kept.told if kept else other)
        if kept and kept.damaged:
            raise ArchiveError("; ".join(kept.damaged))

    @task
    def index_check() -> None:
        """Compare the index with the ledger."""
        from wirewatch.house import House
        from wirewatch.maintenance.projection import check

        with House.open() as house:
            report = check(house)
        log.info("%s articles in the index match the ledger", report.same)
        if not report.agrees:
            # Not tried again, which would compare everything anew: what a pass is doing at the
            # time is no difference.
            raise AirflowFailException(f"{report.told}; `wirewatch index check --mend` mends it")

    feed_health()
    archive()
    index_check()


maintain_daily()
