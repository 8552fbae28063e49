"""Make Ctrl-C end the workers' server silently, even in the seconds that its imports take.

The server imports this first. Nothing else may import it.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.SIG_DFL)
