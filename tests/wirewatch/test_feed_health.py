"""Feed health from poll to message: ledger, delivery and the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from factories import add_feed, listed_notices
from loopback import Reply, loopback
from rich.console import Console
from typer.testing import CliRunner

from core.ledger import feeds
from core.records import FeedState
from core.settings import load_settings
from wirewatch.cli import app
from wirewatch.commands import terminal
from wirewatch.house import House
from wirewatch.stages.deliver import deliver
from wirewatch.stages.poll import poll

SETTINGS = """\
allow_hosts = ["*.localhost", "127.0.0.1"]
pause = 0.0
poll_every = 0.0
poll_min = 0.0
poll_max = 0.0
"""
RSS = (
    b'<rss version="2.0"><channel><title>News of %s</title><item><title>One</title>'
    b"<link>http://a.localhost/1</link></item></channel></rss>"
)


class Outlets:
    """Feeds that are healthy until `status` says otherwise."""

    def __init__(self) -> None:
        self.status: dict[str, int] = {}

    def __call__(self, request) -> Reply:
        path = request.path
        status = self.status.get(path, 200)
        return Reply(status, body=RSS % path.encode() if status == 200 else b"")


@pytest.fixture
def outlets() -> Outlets:
    return Outlets()


@pytest.fixture
def house(tmp_path: Path, outlets: Outlets) -> Iterator[House]:
    (tmp_path / "wirewatch.toml").write_text(SETTINGS)
    (tmp_path / "rules.toml").write_text('operators = ["terminal"]\n')
    with loopback(outlets) as server, House(load_settings(tmp_path)) as opened:
        for name in "abcd":
            add_feed(opened.ledger, server.url(f"/{name}", f"{name}.localhost"))
        yield opened


@pytest.fixture
def operator_messages(house: House, capsys) -> Callable[[], str]:
    """Polls all feeds, delivers, and returns what the operators received."""

    def one_pass() -> str:
        capsys.readouterr()
        assert poll(house) == 4
        deliver(house)
        return capsys.readouterr().out

    return one_pass


def test_operators_are_notified_once_after_two_failed_polls_and_on_recovery(
    operator_messages, outlets
):
    assert operator_messages() == ""
    outlets.status = {"/a": 500}
    assert operator_messages() == ""
    first = operator_messages()
    assert first.startswith("[feeds] News of /a: failing\n")
    assert "answered 500 Internal Server Error" in first
    assert operator_messages() == ""
    outlets.status = {}
    assert operator_messages() == ""
    assert operator_messages().startswith("[feeds] News of /a: ok again\n")


def test_gone_feed_is_reported_at_once(operator_messages, outlets):
    operator_messages()
    outlets.status = {"/a": 410}
    assert operator_messages().startswith("[feeds] News of /a: gone\n")


def test_many_failing_feeds_are_one_message(operator_messages, outlets):
    operator_messages()
    outlets.status = dict.fromkeys(("/a", "/b", "/c", "/d"), 500)
    operator_messages()
    message = operator_messages()
    assert message.count("[feeds]") == 1
    assert message.startswith("[feeds] 4 feeds changed: 4 failing\n")


def test_message_to_a_failing_channel_waits(house, operator_messages, outlets):
    with loopback(lambda _: Reply(500)) as server:
        desk = f'operators = ["desk"]\n[channels]\ndesk = "json://127.0.0.1:{server.port}"\n'
        house.settings.rules_path.write_text(desk)
        outlets.status = {"/a": 410}
        operator_messages()
    with house.ledger.read() as tx:
        ((notice, (status,)),) = listed_notices(tx)
    assert notice.state is FeedState.GONE
    assert (status.channel, status.attempts, status.delivered_at) == ("desk", 1, None)
    assert "500" in (status.reason or "")


def run(house: House, *arguments: str, exit_code: int = 0) -> str:
    done = CliRunner().invoke(app, ["--home", str(house.settings.home), "feeds", *arguments])
    assert done.exit_code == exit_code, done.output
    return done.stdout


def test_health_lists_the_worst_feeds_first_with_the_reason(house, operator_messages, outlets):
    operator_messages()
    assert run(house, "health", "--strict") == ""
    outlets.status = {"/b": 404, "/c": 410}
    operator_messages()
    operator_messages()
    gone, failing = (line.split("\t") for line in run(house, "health").splitlines())
    assert (gone[0], gone[4]) == ("gone", "answered 410 Gone (2 polls in a row)")
    assert (failing[0], failing[2]) == ("failing", "News of /b")
    assert all(len(row) == 7 for row in (gone, failing))
    run(house, "health", "--strict", exit_code=1)
    assert len(run(house, "health", "--all").splitlines()) == 4


def test_paused_feed_is_not_polled_and_not_unwell(house, operator_messages, outlets, capsys):
    outlets.status = {"/b": 404, "/c": 500}
    operator_messages()
    with house.ledger.read() as tx:
        url = next(feed.url for feed in feeds.listed(tx) if feed.url.endswith("/c"))
    run(house, "pause", url, "--why", " the printers\n\x1b move ")
    capsys.readouterr()
    assert poll(house) == 3
    assert poll(house, only=url) == 0
    deliver(house)
    assert "/c" not in capsys.readouterr().out
    failing, paused = (line.split("\t") for line in run(house, "health").splitlines())
    assert failing[0] == "failing"
    assert (paused[0], paused[3], paused[4], paused[6]) == (
        "paused",
        url,
        "the printers move",
        "when resumed",
    )
    told_as_json = json.loads(run(house, "health", "--json").splitlines()[1])
    assert (told_as_json["state"], told_as_json["paused_why"]) == ("failing", "the printers move")
    outlets.status = {}
    poll(house)
    run(house, "health", "--strict")
    assert "Resumed" in run(house, "resume", url)
    assert poll(house, only=url) == 1
    assert poll(house) == 4


def test_narrow_table_cuts_neither_address_nor_date(house, operator_messages, outlets, monkeypatch):
    outlets.status = {"/c": 410}
    operator_messages()
    monkeypatch.setattr(terminal, "out", Console(width=80, force_terminal=True, color_system=None))
    shown = run(house, "health")
    with house.ledger.read() as tx:
        (gone,) = (feed for feed in feeds.listed(tx) if feed.state == "gone")
    cells = [line.split("│") for line in shown.splitlines() if "│" in line]
    assert gone.url in "".join(cell[2].strip() for cell in cells)
    assert f"{gone.since:%Y-%m-%d}" in shown
    assert "…" not in shown


def test_health_and_list_write_json(house, operator_messages, outlets):
    outlets.status = {"/c": 410}
    operator_messages()
    (line,) = run(house, "health", "--json").splitlines()
    feed = json.loads(line)
    assert (feed["state"], feed["reason"]) == ("gone", "answered 410 Gone")
    assert {"since", "well_at", "next_poll_at", "failures"} <= feed.keys()
    listed = [json.loads(line) for line in run(house, "list", "--json").splitlines()]
    assert {one["state"] for one in listed} == {"ok", "gone"}
    assert feed in listed, "both have the same fields"
