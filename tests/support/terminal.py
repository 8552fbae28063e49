"""The terminal for tests: the type that runs `wirewatch`, and a reader for its JSON lines."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

Wirewatch = Callable[..., subprocess.CompletedProcess[str]]


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]
