"""The fixture `elasticsearch_url`: a real Elasticsearch, one for the whole run of pytest.

`WIREWATCH_TEST_ELASTICSEARCH` names one already running. Otherwise the first worker to need it
starts `demo.elasticsearch`, the others find its URL in the run's folder, and the controller stops
it at the end; if the controller is killed, the server notices and stops by itself. If it
cannot start, the test is skipped, except in CI, where it fails.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

NAME = "elasticsearch"


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    if named := os.environ.get("WIREWATCH_TEST_ELASTICSEARCH"):
        return named
    with locked(run_folder(tmp_path_factory), NAME) as folder:
        if not (folder / f"{NAME}.url").exists():
            start(folder, NAME)
    return url_of(folder, NAME)


def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this pytest run, shared by all its workers."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if _is_worker() else base


@contextlib.contextmanager
def locked(folder: Path, name: str) -> Iterator[Path]:
    """Keep other workers out of the block."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def start(folder: Path, name: str, *options: str) -> None:
    """Start a server that lasts as long as the run; `url_of` reports whether it started."""
    url, controller = folder / f"{name}.url", os.getppid() if _is_worker() else os.getpid()
    command = ["--url-file", str(url), "--while", str(controller), *options]
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.elasticsearch", *command],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    (folder / f"{name}.pid").write_text(str(process.pid))
    while not url.exists():
        if process.poll() is not None and not url.exists():
            url.write_text(f"demo.elasticsearch ended with {process.returncode}")
        time.sleep(0.1)


def url_of(folder: Path, name: str) -> str:
    """The URL of a started server; skips the test if it could not start."""
    url = (folder / f"{name}.url").read_text()
    if not url.startswith("http"):
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Elasticsearch, which CI must have: {url}")
        pytest.skip(f"no Elasticsearch: {url}")
    return url


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    folder = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    servers = []
    for file in folder.glob("*.pid"):
        with contextlib.suppress(psutil.NoSuchProcess):
            servers.append(psutil.Process(int(file.read_text())))
            servers[-1].terminate()
    # They are our children unless an xdist worker started them, and must be reaped.
    psutil.wait_procs(servers, timeout=60)


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ
