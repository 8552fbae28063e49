"""Optional Elasticsearch features, used if the server has them: index lifecycle and snapshots.

- **Index lifecycle**: a month that nothing is added to any more is merged into one segment, which
  is the fastest to search. Nothing is deleted: the archive decides how long articles are kept.
- **Snapshots**: nightly, into the repository named `wirewatch`, once an operator has registered
  one. The articles can be had again from the archive; what people made in Kibana cannot.

Elastic's own images have both. What a server lacks is logged once, at info; nothing needs it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError

from search.elastic.layout import Live
from search.elastic.reasons import reason_of

REPOSITORY = "wirewatch"

MERGED_AFTER = "45d"
"""The age of a month's index when its last articles have had their last visit."""

KEPT = {"expire_after": "30d", "min_count": 3, "max_count": 60}

log = logging.getLogger(__name__)

_logged: set[str] = set()


def lifecycle() -> dict[str, Any]:
    """The lifecycle policy of our indices."""
    merged = {"min_age": MERGED_AFTER, "actions": {"forcemerge": {"max_num_segments": 1}}}
    return {"phases": {"hot": {"actions": {}}, "warm": merged}}


def apply(client: Elasticsearch, alias: str, live: Sequence[Live]) -> dict[str, Any]:
    """Apply what the server offers; returns the settings that an index needs for it."""
    settings = {}
    if _lifecycle(client, alias):
        settings = {"index.lifecycle.name": alias}
        if live:
            names = ",".join(one.name for one in live)
            client.indices.put_settings(index=names, settings=settings)
    _snapshots(client, alias)
    return settings


def _lifecycle(client: Elasticsearch, alias: str) -> bool:
    try:
        client.ilm.put_lifecycle(name=alias, policy=lifecycle())
    except ApiError as error:
        _log_once("no index lifecycle, so past months are not merged", error)
        return False
    return True


def _snapshots(client: Elasticsearch, alias: str) -> None:
    try:
        client.snapshot.get_repository(name=REPOSITORY)
        client.slm.put_lifecycle(
            policy_id=alias,
            name=f"<{alias}-{{now/d}}>",
            schedule="0 30 2 * * ?",
            repository=REPOSITORY,
            config={
                "indices": [f"{alias}-*"],
                "include_global_state": False,
                "feature_states": ["kibana"],
            },
            retention=KEPT,
        )
    except NotFoundError:
        _log_once("no nightly snapshots", f"no repository named {REPOSITORY!r} is registered")
    except ApiError as error:
        _log_once("no nightly snapshots", error)


def _log_once(what: str, why: ApiError | str) -> None:
    """Log what is not applied, and why, once per process."""
    if what not in _logged:
        _logged.add(what)
        log.info("%s: %s", what, why if isinstance(why, str) else reason_of(why))
