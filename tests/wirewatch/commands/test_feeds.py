"""`wirewatch feeds`: people and scripts find, add, import and export feeds."""

from __future__ import annotations

import json
import re
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hourly_outlet import Outlet
from loopback import Reply, Request, loopback
from terminal import Wirewatch
from typer.testing import CliRunner, Result

from core.ledger import feeds as ledger_feeds
from core.ledger import gaps
from core.records import FeedGap, Gap
from core.settings import load_settings
from demo.newsroom import Newsroom
from wirewatch.cli import app
from wirewatch.commands import feeds as commands
from wirewatch.commands.choice import numbers
from wirewatch.commands.feed_health import missing
from wirewatch.house import House
from wirewatch.stages.poll import poll


class Terminal:
    """Runs commands on the test's own home folder."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def __call__(self, *arguments: str, exit_code: int = 0, typed: str = "") -> Result:
        home = ["--home", str(self._home)]
        result = CliRunner().invoke(app, [*home, "feeds", *arguments], input=typed)
        assert result.exit_code == exit_code, (result.output, result.exception)
        return result

    def listed(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self("list", "--json").stdout.splitlines()]

    def addresses(self) -> set[object]:
        return {feed["url"] for feed in self.listed()}


@pytest.fixture
def feeds(home: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    (home / "wirewatch.toml").write_text('allow_hosts = ["*.localhost"]\npause = 0.0\n')
    monkeypatch.setattr("wirewatch.commands.terminal.out._width", 200)
    return Terminal(home)


def output(result: Result) -> str:
    return re.sub(r"[\s│]+", " ", result.output)


def site_with(newsroom: Newsroom, count: int) -> str:
    """A site of the newsroom that has `count` feeds, all of them healthy."""
    newsroom.active.clear()
    hosts = [url.split("/")[2] for url in newsroom.feeds]
    return next(f"http://{host}/" for host in hosts if hosts.count(host) == count)


def test_sites_only_feed_is_added(feeds: Terminal, newsroom: Newsroom) -> None:
    site = site_with(newsroom, 1)
    assert "added" in output(feeds("add", site, "--label", "A"))
    (feed,) = feeds.listed()
    assert feed["url"] in newsroom.feeds
    assert feed["outlet"]
    assert feed["labels"] == ["A"]
    assert "already on the list" in output(feeds("add", site))
    assert "already on the list" in output(feeds("add", str(feed["url"]), "--outlet", "B"))


def test_script_chooses_among_several_feeds_by_option(feeds: Terminal, newsroom: Newsroom) -> None:
    site = site_with(newsroom, 2)
    several = feeds("add", site, exit_code=2)
    assert "2 feeds found; use --all or --first, or add one of them by its address" in output(
        several
    )
    found = [json.loads(line) for line in feeds("add", site, "--json").stdout.splitlines()]
    assert {one["url"] for one in found} <= set(newsroom.feeds)
    assert set(found[0]) == {"url", "title", "format", "items", "newest", "comments", "same_as"}
    assert all(one["url"] in several.output for one in found)
    assert feeds.listed() == []
    feeds("add", site, "--first")
    assert feeds.addresses() == {found[0]["url"]}
    feeds("add", site, "--all", "--outlet", "Mine")
    assert feeds.addresses() == {one["url"] for one in found}


def test_person_chooses_among_several_feeds_by_number(
    feeds: Terminal, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_with(newsroom, 2)
    found = [json.loads(line) for line in feeds("add", site, "--json").stdout.splitlines()]
    monkeypatch.setattr(commands, "_is_person", lambda: True)
    shown = output(feeds("add", site, typed="7\ntwo\n2\n"))
    assert "7 is not on the list; choose from 1 to 2" in shown
    assert "'two' is not a number" in shown
    assert feeds.addresses() == {found[1]["url"]}


def test_missing_feed_is_reported_with_the_reason_and_what_to_do(
    feeds: Terminal, newsroom: Newsroom
) -> None:
    missing = f"http://nowhere.localhost:{newsroom.port}/x"
    result = feeds("add", missing, exit_code=1)
    assert isinstance(result.exception, commands.NoFeedError)
    assert f"{missing} answered 404" in str(result.exception)
    assert f"--no-check {missing}" in str(result.exception)
    asked = feeds("add", f"{missing}?a=1&b=2", exit_code=1)
    assert f"--no-check '{missing}?a=1&b=2'" in str(asked.exception)
    for wrong in (["ftp://x"], ["--no-check", "https://harbour post/rss"]):
        assert "not a web address" in output(feeds("add", *wrong, exit_code=2))
    assert feeds.listed() == []


def test_address_that_does_not_answer_makes_no_home_and_is_to_be_tried_later(
    feeds: Terminal, tmp_path: Path
) -> None:
    shut = "http://here.localhost:1/feed"
    said = str(feeds("add", shut, exit_code=1).exception)
    assert said.startswith("connection failed: here.localhost cannot be reached: Connection refu")
    assert "if it is right, try again later, or add this address unchecked" in said
    assert f"--no-check {shut}" in said
    new = tmp_path / "new"
    refused = Terminal(new)("add", "http://127.0.0.1:1/feed", exit_code=1)
    assert not new.exists()
    told = str(refused.exception)
    assert "if it is right, wirewatch.toml has to allow it (allow_hosts, allow_ports)" in told
    assert "--no-check" not in told


def test_address_can_be_added_without_a_check(feeds: Terminal) -> None:
    assert "added" in output(feeds("add", "--no-check", "https://a.example/x", "--outlet", "A"))
    assert "already" in output(feeds("add", "--no-check", "a.example/x"))
    assert feeds.addresses() == {"https://a.example/x"}


@pytest.mark.parametrize("option", ["--outlet", "--label"])
def test_a_listed_feed_keeps_its_outlet_and_labels_and_says_so(
    feeds: Terminal, option: str
) -> None:
    url = "https://a.example/x"
    feeds("add", "--no-check", url, option, "A")
    before = feeds.listed()
    kept = "already on the list, outlet and labels unchanged"
    assert kept in output(feeds("add", "--no-check", url, option, "B"))
    assert kept not in output(feeds("add", "--no-check", url))
    feeds("pause", url, "--why", "tests")
    edited = "(`wirewatch feeds edit` changes them)"
    assert f"{kept} {edited}, paused since" in output(feeds("add", url, option, "B"))
    assert [one["outlet"] for one in before] == [one["outlet"] for one in feeds.listed()]
    assert [one["labels"] for one in before] == [one["labels"] for one in feeds.listed()]


def test_a_feeds_outlet_and_labels_can_be_changed(feeds: Terminal) -> None:
    url = "https://a.example/x"
    feeds("add", "--no-check", url, "--outlet", " A\n", "--label", " Press\n", "--label", "Press")
    (one,) = feeds.listed()
    assert (one["outlet"], one["labels"]) == ("A", ["Press"])
    said = output(feeds("edit", url, "--outlet", " The\tExample "))
    assert said.strip() == "Outlet: The Example. Labels: Press."
    feeds("edit", url, "--label", "One", "--label", "Two / 2 ", "--label", " ")
    assert feeds("list").stdout.rstrip("\n").split("\t")[-1] == "One, Two/2"
    (one,) = feeds.listed()
    assert (one["outlet"], one["labels"]) == ("The Example", ["One", "Two/2"])
    said = output(feeds("edit", url, "--no-labels", "--outlet", ""))
    assert said.strip() == "Outlet: named after its title by the next poll. Labels: none."


def test_what_cannot_be_edited_is_refused(feeds: Terminal) -> None:
    url = "https://a.example/x"
    feeds("add", "--no-check", url)
    assert "nothing to change" in output(feeds("edit", url, exit_code=2))
    empty = feeds("edit", url, "--label", " ", exit_code=2)
    assert "--label is empty; --no-labels takes all labels off" in output(empty)
    both = feeds("edit", url, "--label", "A", "--no-labels", exit_code=2)
    assert "exclude each other" in output(both)
    missing = output(feeds("edit", f"{url}y", "--outlet", "A", exit_code=2))
    assert f"did you mean {url}?" in missing


def test_a_paused_feed_stays_paused_until_somebody_resumes_it(
    feeds: Terminal, home: Path, tmp_path: Path
) -> None:
    url, other = "https://a.example/rss?a=1&b", "https://b.example/rss"
    for one in (url, other):
        feeds("add", "--no-check", one)
    assert "--why is empty" in output(feeds("pause", url, "--why", " ", exit_code=2))
    feeds("pause", url, exit_code=2)
    assert f"Paused. To poll it again: wirewatch feeds resume '{url}'" in output(
        feeds("pause", url, "--why", "test items [bold]")
    )
    for again in (["add", url], ["add", "--no-check", url]):  # no request is made: it would fail
        told = output(feeds(*again))
        assert "already on the list, paused since" in told
        assert f"(test items [bold]); to poll it again: wirewatch feeds resume '{url}'" in told
    exported = tmp_path / "list.opml"
    exported.write_text(feeds("export").stdout)
    assert "0 feeds added, 2 already on the list. 1 of them is paused and stays so" in output(
        feeds("import", str(exported))
    )
    line, _ = feeds("list").stdout.splitlines()
    assert line.split("\t") == ["paused", "", url, "when resumed", "test items [bold]", ""]
    for dry in ([], ["--dry-run"]):
        run = CliRunner().invoke(app, ["--home", str(home), "run", "--feed", url, *dry])
        assert run.exit_code == 2
        assert "has been paused since" in output(run)
    assert "the reason is now the one given here" in output(
        feeds("pause", url, "--why", "their relaunch")
    )
    assert {one["paused_why"] for one in feeds.listed()} == {"their relaunch", None}
    assert "Resumed" in output(feeds("resume", url))
    assert "It was not paused" in output(feeds("resume", url))
    assert {one["paused_at"] for one in feeds.listed()} == {None}
    assert f"did you mean {other}?" in output(feeds("resume", f"{other}2", exit_code=2))
    assert f"did you mean {other}?" in output(
        feeds("pause", f"{other}2", "--why", "x", exit_code=2)
    )


def test_text_file_of_addresses_is_imported(feeds: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("# mine\nhttps://a.example/rss\nhttps://b.example/rss # b\n")
    assert "2 feeds added, 0 already on the list" in output(feeds("import", str(file)))
    assert "0 feeds added, 2 already on the list" in output(feeds("import", str(file)))
    file.write_text("a.example/rss")
    piped = feeds("import", "-", typed="https://b.example/rss\nhttps://c.example/rss\n")
    assert "1 feed added, 1 already on the list" in output(piped)
    refused = output(feeds("import", str(file), exit_code=2)).replace(" ", "")
    assert "list.txt:line1is'a.example/rss'" in refused  # the terminal decides where lines break


def test_address_longer_than_2000_bytes_is_refused(feeds: Terminal, tmp_path: Path) -> None:
    short = "https://a.example/rss"
    for long in (f"{short}?".ljust(2_001, "x"), f"{short}?".ljust(1_100, "ü")):
        refused = output(feeds("add", "--no-check", long, exit_code=2)).replace(" ", "")
        assert "islongerthan2,000bytes;nothingwasadded" in refused
        file = tmp_path / "list.opml"
        file.write_text(
            f'<opml><body><outline xmlUrl="{long}"/><outline xmlUrl="{short}"/></body></opml>'
        )
        assert "1 feed left out (address longer than 2,000 bytes): https://a.ex" in output(
            feeds("import", str(file))
        )
    assert feeds.addresses() == {short}


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x9b"])
def test_an_address_with_a_control_character_is_left_out_and_not_sent_to_the_terminal(
    feeds: Terminal, tmp_path: Path, character: str
) -> None:
    odd = f"https://a.example/{character}[31m"
    file = tmp_path / "list.txt"
    file.write_text(f"{odd}\nhttps://b.example/rss\n")
    result = feeds("import", str(file)).output
    assert "1 feed left out (not a web address): https://a.example/�[31m" in result
    assert "is not a web address" in output(feeds("add", odd, "--no-check", exit_code=2))
    assert feeds.addresses() == {"https://b.example/rss"}


def test_folders_survive_import_and_export(feeds: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "list.opml"
    file.write_text(
        '<opml><body><outline text="A &amp; B"><outline text="C">'
        '<outline text="One" xmlUrl="https://a.example/?x&amp;y"/></outline></outline>'
        '<outline text="D"><outline text="One" xmlUrl="https://a.example/?x&amp;y"/></outline>'
        '<outline text="Mail" xmlUrl="mailto:a@a.example"/></body></opml>'
    )
    result = output(feeds("import", str(file)))
    assert "1 feed added, 0 already on the list." in result
    assert "1 feed left out (not a web address): mailto:a@a.example" in result
    again = output(feeds("import", str(file)))
    assert "1 already on the list, outlet and labels unchanged (`wirewatch feeds edit`" in again
    exported = feeds("export").stdout
    feeds("remove", "https://a.example/?x&y")
    file.write_text(exported)
    feeds("import", str(file))
    (feed,) = feeds.listed()
    assert (feed["outlet"], feed["labels"]) == ("One", ["A & B/C", "D"])
    assert feeds("export").stdout == exported


def test_ten_thousand_feeds_are_imported_and_exported(feeds: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("".join(f"https://site{n}.example.com/rss\n" for n in range(10_000)))
    assert "10,000 feeds added" in output(feeds("import", str(file)))
    assert feeds("export").stdout.count("xmlUrl") == 10_000


@pytest.mark.parametrize(
    ("text", "chosen"),
    [("1", [1]), ("1 3", [1, 3]), ("3,1-2", [3, 1, 2]), ("all", [1, 2, 3]), ("2-2 2", [2])],
)
def test_numbers_are_read_as_people_write_them(text: str, chosen: list[int]) -> None:
    assert numbers(text, 3) == chosen


@pytest.mark.parametrize("text", ["", "0", "4", "2-4", "3-1", "-1", "1-", "x", "1-2-3", "²"])
def test_invalid_choice_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a number|not on the list|nothing chosen"):
        numbers(text, 3)


def test_gaps_say_what_may_be_missing_and_where(feeds: Terminal, home: Path) -> None:
    feeds("add", "http://news.localhost/rss", "--no-check")
    with House(load_settings(home)) as house:
        now = house.now().replace(microsecond=0)
        with house.ledger.write() as tx:
            (feed,) = ledger_feeds.listed(tx)
            for number, days in ((14, 1), (1_200, 40)):
                until = now - timedelta(days=days)
                gap = Gap(since=until - timedelta(hours=60), until=until, missed=number)
                gaps.add(tx, feed, gap, until)
    told = feeds("gaps").stdout.split("\t")
    assert told[3:] == ["14", "", "http://news.localhost/rss\n"]
    (kept,) = (json.loads(line) for line in feeds("gaps", "--json").stdout.splitlines())
    assert (kept["missed"], kept["feed"]) == (14, feed.id)
    found = feeds("gaps", "--since", "now-60d", "--json").stdout.splitlines()
    assert [json.loads(line)["missed"] for line in found] == [1_200, 14]
    assert len(feeds("gaps", "--since", "0001").stdout.splitlines()) == 2
    feeds("gaps", "--since", "now-999999d", exit_code=2)


def test_what_may_be_missing_is_summed_up() -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    named = {"url": "https://news.example/rss", "outlet": "News", "noticed_at": moment}
    several = [
        FeedGap(since=moment, until=moment, missed=number, feed=feed, **named)
        for number, feed in ((1_000, "a"), (14, "a"), (2, "b"))
    ]
    assert missing([], "lately") == ""
    assert missing(several, "lately") == "About 1,016 entries of 2 feeds may be missing lately."
    assert missing(several[2:], "lately") == "About 2 entries of 1 feed may be missing lately."


def test_history_is_asked_for_of_a_polled_feed_and_told(feeds: Terminal, home: Path) -> None:
    with loopback(Outlet().answer) as server:
        url = server.url("/feed", "pages.localhost")
        feeds("add", "--no-check", url)
        early = feeds("history", url, "--since", "2026-02-28", exit_code=2)
        assert "no poll has read it yet: `wirewatch run` first" in output(early)
        with House(load_settings(home)) as house:
            poll(house)
        told = feeds("history", url, "--since", "2026-02-28T12:00")
        assert "15 new entries on 3 older pages, back to 2026-02-28; that" in told.stdout
        assert "is all since 2026-02-28." in told.stdout
        least = feeds("history", url, "--since", "2026-02", "--pages", "1").stdout
        assert "page 1 was the last to be read: --pages reads more." in least
        wrong = feeds("history", url, "--since", "spring", exit_code=2)
        assert "--since takes a date such as 2026-03-01" in output(wrong)
        feeds("pause", url, "--why", "they asked us")
        paused = feeds("history", url, "--since", "2026-02-28", exit_code=2)
        said = output(paused)
        assert "has been paused since" in said
        assert f"(they asked us); to poll it again: wirewatch feeds resume {url}" in said
    assert "is not on the feed list" in output(
        feeds("history", "https://none.example/", "--since", "2026", exit_code=2)
    )


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let SIGINT interrupt, as in a terminal: what a shell runs in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_history_that_is_interrupted_says_what_it_found_and_how_to_go_on(
    feeds: Terminal, home: Path
) -> None:
    outlet, ours = Outlet(), threading.main_thread().ident
    ended = threading.Event()
    assert ours is not None

    def interrupt(request: Request) -> Reply:
        signal.pthread_kill(ours, signal.SIGINT)
        # The answer must not come before the interrupt is noticed. One that comes just as the main
        # thread begins to wait is noticed only with another, or once the page times out.
        if not ended.wait(8):
            signal.pthread_kill(ours, signal.SIGINT)
        assert ended.wait(20)
        del outlet.answers["/feed?paged=3"]
        return outlet.answer(request)

    outlet.answers["/feed?paged=3"] = interrupt
    with loopback(outlet.answer) as server:
        url = server.url("/feed", "pages.localhost")
        feeds("add", "--no-check", url)
        with House(load_settings(home)) as house:
            poll(house)
        told = feeds("history", url, "--since", "2026-02-28T12:00", exit_code=130).stdout
        ended.set()
        assert "10 new entries on 1 older page, back to 2026-02-28; it was interrupted." in told
        assert "The next passes fetch the articles." in told
        assert "give the same command again" in told
        again = feeds("history", url, "--since", "2026-02-28T12:00").stdout
        assert "5 new entries on 3 older pages" in again


def test_feeds_add_creates_a_home(wirewatch: Wirewatch, tmp_path: Path) -> None:
    wirewatch("feeds", "add", "https://one.example/feed", "--no-check")
    assert (tmp_path / "home" / "ledger.db").exists()
    assert "one.example" in wirewatch("feeds", "list").stdout
