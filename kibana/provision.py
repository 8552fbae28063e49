"""One-shot: import wirewatch's saved objects into Kibana, over what an earlier run has left.

    ELASTIC_PASSWORD=... python kibana/provision.py http://kibana:5601

The objects stand in `objects.json` beside this file, readable and in one list. Kibana wants one
object a line, and within an object some values not as JSON but as a text that holds JSON.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx

OBJECTS = Path(__file__).with_name("objects.json")
JSON_TEXTS = frozenset({"fieldAttrs", "fieldFormatMap", "fields", "sourceFilters"})
"""Attributes of a data view that Kibana keeps as text. Elsewhere such names end in `JSON`."""

TIMEOUT_SECONDS = 60.0

log = logging.getLogger("wirewatch.provision")


class ImportRefusedError(RuntimeError):
    """Kibana took the file but not all objects in it; the text is its own account."""


def as_kibana_keeps(value: Any) -> Any:
    """An object as Kibana keeps it: what is a text holding JSON there becomes one."""
    if isinstance(value, list):
        return [as_kibana_keeps(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: json.dumps(each)
        if (name in JSON_TEXTS or name.endswith("JSON")) and not isinstance(each, str)
        else as_kibana_keeps(each)
        for name, each in value.items()
    }


def ndjson(objects: Iterable[dict[str, Any]]) -> bytes:
    """The file that Kibana imports."""
    return "".join(json.dumps(as_kibana_keeps(each)) + "\n" for each in objects).encode()


def import_objects(client: httpx.Client, objects: list[dict[str, Any]]) -> int:
    """Import objects over those of the same id; gives how many.

    Raises:
        httpx.HTTPError: Kibana does not answer, or answers with an error.
        ImportRefusedError: it did not take every object.
    """
    answer = client.post(
        "/api/saved_objects/_import",
        params={"overwrite": "true"},
        headers={"kbn-xsrf": "wirewatch"},  # Kibana refuses a write without this header
        files={"file": ("objects.ndjson", ndjson(objects), "application/ndjson")},
    )
    answer.raise_for_status()
    said = answer.json()
    if not said["success"]:
        raise ImportRefusedError(json.dumps(said.get("errors", said)))
    return int(said["successCount"])


def main() -> int:
    """Run from the command line: 0 done, 1 failed, 2 wrong use."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    password = os.environ.get("ELASTIC_PASSWORD")
    if len(sys.argv) != 2 or not password:
        log.error("usage: python kibana/provision.py URL, with ELASTIC_PASSWORD set")
        return 2
    objects = json.loads(OBJECTS.read_text("utf-8"))
    transport = httpx.HTTPTransport(retries=3)
    try:
        with httpx.Client(
            base_url=sys.argv[1],
            auth=("elastic", password),
            timeout=TIMEOUT_SECONDS,
            transport=transport,
        ) as client:
            log.info("Kibana took %s objects", import_objects(client, objects))
    except (httpx.HTTPError, ImportRefusedError) as error:
        log.error("Kibana: %s", error)  # noqa: TRY400 - a message for a person, no traceback
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
