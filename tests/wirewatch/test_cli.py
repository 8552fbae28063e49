"""The terminal, as a person uses it: real commands over the sample newsroom."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
from factories import add_feed, an_article, item, move, record
from terminal import Wirewatch, lines
from typer.testing import CliRunner

from core.ledger import channels, dossiers, feeds
from core.records import ChannelHealth, ChannelState, State
from core.settings import FILE, load_settings
from demo.newsroom import Newsroom
from wirewatch.__main__ import main as entry_point
from wirewatch.cli import app, main
from wirewatch.house import House


def test_from_init_to_alerts(wirewatch: Wirewatch, newsroom: Newsroom, tmp_path: Path) -> None:
    opml = tmp_path / "newsroom.opml"
    opml.write_text(newsroom.opml())
    assert "feeds added" in wirewatch("init", "--feeds", str(opml)).stdout
    assert {path.name for path in (tmp_path / "home").iterdir()} >= {
        "wirewatch.toml",
        "feeds.opml",
        "rules.toml",
        "names.toml",
    }
    assert "nothing new; 0 feeds" in wirewatch("init", "--feeds", str(opml)).stdout
    ran = wirewatch("run")
    assert " seen = " in ran.stdout
    assert "[surveillance]" in ran.stdout  # the terminal channel
    guide = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text("utf-8")
    example = r"```text\n(.+)\n(?:.+\n)+(Why .+)\nEvidence: (.+); (.+)\.\n```"
    (shown,) = re.findall(example, guide)
    told = " ".join(ran.stdout.split())
    assert [part for part in shown if part not in told] == []
    hits = lines(wirewatch("search", "topic:surveillance", "--json"))
    assert hits
    first = str(hits[0]["id"])
    shown = wirewatch("show", first[:10]).stdout
    assert str(hits[0]["title"]) in shown
    assert hits[0] == lines(wirewatch("show", first, "--json"))[0]
    named = lines(wirewatch("search", "technology:*", "--json"))[0]
    assert "first as" in wirewatch("show", str(named["id"])).stdout
    entries = lines(wirewatch("entries", "--json"))
    fields = "id url published outlet feeds state reason first_seen story"
    assert set(entries[0]) == set(fields.split())
    assert all(entry["feeds"] for entry in entries)
    alerts = lines(wirewatch("alerts", "--json"))
    stories = lines(wirewatch("stories", "--json"))
    assert {alert["story"] for alert in alerts} == {story["id"] for story in stories}
    assert "seen" in wirewatch("entries").stdout
    assert "Nothing is quarantined" in wirewatch("entries", "quarantined").stderr
    replay = ("entries", "replay", "--reason", "consent wall")
    assert "0 entries" in wirewatch(*replay).stdout
    assert "1 entry" in wirewatch(*replay, "--state", "indexed").stdout
    assert "agree with the ledger" in wirewatch("index", "check").stdout
    rebuilt = wirewatch("index", "rebuild")
    assert "created" in rebuilt.stdout
    assert rebuilt.stderr == "", "progress is for terminals"
    wirewatch("index", "check")
    assert "topic:surveillance" in wirewatch("rules").stdout
    assert "of " in wirewatch("search", "police", "--facet", "language", "--sort", "newest").stdout
    for counted in ("first_seen", "published"):
        by_day = wirewatch("search", "police", "--days", counted).stdout
        assert re.search(r"\d{4}-\d\d-\d\d █+ \d+ of \d+\b", by_day)
    assert re.search(r"^     denial: .+: .+$", wirewatch("search", "statement:denial").stdout, re.M)
    assert "     denial: " not in wirewatch("search", "*").stdout
    used = r"^     technology: .+$"
    assert re.search(used, wirewatch("search", "technology:*").stdout, re.M)
    assert not re.search(used, wirewatch("search", "topic:surveillance").stdout, re.M)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["search", 'title:"open'], 2, "quote is not closed"),
        (["search", "tilte:x"], 2, "title"),
        (["search", "x", "--sort", "age"], 2, "is not one of"),
        (["run"], 2, "no feeds"),
        (["show", "abc"], 2, "no entry has an id that begins with 'abc'; `wirewatch search`"),
        (["feeds", "add", "ftp://x"], 2, "not a web address"),
        (["feeds", "remove", "http://x"], 2, "not on the feed list"),
        (["search", "-cake"], 2, "search -- '-cake'"),
        (["search", "-cake's"], 2, "search -- '-cake'\\''s'"),
        (["search", "--sise", "2"], 2, "--size"),
        (["feed", "-cake"], 2, "feed -- '-cake'"),
        (["run", "--feed", "http://x", "--dry-run"], 2, "no feeds"),
        (["entries", "replay", "--feed", "http://x"], 2, "not on the feed list"),
        (["init", "--feeds", "."], 2, "Is a directory"),
        (["nonsense"], 2, "No such command"),
        (["alerts", "--resend", "abc"], 2, "begins with 'abc'; `wirewatch alerts` shows keys"),
    ],
)
def test_wrong_usage_says_what_to_do(
    arguments: list[str], exit_code: int, said: str, wirewatch: Wirewatch, home: Path
) -> None:
    done = wirewatch(*arguments, exit_code=exit_code)
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--version"], f"wirewatch {version('wirewatch')}\n"),
        (["train", "--help"], "A training that scores worse on the checks shipped with"),
        (["train", "--help"], " wirewatch train --with corrections.jsonl  "),
        (["tag", "--jsonl", "-"], ""),
    ],
)
def test_commands_need_no_home_to_say_what_they_do(
    arguments: list[str], said: str, wirewatch: Wirewatch
) -> None:
    assert said in wirewatch(*arguments).stdout


@pytest.mark.parametrize(
    "command",
    [
        ["entries", "add", "--file"],
        ["extract", "--jsonl"],
        ["feeds", "import"],
        ["init", "--feeds"],
        ["tag"],
        ["tag", "--jsonl"],
        ["thread", "--jsonl"],
        ["train", "--with"],
    ],
)
def test_a_file_that_cannot_be_read_is_wrong_usage(command: list[str], tmp_path: Path) -> None:
    for file, why in ((tmp_path / "none", "not exist|No such file"), (tmp_path, "directory")):
        done = CliRunner().invoke(app, ["--home", str(tmp_path), *command, str(file)])
        assert done.exit_code == 2
        assert re.search(why, " ".join(done.stderr.replace("│", " ").split()))


def test_outside_text_is_printed_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "[/x]:cat:"

    def output(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["--home", str(home), *arguments])
        assert done.exit_code == 0, done.output
        return "".join(done.output.split())  # the terminal's width breaks lines

    assert str(home) in output("init")
    (home / "rules.toml").write_text("")
    assert str(home) in output("rules")
    rule = '[channels]\n"[/desk]" = "json://localhost"\n' + '[[rule]]\nname = "[/r]"\n'
    (home / "rules.toml").write_text(rule + 'query = "spies"\nto = ["[/desk]"]\n')
    assert "[/desk]" in output("rules")
    assert "[/r]removedfrom" in output("rules", "remove", "[/r]")
    assert "[/copy]:" in output("backup", str(tmp_path / "[/copy]"))
    (home / "corrections").mkdir()
    (home / "corrections" / "0001.json").write_text("{}")
    assert f"{home}/corrections/0001.json" in output("train")


READING = [
    *(["alerts"], ["alerts", "channels"], ["alerts", "close", "desk"], ["backup", "copy"]),
    *(["digest", "x"], ["entries"], ["entries", "quarantined"], ["entries", "replay"]),
    *(["feed", "x"], ["feeds", "export"], ["feeds", "health"], ["feeds", "list"]),
    *(["feeds", "pause", "x", "--why", "y"], ["feeds", "resume", "x"]),
    *(["index", "check"], ["index", "prepare"], ["index", "rebuild"], ["rules"], ["run"]),
    *(["run", "--dry-run"], ["search", "x"], ["serve"], ["show", "x"], ["stories"], ["upkeep"]),
    *(["retag"], ["train"], ["train", "--back"], ["train", "--with", __file__]),
]


def test_missing_home_is_reported_and_not_created(tmp_path: Path) -> None:
    for arguments in READING:
        done = CliRunner().invoke(app, ["--home", str(tmp_path / "typo"), *arguments])
        assert done.exit_code == 2, arguments
        said = " ".join(done.stderr.replace("│", " ").split())
        assert "no wirewatch home in" in said, arguments
        assert "Invalid value" not in said
        assert "create one with `wirewatch init`" in said
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_other_toml_files_is_no_home(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.touch()
    done = CliRunner().invoke(app, ["--home", str(tmp_path), "entries"])
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [file])


def test_empty_results_say_what_to_do(
    wirewatch: Wirewatch, newsroom: Newsroom, home: Path, tmp_path: Path
) -> None:
    assert "`wirewatch run` fetches articles" in wirewatch("search", "x").stderr
    assert "No stories yet" in wirewatch("stories").stderr
    assert "No feeds yet" in wirewatch("feeds", "list").stderr
    (tmp_path / "newsroom.opml").write_text(newsroom.opml())
    wirewatch("init", "--feeds", "newsroom.opml")
    rule = '[[rule]]\nname = "spies"\nquery = "topic:spywear"\n'
    (home / "rules.toml").write_text(f'[channels]\nroom = "json://127.0.0.1:1/"\n{rule}')
    now = datetime.now(UTC)
    failing = ChannelHealth(name="room", state=ChannelState.FAILING, since=now, next_attempt_at=now)
    with House(load_settings(home)) as house, house.lease("of another pass"):
        with house.ledger.write() as tx:
            channels.save(tx, failing)
        one = next(url for url in newsroom.feeds if "harbourpost" in url)
        ran = wirewatch("run", "--feed", one)
    assert "The next feed is due now." in ran.stdout
    assert "Another pass is running" in ran.stderr
    assert "Channel room has accepted nothing since" in ran.stdout
    assert "Rule spies: there is no topic spywear; did you mean spyware?" in ran.stderr
    assert wirewatch("search", "nosuchword").stderr == ""
    for file in home.glob("index.db*"):
        file.unlink()
    assert "`wirewatch index rebuild`" in wirewatch("search", "x").stderr


def test_lists_are_a_line_for_each_row_in_a_pipe(wirewatch: Wirewatch, home: Path) -> None:
    long = f"topic:surveillance AND {' OR '.join(['spyware'] * 30)}"
    (home / "rules.toml").write_text(
        f"[channels]\nroom = 'json://127.0.0.1:1/{'x' * 200}'\n"
        f'[[rule]]\nname = \'r\'\nquery = """\n{long}\n"""\nto = [\'room\']\n'
    )
    with House(load_settings(home)) as house:
        feed = add_feed(house.ledger, "https://one.example/feed")
        record(house.ledger, feed, item(1, title="A headline of many words " * 10))
        move(house.ledger, State.QUARANTINED, reason="something that nobody foresaw " * 10)
        with house.ledger.write() as tx:
            dossiers.open_named(tx, "Week 49")
    (channel, terminal), (rule,), (entry,), (dossier,), (one,) = (
        [line.split("\t") for line in wirewatch(*command).stdout.splitlines()]
        for command in (
            ("alerts", "channels"),
            ("rules",),
            ("entries", "quarantined"),
            ("dossiers",),
            ("feeds", "list"),
        )
    )
    assert {channel[0], terminal[0]} == {"room", "terminal"}
    assert rule[:3] == ["r", long, "room"]
    assert entry[3] == "something that nobody foresaw " * 9 + "something that nobody foresaw"
    assert dossier == ["Week 49", "0", ""]
    assert one[2] == feed.url


def test_articles_missing_from_the_index_are_noticed(wirewatch: Wirewatch, home: Path) -> None:
    (home / FILE).write_text("extract_processes = 0\n")
    with House(load_settings(home)) as house:
        feed = add_feed(house.ledger, "https://one.example/feed")
        record(house.ledger, feed, item(1), item(2))
        with house.ledger.write() as tx:
            feeds.pause(tx, feed.url, why="so that nothing is asked", now=house.now())
        for number in (1, 2):
            move(house.ledger, State.INDEXED, number)
        assert len(list(house.index.write([an_article()]))) == 1
    told = "The index lacks at least 1 article: `wirewatch index rebuild`"
    assert told in wirewatch("run").stdout
    assert told in wirewatch("search", "nosuchword").stderr


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("search.example", "'search.example'"),
        ("https://elastic:pass/word@search.example:92x0", "'https://...@search.example:92x0'"),
    ],
)
def test_unusable_elasticsearch_url_is_named(
    wirewatch: Wirewatch, home: Path, url: str, named: str
) -> None:
    (home / "wirewatch.toml").write_text(f'elasticsearch_url = "{url}"')
    told = wirewatch("index", "check", exit_code=1).stderr
    assert f"elasticsearch_url (WIREWATCH_ELASTICSEARCH_URL) = {named}" in told
    assert "word" not in told
    assert "Traceback" not in told


def test_full_ledger_is_reported_and_keeps_its_rows(
    wirewatch: Wirewatch, home: Path, tmp_path: Path
) -> None:
    wirewatch("feeds", "add", "https://one.example/feed", "--no-check")
    many = "".join(f"https://many.example/{number:0100}\n" for number in range(2_000))
    (tmp_path / "many.txt").write_text(many)
    # No file may exceed 100 KB: this stands in for a full disk.
    call = f"{shlex.quote(sys.executable)} -m wirewatch --home home feeds import many.txt"
    limited = f"ulimit -f 100; {call}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    full = subprocess.run(
        ["bash", "-c", limited], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert full.returncode == 1
    assert "Error: cannot use the ledger: " in full.stderr
    assert "disk is full" in full.stderr
    assert "Traceback" not in full.stderr
    assert len(lines(wirewatch("feeds", "list", "--json"))) == 1
    ledger = (home / "ledger.db").read_bytes()
    (home / "ledger.db").write_bytes(ledger[:8192] + b"x" * (len(ledger) - 8192))
    damaged = wirewatch("feeds", "list", exit_code=1).stderr
    assert "malformed; restore the file from a backup" in damaged
    assert "Traceback" not in damaged


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "Error: No space left on device\n"),
        (OSError(2, "No such file", "x.atom"), "Error: x.atom: No such file\n"),
        (OSError("odd"), "Error: odd\n"),
    ],
)
def test_an_error_of_the_system_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: OSError, told: str
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("wirewatch.cli.app", fail)
    with pytest.raises(SystemExit, match="1"):
        main()
    assert capsys.readouterr().err == told


def test_an_interrupt_before_a_command_has_begun_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wirewatch.cli.app", interrupted)
    with pytest.raises(SystemExit, match="130"):
        entry_point()
    monkeypatch.delitem(sys.modules, "wirewatch.cli")
    monkeypatch.setattr("sys.meta_path", [SimpleNamespace(find_spec=interrupted)])
    with pytest.raises(SystemExit, match="130"):
        entry_point()


def test_argument_that_is_not_utf_8_is_named(wirewatch: Wirewatch, home: Path) -> None:
    for command in (
        ("feeds", "add", "--no-check", "https://news.example/", "--outlet", "caf\udce9"),
        ("feeds", "add", "--no-check", "https://news.example/", "--label", "caf\udce9"),
        ("feeds", "edit", "https://news.example/", "--outlet", "caf\udce9"),
        ("feeds", "pause", "https://news.example/", "--why", "caf\udce9"),
        ("rules", "add", "caf\udce9", "topic:spyware"),
        ("alerts", "close", "caf\udce9"),
    ):
        told = " ".join(wirewatch(*command, exit_code=2).stderr.split())
        assert "'caf\\udce9' is not valid UTF-8" in told
        assert "Traceback" not in told


def test_broken_settings_and_rules_files_are_named(
    wirewatch: Wirewatch, home: Path, tmp_path: Path
) -> None:
    (home / "names.toml").write_text('names = [{ name = "Lantern" }]')
    (tmp_path / "in.jsonl").write_text('{"id": "1", "title": "", "text": ""}')
    assert "name 1: kind" in wirewatch("tag", "--jsonl", "in.jsonl", exit_code=1).stderr
    (home / "wirewatch.toml").write_text("pauze = 1")
    assert "did you mean pause?" in wirewatch("entries", exit_code=1).stderr
    (home / "wirewatch.toml").write_text("")
    (home / "rules.toml").write_text('[[rule]]\nname = "x"\nquery = "topci:y"\n')
    assert "rule 'x'" in wirewatch("rules", exit_code=1).stderr
    (tmp_path / "file").write_text("")
    no_folder = wirewatch("--home", "file", "entries", exit_code=1).stderr
    assert "file/wirewatch.toml" in no_folder
    assert "Traceback" not in no_folder
