"""What all pages of the desk share."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.datastructures import URL

from core.settings import load_settings
from desk.office import ListPage, Office
from wirewatch.house import House


@pytest.mark.parametrize(
    ("total", "number"), [(0, 1), (1, 1), (20, 1), (21, 2), (9_981, 500), (10_001, 500)]
)
def test_there_are_as_many_pages_as_an_index_reaches(total: int, number: int) -> None:
    assert ListPage(URL("/entries"), 1).last(total) == number


@pytest.mark.parametrize(
    ("address", "is_link"),
    [("https://a.example/", True), ("http://a.example/", True), ("javascript:alert(1)", False)],
)
def test_only_addresses_of_the_web_become_links(
    tmp_path: Path, address: str, is_link: bool
) -> None:
    with House(load_settings(tmp_path)) as house:
        assert Office(house)._templates.filters["is_link"](address) is is_link
