"""What the Elasticsearch for tests says if something is missing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from demo import elasticsearch
from demo.distribution import VERSION, CannotServeError, install
from demo.elasticsearch import Server, find_java


def _jdk(home: Path, version: str) -> Path:
    (home / "jmods").mkdir(parents=True)
    (home / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
    return home


def test_java_is_the_first_recent_jdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ES_JAVA_HOME", str(_jdk(tmp_path / "old", "17.0.1")))
    monkeypatch.setenv("JAVA_HOME", str(_jdk(tmp_path / "new", "25.0.1")))
    assert find_java() == tmp_path / "new/bin/java"


def test_without_maven_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotServeError, match="mvn not found: install Maven, or name"):
        install(tmp_path / "cache")


def test_server_that_does_not_answer_is_stopped_before_it_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched: list[subprocess.Popen[bytes]] = []

    def launch(_: Server) -> subprocess.Popen[bytes]:
        launched.append(subprocess.Popen(["sleep", "60"], start_new_session=True))
        return launched[-1]

    monkeypatch.setattr(elasticsearch, "install", lambda _: tmp_path)
    monkeypatch.setattr(elasticsearch, "find_java", lambda: tmp_path / "bin/java")
    monkeypatch.setattr(elasticsearch, "START_SECONDS", 0)
    monkeypatch.setattr(Server, "_launch", launch)
    (tmp_path / "config").mkdir()
    home = tmp_path / "home"
    home.mkdir()
    (home / "output").touch()
    server = Server(home, None, None)
    with pytest.raises(CannotServeError, match="did not answer"):
        server.start()
    assert [one.poll() is not None for one in launched] == [True]


def test_complete_distribution_is_not_downloaded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    there = tmp_path / f"elasticsearch-{VERSION}"
    there.mkdir()
    assert install(tmp_path) == there
