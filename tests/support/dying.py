"""Passes over the sample newsroom that are killed with `kill -9`, in processes cheap to start.

Run as a program, it loads the models and reads the newsroom once. The passes that it forks find in
a cache what was read instead of reading it again.
"""

from __future__ import annotations

import signal
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path

from deaths import die_at
from forking import ForkingProgram, fork_for_each_line
from sample_home import SETTINGS

from core.ledger import feeds
from core.records import Listed
from core.settings import load_settings
from demo.newsroom import Newsroom
from enrich.mentions.finder import MentionFinder
from enrich.tagging.tagger import Tagger
from wirewatch.house import House
from wirewatch.pipeline import run_pass


class Dying(ForkingProgram):
    """Runs passes that die, one at a time. Use it in a `with` block."""

    def __init__(self) -> None:
        super().__init__(__file__)

    def run(self, home: Path, at: int, *, committed: bool) -> bool:
        """Run a pass that dies at its n-th transaction, before or after the commit; returns whether
        it got that far."""
        code = self._ask([str(home), at, committed])
        if code not in (0, -signal.SIGKILL):
            raise AssertionError(f"a pass ended with {code}")
        return code != 0


def main() -> None:
    """Fork a pass for each request."""
    # All three are pure.
    for owner, name in ((Tagger, "tag"), (Tagger, "score"), (MentionFinder, "find")):
        setattr(owner, name, cache(getattr(owner, name)))
    import_module("wirewatch.passes.readers")
    with tempfile.TemporaryDirectory() as folder, Newsroom() as newsroom:
        _read(newsroom, Path(folder))
    fork_for_each_line(_run)


def _read(newsroom: Newsroom, home: Path) -> None:
    (home / "wirewatch.toml").write_text(SETTINGS)
    with House(load_settings(home)) as house:
        with house.ledger.write() as tx:
            feeds.add_all(tx, [Listed(url=url) for url in newsroom.feeds], house.now())
        run_pass(house)


def _run(home: str, at: int, committed: bool) -> None:
    die_at(at, committed=committed)
    with House(load_settings(Path(home))) as house:
        run_pass(house)


if __name__ == "__main__":
    main()
