"""A real Airflow on this machine: starts its parts, drives it by its API, and stops it.

`airflow standalone` would start the same parts one after another, behind a process of its own, and
a triggerer that none of our tasks needs: ten seconds more on two cores.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Self

import httpx
import psutil

from core.files import atomic_write

USER = "admin"
START_SECONDS = 180
STOP_SECONDS = 6
RUN_SECONDS = 300
LOOK_SECONDS = 1.0
"""Between two looks at a run; more frequent looks would slow down two cores."""

PARTS = ("api-server", "scheduler", "dag-processor")
"""The parts to start: `airflow PART`."""

DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
"""Set to use another database than SQLite in the folder."""

PASSWORDS = "simple_auth_manager_passwords.json.generated"

_LIVE = ("queued", "running", "restarting", "scheduled", "deferred", "up_for_retry")


class AirflowError(Exception):
    """Airflow did not start, or a run did not succeed; the text says where to look."""


def free_port() -> int:
    """A port that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Airflow:
    """Airflow on loopback, for the length of a `with` block."""

    def __init__(self, home: Path, dags: Path, environment: Mapping[str, str]) -> None:
        """Prepare an Airflow.

        Args:
            home: its folder. An empty database is kept there, so that a later start need not
                make it again, nor use what an interrupted one left.
            dags: the folder of DAG files.
            environment: further variables for its tasks, and settings that override ours. Of the
                variables around, those of another Airflow do not count, but for its metrics.
        """
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "airflow.log"
        # Settings of another Airflow, as its database, are not for this one.
        ours = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("AIRFLOW_") or name.startswith("AIRFLOW__METRICS__")
        }
        self.environment = {**ours, **self._settings(dags), **environment}
        self.tries: dict[str, int] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._http = httpx.Client(base_url=self.url, timeout=30, trust_env=False)

    @property
    def password(self) -> str:
        """The password of `USER`, as Airflow generated it."""
        passwords: dict[str, str] = json.loads((self.home / PASSWORDS).read_text("utf-8"))
        return passwords[USER]

    def start(self, waiting: Callable[[], None] = lambda: None) -> None:
        """Start it and wait until it is healthy; `waiting` is called meanwhile.

        Raises:
            AirflowError: it ended, or did not come up in time.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._make_database(log)
            for part in PARTS:
                self.begin(part, log=log)
        deadline = time.monotonic() + START_SECONDS
        while not self._is_healthy():
            ended = any(process.poll() is not None for process in self._processes)
            if ended or time.monotonic() > deadline:
                raise AirflowError(f"Airflow did not start; see its log: {self.log}")
            waiting()
            time.sleep(0.3)
        token = self._http.post(
            "/auth/token", json={"username": USER, "password": self.password}
        ).raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {token.json()['access_token']}"

    def begin(self, *part: str, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start one more part, such as `celery worker`, to be stopped with the others."""
        process = subprocess.Popen(  # noqa: S603 - a part of Airflow
            [sys.executable, "-m", "airflow", *part],
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._processes.append(process)
        return process

    def run(
        self, dag: str, progress: Callable[[dict[str, str]], None] = lambda _: None
    ) -> dict[str, str]:
        """Run a DAG and wait for its end; returns the state of each task instance, by name.

        Afterwards `tries` says how often each was tried.

        Raises:
            AirflowError: the run failed or took too long; names the tasks that failed.
        """
        deadline = time.monotonic() + RUN_SECONDS
        # The DAG is not known yet, or Airflow's database is busy.
        while (answer := self._trigger(dag)).status_code in (404, 500):
            self._check_imports()
            if time.monotonic() > deadline:
                raise AirflowError(f"Airflow does not accept a run of {dag}; see {self.log}")
            time.sleep(0.3)
        run = f"/api/v2/dags/{dag}/dagRuns/{answer.raise_for_status().json()['dag_run_id']}"
        while True:
            state = self._http.get(run).raise_for_status().json()["state"]
            states = self._task_states(run)
            progress(states)
            if state == "success":
                return states
            if state == "failed" or time.monotonic() > deadline:
                bad = [name for name, one in states.items() if one == "failed"]
                raise AirflowError(
                    f"the run of {dag} is {state}; failed tasks: {', '.join(bad) or 'none'}; "
                    f"see the logs in {self.home / 'logs'}"
                )
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """Stop it and every process that it started."""
        self._http.close()
        processes = [one for part in self._processes for one in _family(part.pid)]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        _, alive = psutil.wait_procs(processes, timeout=STOP_SECONDS)
        for process in alive:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        for part in self._processes:
            part.wait()
        self._processes.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _make_database(self, log: IO[bytes]) -> None:
        if DATABASE in self.environment:
            self._migrate(log)
            return
        empty = self.home / f"empty-{version('apache-airflow')}.db"
        database = self.home / "airflow.db"
        for leftover in self.home.glob("airflow.db*"):
            leftover.unlink()
        if not empty.exists():
            self._migrate(log)
            # A database with this name is complete.
            with database.open("rb") as made, atomic_write(empty) as file:
                shutil.copyfileobj(made, file)
        shutil.copyfile(empty, database)

    def _migrate(self, log: IO[bytes]) -> None:
        subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=True,
        )

    def _settings(self, dags: Path) -> dict[str, str]:
        scripts = str(Path(sys.executable).parent)
        return {
            "AIRFLOW_HOME": str(self.home),
            # Its parts start other programs by their bare names.
            "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}",
            "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            # It forks all its workers at the start, 32 by default.
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
            "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        }

    def _is_healthy(self) -> bool:
        try:
            health = self._http.get("/api/v2/monitor/health").json()
        except (httpx.TransportError, ValueError):
            return False
        parts = ("metadatabase", "scheduler", "dag_processor")
        return all(health.get(part, {}).get("status") == "healthy" for part in parts)

    def _check_imports(self) -> None:
        answer = self._http.get("/api/v2/importErrors").raise_for_status()
        for error in answer.json()["import_errors"]:
            raise AirflowError(f"{error['filename']} cannot be imported:\n{error['stack_trace']}")

    def _trigger(self, dag: str) -> httpx.Response:
        return self._http.post(f"/api/v2/dags/{dag}/dagRuns", json={"logical_date": None})

    def _task_states(self, run: str) -> dict[str, str]:
        answer = self._http.get(f"{run}/taskInstances", params={"limit": 500}).raise_for_status()
        found: list[dict[str, Any]] = answer.json()["task_instances"]
        named = {
            one["task_id"] + (f"[{one['map_index']}]" if one["map_index"] >= 0 else ""): one
            for one in found
        }
        self.tries = {name: int(one["try_number"]) for name, one in named.items()}
        return {name: str(one["state"]) for name, one in named.items()}


def is_live(state: str) -> bool:
    """Whether a task instance in this state has not ended."""
    return state in _LIVE or state == "None"


def _family(pid: int) -> list[psutil.Process]:
    """A process and all that it started, as far as they still run."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
