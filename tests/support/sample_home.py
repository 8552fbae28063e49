"""Settings of a home folder that watches the sample newsroom, all in one process."""

from __future__ import annotations

from demo import home

SETTINGS = f"{home.SETTINGS}extract_processes = 0\n"
