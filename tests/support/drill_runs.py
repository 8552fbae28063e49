"""The drill's runs: processes that start with everything loaded.

Run as a program, it loads all that a run needs, and then forks a run for each line that it
reads: a plan. It answers with the run's process id, and with its exit code once it has ended.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import random
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apprise
import sample_home
import wire
from deaths import die_at
from forking import ForkingProgram

from core.ledger import feeds
from core.records import Listed
from core.settings import load_settings
from wirewatch import pipeline
from wirewatch.house import House

STAGES = ("poll", "fetch", "extract_pages", "link", "index_articles", "match", "deliver")

STAGE_FILE = "stage"
"""The file where a run notes the number of its current stage."""

SETTINGS = f"{sample_home.SETTINGS}segment_items = 3\n"


@dataclass(frozen=True)
class Plan:
    """A run over a home folder, with a clock that many seconds ahead. It dies at its n-th
    transaction, before or after the commit; with 0 it does not die by itself."""

    home: str
    ahead: float
    at: int = 0
    committed: bool = False


class Runs(ForkingProgram):
    """Starts runs, one at a time. Use it in a `with` block."""

    def __init__(self) -> None:
        super().__init__(__file__)

    def start(self, plan: Plan) -> int:
        """Begin a run; returns its process id."""
        self._say(json.dumps(asdict(plan)))
        return int(self._line())

    def wait(self) -> int:
        """Wait for the current run to end; returns its exit code, negative for a signal."""
        return int(self._line())

    def bury(self) -> None:
        """Reap the ended run, which releases its process id."""
        self._say("bury")


def house_ahead(home: Path, ahead: timedelta) -> House:
    """A house whose clock is ahead."""
    return House(load_settings(home), now=lambda: datetime.now(UTC) + ahead)


def stage_of_last(home: Path) -> str:
    """The stage that the last run reached."""
    noted = (home / STAGE_FILE).read_bytes()
    return STAGES[noted[0]] if noted else "start"


def run(plan: Plan) -> None:
    """One run, as planned."""
    home = Path(plan.home)
    noted = os.open(home / STAGE_FILE, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    for number, name in enumerate(STAGES):
        setattr(pipeline, name, _noting(getattr(pipeline, name), number, noted))
    if plan.at:
        die_at(plan.at, committed=plan.committed)
    with house_ahead(home, timedelta(seconds=plan.ahead)) as house:
        pipeline.run_pass(house)


def _noting(work: Callable[..., Any], number: int, file: int) -> Callable[..., Any]:
    def noted(*args: Any, **kwargs: Any) -> Any:
        os.pwrite(file, bytes([number]), 0)
        return work(*args, **kwargs)

    return noted


def _warm_up() -> None:
    """Load models, lists and libraries by running a pass over a few items."""
    items = wire.Wire(random.Random(0))
    items.publish(6, datetime.now(UTC))
    with tempfile.TemporaryDirectory() as folder, wire.running(items) as outlets:
        home = Path(folder)
        (home / "wirewatch.toml").write_text(SETTINGS)
        (home / "rules.toml").write_text('[[rule]]\nname = "all"\nquery = "*"\n')
        with House(load_settings(home)) as house, contextlib.redirect_stdout(io.StringIO()):
            with house.ledger.write() as tx:
                feeds.add_all(tx, [Listed(url=url) for url in wire.feeds(outlets)], house.now())
            pipeline.run_pass(house)
    mail = "mailto://127.0.0.1:25?from=a@b.example&to=c@d.example"
    apprise.Apprise.instantiate(mail)
    # Keep all this from the runs' garbage collection, which would copy its memory pages.
    gc.collect()
    gc.freeze()


def main() -> None:
    """Fork a run for each plan."""
    _warm_up()
    print("ready", flush=True)
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.dup2(os.open(os.devnull, os.O_RDWR), 0)
                os.dup2(2, 1)  # keep a run's output apart from the answers
                run(Plan(**json.loads(line)))
                code = 0
            except BaseException:  # noqa: BLE001 - the run ends here, whatever it was
                traceback.print_exc()
            finally:
                os._exit(code)
        print(child, flush=True)
        # It stays a zombie until the drill says so: its id is not reused as long as the drill may
        # kill it.
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert ended is not None
        print(ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status, flush=True)
        sys.stdin.readline()
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
