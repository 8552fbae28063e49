"""The terminal, as a person uses it: real commands over the sample newsroom."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO, TextIOWrapper
from pathlib import Path
from stat import S_IMODE

import pytest
from factories import add_feed, an_article, item, move, record
from rich.console import Console
from terminal import Wirewatch, lines
from typer.testing import CliRunner

from core.ledger import channels, feeds
from core.records import ChannelHealth, ChannelState, State
from core.settings import FILE, Settings, load_settings
from demo.newsroom import Newsroom
from wirewatch.cli import app, main
from wirewatch.commands.lines import rows
from wirewatch.commands.search import left_out
from wirewatch.commands.terminal import bars, open_streams, out, print_lines
from wirewatch.house import House


def make_empty_home(home: Path) -> None:
    """Create a home folder without any feeds."""
    home.mkdir()
    (home / FILE).write_text("")


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
    assert "Nothing is quarantined" in wirewatch("entries", "quarantined").stdout
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


def test_json_of_a_pass_is_all_that_it_writes_to_stdout(
    wirewatch: Wirewatch, newsroom: Newsroom, tmp_path: Path
) -> None:
    make_empty_home(tmp_path / "home")
    (tmp_path / "home" / "rules.toml").write_text('[[rule]]\nname = "all"\nquery = "*"\n')
    feed = next(url for url in newsroom.feeds if "circuitrow" in url)
    wirewatch("feeds", "add", "--no-check", feed)
    ran = wirewatch("run", "--json")
    (accounting,) = lines(ran)
    assert accounting["seen"]
    assert "[all]" in ran.stderr  # the terminal channel


def test_a_pass_does_all_that_it_can_before_it_reports_a_wrong_rule(
    wirewatch: Wirewatch, newsroom: Newsroom, tmp_path: Path
) -> None:
    make_empty_home(tmp_path / "home")
    (tmp_path / "home" / "rules.toml").write_text(
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


def test_alerts_for_a_file_are_not_shown_beside_the_bars_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "wirewatch.commands.terminal.errors", Console(stderr=True, force_terminal=True)
    )
    file = sys.stdout
    with bars():
        assert sys.stdout is file


def test_search_hits_are_written_as_csv(wirewatch: Wirewatch, tmp_path: Path) -> None:
    make_empty_home(tmp_path / "home")
    with House(load_settings(tmp_path / "home")) as house:
        made = [an_article(number, title=f"Écoutes {number}") for number in range(12)]
        assert len(list(house.index.write(made))) == len(made)
    cut = wirewatch("search", "écoutes", "--csv", "--sort", "newest")
    assert "10 of 12 articles; --size gives more" in cut.stderr
    rest = wirewatch("search", "écoutes", "--csv", "--sort", "newest", "--offset", "10")
    assert not rest.stderr
    told = [row for one in (cut, rest) for row in csv.DictReader(one.stdout.splitlines())]
    assert sorted(row["title"] for row in told) == sorted(article.title for article in made)
    nothing = wirewatch("search", "lanternfish", "--csv")
    assert len(nothing.stdout.splitlines()) == 1
    as_json = wirewatch("search", "écoutes", "--json")
    assert len(as_json.stdout.splitlines()) == 10
    assert as_json.stderr == cut.stderr
    refused = wirewatch("search", "--csv", "--json", exit_code=2)
    assert "--json or --csv, not both" in refused.stderr
    assert not refused.stdout


def test_counted_values_say_if_there_may_be_more(wirewatch: Wirewatch, tmp_path: Path) -> None:
    make_empty_home(tmp_path / "home")
    listed_by = tuple(f"https://news.example/{number}/rss" for number in range(101))
    with House(load_settings(tmp_path / "home")) as house:
        assert len(list(house.index.write([an_article(feeds=listed_by)]))) == 1
    counted = wirewatch("search", "--facet", "site", "--facet", "feeds").stdout
    assert counted.count("(the 100 most frequent)") == 1


def test_counts_by_publication_say_how_many_have_no_date(
    wirewatch: Wirewatch, tmp_path: Path
) -> None:
    make_empty_home(tmp_path / "home")
    dates = (datetime(2026, 1, 31, tzinfo=UTC), None)
    several = [an_article(number, published=at) for number, at in enumerate(dates)]
    with House(load_settings(tmp_path / "home")) as house:
        assert len(list(house.index.write(several))) == 2
    counted = wirewatch("search", "--size", "0", "--days", "published").stdout.splitlines()
    assert counted[1:] == [f"2026-01-31 {'█' * 40} 1", "1 has no date of publication"]
    counted = wirewatch("search", "--size", "0", "--days", "first_seen").stdout.splitlines()
    assert len(counted) == 2


def test_counts_by_day_are_of_all_that_the_same_sources_brought(
    wirewatch: Wirewatch, tmp_path: Path
) -> None:
    make_empty_home(tmp_path / "home")
    published = [datetime(2026, 1, 30 + number // 40, tzinfo=UTC) for number in range(42)]
    several = [
        an_article(number, title="Spyware" if number in (0, 1, 40) else "Cake", published=at)
        for number, at in enumerate(published)
    ]
    others = [
        an_article(98, title="Cake", published=datetime(2026, 1, 1, tzinfo=UTC)),
        an_article(99, title="Spyware"),
    ]
    with House(load_settings(tmp_path / "home")) as house:
        assert len(list(house.index.write([*several, *others]))) == 44
    counted = ("search", "spyware", "--days", "published")
    assert wirewatch(*counted, "--size", "0").stdout.splitlines()[1:] == [
        f"2026-01-30 {'█' * 40} 2 of 40 (5.0 %)",
        f"2026-01-31 {'█' * 20} 1 of 2",
        "of all articles from the same sources",
        "1 has no date of publication",
    ]
    days = [("2026-01-01", 0, 1), ("2026-01-30", 2, 40), ("2026-01-31", 1, 2)]
    as_csv = wirewatch(*counted, "--csv")
    names, *rows_of_days = csv.reader(as_csv.stdout.splitlines())
    assert names == ["day", "count", "all"]
    assert rows_of_days == [[str(cell) for cell in day] for day in days]
    as_json = wirewatch(*counted, "--json")
    assert lines(as_json) == [dict(zip(names, day, strict=True)) for day in days]
    assert as_csv.stderr == as_json.stderr == "1 has no date of publication\n"
    by_source = wirewatch("search", 'outlet:"Example News"', "--size", "0", "--days", "published")
    assert not re.search(r"\d of \d|same sources", "".join(by_source.stdout.splitlines()[1:]))


@pytest.mark.parametrize("written", ["--json", "--csv"])
def test_values_are_not_counted_in_vain(wirewatch: Wirewatch, tmp_path: Path, written: str) -> None:
    make_empty_home(tmp_path / "home")
    refused = wirewatch("search", written, "--facet", "language", exit_code=2)
    assert "--facet is for the terminal" in refused.stderr
    assert not refused.stdout


@pytest.mark.parametrize(
    ("offset", "shown", "total", "told"),
    [
        (0, 10, 12, "10 of 12 articles; --size gives more"),
        (0, 9_999, 10_001, "--size gives more"),
        (0, 10_000, 20_000, "10,000 of 20,000 articles; a search reaches 10,000 hits deep"),
        (9_000, 1_000, 20_000, "1,000 of 20,000 articles; a search reaches 10,000 hits deep"),
        (0, 10_000, 10_000, None),
        (10, 2, 12, None),
        (20, 0, 12, None),
    ],
)
def test_more_hits_are_promised_only_where_a_search_reaches_them(
    offset: int, shown: int, total: int, told: str | None
) -> None:
    said = left_out(offset, shown, total)
    assert said is None if told is None else told in str(said)


def test_tag_lists_mentions_including_the_homes_own_names(
    wirewatch: Wirewatch, tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    own = 'names = [{ name = "Lantern", kind = "programme", uri = "https://lantern.example/" }]'
    (tmp_path / "home" / "names.toml").write_text(own)
    (tmp_path / "in.jsonl").write_text(
        '{"id": "1", "title": "Lantern", "text": "Cameras in Leeds"}'
    )
    (told,) = lines(wirewatch("tag", "--jsonl", "in.jsonl"))
    lantern, leeds = told["mentions"]
    assert lantern == {
        "name": "Lantern",
        "kind": "programme",
        "field": "title",
        "start": 0,
        "end": 7,
        "uri": "https://lantern.example/",
    }
    assert (leeds["field"], leeds["start"], leeds["end"], leeds["country"]) == (
        "text",
        11,
        16,
        "GB",
    )


def test_tag_lists_statements_only_on_topic(wirewatch: Wirewatch, tmp_path: Path) -> None:
    denied = "The interior ministry denied it."
    on = "Police used spyware and a phone interception system to spy on journalists. " + denied
    rows = [{"id": "on", "title": "Spyware on phones", "text": on}]
    rows += [{"id": "off", "title": "A new pier", "text": denied}]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    tagged, untagged = lines(wirewatch("tag", "--jsonl", "in.jsonl"))
    (one,) = tagged["statements"]
    assert (one["kind"], one["speaker"], one["phrase"]) == ("denial", "interior ministry", denied)
    assert untagged["statements"] == []


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


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["search", 'title:"open'], 2, "quote is not closed"),
        (["search", "tilte:x"], 2, "title"),
        (["search", "x", "--sort", "age"], 2, "is not one of"),
        (["run"], 2, "no feeds"),
        (["show", "abc"], 2, "no entry"),
        (["feeds", "add", "ftp://x"], 2, "not a web address"),
        (["feeds", "remove", "http://x"], 2, "not on the feed list"),
        (["search", "-cake"], 2, "search -- '-cake'"),
        (["search", "-cake's"], 2, "search -- '-cake'\\''s'"),
        (["search", "--sise", "2"], 2, "--size"),
        (["feed", "-cake"], 2, "feed -- '-cake'"),
        (["run", "--feed", "http://x", "--dry-run"], 2, "no feeds"),
        (["entries", "replay", "--feed", "http://x"], 2, "not on the feed list"),
        (["init", "--feeds", "."], 2, "is a directory"),
        (["nonsense"], 2, "No such command"),
        (["alerts", "--resend", "abc"], 2, "no alert"),
    ],
)
def test_wrong_usage_says_what_to_do(
    arguments: list[str], exit_code: int, said: str, wirewatch: Wirewatch, tmp_path: Path
) -> None:
    make_empty_home(tmp_path / "home")
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


def test_output_is_shown_as_far_as_its_encoding_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    written = BytesIO()
    monkeypatch.setattr("sys.stdout", TextIOWrapper(written, "latin-1"))
    open_streams()
    out.print("“Über”", highlight=False)
    print_lines([{"id": "“Über”"}])
    assert written.getvalue() == b"?\xdcber?\n" + '{"id":"“Über”"}\n'.encode()


def test_closed_streams_are_empty_and_keep_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{name}", None)
    open_streams()
    print_lines([{"id": 1}])
    assert list(rows(Path("-"), "id")) == []


def test_rows_are_read_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    given = BytesIO('{"id": "Über"}\n'.encode())
    monkeypatch.setattr("sys.stdin", TextIOWrapper(given, "latin-1"))
    assert list(rows(Path("-"), "id")) == [{"id": "Über"}]


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


def test_error_quotes_the_query_as_it_is(wirewatch: Wirewatch, tmp_path: Path) -> None:
    make_empty_home(tmp_path / "home")
    assert "[/x]" in wirewatch("search", 'score:"[/x]"', exit_code=2).stderr


READING = [
    *(["alerts"], ["alerts", "channels"], ["alerts", "close", "desk"], ["backup", "copy"]),
    *(["digest", "x"], ["entries"], ["entries", "quarantined"], ["entries", "replay"]),
    *(["feed", "x"], ["feeds", "export"], ["feeds", "health"], ["feeds", "list"]),
    *(["feeds", "pause", "x", "--why", "y"], ["feeds", "resume", "x"]),
    *(["index", "check"], ["index", "prepare"], ["index", "rebuild"], ["rules"], ["run"]),
    *(["run", "--dry-run"], ["search", "x"], ["serve"], ["show", "x"], ["stories"], ["upkeep"]),
    ["retag"],
]


def test_missing_home_is_reported_and_not_created(tmp_path: Path) -> None:
    for arguments in READING:
        done = CliRunner().invoke(app, ["--home", str(tmp_path / "typo"), *arguments])
        assert done.exit_code == 2, arguments
        said = " ".join(done.stderr.replace("│", " ").split())
        assert "no wirewatch home in" in said, arguments
        assert "create one with `wirewatch init`" in said
    assert list(tmp_path.iterdir()) == []


def test_feeds_add_creates_a_home(wirewatch: Wirewatch, tmp_path: Path) -> None:
    wirewatch("feeds", "add", "https://one.example/feed", "--no-check")
    assert (tmp_path / "home" / "ledger.db").exists()
    assert "one.example" in wirewatch("feeds", "list").stdout


def test_empty_results_say_what_to_do(
    wirewatch: Wirewatch, newsroom: Newsroom, tmp_path: Path
) -> None:
    make_empty_home(tmp_path / "home")
    assert "`wirewatch run` fetches articles" in wirewatch("search", "x").stderr
    assert "No stories yet" in wirewatch("stories").stderr
    assert "No feeds yet" in wirewatch("feeds", "list").stderr
    (tmp_path / "newsroom.opml").write_text(newsroom.opml())
    wirewatch("init", "--feeds", "newsroom.opml")
    (tmp_path / "home" / "rules.toml").write_text('[channels]\nroom = "json://127.0.0.1:1/"\n')
    now = datetime.now(UTC)
    failing = ChannelHealth(name="room", state=ChannelState.FAILING, since=now, next_attempt_at=now)
    with House(load_settings(tmp_path / "home")) as house, house.lease("of another pass"):
        with house.ledger.write() as tx:
            channels.save(tx, failing)
        one = next(url for url in newsroom.feeds if "harbourpost" in url)
        ran = wirewatch("run", "--feed", one)
    assert "The next feed is due now." in ran.stdout
    assert "Another pass is running" in ran.stderr
    assert "Channel room has accepted nothing since" in ran.stdout
    assert wirewatch("search", "nosuchword").stderr == ""
    for file in (tmp_path / "home").glob("index.db*"):
        file.unlink()
    assert "`wirewatch index rebuild`" in wirewatch("search", "x").stderr


def test_articles_missing_from_the_index_are_noticed(wirewatch: Wirewatch, tmp_path: Path) -> None:
    make_empty_home(tmp_path / "home")
    (tmp_path / "home" / FILE).write_text("extract_processes = 0\n")
    with House(load_settings(tmp_path / "home")) as house:
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


def test_home_begins_with_the_list_of_feeds_that_is_in_it(
    wirewatch: Wirewatch, tmp_path: Path
) -> None:
    # As docs/operate.md tells a newsroom to begin with its own feeds.
    make_empty_home(tmp_path / "home")
    listed = '<opml version="2.0"><body><outline xmlUrl="https://a.example/feed"/></body></opml>'
    (tmp_path / "home" / "feeds.opml").write_text(listed)
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


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("search.example", "'search.example'"),
        ("https://elastic:pass/word@search.example:92x0", "'https://...@search.example:92x0'"),
    ],
)
def test_unusable_elasticsearch_url_is_named(
    wirewatch: Wirewatch, tmp_path: Path, url: str, named: str
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "wirewatch.toml").write_text(f'elasticsearch_url = "{url}"')
    told = wirewatch("index", "check", exit_code=1).stderr
    assert f"elasticsearch_url (WIREWATCH_ELASTICSEARCH_URL) = {named}" in told
    assert "word" not in told
    assert "Traceback" not in told


def test_full_ledger_is_reported_and_keeps_its_rows(wirewatch: Wirewatch, tmp_path: Path) -> None:
    make_empty_home(tmp_path / "home")
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
    assert "Traceback" not in full.stderr
    assert len(lines(wirewatch("feeds", "list", "--json"))) == 1
    ledger = (tmp_path / "home" / "ledger.db").read_bytes()
    (tmp_path / "home" / "ledger.db").write_bytes(ledger[:8192] + b"x" * (len(ledger) - 8192))
    damaged = wirewatch("feeds", "list", exit_code=1).stderr
    assert "malformed" in damaged
    assert "Traceback" not in damaged


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


def test_backup_prints_a_command_that_can_be_pasted(wirewatch: Wirewatch, tmp_path: Path) -> None:
    make_empty_home(tmp_path / "home")
    copy = tmp_path / ("of a house that is " + "very " * 20 + "old")
    assert f"wirewatch --home '{copy}' index rebuild\n" in wirewatch("backup", str(copy)).stdout


def test_argument_that_is_not_utf_8_is_named(wirewatch: Wirewatch, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "wirewatch.toml").write_text("")
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


def test_broken_settings_and_rules_files_are_named(wirewatch: Wirewatch, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
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


@pytest.mark.parametrize(
    ("command", "row", "said"),
    [
        ("tag", b'{"id": 1, "title": 5}', "line 1: title is not text"),
        ("tag", b'{"id": 1, "title": "\\ud800"}', "line 1: title is not text"),
        ("tag", b'{"id": "\\ud800", "title": "x"}', "line 1: id is not text"),
        ("thread", b'{"id": "\\ud800", "title": "x"}', "line 1: id is not text"),
        ("tag", b'{"id": ["\\ud800"], "title": "x"}', "line 1: id is not text"),
        ("tag", b"[" * 100_000, "line 1 is not JSON"),
        ("tag", b'{"id": null, "title": "x"}', "line 1 lacks id"),
        ("extract", b'{"id": 1, "url": null, "html": "<p>x"}', "line 1 lacks url"),
        ("tag", b'{"id": 1, "title": "caf\xe9"}', "line 1 is not JSON"),
        ("extract", b'{"id": "a", "url": "http://[x/", "html": "<p>x</p>"}', "row 'a'"),
        ("extract", b'{"id": "a", "url": "http://x/", "path": "in.gz"}', "row 'a'"),
        ("thread", b'{"id": 5, "title": "x"}', "id is 5: expected text"),
    ],
)
def test_unusable_input_row_is_named(
    wirewatch: Wirewatch, tmp_path: Path, command: str, row: bytes, said: str
) -> None:
    (tmp_path / "in.jsonl").write_bytes(row)
    (tmp_path / "in.gz").write_bytes(b"no gzip")
    told = wirewatch(command, "--jsonl", "in.jsonl", exit_code=2).stderr
    assert said in " ".join(told.replace("│", " ").split())


def test_extract_tag_and_thread_read_and_write_json_lines(
    wirewatch: Wirewatch, tmp_path: Path
) -> None:
    page = "<html><title>Rain</title><body><article><h1>Rain</h1><p>{}</p></article></body></html>"
    text = "It rained on the harbour all day and the boats stayed in. " * 12
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(page.format(text).encode()))
    rows = [
        {"id": "1", "url": "https://news.example.co.uk/rain", "path": "page.html.gz"},
        {"id": "2", "url": "https://news.example/rain", "html": page.format(text)},
    ]
    (tmp_path / "pages.jsonl").write_text("\n".join(map(json.dumps, rows)))
    extracted = lines(wirewatch("extract", "--jsonl", "pages.jsonl"))
    assert [row["site"] for row in extracted] == ["example.co.uk", "news.example"]
    assert set(extracted[0]) == {
        "id", "title", "text", "authors", "published", "language", "site", "extraction",
    }  # fmt: skip
    assert extracted[0]["language"] == "en"
    assert {row["extraction"] for row in extracted} == {"careful"}
    rows = [
        {"id": "a", "title": "Spyware found on a reporter's phone", "text": "Pegasus spyware was "
         "found on the phone of a journalist, a laboratory said."},
        {"id": "b", "title": "Harbour concert moved", "text": "The concert is at eight tonight."},
    ]  # fmt: skip
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, rows)))
    tagged = lines(wirewatch("tag", "--jsonl", "articles.jsonl"))
    assert [row["id"] for row in tagged] == ["a", "b"]
    assert tagged[0]["score"] > 0.5 > tagged[1]["score"]
    topic = tagged[0]["topics"][0]
    assert set(topic) == {"topic", "score", "evidence"}
    assert set(topic["evidence"][0]) == {"field", "start", "end", "phrase", "why"}
    threaded = lines(wirewatch("thread", "--jsonl", "articles.jsonl"))
    assert [(row["id"], row["story"], row["duplicate_of"]) for row in threaded] == [
        ("a", "a", None),
        ("b", "b", None),
    ]
    (tmp_path / "bad.jsonl").write_text('{"id": 1}\nnot json')
    assert "line 2 is not JSON" in " ".join(
        wirewatch("tag", "--jsonl", "bad.jsonl", exit_code=2).stderr.replace("│", " ").split()
    )
