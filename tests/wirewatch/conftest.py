"""A clock, the sample newsroom, and home folders that watch it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from commands import Commands
from factories import Clock
from sample_home import SETTINGS
from terminal import Wirewatch

from core.ledger import feeds
from core.records import Listed
from core.settings import FILE, load_settings
from demo.home import RULES, live
from demo.newsroom import Newsroom
from enrich.mentions.finder import MentionFinder
from enrich.tagging.tagger import Tagger
from wirewatch.house import House


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as running:
        yield running


@pytest.fixture
def make_home(newsroom: Newsroom, tmp_path: Path) -> Callable[..., Path]:
    """Creates home folders that watch the sample newsroom."""

    def make(name: str = "home", settings: str = SETTINGS) -> Path:
        home = tmp_path / name
        home.mkdir()
        return watching(newsroom, home, settings)

    return make


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home folder that `wirewatch` runs on, without settings, feeds or rules."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / FILE).touch()
    return folder


def watching(newsroom: Newsroom, home: Path, settings: str = SETTINGS) -> Path:
    """Have a home folder watch the sample newsroom."""
    (home / "wirewatch.toml").write_text(settings)
    (home / "rules.toml").write_text(RULES)
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        feeds.add_all(tx, [Listed(url=url) for url in newsroom.feeds], house.now())
    return home


@pytest.fixture(scope="module")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, House]]:
    """The sample newsroom and a house that watched it for its three days, to look at only."""
    with Newsroom() as newsroom:
        home = watching(newsroom, tmp_path_factory.mktemp("home"))
        with House(load_settings(home)) as house:
            live(house, newsroom)
            yield newsroom, house


@pytest.fixture
def house(make_home: Callable[..., Path]) -> Iterator[House]:
    with House(load_settings(make_home())) as opened:
        yield opened


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """Runs commands without importing all of wirewatch again."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("WIREWATCH_")}
    with Commands({**own, "COLUMNS": "200"}) as running:
        yield running


@pytest.fixture
def wirewatch(commands: Commands, tmp_path: Path) -> Wirewatch:
    """Runs `wirewatch` on the test's own home folder."""
    environment = {
        "WIREWATCH_HOME": str(tmp_path / "home"),
        "WIREWATCH_ALLOW_HOSTS": "*.localhost",
        "WIREWATCH_PAUSE": "0",
        # In the command's process, which has the models; others would have to load them.
        "WIREWATCH_EXTRACT_PROCESSES": "0",
    }

    def run(*arguments: str, exit_code: int = 0) -> subprocess.CompletedProcess[str]:
        done = commands.run(arguments, tmp_path, environment)
        assert done.returncode == exit_code, done.stdout + done.stderr
        return done

    return run


TAGGED, SCORED, FOUND = cache(Tagger.tag), cache(Tagger.score), cache(MentionFinder.find)
"""`tag`, `score` and `find`, cached for this process. All are pure, and these tests read the sample
newsroom's articles over and over."""


@pytest.fixture(scope="module", autouse=True)
def remembered() -> Iterator[None]:
    """Let only the tests of these modules use that cache."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Tagger, "tag", lambda *asked: TAGGED(*asked))
        patched.setattr(Tagger, "score", lambda *asked: SCORED(*asked))
        patched.setattr(MentionFinder, "find", lambda *asked: FOUND(*asked))
        yield
