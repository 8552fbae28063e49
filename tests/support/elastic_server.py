"""The fixture `elasticsearch_url`: a real Elasticsearch, one for the whole run of pytest.

`WIREWATCH_TEST_ELASTICSEARCH` names one that runs already. Else the first worker that wants it
starts `demo.elasticsearch`, the others find its URL in the run's folder, and the controller stops
it at the end; should the controller be killed, the server notices and stops by itself. Where it
cannot be had the test is skipped, except in CI, where that is a failure.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

PID, URL = "elasticsearch.pid", "elasticsearch.url"


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    if named := os.environ.get("WIREWATCH_TEST_ELASTICSEARCH"):
        return named
    worker = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if worker else base
    with (folder / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / URL).exists():
            _start(folder, os.getppid() if worker else os.getpid())
    url = (folder / URL).read_text()
    if not url.startswith("http"):
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Elasticsearch, which CI must have: {url}")
        pytest.skip(f"no Elasticsearch: {url}")
    return url


def _start(folder: Path, controller: int) -> None:
    command = ["--url-file", str(folder / URL), "--while", str(controller)]
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.elasticsearch", *command],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    (folder / PID).write_text(str(process.pid))
    while not (folder / URL).exists():
        if process.poll() is not None and not (folder / URL).exists():
            (folder / URL).write_text(f"demo.elasticsearch ended with {process.returncode}")
        time.sleep(0.1)


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    pid_file = config._tmp_path_factory.getbasetemp() / PID  # type: ignore[attr-defined]
    if pid_file.exists():
        with contextlib.suppress(psutil.NoSuchProcess):
            server = psutil.Process(int(pid_file.read_text()))
            server.terminate()
            # Ours where no xdist worker started it, and then a zombie that wait() must reap.
            server.wait(60)
