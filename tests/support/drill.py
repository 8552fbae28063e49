"""The delivery drill: runs that are killed with `kill -9` again and again.

    python tests/support/drill.py [--kills N] [--seed N]

A wire of made-up outlets brings items that are shuffled, late, and several to one second; a
webhook and a mail server on loopback take the alerts. Each run is killed at a random transaction
(before or after its commit), at a random moment, or just after a receiver took something. In the
end every story that matched a rule must have been alerted, on each channel of the rule, and no key
may have come with different contents. Ends with 1 if anything went wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import wire
from drill_runs import SETTINGS, Plan, Runs, house_ahead, stage_of_last
from loopback import Loopback, Reply
from receivers import Inbox, mail_receiver, webhook_receiver
from rich.console import Console
from rich.progress import track

from core.ledger import alerts, channels, entries, feeds
from core.records import AlertKind, Listed
from core.settings import load_settings
from demo.environment import drop_settings
from wirewatch import pipeline
from wirewatch.house import House

RULES = """\
[channels]
mail = "mailto://127.0.0.1:{mail}?from=wire@newsroom.example&to=desk@newsroom.example"

[channels.hook]
webhook = "http://127.0.0.1:{hook}/wirewatch"
secret = "a secret for nobody but the drill"

[[rule]]
name = "surveillance"
query = "topic:surveillance"
to = ["hook", "mail"]

[[rule]]
name = "faces"
query = "topic:surveillance AND face"
to = ["hook"]
"""

STEP = timedelta(seconds=90)
"""The time between two runs by the ledger's clock: longer than a channel's first wait."""

ITEMS = 2
"""New items before each run."""


@dataclass
class Report:
    """The result of a drill. `wrong` is empty if all is well."""

    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    items: int = 0
    stories: int = 0
    alerts: int = 0
    deliveries: int = 0
    repeats: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


class Drill:
    """The outlets, the receivers, a home folder, and runs that die."""

    def __init__(self, home: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.wire = wire.Wire(self.chance)
        self.home = home
        self.report = Report()
        self.ahead = timedelta()
        self.process = 0
        self.killing = threading.Lock()
        self.dies_at_delivery = False
        self.usual = 1.0

    def run(self, kills: int, watch: Callable[[range], Iterable[int]] = iter) -> Report:
        """Kill `kills` runs, then let runs finish, and check the result."""
        began = time.monotonic()
        with (
            wire.running(self.wire) as outlets,
            webhook_receiver(self._answer) as hook,
            mail_receiver(self._answer_mail) as mail,
            Runs() as runs,
        ):
            self._prepare(outlets, hook, mail)
            for _ in watch(range(kills)):
                while not self._one_death(runs):
                    pass
            self._let_through()
            self._check(hook, mail)
        self.report.seconds = time.monotonic() - began
        return self.report

    def _prepare(self, outlets: Loopback, hook: Inbox, mail: Inbox) -> None:
        self.home.mkdir(exist_ok=True)
        (self.home / "wirewatch.toml").write_text(SETTINGS)
        (self.home / "rules.toml").write_text(RULES.format(hook=hook.port, mail=mail.port))
        with House(load_settings(self.home)) as house, house.ledger.write() as tx:
            feeds.add_all(tx, [Listed(url=url) for url in wire.feeds(outlets)], house.now())

    def _one_death(self, runs: Runs) -> bool:
        """A run with something new to do; returns whether it was killed before its end."""
        self.wire.publish(self.chance.randint(1, 2 * ITEMS - 1), self.now())
        way = self.chance.random()
        by_itself = way < 0.6
        plan = Plan(
            str(self.home),
            self.ahead.total_seconds(),
            at=self.chance.randint(1, 30) if by_itself else 0,
            committed=self.chance.random() < 0.5,
        )
        self.dies_at_delivery = 0.6 <= way < 0.8
        began = time.monotonic()
        self.process = runs.start(plan)
        if way >= 0.8:
            time.sleep(self.chance.uniform(0, 1.2 * self.usual))
            self._kill()
        code = runs.wait()
        with self.killing:
            self.process = 0
        runs.bury()
        self.report.runs += 1
        self.ahead += STEP
        if code == 0:
            self.usual = 0.8 * self.usual + 0.2 * (time.monotonic() - began)
            return False
        if code != -signal.SIGKILL:
            raise AssertionError(f"a run ended with {code}")
        self.report.kills[stage_of_last(self.home)] += 1
        return True

    def _kill(self) -> None:
        with self.killing:
            if self.process:
                os.kill(self.process, signal.SIGKILL)

    def _answer(self, _: bytes) -> Reply:
        """Mostly accepts; sometimes the receiver fails, or the run is killed meanwhile."""
        self._maybe_kill()
        return Reply(500 if self.chance.random() < 0.03 else 200)

    def _answer_mail(self, _: bytes) -> str:
        self._maybe_kill()
        return "451 later" if self.chance.random() < 0.03 else "250 taken"

    def _maybe_kill(self) -> None:
        # The receiver keeps what it has read, so the next run delivers it again.
        if self.dies_at_delivery and self.chance.random() < 0.5:
            self._kill()

    def _let_through(self) -> None:
        """Run without kills until nothing waits."""
        self.dies_at_delivery = False
        for _ in range(50):
            with house_ahead(self.home, self.ahead) as house:
                pipeline.run_pass(house)
                accounting = house.account()
                with house.ledger.read() as tx:
                    waits = sum(channels.waiting(tx).values())
            self.report.runs += 1
            self.ahead += timedelta(hours=1)
            if not accounting.waiting and not waits:
                return
        self.report.wrong.append("something waits for ever")

    def _check(self, hook: Inbox, mail: Inbox) -> None:
        report = self.report
        with house_ahead(self.home, self.ahead) as house:
            with house.ledger.read() as tx:
                told = [alert for alert, _ in alerts.listed(tx)]
                story = {entry.id: entry.story for entry in entries.listed(tx)}
            inboxes = {"hook": hook, "mail": mail}
            for rule in house.rules.rules:
                mine = [alert for alert in told if alert.rule == rule.name]
                # By today's stories: a merged story counts as alerted if either part was.
                alerted = {story[alert.article] for alert in mine}
                matched = house.index.search(rule.query, size=10_000).articles
                missed = {story[article.id] for article in matched} - alerted
                report.wrong += [f"{rule.name}: story {one} was not alerted" for one in missed]
                new = [alert.story for alert in mine if alert.kind is AlertKind.STORY]
                twice = Counter(new)
                report.wrong += [f"{rule.name}: {one} twice" for one, n in twice.items() if n > 1]
                for channel in rule.to:
                    gone = {alert.key for alert in mine} - inboxes[channel].by_key.keys()
                    report.wrong += [f"{channel}: alert {key} never came" for key in gone]
            self._check_entries(len(story))
        for name, inbox in inboxes.items():
            unknown = inbox.by_key.keys() - {alert.key for alert in told}
            report.wrong += [f"{name}: nobody knows {key}" for key in unknown]
            report.wrong += [
                f"{name}: {key} came with different contents: {contents}"
                for key, contents in inbox.differing.items()
            ]
            report.deliveries += len(inbox.in_order)
            report.repeats += inbox.repeats
        report.items, report.alerts = self.wire.published, len(told)
        report.stories = len({alert.story for alert in told})

    def _check_entries(self, seen: int) -> None:
        if seen != self.wire.published:
            self.report.wrong.append(f"{seen} entries of {self.wire.published} items")

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    drop_settings()
    console = Console()
    console.print(f"seed {asked.seed}")
    with tempfile.TemporaryDirectory() as folder:
        drill = Drill(Path(folder) / "home", asked.seed)
        report = drill.run(asked.kills, lambda r: track(r, "killing", console=console))
    by_stage = ", ".join(f"{name} {number}" for name, number in report.kills.most_common())
    console.print(
        f"{report.kills.total()} kills ({by_stage}) in {report.runs} runs, {report.seconds:.0f} s\n"
        f"{report.items} items, {report.stories} stories alerted, {report.alerts} alerts\n"
        f"{report.deliveries} deliveries, {report.repeats} of them repeats with the same key and "
        f"content\n{len(report.wrong)} faults"
    )
    for fault in report.wrong[:20]:
        console.print(fault, style="red")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
