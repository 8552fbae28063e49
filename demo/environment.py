"""Settings in the environment, and what is made up: they must not meet."""

from __future__ import annotations

import os

from core.settings import PREFIX, TEST_PREFIX


def drop_settings() -> None:
    """Leave the environment's settings aside: they would lead what demo, tests, drills and
    benchmarks make up into a newsroom's own ledger, archive and index."""
    for name in list(os.environ):
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX):
            del os.environ[name]
