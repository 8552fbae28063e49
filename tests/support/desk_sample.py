"""A home folder with everything the sample newsroom published, and the desk on a copy of it,
read as a reader does."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest
from elastic_server import locked, run_folder
from sample_home import SETTINGS
from starlette.testclient import TestClient

from core.query import parse
from core.records import Article
from core.settings import load_settings
from demo.home import follow, live
from demo.newsroom import Newsroom
from desk.app import make_app
from wirewatch.house import House

NAME = "desk-sample"

INTERCEPTED = "Valdorian agency intercepted 62 million Maravian calls, paper says"
"""The headline of the story that most outlets have."""

RULES = """\
# What the newsroom follows.
[[rule]]
name = "surveillance"
query = "topic:surveillance"
to = ["terminal"]
"""


def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder, shared by the workers of a run: never write into it."""
    with locked(run_folder(tmp_path_factory), NAME) as folder:
        home = folder / NAME
        if not home.exists():
            _fill(home)
    return home


@contextmanager
def desk(home: Path, **settings: object) -> Iterator[TestClient]:
    """A client of a home folder's desk that sends requests as a local program would."""
    with House(load_settings(home, **settings)) as house:
        yield TestClient(make_app(house), base_url="http://localhost", follow_redirects=False)


def copy_of(home: Path, folder: Path) -> Path:
    """A copy of a home folder that may be written into."""
    return shutil.copytree(home, folder / "home")


def page_text(client: TestClient, address: str) -> str:
    """The words of a page."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return words(answer.text)


def words(page: str) -> str:
    """What a reader sees of a page's HTML, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def first_hit(home: Path, query: str) -> Article:
    """The first article that a query finds in a home folder."""
    with House(load_settings(home)) as house:
        return house.index.search(parse(query), size=1).articles[0]


def _fill(home: Path) -> None:
    unfinished = home.with_name(f"{home.name}.unfinished")
    with Newsroom() as newsroom:
        follow(unfinished, newsroom, SETTINGS, RULES)
        with House(load_settings(unfinished)) as house:
            live(house, newsroom)
    unfinished.rename(home)
