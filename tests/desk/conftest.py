"""The desk on the sample newsroom: a shared one to read, and a copy for each test that writes."""

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
    """A home folder with everything the sample newsroom published. Never write into it."""
    return desk_sample.sample(tmp_path_factory)


@pytest.fixture(scope="session")
def reader(sample: Path) -> Iterator[TestClient]:
    """A client of the shared desk, which is only read."""
    with desk_sample.desk(sample) as client:
        yield client


@pytest.fixture
def home(sample: Path, tmp_path: Path) -> Path:
    """A copy of the home that a test may write into."""
    return desk_sample.copy_of(sample, tmp_path)


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    """A client of the desk on that copy."""
    with desk_sample.desk(home) as client:
        yield client


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    """The same copy, opened as a pass opens it."""
    with House(load_settings(home)) as opened:
        yield opened
