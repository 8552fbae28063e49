"""Settings of a home folder that watches the sample newsroom: no pauses, which it is not owed."""

from __future__ import annotations

SETTINGS = """\
allow_hosts = ["*.localhost"]
pause = 0.0
poll_every = 0.0
poll_min = 0.0
retry_ladder = [0.0, 0.0, 0.0, 0.0]
extract_processes = 0
"""
