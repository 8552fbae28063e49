"""`wirewatch run`: what a pass prints if a stage failed, or if it was interrupted."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from factories import add_feed
from typer.testing import CliRunner, Result

from alert.checks import RulesError
from core.settings import load_settings
from wirewatch import pipeline
from wirewatch.cli import app
from wirewatch.commands import home as home_commands
from wirewatch.house import House

NOT_TOML = "[[rule]\n"


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stages that do nothing."""
    for name in ("ready_to_extract", "poll", "fetch", "link", "match", "deliver", "index_moved"):
        monkeypatch.setattr(pipeline, name, lambda *_, **__: None)


def run(home: Path, *options: str) -> Result:
    with House(load_settings(home)) as house:
        add_feed(house.ledger, "https://a.example/rss")
    return CliRunner().invoke(app, ["--home", str(home), "run", *options])


@pytest.mark.usefixtures("stages")
@pytest.mark.parametrize(("options", "accounting"), [((), " seen = "), (("--json",), '"seen":0')])
def test_the_accounting_is_printed_even_if_a_stage_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], accounting: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("odd")

    monkeypatch.setattr(pipeline, "poll", fail)
    ran = run(tmp_path, *options)
    assert accounting in ran.stdout
    assert ran.stderr.endswith("The pass is done, but for this:\n")
    assert (type(ran.exception), ran.exit_code) == (KeyError, 1)


@pytest.mark.usefixtures("stages")
def test_a_pipe_that_is_closed_before_the_accounting_is_no_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(home_commands, "print_lines", closed)
    ran = run(tmp_path, "--json")
    assert (ran.stderr, ran.exit_code) == ("", 1)


@pytest.mark.usefixtures("stages")
def test_a_pass_that_is_interrupted_says_that_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "fetch", interrupt)
    ran = run(tmp_path)
    assert ran.stderr == (
        "Interrupted. What is recorded is kept; the next passes go on with the rest.\n"
    )
    assert ran.exit_code == 130


@pytest.mark.usefixtures("stages")
def test_what_a_pass_did_is_printed_even_if_no_rule_can_be_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "rules.toml").write_text(NOT_TOML)
    ran = run(tmp_path)
    assert " seen = " in ran.stdout
    assert "The next feed is due" in ran.stdout
    assert "The pass is done, but for this. What it would have told waits:" in ran.stderr
    assert isinstance(ran.exception, RulesError)
    assert "as well" not in caplog.text, "one mistake is told once"
