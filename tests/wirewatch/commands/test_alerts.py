"""`wirewatch alerts`, `digest` and `feed`, as a person uses them."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from factories import an_alert
from terminal import Wirewatch, lines
from typer.testing import CliRunner

from core.ledger import alerts, channels, held_alerts, messages
from core.ledger.erasures import ERASED_TEXT
from core.ledger.outboxes import ALERTS, MESSAGES
from core.records import ChannelHealth, ChannelState, Digest, Evidence
from core.settings import load_settings
from wirewatch.cli import app
from wirewatch.commands.alerts import LATEST
from wirewatch.house import House

RULES = """\
[channels]
desk = "json://me:geheim@127.0.0.1:1/"

[[rule]]
name = "r"
query = "camera"
to = ["desk"]

[[digest]]
name = "morning"
timezone = "Europe/Paris"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with an alert waiting for two channels, one of which was removed."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "rules.toml").write_text(RULES)
    now = datetime.now(UTC)
    with House(load_settings(folder)) as house, house.ledger.write() as tx:
        alerts.add(tx, an_alert(created_at=now + timedelta(days=2)), ["desk", "old"], now)
        channels.save(
            tx,
            ChannelHealth(
                name="desk",
                state=ChannelState.FAILING,
                since=now,
                attempts=3,
                next_attempt_at=now + timedelta(hours=1),
                reason="answered 500",
            ),
        )
    return folder


def test_an_alert_does_not_repeat_its_headline_as_its_reason(
    wirewatch: Wirewatch, home: Path
) -> None:
    headline = "Cameras everywhere"
    reasons = (
        Evidence(field="title", start=0, end=18, phrase=headline, why="sense: cameras"),
        Evidence(field="text", start=0, end=7, phrase="cameras", why="sense: cameras"),
    )
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        told = an_alert(story=2, headline=headline)
        alerts.add(tx, told.model_copy(update={"why": reasons}), [], house.now())
    said = wirewatch("alerts").stdout
    assert said.count(headline) == 1
    assert "why: the headline" in said


def test_alerts_held_back_by_a_rate_are_shown(wirewatch: Wirewatch, home: Path) -> None:
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        held_alerts.hold(tx, an_alert(story=2, headline="Cameras \u202eeverywhere"), house.now())
    said = wirewatch("alerts").stdout
    assert "Held back by the rate of rule r since" in said
    assert "Cameras everywhere" in said


def test_alert_held_for_a_removed_rule_says_the_rule_was_removed(
    wirewatch: Wirewatch, home: Path
) -> None:
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        held_alerts.hold(tx, an_alert(rule="gone", story=2), house.now())
    said = " ".join(wirewatch("alerts").stdout.split())
    assert "Held back (rule gone was removed) since" in said
    assert "by the rate of" not in said


def test_alerts_that_wait_for_a_rule_or_channel_that_cannot_be_used_say_so(
    wirewatch: Wirewatch, home: Path
) -> None:
    wrong = RULES.replace('"json:', '"$DESK_URL json:').replace("camera", "topik:x")
    (home / "rules.toml").write_text(wrong)
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        held_alerts.hold(tx, an_alert(story=2), house.now())
    told = wirewatch("alerts").stdout
    assert "Held back (rule r cannot be used)" in told
    assert "gives up" not in told
    rows = wirewatch("alerts", "channels").stdout
    assert "unusable" in rows
    assert "DESK_URL" in rows, "why; how the row is broken depends on the folder's name"
    assert "removed" in rows, "the other one"
    said = wirewatch("alerts", "--resend", an_alert().key, "--channel", "desk").stdout
    assert "It waits for desk, which cannot be used: " in said
    assert "alerts close" not in said


def test_alerts_and_channels_are_shown_even_if_no_rule_can_be_read(
    wirewatch: Wirewatch, home: Path
) -> None:
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        held_alerts.hold(tx, an_alert(story=2), house.now())
    (home / "rules.toml").write_text("[[rule]\n")
    for command, said in (
        (("alerts",), "Held back (rule r cannot be used)"),
        (("alerts", "channels"), "unusable"),
        (("alerts", "channels", "--json"), '"name":"desk"'),
    ):
        told = wirewatch(*command, exit_code=1)
        assert said in told.stdout
        assert "not valid TOML" in told.stderr
        assert (told.stdout + told.stderr).count("nothing is lost") == 1, "not for each channel"


def test_failing_channels_are_shown(wirewatch: Wirewatch, home: Path) -> None:
    listed = wirewatch("alerts").stdout
    assert listed.count("\n     desk: waiting\n") == 1  # whole lines, in any window
    assert "Channel desk has accepted nothing since" in listed
    assert re.search(r"^\d{4}-\d\d-\d\d ", listed, re.MULTILINE)  # also last year's alerts
    shown = wirewatch("alerts", "channels").stdout
    desk = next(line for line in shown.splitlines() if "desk" in line)
    assert "failing since" in desk
    assert "answered 500" in desk
    assert "geheim" not in shown
    assert "removed" in next(line for line in shown.splitlines() if line.lstrip().startswith("old"))
    assert "not used yet" in next(line for line in shown.splitlines() if "terminal" in line)
    listed_as_json = lines(wirewatch("alerts", "channels", "--json"))
    named = {one["name"]: one["state"] for one in listed_as_json}
    assert named == {"terminal": "ok", "desk": "failing", "old": "ok"}
    # What the table says, too.
    stand = {one["name"]: (one["standing"], one["why"], one["waiting"]) for one in listed_as_json}
    assert stand["terminal"] == ("not used yet", "", 0)
    assert stand["desk"] == ("failing", "answered 500", 1)
    assert stand["old"][0] == "removed"
    assert "alerts close" in stand["old"][1]
    assert stand["old"][2] == 1


def test_a_channel_that_takes_all_but_one_message_says_why_that_waits(
    wirewatch: Wirewatch, home: Path
) -> None:
    """Of a digest, nothing else says so."""
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        now = house.now()
        record = Digest(
            key="d", name="d", timezone="UTC", since=now, until=now, alerts=(), created_at=now
        )
        messages.add(tx, record, ["terminal"], now)
        (waiting,) = messages.outbox(tx, now)
        MESSAGES.set_failed(tx, waiting, reason="it cannot be read", retry_at=now)
    shown = " ".join(wirewatch("alerts", "channels").stdout.split())
    assert "it cannot be read" in shown


def test_alerts_for_a_removed_channel_can_be_given_up(wirewatch: Wirewatch, home: Path) -> None:
    assert "1 given up" in wirewatch("alerts", "close", "old", "--why", "moved house").stdout
    assert "old given up: moved house" in wirewatch("alerts").stdout
    again = wirewatch("alerts", "close", "old", exit_code=2).stderr
    assert "nothing waits for channel" in again


def test_alerts_of_a_removed_rule_can_be_given_up(wirewatch: Wirewatch, home: Path) -> None:
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        held_alerts.hold(tx, an_alert(story=2, headline="Cameras [/b] everywhere"), house.now())
        held_alerts.hold(tx, an_alert(rule="other", story=3, headline="Kept"), house.now())
        alerts.add(tx, an_alert(rule="other", story=4), ["old"], house.now())
    said = wirewatch("rules", "remove", "r").stdout
    assert (
        "until a rule of this name exists again: 1 alert. `wirewatch alerts close --rule r` "
        in said
    )
    assert "`wirewatch alerts close --rule NAME` gives up on" in wirewatch("alerts").stdout
    said = wirewatch("alerts", "close", "--rule", "r", "--why", "no more spies").stdout
    assert "Given up before it was sent: Cameras [/b] everywhere" in said
    assert "2 given up. `wirewatch alerts --resend KEY` delivers one" in said
    listed = wirewatch("alerts").stdout
    assert "desk given up: no more spies" in listed
    assert "Cameras [/b] everywhere" not in listed
    assert "Kept" in listed
    assert listed.count("given up") == 2
    again = wirewatch("alerts", "close", "--rule", "r", exit_code=2).stderr
    assert "no alert of rule 'r' is waiting" in again
    for wrong in ([], ["old", "--rule", "r"]):
        said = wirewatch("alerts", "close", *wrong, exit_code=2).stderr
        assert "name either a channel or a rule with --rule" in said


def test_removed_channel_is_not_reported_once_nothing_waits_for_it(
    wirewatch: Wirewatch, home: Path
) -> None:
    (home / "rules.toml").write_text("")
    assert "Channel desk has accepted nothing" in wirewatch("alerts").stdout
    wirewatch("alerts", "close", "desk")
    assert "has accepted nothing" not in wirewatch("alerts").stdout


def test_only_the_latest_alerts_are_listed(wirewatch: Wirewatch, home: Path) -> None:
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        for story in range(2, LATEST + 3):
            alerts.add(tx, an_alert(story=story), [], house.now())
    told = wirewatch("alerts").stdout
    assert f"The latest {LATEST} of {LATEST + 2} alerts; --size {LATEST + 2} shows all." in told
    keys = re.findall(r"key ([0-9a-f]{12})", told)
    assert keys == [an_alert(story=story).key[:12] for story in range(3, LATEST + 3)]
    assert an_alert().key[:12] in wirewatch("alerts", "--size", str(LATEST + 2)).stdout
    assert len(wirewatch("alerts", "--json").stdout.splitlines()) == LATEST + 2
    assert "less than or equal to" in wirewatch("alerts", "--size", "9" * 20, exit_code=2).stderr
    last = wirewatch("alerts", "--json", "--size", "1").stdout
    assert json.loads(last)["key"] == an_alert(story=LATEST + 2).key
    first, *_ = wirewatch("alerts", "--json").stdout.splitlines()
    assert [one["channel"] for one in json.loads(first)["deliveries"]] == ["desk", "old"]


def test_alerts_of_one_rule_can_be_listed(wirewatch: Wirewatch, home: Path) -> None:
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        gone = an_alert(rule="gone", story=2)  # no rule of this name is left
        alerts.add(tx, gone, [], house.now())
        held_alerts.hold(tx, an_alert(rule="gone", story=3, headline="Held"), house.now())
    told = wirewatch("alerts", "--rule", "gone").stdout
    assert re.findall(r"key ([0-9a-f]{12})", told) == [gone.key[:12]]
    assert "Held" in told
    told = wirewatch("alerts", "--rule", "r").stdout
    assert re.findall(r"key ([0-9a-f]{12})", told) == [an_alert().key[:12]]
    assert "Held" not in told
    (only,) = lines(wirewatch("alerts", "--rule", "gone", "--json"))
    assert only["key"] == gone.key
    assert "no rule 'gnoe' in" in wirewatch("alerts", "--rule", "gnoe", exit_code=2).stderr
    for of_the_list in (("--rule", "r"), ("--size", "1"), ("--json",)):
        both = wirewatch("alerts", *of_the_list, "--resend", an_alert().key, exit_code=2)
        assert "--rule, --size and --json are for the list" in both.stderr


def test_alert_is_resent_by_a_prefix_of_its_key(wirewatch: Wirewatch, home: Path) -> None:
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        alerts.add(tx, an_alert(story=2), [], house.now())
        for delivery in alerts.outbox(tx, house.now()):
            ALERTS.set_delivered(tx, delivery, house.now())
    key = an_alert().key[:12]
    assert f"key {key}" in wirewatch("alerts").stdout
    none = wirewatch("alerts", "--resend", key[1:], exit_code=2).stderr
    assert f"no alert has a key that begins with '{key[1:]}'" in none
    nowhere = wirewatch("alerts", "--resend", key, "--channel", "room", exit_code=2).stderr
    told = " ".join(nowhere.replace("│", "").split())
    assert "no delivery to a channel 'room', only to 'desk', 'old'" in told
    alone = wirewatch("alerts", "--channel", "desk", exit_code=2).stderr
    assert "--channel goes with --resend" in alone
    several = wirewatch("alerts", "--resend", "", exit_code=2).stderr
    assert "several alerts have a key that begins with ''; type more of it" in several
    said = wirewatch("alerts", "--resend", key).stdout
    assert "delivered again on the next pass" in said
    assert "It waits for old, which rules.toml no longer names" in said
    assert "alerts close old" in said
    with House(load_settings(home)) as house, house.ledger.read() as tx:
        waiting = alerts.outbox(tx, house.now())
    assert {(one.payload.key, one.channel) for one in waiting} == {
        (an_alert().key, "desk"),
        (an_alert().key, "old"),
    }


def test_resend_ends_a_failing_channels_wait(wirewatch: Wirewatch, home: Path) -> None:
    wirewatch("alerts", "--resend", an_alert().key, "--channel", "desk")
    with House(load_settings(home)) as house, house.ledger.read() as tx:
        assert channels.by_name(tx)["desk"].next_attempt_at <= house.now()


def test_resend_to_a_removed_channel_says_that_it_waits(wirewatch: Wirewatch, home: Path) -> None:
    said = wirewatch("alerts", "--resend", an_alert().key, "--channel", "old").stdout
    assert "It waits for old, which rules.toml no longer names" in said
    assert "next pass" not in said


def test_alert_without_a_channel_cannot_be_resent(wirewatch: Wirewatch, home: Path) -> None:
    told = an_alert(story=2)
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        alerts.add(tx, told, [], house.now())
    assert (
        "this alert has no channel" in wirewatch("alerts", "--resend", told.key, exit_code=2).stderr
    )


def test_alert_of_which_nothing_is_left_cannot_be_resent(wirewatch: Wirewatch, home: Path) -> None:
    gone = an_alert(story=2, headline=ERASED_TEXT)
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        alerts.add(tx, gone, ["desk"], house.now())
    said = wirewatch("alerts", "--resend", gone.key, exit_code=2).stderr
    assert "nothing is left of this alert" in said


def test_digest_name_may_contain_brackets(wirewatch: Wirewatch, home: Path) -> None:
    (home / "rules.toml").write_text("[[digest]]\nname = 'all [/night]'\n")
    assert "all [/night] is next due on" in wirewatch("digest", "--dry-run").stdout


def test_digest_can_be_previewed_and_then_sent(wirewatch: Wirewatch, home: Path) -> None:
    shown = wirewatch("digest", "--dry-run").stdout
    assert "[morning] one story up to" in shown
    assert "(Europe/Paris)" in shown
    assert "morning is next due on" in shown
    sent = wirewatch("digest", "morning").stdout
    assert "morning: 1 alert." in sent
    assert re.search(r"^morning to terminal: delivered [\d-]{10} \d\d:\d\d$", sent, re.MULTILINE)
    assert "morning: nothing new." in wirewatch("digest", "morning").stdout
    wrong = wirewatch("digest", "evening", exit_code=2).stderr
    assert "which has: morning" in " ".join(wrong.replace("│", " ").split())


def test_a_digest_that_a_channel_does_not_take_says_where_why_and_what_next(
    wirewatch: Wirewatch, home: Path
) -> None:
    rules = RULES.replace("[[rule]]", 'new = "json://127.0.0.1:1/"\n\n[[rule]]')
    (home / "rules.toml").write_text(f'{rules}to = ["terminal", "desk", "new"]\n')
    done = wirewatch("digest", "morning", exit_code=1)
    assert "morning to terminal: delivered" in done.stdout
    refused, *later = done.stderr.splitlines()
    assert refused == "morning to desk: waiting (answered 500)", "it was failing already"
    assert re.match("morning to new: .*onnection", later[0])
    assert "tried again by later passes" in " ".join(later[1:])


def test_digest_command_without_digests_says_how_to_write_one(
    wirewatch: Wirewatch, home: Path
) -> None:
    (home / "rules.toml").unlink()
    said = wirewatch("digest", "--dry-run", exit_code=2).stderr
    assert "docs/alerts.md shows how" in " ".join(said.replace("│", " ").split())


def test_feed_command_writes_a_feed(wirewatch: Wirewatch, home: Path, tmp_path: Path) -> None:
    printed = feedparser.parse(wirewatch("feed", "--rule", "r").stdout)
    assert [entry.link for entry in printed.entries] == ["https://news.example/1"]
    wirewatch("feed", "topic:surveillance", "--out", "found.atom")
    found = feedparser.parse((tmp_path / "found.atom").read_bytes())
    assert found.feed.title == "wirewatch: topic:surveillance"
    assert "no rule" in wirewatch("feed", "--rule", "x", exit_code=2).stderr
    assert "give either a search or a rule with --rule" in wirewatch("feed", exit_code=2).stderr
    assert "Invalid query" in wirewatch("feed", "topci:x", exit_code=2).stderr
    nothing = wirewatch("feed", "topic:spywares")
    assert nothing.stderr.strip() == "there is no topic spywares; did you mean spyware?"
    assert not feedparser.parse(nothing.stdout).entries
    missing = tmp_path / "no" / "x.atom"
    said = " ".join(wirewatch("feed", "x", "--out", str(missing), exit_code=1).stderr.split())
    assert said == f"Error: {missing}: No such file or directory"


@pytest.mark.usefixtures("home")
def test_feed_file_is_replaced_as_a_whole_and_a_pipe_is_written_to(
    wirewatch: Wirewatch, tmp_path: Path
) -> None:
    (tmp_path / "found.atom").write_text("before")
    # Whoever has the old file open goes on reading that.
    with (tmp_path / "found.atom").open() as reader:
        wirewatch("feed", "topic:surveillance", "--out", "found.atom")
        assert reader.read() == "before"
    assert "<feed" in (tmp_path / "found.atom").read_text()
    os.mkfifo(tmp_path / "pipe")
    pipe = os.open(tmp_path / "pipe", os.O_RDWR | os.O_NONBLOCK)
    wirewatch("feed", "topic:surveillance", "--out", "pipe")
    assert b"<feed" in os.read(pipe, 65_536)
    os.close(pipe)


def test_channel_failure_reason_is_not_cut_in_a_narrow_window(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wirewatch.commands.terminal.out._force_terminal", True)
    why = f"could not be reached: {'Connection' * 6}Refused"
    with House(load_settings(home)) as house, house.ledger.write() as tx:
        health = channels.by_name(tx)["desk"]
        channels.save(tx, health.model_copy(update={"reason": why}))
    done = CliRunner().invoke(app, ["--home", str(home), "alerts", "channels"])
    column = [line.rpartition("│")[2].strip() for line in done.output.splitlines()]
    assert why.replace(" ", "") in "".join(column).replace(" ", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["alerts", "--channel", "desk", "channels"],
        ["alerts", "--json", "channels"],
        ["entries", "--json", "quarantined"],
    ],
)
def test_options_of_a_group_before_a_command_of_it_are_an_error(
    wirewatch: Wirewatch, home: Path, arguments: list[str]
) -> None:
    option, command = arguments[1], arguments[-1]
    said = wirewatch(*arguments, exit_code=2).stderr
    assert f"{option} stands before '{command}', whose options go after its name" in said
