"""`kill -9` in the middle of a run, again and again: nothing is lost, nothing is told twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from core.ledger import alerts, entries
from core.query import parse
from core.settings import load_settings
from demo.newsroom import Newsroom
from wirewatch.house import House
from wirewatch.pipeline import run_pass
from wirewatch.projection import check

KILLS = 12

# A worker that dies at its n-th transaction: a run can be cut anywhere, not only where it is slow.
DYING = """
import os, signal, sys
from contextlib import contextmanager
from pathlib import Path
from core.ledger import Ledger
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.pipeline import run_pass

left = int(sys.argv[2])
before = sys.argv[3] == "before"
write = Ledger.write

@contextmanager
def dying(self):
    global left
    left -= 1
    with write(self) as tx:
        yield tx
        if left == 0 and before:
            os.kill(os.getpid(), signal.SIGKILL)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

Ledger.write = dying
with House(load_settings(Path(sys.argv[1]))) as house:
    run_pass(house)
"""


def ends(house: House) -> dict[str, tuple[str, str | None]]:
    with house.ledger.read() as tx:
        return {entry.url: (entry.state, entry.reason) for entry in entries.listed(tx)}


def test_a_run_may_die_anywhere(newsroom: Newsroom, make_home: Callable[..., Path]) -> None:
    chance = random.Random(20_261_124)
    home = make_home()
    killed = 0
    for _ in range(KILLS):
        at = str(chance.randrange(1, 90))
        when = chance.choice(["before", "after"])
        died = subprocess.run(
            [sys.executable, "-c", DYING, str(home), at, when],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )
        assert died.returncode in (0, -signal.SIGKILL), died.stderr
        killed += died.returncode != 0
    assert killed >= 3
    undisturbed = make_home("undisturbed")
    with House(load_settings(home)) as house, House(load_settings(undisturbed)) as other:
        run_pass(house)
        run_pass(other)
        accounting = house.account()
        assert accounting.waiting == 0
        assert ends(house) == ends(other)
        found = house.index.search(parse("*"), size=1000).articles
        assert len({article.id for article in found}) == len(found)
        assert {article.id for article in found} == {
            article.id for article in other.index.search(parse("*"), size=1000).articles
        }
        assert check(house).agrees
        with house.ledger.read() as tx:
            told = Counter((alert.rule, alert.story) for alert, _ in alerts.listed(tx))
        assert told
        assert set(told.values()) == {1}
        assert all(one.delivered_at for _, deliveries in _alerts(house) for one in deliveries)


def _alerts(house: House) -> list[tuple[alerts.Alert, tuple[alerts.DeliveryStatus, ...]]]:
    with house.ledger.read() as tx:
        return list(alerts.listed(tx))
