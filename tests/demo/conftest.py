"""The sample newsroom, without and with faults."""

import pytest

from demo.newsroom import Newsroom


@pytest.fixture(scope="module")
def healthy():
    with Newsroom(day=3, faults=False) as room:
        yield room


@pytest.fixture
def faulty():
    with Newsroom(day=1) as room:
        yield room
