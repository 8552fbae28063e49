"""The labelled sets that threading is learnt from and measured on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from enrich.stream import read_stream

THREADS = "threads"

Rows = Sequence[Mapping[str, str | None]]
Item = tuple[str, str]
"""The name of a set and an id in it."""


class Gold(NamedTuple):
    """A labelled set: its rows, the event of each id, and the group that a fold keeps whole."""

    name: str
    rows: Rows
    events: Mapping[str, str]
    groups: Mapping[str, str]


def ecb_set(path: Path) -> Gold:
    """ECB+, with folds by topic: a topic holds two events of one kind."""
    rows = list(read_stream(path))
    events = {str(row["id"]): str(row["event"]) for row in rows}
    return Gold("ecb", rows, events, {str(row["id"]): str(row["topic"]) for row in rows})


def threads_set(path: Path) -> Gold:
    """The labelled feed items that have a thread."""
    threaded = [row for row in read_stream(path) if row.get("thread")]
    events = {str(row["id"]): str(row["thread"]) for row in threaded}
    return Gold(THREADS, threaded, events, events)
