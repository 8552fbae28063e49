"""Benchmarks that need no data from elsewhere run, on little."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "line",
    [
        "desk --sizes 100",
        "enrichment --articles 2 --words 100",
        "feeds --items 10",
        "passes --feeds 2",
        "polls --feeds 2",
        "rules --rules 10 --articles 20 --segment 10",
        "threads --windows 10 --articles 5",
    ],
)
def test_benchmark_runs(line: str) -> None:
    name, *options = line.split()
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", *options],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
