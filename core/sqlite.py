"""What our SQLite files share: write-ahead logging, and how long to wait for a lock."""

from __future__ import annotations

import sqlite3
import time

BUSY_SECONDS = 60
"""How long SQLite waits for another process's transaction; ours take milliseconds."""

_PAUSE = 0.01


def enable_wal(db: sqlite3.Connection) -> None:
    """Set a file to write-ahead logging (WAL): readers never wait for a writer.

    Processes that open a new file together may all change its mode. All but one get `SQLITE_BUSY`
    at once, whatever their timeout, so they retry for `BUSY_SECONDS`.
    """
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # An extended code's low byte is the primary one.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return
