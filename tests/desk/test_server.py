"""Where the desk listens, and where it refuses to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import load_settings
from desk.server import DeskError, listen
from wirewatch.house import House


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[House]:
    with House(load_settings(tmp_path)) as house:
        yield house


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "desk.example"])
def test_desk_refuses_other_machines_without_a_password(plain: House, host: str) -> None:
    with pytest.raises(DeskError, match="desk_password"):
        listen(plain, host, 0)


def test_desk_with_a_password_listens_anywhere(tmp_path: Path) -> None:
    with House(load_settings(tmp_path, desk_password="open sesame")) as house:
        listen(house, "0.0.0.0", 0).close()
        with pytest.raises(DeskError, match=r"192\.0\.2\.1:0: .*; choose another --host"):
            listen(house, "192.0.2.1", 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_port_in_use_is_reported(plain: House, host: str) -> None:
    with listen(plain, host, 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(DeskError, match=r":\d+: Address [a-z ]+; choose another --port"):
            listen(plain, host, port)
