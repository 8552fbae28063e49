"""### Sends digests when they are due

Each digest has its own hour and time zone in `rules.toml`. This DAG checks every quarter of an hour
whether one is due; if so, it composes and delivers it, with whatever else waits for a channel.
Without this DAG, digests go out with the next hourly pass.

*By hand*: **Trigger** takes a digest's name and sends that digest at once, with what there is so
far. A dry run logs what would be in it, and sends nothing.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from airflow.sdk import Param, dag, task
from airflow.sdk.exceptions import AirflowFailException

from wirewatch.airflow import DEFAULTS, OF_EVERY_DAG, progress, scheduled

log = logging.getLogger("wirewatch.dags")


@dag(
    **OF_EVERY_DAG,
    schedule=scheduled("*/15 * * * *"),
    # With three attempts, and an hour's wait if tasks of the hourly DAG hold all slots.
    dagrun_timeout=timedelta(hours=2),
    default_args=DEFAULTS | {"execution_timeout": timedelta(minutes=20), "priority_weight": 100},
    params={
        "digest": Param("", type="string", description="name of a digest to send at once"),
        "dry_run": Param(False, type="boolean", description="only log what it would contain"),
    },
    doc_md=__doc__,
)
def digest_daily() -> None:
    """A single task, as it takes longer to start than to run."""

    @task
    def digest(params: dict[str, Any] | None = None) -> None:
        """Compose what is due, and deliver it."""
        from alert import wording
        from wirewatch.house import House
        from wirewatch.stages import deliver as stage

        asked = params or {}
        with House.open() as house:
            name = asked.get("digest")
            named = house.rules.digest(name) if name else None
            if name and named is None:
                known = ", ".join(one.name for one in house.rules.digests) or "none"
                raise AirflowFailException(f"rules.toml has no digest {name!r}; it has: {known}")
            if asked.get("dry_run"):
                for one in (named,) if named else house.rules.digests:
                    record = stage.preview_digest(house, one)
                    message = wording.of_digest(record, house.settings.desk_url) if record else None
                    text = message.text if message else "nothing to send"
                    log.info("%s:\n%s", one.name, text)
                return
            if named is not None:
                stage.send_digest(house, named)
            log.info("%s alerts delivered", stage.deliver(house, progress))

    digest()


digest_daily()
