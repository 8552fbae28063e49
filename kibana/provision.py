"""Sets up Kibana with wirewatch's data views, dashboards, searches and rules.

    KIBANA_USER=... KIBANA_PASSWORD=... python -m kibana.provision URL [--renew-rules]

You can run it again at any time. Objects replace those of the same id: a newsroom's changes to them
are lost, unless it saved a copy or brought the change back into the files (`kibana.export`). Rules
and connectors that exist stay as they are, since each newsroom sets its own thresholds and
receivers; `--renew-rules` resets the rules to what the files say.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

import httpx

from kibana.client import ImportRefusedError, read_json, run
from kibana.objects import Json, ndjson, read_connectors, read_objects, read_rules

CHANGEABLE = ("name", "tags", "schedule", "params", "actions")
"""What Kibana lets you change in a rule that exists."""

log = logging.getLogger("wirewatch.provision")


def import_objects(client: httpx.Client, objects: Sequence[Json]) -> int:
    """Import objects over those of the same id; returns how many.

    Raises:
        httpx.HTTPError: Kibana does not answer, or answers with an error.
        ImportRefusedError: it did not take every object.
    """
    answer = client.post(
        "/api/saved_objects/_import",
        params={"overwrite": "true"},
        files={"file": ("objects.ndjson", ndjson(objects), "application/ndjson")},
    )
    answer.raise_for_status()
    said = read_json(answer, answer.text)
    if not said["success"]:
        raise ImportRefusedError(json.dumps(said.get("errors", said)))
    return int(said["successCount"])


def put(client: httpx.Client, folder: str, thing: Json, *, renew: bool = False) -> str:
    """Create a connector or a rule unless it exists; an existing one is kept, or a rule renewed.
    Says which.

    Raises `httpx.HTTPError` if Kibana does not answer, or answers with an error.
    """
    path = f"{folder}/{thing['id']}"
    if not _exists(client, path):
        _send(client, "POST", path, {name: one for name, one in thing.items() if name != "id"})
        return "created"
    if renew:
        _send(client, "PUT", path, {name: thing[name] for name in CHANGEABLE})
        return "renewed"
    return "kept"


def provision(client: httpx.Client, *, renew_rules: bool = False) -> None:
    """Do all of it, and log what was done.

    Raises:
        httpx.HTTPError: Kibana does not answer, or answers with an error.
        ImportRefusedError: it did not take every object.
    """
    log.info("%s objects imported into Kibana", import_objects(client, read_objects()))
    for connector in read_connectors():
        done = put(client, "/api/actions/connector", connector)
        log.info("connector %s: %s", connector["name"], done)
    for rule in read_rules():
        done = put(client, "/api/alerting/rule", rule, renew=renew_rules)
        log.info("rule %s: %s", rule["name"], done)


def main(arguments: Sequence[str] = ()) -> int:
    """Run from the command line: 0 done, 1 failed, 2 wrong use."""
    urls = [one for one in arguments if one != "--renew-rules"]
    return run(
        "python -m kibana.provision URL [--renew-rules]",
        urls[0] if len(urls) == 1 else None,
        partial(provision, renew_rules="--renew-rules" in arguments),
    )


def _exists(client: httpx.Client, path: str) -> bool:
    answer = client.get(path)
    if answer.status_code == HTTPStatus.NOT_FOUND:
        return False
    answer.raise_for_status()
    return True


def _send(client: httpx.Client, method: str, path: str, body: Any) -> None:
    client.request(method, path, json=body).raise_for_status()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
