"""The demo: wirewatch watches the sample newsroom in a real Airflow, then prints the results.

python -m demo           # keeps running until Ctrl-C, for a look around
python -m demo --once    # ends after printing
"""

from __future__ import annotations

import argparse
import fcntl
import io
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.rule import Rule
from rich.spinner import Spinner
from rich.text import Text

from alert.wording import of_alert
from core.ledger import alerts, feeds, stories
from core.query import parse
from core.records import AlertKind
from core.settings import FILE
from demo.airflow import USER, Airflow, AirflowError, is_live
from demo.environment import drop_settings
from demo.home import NAMES, SETTINGS
from demo.newsroom import Newsroom
from desk.server import listen, serve
from ingest.feeds.health import is_unwell
from wirewatch.cli import app
from wirewatch.commands.tables import hit_lines
from wirewatch.house import House
from wirewatch.presentation.accounting import accounting_table
from wirewatch.presentation.wording import counted

DAG = "news_hourly"
DAYS = (1, 3)
"""The sample newsroom's days on which the DAG runs; the second run also gets the news of day 2."""

ROOT = Path(__file__).resolve().parent.parent

console = Console()


def main(arguments: list[str] | None = None) -> int:
    """Run the demo; 0 if everything worked."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__.splitlines()[0])
    parser.add_argument("--once", action="store_true", help="exit after printing the results")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".demo", help="where the demo keeps its files"
    )
    options = parser.parse_args(arguments)
    drop_settings()
    # When terminated, the demo stops what it started, as when interrupted.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        # Its days end yesterday: with older ones all feeds would count as silent since.
        first_day = datetime.now(UTC).date() - timedelta(days=DAYS[-1])
        folder = options.folder.absolute()
        with alone_in(folder), Newsroom(first_day=first_day) as newsroom:
            run(newsroom, folder, once=options.once)
    except KeyboardInterrupt:
        console.print("Stopped.")
    except (AirflowError, InUseError) as error:
        console.print(Text("Error:", style="bold red"), str(error), highlight=False)
        return 1
    return 0


class InUseError(Exception):
    """Another demo keeps its files in the folder."""


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other demos out of a folder: each begins by removing what is in it.

    Raises:
        InUseError: another one runs there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUseError(
                f"another demo is running in {folder}. Stop it with Ctrl+C, or run this one "
                "elsewhere: python -m demo --folder FOLDER"
            ) from None
        yield


def run(newsroom: Newsroom, folder: Path, *, once: bool) -> None:
    """Make a home folder, run the DAG on each of `DAYS`, print the results; wait unless `once`."""
    home = make_home(newsroom, folder / "home")
    environment = {
        "WIREWATCH_HOME": str(home),
        "WIREWATCH_SCHEDULE": "none",
        "WIREWATCH_SHARDS": "2",
    }
    with Airflow(folder / "airflow", ROOT / "dags", environment) as airflow:
        with waiting("Starting Airflow") as tell:
            airflow.start(lambda: tell("Starting Airflow"))
        for day in DAYS:
            newsroom.day = day
            with waiting(f"Day {day}: running {DAG}") as tell:
                airflow.run(DAG, partial(_tell_tasks, tell, day))
            console.print(f"[green]✔[/] Day {day} of the sample newsroom: {DAG} ran in Airflow.")
        with House.open(home) as house:
            report(house)
            if once:
                return
            with listen(house, "127.0.0.1", 0) as opened:
                show_where(airflow, home, opened.getsockname()[1])
                serve(house, opened)


def make_home(newsroom: Newsroom, home: Path) -> Path:
    """A new home folder that watches the sample newsroom."""
    if home.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True)
    (home / FILE).write_text(SETTINGS, "utf-8")
    (home / "names.toml").write_text(NAMES, "utf-8")
    opml = home / "newsroom.opml"
    opml.write_text(newsroom.opml(), "utf-8")
    with redirect_stdout(io.StringIO()):  # it tells a newcomer what to do next, which the demo does
        app(["--home", str(home), "init", "--feeds", str(opml)], standalone_mode=False)
    return home


def report(house: House) -> None:
    """Print the accounting, the stories found with score and evidence, and the alerts."""
    with house.ledger.read() as tx:
        told = list(alerts.listed(tx))
        found = stories.listed(tx)
        troubled = [feed for feed in feeds.listed(tx) if is_unwell(feed)]
    console.print(Rule("How every entry ended"))
    console.print(accounting_table(house.account()))
    console.print(Rule("Unwell feeds, and why"))
    for feed in troubled:
        console.print(Text(f"{feed.state:10} {feed.url}: {feed.reason}"))
    console.print(Rule(f"{len(found)} stories about surveillance, with score and evidence"))
    answer = house.index.search(parse("topic:surveillance"), size=1000)
    hits = sorted(answer.articles, key=lambda article: article.published or article.first_seen)
    for story in found:
        console.print(Text(f"● {story.title}", style="bold"))
        for article in hits:
            if article.story == story.id:
                for line in hit_lines(article):
                    console.print(line, soft_wrap=True)
    updates = sum(alert.kind is AlertKind.DEVELOPMENT for alert, _ in told)
    first = counted(len(told) - updates, "alert")
    console.print(Rule(f"{first}, one for each story, and {counted(updates, 'update')}"))
    for alert, deliveries in told:
        where = ", ".join(f"{one.channel} ✔" for one in deliveries if one.delivered_at)
        console.print(Text(f"{of_alert(alert).subject}  ({alert.outlet}; {where or 'waiting'})"))
    for kind, name in ((AlertKind.STORY, "an alert"), (AlertKind.DEVELOPMENT, "an update")):
        message = next((of_alert(alert) for alert, _ in told if alert.kind is kind), None)
        if message is not None:
            console.print(Rule(f"What {name} says"))
            console.print(Text(message.printed), soft_wrap=True)


def show_where(airflow: Airflow, home: Path, port: int) -> None:
    """Say where to look around."""
    console.print(Rule("Look around"))
    console.print(f"The desk  http://localhost:{port}/   stories, search, alerts, rules")
    console.print(f"Airflow   {airflow.url}   login {USER}, password {airflow.password}")
    for command in ('search "phone AND topic:surveillance"', "stories", "entries", "alerts"):
        console.print(f"Terminal  .venv/bin/wirewatch --home {home} {command}", soft_wrap=True)
    console.print("Ctrl-C stops everything.")


@contextmanager
def waiting(text: str) -> Iterator[Callable[[str], None]]:
    """A spinner while waiting, with a line of text that can be changed."""
    spinner = Spinner("dots", text)
    with Live(spinner, console=console, transient=True, refresh_per_second=4):
        yield lambda line: spinner.update(text=line)


def _tell_tasks(tell: Callable[[str], None], day: int, states: dict[str, str]) -> None:
    running = sorted({name.split("[")[0] for name, state in states.items() if state == "running"})
    done = sum(not is_live(state) for state in states.values())
    now = ", ".join(running) or "scheduling"
    tell(f"Day {day}: {done} of {len(states)} tasks done; now {now}")


if __name__ == "__main__":
    sys.exit(main())
