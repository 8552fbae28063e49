"""Makes a process die in the middle of its work, as by `kill -9`."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from core.ledger import Ledger


def die_at(transaction: int, *, committed: bool) -> None:
    """Kill this process at its n-th transaction from now, before or after the commit."""
    write = Ledger.write
    left = transaction

    @contextmanager
    def dying(self: Ledger) -> Iterator[Connection]:
        nonlocal left
        left -= 1
        with write(self) as tx:
            yield tx
            if left == 0 and not committed:
                os.kill(os.getpid(), signal.SIGKILL)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    Ledger.write = dying  # type: ignore[method-assign]  # the one seam of every stage
