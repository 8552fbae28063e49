"""`wirewatch init`, `run` and `backup`: what they write and print, also if a stage failed."""

from __future__ import annotations

import errno
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from stat import S_IMODE

import pytest
from factories import add_feed
from terminal import Wirewatch, lines
from typer.testing import CliRunner, Result

from alert.checks import RulesError
from core.ledger import feeds
from core.records import FeedState
from core.settings import Settings, load_settings
from demo.newsroom import Newsroom
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
def test_how_many_feeds_are_unwell_or_paused_is_told_the_worst_first(tmp_path: Path) -> None:
    states = {
        "b": FeedState.FAILING,
        "c": FeedState.GONE,
        "d": FeedState.FAILING,
        "e": FeedState.OK,
    }
    with House(load_settings(tmp_path)) as house:
        for host, state in states.items():
            feed = add_feed(house.ledger, f"https://{host}.example/rss")
            with house.ledger.write() as tx:
                feeds.save(tx, feed, feed.model_copy(update={"state": state}))
        add_feed(house.ledger, "https://f.example/rss")
        with house.ledger.write() as tx:
            feeds.pause(tx, "https://f.example/rss", "their relaunch", house.now())
    assert "Feeds: 1 gone, 2 failing, 1 paused." in run(tmp_path).stdout


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


def test_json_of_a_pass_is_all_that_it_writes_to_stdout(
    wirewatch: Wirewatch, newsroom: Newsroom, home: Path
) -> None:
    (home / "rules.toml").write_text('[[rule]]\nname = "all"\nquery = "*"\n')
    feed = next(url for url in newsroom.feeds if "circuitrow" in url)
    wirewatch("feeds", "add", "--no-check", feed)
    ran = wirewatch("run", "--json")
    (accounting,) = lines(ran)
    assert accounting["seen"]
    assert "[all]" in ran.stderr  # the terminal channel


def test_a_pass_does_all_that_it_can_before_it_reports_a_wrong_rule(
    wirewatch: Wirewatch, newsroom: Newsroom, home: Path
) -> None:
    (home / "rules.toml").write_text(
        '[[rule]]\nname = "all"\nquery = "*"\n[[rule]]\nname = "odd"\nquery = "topik:x"\n'
    )
    feed = next(url for url in newsroom.feeds if "circuitrow" in url)
    wirewatch("feeds", "add", "--no-check", feed)
    ran = wirewatch("run", exit_code=1)
    assert "[all]" in ran.stdout
    assert " seen = " in ran.stdout
    assert "The pass is done, but for this. What it would have told waits:" in ran.stderr
    assert "rule 'odd': no field 'topik'" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_removed_feed_is_not_added_again_by_init(
    wirewatch: Wirewatch, newsroom: Newsroom, tmp_path: Path
) -> None:
    opml = tmp_path / "newsroom.opml"
    opml.write_text(newsroom.opml())
    wirewatch("init", "--feeds", str(opml))
    gone, *rest = [str(feed["url"]) for feed in lines(wirewatch("feeds", "list", "--json"))]
    wirewatch("feeds", "remove", gone)
    assert "nothing new; 0 feeds" in wirewatch("init").stdout
    assert [feed["url"] for feed in lines(wirewatch("feeds", "list", "--json"))] == rest


def test_init_fills_an_empty_list_from_the_homes_feeds_file(
    wirewatch: Wirewatch, tmp_path: Path
) -> None:
    opml = tmp_path / "one.opml"
    feed = "https://news.example/rss"
    outlines = (
        f'<outline xmlUrl="{url}"/>' for url in (feed, "mailto:a@b.c", f"{feed}?{'x' * 2_000}")
    )
    opml.write_text(f"<opml><body>{''.join(outlines)}</body></opml>")
    begun = wirewatch("init", "--feeds", str(opml)).stdout
    assert "1 feed left out (not a web address): mailto:a@b.c" in begun
    assert f"1 feed left out (address longer than 2,000 bytes): {feed}?xx" in begun
    wirewatch("feeds", "remove", feed)
    assert "1 feed added" in wirewatch("init").stdout
    assert [one["url"] for one in lines(wirewatch("feeds", "list", "--json"))] == [feed]


def test_init_begins_with_a_list_from_standard_input(tmp_path: Path) -> None:
    home = ["--home", str(tmp_path / "home")]
    typed = "https://a.example/rss\n"
    begun = CliRunner().invoke(app, [*home, "init", "--feeds", "-"], input=typed)
    assert "1 feed added" in " ".join(begun.stdout.split())


def test_init_with_a_list_without_feeds_makes_no_folder(tmp_path: Path) -> None:
    opml, home = tmp_path / "none.opml", tmp_path / "home"
    opml.write_text("<opml><body/></opml>")
    done = CliRunner().invoke(app, ["--home", str(home), "init", "--feeds", str(opml)])
    assert (done.exit_code, home.exists()) == (2, False)


def test_files_of_init_are_their_owners_alone_and_explain_the_default_settings(
    wirewatch: Wirewatch, tmp_path: Path
) -> None:
    wirewatch("init")
    made = [*(tmp_path / "home").glob("*.toml"), *(tmp_path / "home").glob("*.opml")]
    assert {file.name: S_IMODE(file.stat().st_mode) for file in made} == dict.fromkeys(
        ("wirewatch.toml", "feeds.opml", "rules.toml", "names.toml"), 0o600
    )
    template = (tmp_path / "home" / "wirewatch.toml").read_text("utf-8")
    settings = re.findall(r"^# (\w+ = .*)$", template, re.MULTILINE)
    written = tomllib.loads("\n".join(settings))
    assert set(written) == set(Settings.model_fields) - {"home"}
    assert Settings(home=tmp_path, **written) == Settings(home=tmp_path)
    assert written["proxy"] == ""  # a URL goes there


def test_home_begins_with_the_list_of_feeds_that_is_in_it(wirewatch: Wirewatch, home: Path) -> None:
    # As docs/operate.md tells a newsroom to begin with its own feeds.
    listed = '<opml version="2.0"><body><outline xmlUrl="https://a.example/feed"/></body></opml>'
    (home / "feeds.opml").write_text(listed)
    assert "1 feed added" in wirewatch("init").stdout.replace("\n", " ")
    assert [one["url"] for one in lines(wirewatch("feeds", "list", "--json"))] == [
        "https://a.example/feed"
    ]


def test_feed_list_need_not_be_utf_8(wirewatch: Wirewatch, tmp_path: Path) -> None:
    listed = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><opml version="2.0"><body>'
        '<outline text="Café" xmlUrl="https://a.example/feed"/></body></opml>'
    ).encode("latin-1")
    (tmp_path / "feeds.opml").write_bytes(listed)
    wirewatch("init", "--feeds", "feeds.opml")
    assert "Café" in wirewatch("feeds", "list").stdout
    assert (tmp_path / "home" / "feeds.opml").read_bytes() == listed


def test_file_that_init_cannot_finish_is_named_and_written_by_the_next_init(
    wirewatch: Wirewatch, tmp_path: Path
) -> None:
    limited = f"ulimit -f 1; {shlex.quote(sys.executable)} -B -m wirewatch --home home init"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    full = subprocess.run(
        ["bash", "-c", limited], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert full.returncode == 1
    assert "home/wirewatch.toml:Filetoolarge" in "".join(full.stderr.split())
    assert not list((tmp_path / "home").glob("*.toml*"))
    assert "wirewatch.toml, feeds.opml, rules.toml" in wirewatch("init").stdout.replace("\n", " ")


def test_backup_prints_a_command_that_can_be_pasted(
    wirewatch: Wirewatch, home: Path, tmp_path: Path
) -> None:
    copy = tmp_path / ("of a house that is " + "very " * 20 + "old")
    assert f"wirewatch --home '{copy}' index rebuild\n" in wirewatch("backup", str(copy)).stdout
