"""Read a stream: feed entries in a file, from which tables, training and benchmarks are made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import zstandard


def read_stream(path: Path) -> Iterator[Mapping[str, str]]:
    """The entries of a file of JSON lines, plain or zstd-compressed."""
    opened = zstandard.open if path.suffix == ".zst" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
