"""The home folder of whoever watches the sample newsroom."""

from __future__ import annotations

SETTINGS = """\
# The sample newsroom's hosts are all on this machine and made for being asked, so there is
# no need for the pauses that real outlets are owed.
allow_hosts = ["*.localhost"]
pause = 0.0
poll_every = 0.0
poll_min = 0.0
retry_ladder = [0.0, 0.0, 0.0, 0.0]
"""
