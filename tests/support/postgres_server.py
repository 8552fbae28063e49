"""The fixture `postgres_url`: a real PostgreSQL, one for each worker of pytest.

`WIREWATCH_TEST_POSTGRES=postgresql+psycopg://...` names one already running. Otherwise a throw-away
cluster is made with the installed binaries, listening only on a socket in its own folder;
it ends with the worker, even if that is killed. Without binaries the test is skipped, except
in CI, where it fails.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

NOBODY = "nobody"
"""The user that runs it if the tests run as root, which PostgreSQL refuses."""

START_SECONDS = 60

# It is thrown away, so it need not survive a crash.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB")

_PR_SET_PDEATHSIG = 1


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if named := os.environ.get("WIREWATCH_TEST_POSTGRES"):
        yield named
        return
    binaries = installed()
    if binaries is None:
        said = "no PostgreSQL: neither initdb on the PATH nor /usr/lib/postgresql/*/bin"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{said}, which CI must have")
        pytest.skip(said)
    with postgres(binaries) as url:
        yield url


@contextmanager
def postgres(binaries: Path) -> Iterator[str]:
    """A throw-away PostgreSQL for the length of the block; yields its database `postgres`'s URL."""
    # Not in pytest's own folder, which no other user may enter.
    folder = Path(tempfile.mkdtemp(prefix="wirewatch-postgres-"))
    try:
        yield from _running(binaries, folder)
    finally:
        shutil.rmtree(folder)


@contextmanager
def own_schema(server_url: str) -> Iterator[str]:
    """The URL of an empty schema in a database, dropped at the end of the block."""
    server = make_url(server_url)
    engine = create_engine(server)
    schema = f"test_{uuid.uuid4().hex[:12]}"
    with engine.begin() as tx:
        tx.execute(text(f"CREATE SCHEMA {schema}"))
    own = server.update_query_dict({"options": f"-csearch_path={schema}"})
    yield own.render_as_string(hide_password=False)
    with engine.begin() as tx:
        tx.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


def _running(binaries: Path, folder: Path) -> Iterator[str]:
    run_as = None
    if os.geteuid() == 0:
        nobody = pwd.getpwnam(NOBODY)
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        run_as = NOBODY
    data, log = folder / "data", folder / "log"
    make = [str(binaries / "initdb"), "-D", str(data), "-U", "wirewatch", "-A", "trust"]
    made = subprocess.run(
        [*make, "-E", "UTF8", "--locale=C", "--no-sync"],
        user=run_as,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    # As on a newsroom's machine, the zone is not UTC.
    zone = "timezone=America/St_Johns"
    settings = (*CARELESS, zone, "listen_addresses=", f"unix_socket_directories={folder}")
    command = [str(binaries / "postgres"), "-D", str(data)]
    for setting in settings:
        command += ["-c", setting]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            user=run_as,
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_parent,
        )
    try:
        _wait(server, folder, log)
        yield f"postgresql+psycopg://wirewatch@/postgres?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)  # its "fast" shutdown, which does not wait for clients
        server.wait(START_SECONDS)


def _wait(server: subprocess.Popen[bytes], folder: Path, log: Path) -> None:
    state = folder / "data" / "postmaster.pid"
    deadline = time.monotonic() + START_SECONDS
    while not (state.exists() and state.read_text().rstrip().endswith("ready")):
        running = server.poll() is None and time.monotonic() < deadline
        assert running, log.read_text()
        time.sleep(0.05)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def installed() -> Path | None:
    """The folder of PostgreSQL's programs: from the PATH, else Debian's newest."""
    found = shutil.which("initdb")
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    folders = [Path(found).resolve().parent] if found else []
    folders += reversed(debian)
    return next((one for one in folders if (one / "postgres").exists()), None)
