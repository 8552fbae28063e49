"""Scale-out, tested on one machine: `python tests/support/celery_drill.py [--sites N]`.

A real Airflow with CeleryExecutor, this machine's Redis and PostgreSQL, an archive in an
S3-compatible store (moto), and two Celery workers that share all of this as two machines would.

1. The hourly DAG runs over N made-up sites, each with a feed and six articles. In the middle of
   fetching, one worker is killed with all its processes. The run must end well. After a second run
   the accounting must add up with every article indexed; lost tasks are tried again, and no site
   gets two requests at once.
2. The same with one worker, then with two, from scratch each time: how much faster two are.

Needs `redis-server` and PostgreSQL's programs. Prints what it saw; the exit code is
1 if anything was wrong.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import boto3
import psutil
from moto.server import ThreadedMotoServer
from postgres_server import installed, postgres
from sqlalchemy import create_engine, text

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.passes import feed, page
from bench.serving import address, ok, serving
from core.ledger import feeds
from core.records import Listed, State
from core.settings import load_settings
from demo.airflow import DATABASE, Airflow, AirflowError, free_port
from demo.environment import drop_settings
from wirewatch.house import House

ROOT = Path(__file__).parents[2]
ARTICLES = 6
"""Articles per site. They are fetched with a pause in between, so fetching takes some seconds."""

ANSWER_SECONDS = 0.1
"""How long a site takes to answer. A request sent sooner after another overlaps with it."""

HEARTBEAT_SECONDS = 20
"""Seconds after which Airflow considers a silent task lost; its default is 300."""


def answer(log: Any, host: str, path: str, fields: str) -> bytes:
    """A site's answer; each request is logged with its time."""
    log.put((time.monotonic(), host, path))
    if path == "/robots.txt":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    if path == "/feed":
        return ok(feed(host, ARTICLES), "application/rss+xml")
    return ok(page(host, int(path[1:])), "text/html; charset=utf-8")


@dataclass
class Seen:
    """The result of a run: its time, how the entries ended, the tasks tried again, pages
    requested again, and the shortest time between two requests to one site."""

    seconds: float
    states: dict[str, int]
    again: tuple[str, ...]
    repeated: int
    closest: float


class Parts:
    """PostgreSQL, Redis and an Airflow using them, for a run of the DAG over some sites."""

    def __init__(
        self, folder: Path, postgres_url: str, store: dict[str, str], sites: int, pause: float
    ) -> None:
        self.folder = folder
        self.sites = sites
        self.redis = free_port()
        self.ledger_url = _database(postgres_url, f"ledger_{folder.name}")
        airflow_url = _database(postgres_url, f"airflow_{folder.name}")
        self.home = folder / "home"
        self.home.mkdir()
        (self.home / "rules.toml").write_text("")
        self.wirewatch = {
            **store,
            "WIREWATCH_HOME": str(self.home),
            "WIREWATCH_LEDGER_URL": self.ledger_url,
            "WIREWATCH_ALLOW_HOSTS": "*.localhost",
            "WIREWATCH_PAUSE": str(pause),
            "WIREWATCH_SCHEDULE": "none",
            "WIREWATCH_EXTRACT_PROCESSES": "1",
            "WIREWATCH_SEGMENT_ITEMS": "50",
            # How long a killed worker's claims are respected; 5 minutes by default.
            "WIREWATCH_RETRY_LADDER": "20,60,300",
        }
        broker = f"redis://127.0.0.1:{self.redis}/0"
        self.airflow = Airflow(
            folder / "airflow",
            ROOT / "dags",
            {
                **self.wirewatch,
                DATABASE: airflow_url,
                f"{DATABASE}_ASYNC": airflow_url,
                "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
                "AIRFLOW__CELERY__BROKER_URL": broker,
                "AIRFLOW__CELERY__RESULT_BACKEND": f"db+{airflow_url}",
                "AIRFLOW__CELERY__WORKER_CONCURRENCY": "2",
                "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": str(HEARTBEAT_SECONDS),
                "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "5",
                "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
                # A lost worker's messages are redelivered after this many seconds.
                "AIRFLOW__CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "60",
            },
        )

    def house(self) -> House:
        """The house that the workers share."""
        settings = load_settings(self.home, ledger_url=self.ledger_url, allow_hosts="*.localhost")
        return House(settings)

    def list_feeds(self, port: int) -> None:
        """Add every site's feed to the list."""
        with self.house() as house, house.ledger.write() as tx:
            sites = [Listed(url=address(number, port)) for number in range(self.sites)]
            feeds.add_all(tx, sites, house.now())

    def worker(self, name: str, log: Any) -> subprocess.Popen[bytes]:
        """Start a Celery worker."""
        return self.airflow.begin(
            "celery", "worker", "--celery-hostname", f"{name}@%h", "--without-gossip", log=log
        )


@contextmanager
def redis(port: int) -> Iterator[None]:
    """A Redis without persistence, for the length of the block."""
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen([*command, "--appendonly", "no"], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        server.terminate()
        server.wait()


@contextmanager
def s3() -> Iterator[dict[str, str]]:
    """A store for the archive, for the length of the block; yields the variables that name it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it logs a line for each request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="ours",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket="archive")
    try:
        yield {
            "WIREWATCH_ARCHIVE_URL": "s3://archive",
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "ours",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
    finally:
        server.stop()


def run(folder: Path, postgres_url: str, sites: int, *, workers: int, kill: bool) -> Seen:
    """One run of the hourly DAG over fresh sites."""
    folder.mkdir()
    log = get_context("spawn").Manager().Queue()
    with ExitStack() as stack:
        store = stack.enter_context(s3())
        parts = Parts(folder, postgres_url, store, sites, pause=1.0)
        port = stack.enter_context(serving(partial(answer, log), ANSWER_SECONDS))
        parts.list_feeds(port)
        stack.enter_context(redis(parts.redis))
        airflow = stack.enter_context(parts.airflow)
        try:
            airflow.start()
        except AirflowError:
            print(airflow.log.read_text("utf-8", "replace")[-3_000:])
            raise
        output = stack.enter_context((folder / "workers.log").open("wb"))
        running = [parts.worker(f"w{number}", output) for number in range(workers)]
        time.sleep(20)  # until they have registered with the broker
        killed: list[float] = []

        def progress(_: dict[str, str]) -> None:
            if kill and not killed and _fetched(parts) > 0:
                _kill(running[0])
                killed.append(time.monotonic())
                print(f"  killed a worker with {_fetched(parts)} pages fetched", flush=True)

        began = time.monotonic()
        airflow.run("news_hourly", progress)
        seconds = time.monotonic() - began
        again = tuple(name for name, tries in airflow.tries.items() if tries > 1)
        if kill:
            airflow.run("news_hourly")  # as if an hour later
        if kill and not killed:
            raise SystemExit("the run was over before a worker could be killed: more --sites")
    with parts.house() as house:
        accounting = house.account()
    states = {state.value: accounting.count(state) for state in State if accounting.count(state)}
    repeated, closest = _requests(log)
    return Seen(seconds, states, again, repeated, closest)


def _fetched(parts: Parts) -> int:
    with parts.house() as house:
        accounting = house.account()
    return accounting.seen - accounting.count(State.FOUND)


def _kill(process: subprocess.Popen[bytes]) -> None:
    parent = psutil.Process(process.pid)
    for one in [*parent.children(recursive=True), parent]:
        one.send_signal(signal.SIGKILL)


def _requests(log: Any) -> tuple[int, float]:
    """Pages requested more than once, and the shortest time in seconds between two
    requests to one site: below `ANSWER_SECONDS`, the two overlapped."""
    asked: dict[str, list[tuple[float, str]]] = {}
    while not log.empty():
        at, host, path = log.get()
        asked.setdefault(host, []).append((at, path))
    pages = [(host, path) for host, rows in asked.items() for _, path in rows if path[1:].isdigit()]
    gaps = [
        later - earlier
        for rows in asked.values()
        for (earlier, _), (later, _) in zip(sorted(rows), sorted(rows)[1:], strict=False)
    ]
    return len(pages) - len(set(pages)), min(gaps, default=float("inf"))


def _database(server: str, name: str) -> str:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")


def main() -> int:
    """Run the drill."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--only", choices=["kill", "speed"], help="one half of it")
    parser.add_argument("--folder", type=Path, help="keep what it leaves there, logs above all")
    asked = parser.parse_args()
    binaries = installed()
    if binaries is None:
        raise SystemExit("no PostgreSQL here: install Debian's postgresql")
    if shutil.which("redis-server") is None:
        raise SystemExit("no redis-server here: install Debian's redis-server")
    drop_settings()
    well = True
    with postgres(binaries) as url, tempfile.TemporaryDirectory() as made:
        base = asked.folder or Path(made)
        if asked.only != "speed":
            print(f"{asked.sites} sites, two workers, one killed in the middle", flush=True)
            seen = run(base / "kill", url, asked.sites, workers=2, kill=True)
            print(f"  {seen}", flush=True)
            total = asked.sites * ARTICLES
            ended = seen.states.get("indexed", 0) + seen.states.get("duplicate", 0)
            well = ended == total and bool(seen.again) and seen.closest >= ANSWER_SECONDS
            print(f"  {'all' if ended == total else 'NOT all'} {total} articles came to their end")
        if asked.only != "kill":
            took = {}
            for workers in (1, 2):
                seen = run(base / f"w{workers}", url, asked.sites, workers=workers, kill=False)
                took[workers] = seen.seconds
                print(f"{workers} workers: {seen}", flush=True)
            print(f"throughput of two workers over one: {took[1] / took[2]:.2f}")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
