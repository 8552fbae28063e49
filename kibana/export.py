"""Exports changes made in Kibana back into the files, so that they can be reviewed and kept.

    KIBANA_USER=... KIBANA_PASSWORD=... python -m kibana.export URL [FOLDER]

Writes wirewatch's dashboards, with all that they refer to, and its other objects into FOLDER
(`kibana/objects` unless given), one readable file for each. `git diff` then shows what was changed,
and `pytest tests/kibana` checks that all fields in use still exist. Needs an editor's rights.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import httpx

from kibana.client import read_json, run
from kibana.objects import OBJECTS, Json, as_people_read, read_objects, write_object

log = logging.getLogger("wirewatch.export")


def exported(client: httpx.Client, known: Iterable[Json]) -> Iterator[Json]:
    """The known objects and all that they refer to, as they are in Kibana now.

    Raises `httpx.HTTPError` if Kibana does not answer, or answers with an error.
    """
    wanted = [{"type": each["type"], "id": each["id"]} for each in known]
    answer = client.post(
        "/api/saved_objects/_export",
        json={
            "objects": wanted,
            "includeReferencesDeep": True,
            "excludeExportDetails": True,
        },
    )
    answer.raise_for_status()
    for line in answer.text.split("\n"):  # texts in it may hold other line breaks
        if line.strip():
            yield as_people_read(read_json(answer, line))


def main(arguments: Sequence[str] = ()) -> int:
    """Run from the command line: 0 done, 1 failed, 2 wrong use."""
    url = arguments[0] if len(arguments) in (1, 2) else None
    folder = Path(arguments[1]) if len(arguments) == 2 else OBJECTS

    def export(client: httpx.Client) -> None:
        for saved in exported(client, read_objects()):
            log.info("%s", write_object(saved, folder))

    return run("python -m kibana.export URL [FOLDER]", url, export)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
