"""Ctrl-C ends the workers' server in silence: it imports this first, and then the rest for seconds.

Nobody else is to import it.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)
