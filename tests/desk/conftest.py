"""The desk on the sample newsroom: one to read, and one of a test's own to write into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import desk_sample
import pytest
from starlette.testclient import TestClient

from core.settings import load_settings
from wirewatch.house import House


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder of all that the sample newsroom published. Nothing is written into it."""
    return desk_sample.sample(tmp_path_factory)


@pytest.fixture(scope="session")
def reader(sample: Path) -> Iterator[TestClient]:
    """A client of a desk that is only read."""
    with desk_sample.desk(sample) as client:
        yield client


@pytest.fixture
def home(sample: Path, tmp_path: Path) -> Path:
    """A copy of the home, to be written into."""
    return desk_sample.copy_of(sample, tmp_path)


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    """A client of its desk."""
    with desk_sample.desk(home) as client:
        yield client


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """The same home, as a pass has it."""
    with House(load_settings(home)) as opened:
        yield opened
