"""SQLite files that several processes open at once."""

from __future__ import annotations

import sqlite3
from typing import cast

import pytest

from core import sqlite
from core.sqlite import enable_wal


class Refusing:
    """Refuses a number of times, like a file that another process is writing."""

    def __init__(self, times: int, code: int = sqlite3.SQLITE_BUSY) -> None:
        self.left = times
        self._code = code

    def execute(self, _: str) -> None:
        if self.left:
            self.left -= 1
            error = sqlite3.OperationalError("refused")
            error.sqlite_errorcode = self._code
            raise error


def _enable_wal(refusing: Refusing) -> None:
    enable_wal(cast("sqlite3.Connection", refusing))


def test_a_busy_file_is_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_PAUSE", 0)
    refusing = Refusing(3)
    _enable_wal(refusing)
    assert refusing.left == 0


def test_another_error_is_raised_at_once() -> None:
    refusing = Refusing(3, sqlite3.SQLITE_CANTOPEN)
    with pytest.raises(sqlite3.OperationalError):
        _enable_wal(refusing)
    assert refusing.left == 2


def test_a_file_that_stays_busy_raises_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", -1)
    with pytest.raises(sqlite3.OperationalError):
        _enable_wal(Refusing(1))
