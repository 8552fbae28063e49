"""The deliver stage: no channel delays another, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from factories import NOON, Clock, a_notice, an_alert, an_article
from loopback import Reply, raw_loopback
from receivers import Inbox, letter, mail_receiver, webhook_receiver

from alert.wording import digest_subject
from core.errors import WirewatchError
from core.ledger import alerts, channels, notices, stories
from core.ledger.members import StoredMember
from core.records import Alert, AlertKind, ChannelHealth, ChannelState, Development, DevelopmentKind
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.presentation.outbound import feed_of_search
from wirewatch.stages.deliver import deliver, preview_digest, send_digest

Open = Callable[..., House]


@pytest.fixture
def open_house(tmp_path: Path, clock: Clock) -> Iterator[Open]:
    """Opens the same home folder each time as a new process would."""
    with ExitStack() as stack:

        def opened(rules: str = "", **settings: Any) -> House:
            if rules:
                (tmp_path / "rules.toml").write_text(rules)
            return stack.enter_context(House(load_settings(tmp_path, **settings), now=clock))

        yield opened


def add(house: House, *numbers: int, to: tuple[str, ...] = ("hook",), **fields: Any) -> None:
    with house.ledger.write() as tx:
        for number in numbers:
            alert = an_alert(story=number, created_at=house.now(), **fields)
            alerts.add(tx, alert, to, house.now())


def delivered(inbox: Inbox) -> list[int]:
    """The numbers of the delivered alerts, in order."""
    numbers = {an_alert(story=number).key: number for number in range(100)}
    return [numbers[key] for key in inbox.in_order if key in numbers]


def health(house: House) -> dict[str, ChannelHealth]:
    with house.ledger.read() as tx:
        return channels.by_name(tx)


def waiting(house: House) -> dict[str, int]:
    with house.ledger.read() as tx:
        return dict(channels.waiting(tx))


def hook(name: str, port: int) -> str:
    return f'[channels.{name}]\nwebhook = "http://127.0.0.1:{port}/"\ntimeout = 30\n'


def mail(name: str, port: int) -> str:
    url = f"mailto://127.0.0.1:{port}?from=wire@news.example&to=desk@news.example"
    return f'[channels]\n{name} = "{url}"\n'


def test_alerts_arrive_once_and_in_order(open_house: Open) -> None:
    with webhook_receiver() as inbox:
        house = open_house(hook("hook", inbox.port), desk_url="https://desk.example")
        add(house, 1, 2, 3)
        assert deliver(house) == 3
        assert deliver(house) == 0
    assert delivered(inbox) == [1, 2, 3]
    assert all(b"https://desk.example/stories/" in sent for [sent] in inbox.by_key.values())


def test_webhook_failing_for_an_hour_delays_only_its_own_alerts(
    open_house: Open, clock: Clock
) -> None:
    """Mail is on time; the webhook's alerts wait in order across restarts, and all arrive."""
    broken = True
    with webhook_receiver(lambda _: Reply(500 if broken else 200)) as dead, mail_receiver() as well:
        rules = mail("desk", well.port) + hook("hook", dead.port)
        for minute in range(60):
            house = open_house(rules)  # a new process each time
            if minute % 10 == 0:
                add(house, minute // 10, to=("hook", "desk"))
            deliver(house)
            assert delivered(well) == list(range(minute // 10 + 1))
            clock.go(minutes=1)
        assert delivered(dead) == []
        assert waiting(house) == {"hook": 6}
        state = health(house)["hook"]
        assert (state.state, state.reason, state.since) == (
            ChannelState.FAILING,
            "answered 500",
            NOON,
        )
        broken = False
        clock.go(hours=1)
        deliver(house)
        assert delivered(dead) == list(range(6))
        assert health(house)["hook"].state is ChannelState.OK
        assert waiting(house) == {}
    assert dead.repeats == well.repeats == 0


@pytest.mark.parametrize("days", [2, 365])
def test_delivery_postponed_by_a_wrong_clock_is_made(
    open_house: Open, clock: Clock, days: int
) -> None:
    broken = True
    with webhook_receiver(lambda _: Reply(500 if broken else 200)) as hooked:
        house = open_house(hook("hook", hooked.port))
        add(house, 1, to=("hook",))
        clock.go(days=days)
        assert deliver(house) == 0
        add(house, 2, to=("hook",))
        clock.go(days=-days)
        broken = False
        assert deliver(house) == 2
        assert delivered(hooked) == [1, 2]


def test_hanging_webhook_delays_no_other_channel(open_house: Open, clock: Clock) -> None:
    over = threading.Event()

    def hang(*_: object) -> None:
        over.wait(30)

    with (
        raw_loopback(hang) as hangs,
        webhook_receiver() as well,
    ):
        house = open_house(hook("hangs", hangs.port) + hook("hook", well.port), deliver_timeout=0.5)
        add(house, 1, 2, 3, to=("hangs", "hook"))
        assert deliver(house) == 3
        assert delivered(well) == [1, 2, 3]
        state = health(house)["hangs"]
        assert state.reason == "no answer within 0.5 seconds"
        assert state.next_attempt_at > clock()
        assert waiting(house) == {"hangs": 3}
        over.set()


def test_gone_webhook_is_reported_and_its_alerts_wait(open_house: Open, clock: Clock) -> None:
    gone = True
    with webhook_receiver(lambda _: Reply(410 if gone else 200)) as dead, mail_receiver() as well:
        rules = 'operators = ["desk"]\n' + mail("desk", well.port) + hook("hook", dead.port)
        house = open_house(rules)
        add(house, 1, 2)
        deliver(house)
        ((content,),) = well.by_key.values()
        assert letter(content)["subject"] == "[channels] hook is gone, according to its receiver"
        clock.go(hours=1)
        deliver(house)
        assert waiting(house) == {"hook": 2}
        gone = False
        clock.go(hours=6)
        deliver(house)
        assert delivered(dead) == [1, 2]
        assert [letter(one)["subject"] for (one,) in well.by_key.values()] == [
            "[channels] hook is gone, according to its receiver",
            "[channels] hook works again",
        ]


def test_alerts_for_a_removed_channel_wait_for_its_return(open_house: Open) -> None:
    with webhook_receiver() as inbox:
        house = open_house("# no channels")
        add(house, 1, to=("hook", "terminal"))
        assert deliver(house) == 1
        assert waiting(house) == {"hook": 1}
        again = open_house(hook("hook", inbox.port))
        assert deliver(again) == 1
    assert delivered(inbox) == [1]


def test_alerts_for_a_channel_that_cannot_be_used_wait_until_it_can(
    open_house: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is tried meanwhile, so the first pass after the mending delivers at once."""
    rules = 'operators = ["hook"]\n[channels.hook]\nwebhook = "$HOOK_URL"\n'
    house = open_house(rules)
    add(house, 1, to=("hook", "terminal"))
    assert (deliver(house), deliver(house)) == (1, 0)
    assert waiting(house) == {"hook": 1}
    assert "hook" not in health(house)
    with webhook_receiver() as inbox:
        monkeypatch.setenv("HOOK_URL", f"http://127.0.0.1:{inbox.port}/")
        assert deliver(open_house(rules)) == 1
    assert delivered(inbox) == [1]


def test_a_digest_that_cannot_be_used_covers_what_came_meanwhile_once_it_can(
    open_house: Open, clock: Clock
) -> None:
    with webhook_receiver() as inbox:
        deliver(open_house(DIGEST + hook("hook", inbox.port)))
        clock.go(days=1)
        wrong = open_house(DIGEST.replace("07:30", "25:00") + hook("hook", inbox.port))
        add(wrong, 1, to=())
        deliver(wrong)
        clock.go(days=1)
        deliver(wrong)
        assert inbox.in_order == []
        deliver(open_house(DIGEST + hook("hook", inbox.port)))
    ((content,),) = inbox.by_key.values()
    assert digest_stories(content) == [an_alert(story=1).story]


@pytest.mark.parametrize("operators", ['"hook"', '["hok"]'])
def test_news_of_channels_and_feeds_waits_until_it_is_known_whom_to_tell(
    open_house: Open, clock: Clock, operators: str
) -> None:
    with webhook_receiver(lambda _: Reply(503)) as dead, webhook_receiver() as well:
        hooks = hook("dead", dead.port) + hook("hook", well.port)
        wrong = open_house(f"operators = {operators}\n{hooks}")
        with wrong.ledger.write() as tx:
            notices.add(tx, a_notice())
        add(wrong, 1, to=("dead",))
        for _ in range(4):
            deliver(wrong)
            clock.go(hours=6)
        assert well.in_order == []
        right = open_house(f'operators = ["hook"]\n{hooks}')
        deliver(right)
        deliver(right)
        told = b"".join(content for several in well.by_key.values() for content in several)
    assert b"[channels] dead is failing" in told
    assert b"[feeds]" in told


def test_operators_are_told_once_what_cannot_be_used_and_once_that_all_can(
    open_house: Open, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    right = 'operators = ["room", "terminal"]\n[channels]\nroom = "$NOT_SET"\n'
    wrong = right + '[[rule]]\nname = "r"\nquery = "topik:x"\n'
    nameless = '[[rule]]\nquery = "b"\n'
    others = '[[rule]]\nname = "s"\nquery = "x"\n'
    digest = '[[digest]]\nname = "d"\nrules = ["t"]\n'
    for rules, said in (
        (wrong, ["channel 'room'", "rule 'r': no field 'topik'", "To check: wirewatch rules"]),
        (wrong, []),
        (wrong.replace("[[rule]]", f"{others}[[rule]]"), []),
        (wrong + nameless, ["channel 'room'", "rule 'r'", "a rule with query = 'b' has no name"]),
        (wrong.replace("[[rule]]", f"{nameless}{others}[[rule]]"), []),
        (right + digest, ["channel 'room'", "digest 'd': there is no rule 't'"]),
        (right + others + digest, []),
        (right, ["channel 'room'"]),
        ('operators = ["terminal"]\n', ["nothing in it is wrong any more", "If anything waited"]),
        ('operators = ["terminal"]\n', []),
        (wrong, ["channel 'room'", "rule 'r'"]),
    ):
        house = open_house(rules, desk_url="https://desk.example/")
        deliver(house)
        told = capsys.readouterr().out
        assert bool(told) == bool(said)
        assert [one for one in said if one not in told] == []
        assert ("The rules on the desk <https://desk.example/rules>" in told) == bool(told)
        assert "rule 'r'" in "".join(said) or "rule 'r'" not in told
        assert waiting(house) == {}, "news of itself waits for no channel"
        clock.go(hours=1)


def test_operators_are_told_once_of_rules_that_ask_for_what_does_not_exist(
    open_house: Open, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = 'operators = ["terminal"]\n[[rule]]\nname = "r"\nquery = "topic:spyware"\n'
    wrong = right.replace("spyware", "spywear")
    own = tmp_path / "topics.toml"
    for rules, of_own, said in (
        (right, "", []),
        (wrong, "", ["a rule asks for what does not exist", "r: there is no topic spywear; did"]),
        (wrong, "", []),
        (wrong, "not TOML", []),
        (wrong, "", []),
        (right, "", ["nothing in it is wrong any more", "If anything waited"]),
    ):
        own.write_text(of_own)
        deliver(open_house(rules))
        told = capsys.readouterr().out
        assert bool(told) == bool(said)
        assert [one for one in said if one not in told] == []


def test_operators_who_can_be_told_later_hear_what_is_wrong_then(
    open_house: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = '[[rule]]\nname = "r"\nquery = "topik:x"\n'
    deliver(open_house(wrong))
    assert capsys.readouterr().out == ""
    deliver(open_house('operators = ["terminal"]\n' + wrong))
    assert "rule 'r'" in capsys.readouterr().out


def test_operators_are_notified_when_a_channel_fails_twice(open_house: Open, clock: Clock) -> None:
    with webhook_receiver(lambda _: Reply(503)) as dead, webhook_receiver() as well:
        rules = 'operators = ["dead", "well"]\n' + hook("dead", dead.port) + hook("well", well.port)
        house = open_house(rules)
        add(house, 1, to=("dead",))
        deliver(house)
        assert well.in_order == []
        for _ in range(5):
            clock.go(hours=6)
            deliver(house)
        assert len(well.in_order) == 1
        ((content,),) = well.by_key.values()
        assert b"[channels] dead is failing" in content
        assert waiting(house) == {"dead": 1}, "news of itself waits for no channel"


def test_alert_that_is_always_refused_does_not_block_the_others(
    open_house: Open, clock: Clock
) -> None:
    refused = an_alert(story=1).key.encode()

    def answer(body: bytes) -> Reply:
        return Reply(500 if refused in body else 200)

    with webhook_receiver(answer) as inbox:
        house = open_house(hook("hook", inbox.port))
        add(house, 1, 2, 3)
        for _ in range(3):
            assert delivered(inbox) == [], "at first the channel is blamed, and the order kept"
            deliver(house)
            clock.go(minutes=10)
        assert delivered(inbox) == [2, 3]
        assert waiting(house) == {"hook": 1}


def test_alert_blamed_for_an_outage_is_sent_as_soon_as_another_is(
    open_house: Open, clock: Clock
) -> None:
    broken = True
    with webhook_receiver(lambda _: Reply(500 if broken else 200)) as inbox:
        house = open_house(hook("hook", inbox.port))
        add(house, 1)
        for _ in range(4):
            deliver(house)
            clock.go(minutes=5)
        broken = False
        add(house, 2)
        assert deliver(house) == 2
        assert delivered(inbox) == [2, 1]


DIGEST = """
[[rule]]
name = "r"
query = "camera"
to = []

[[digest]]
name = "morning"
rules = ["r"]
at = "07:30"
timezone = "Europe/Paris"
to = ["hook"]
"""


def test_daily_digest_lists_each_alert_once(open_house: Open, clock: Clock) -> None:
    with webhook_receiver() as inbox:
        rules = DIGEST + hook("hook", inbox.port)
        for hour in range(72):
            house = open_house(rules)
            if hour < 60:
                add(house, hour, to=())
            deliver(house)
            clock.go(hours=1)
        stories = [digest_stories(content) for (content,) in inbox.by_key.values()]
        # From noon on the first day to 06:30 UTC, then one full day, then the rest.
        assert [len(told) for told in stories] == [20, 24, 16]
        assert [one for told in stories for one in told] == [
            an_alert(story=n).story for n in range(60)
        ]


def test_digest_repeats_no_news_that_it_told_of_another_rule(
    open_house: Open, clock: Clock
) -> None:
    told_by = an_alert().first
    denied, acted = (
        Development(kind=DevelopmentKind.DENIAL, what=what, told_by=told_by) for what in "da"
    )
    rules, all_rules = DIGEST + hook("hook", 1), DIGEST.replace('rules = ["r"]\n', "")
    house = open_house(rules)
    deliver(house)
    add(house, 1, to=(), developments=[denied])
    add(house, 2, to=(), rule="none of the digest's")
    clock.go(days=1)
    deliver(house)
    house = open_house(all_rules + hook("hook", 1))
    # The rate of another rule held these back until now.
    add(house, 1, to=(), key="k", rule="s", developments=[denied])
    assert preview_digest(house, house.rules.digests[0]) is None
    add(house, 1, to=(), key="l", rule="s", developments=[denied, acted])
    add(house, 2, to=(), key="m", rule="s")
    record = preview_digest(house, house.rules.digests[0])
    assert record
    assert [(alert.kind, alert.developments) for alert in record.alerts] == [
        (AlertKind.DEVELOPMENT, (acted,)),
        (AlertKind.STORY, ()),
    ]
    other = preview_digest(house, replace(house.rules.digests[0], name="evening"))
    assert other
    assert {alert.kind for alert in other.alerts} == {AlertKind.STORY}


def test_one_digest_covers_all_missed_days(open_house: Open, clock: Clock) -> None:
    with webhook_receiver() as inbox:
        house = open_house(DIGEST + hook("hook", inbox.port))
        deliver(house)
        add(house, 1, to=())
        clock.go(days=5)
        add(house, 2, to=())
        deliver(house)
        deliver(house)
        ((content,),) = inbox.by_key.values()
        assert len(digest_stories(content)) == 2
        assert b"From 1 March 2026, 07:30, to 6 March 2026, 13:00" in content


@pytest.mark.parametrize("ahead", [10, 3650])
def test_digests_resume_after_the_clock_was_far_ahead(
    open_house: Open, clock: Clock, ahead: int
) -> None:
    with webhook_receiver() as inbox:
        house = open_house(DIGEST + hook("hook", inbox.port))
        deliver(house)
        for number, days in enumerate((ahead, -ahead, 1)):
            add(house, number, to=())
            clock.go(days=days)
            deliver(house)
        assert [len(digest_stories(content)) for (content,) in inbox.by_key.values()] == [1, 2]


def test_an_empty_digest_is_not_sent_unless_asked_for(open_house: Open, clock: Clock) -> None:
    with webhook_receiver() as inbox:
        quiet, asked = DIGEST + hook("hook", inbox.port), DIGEST + "empty = true\n"
        for rules, number in ((quiet, 0), (asked + hook("hook", inbox.port), 1)):
            deliver(open_house(rules))
            clock.go(days=1)
            deliver(open_house())
            assert len(inbox.in_order) == number


def test_digest_can_be_previewed_and_sent_early(open_house: Open, clock: Clock) -> None:
    with webhook_receiver() as inbox:
        house = open_house(DIGEST + hook("hook", inbox.port))
        deliver(house)
        (digest,) = house.rules.digests
        assert preview_digest(house, digest) is None
        clock.go(minutes=1)
        add(house, 1, to=())
        add(house, 2, to=(), rule="another")
        previewed = preview_digest(house, digest)
        assert previewed
        assert [alert.story for alert in previewed.alerts] == [an_alert(story=1).story]
        assert previewed == preview_digest(house, digest) == send_digest(house, digest)
        assert deliver(house) == 0, "a digest is no alert"
        clock.go(days=1)
        deliver(house)
        assert list(inbox.by_key) == [previewed.key]


def test_nothing_is_sent_twice_while_another_pass_delivers(open_house: Open) -> None:
    with webhook_receiver() as inbox:
        house = open_house(DIGEST + hook("hook", inbox.port))
        add(house, 1)
        with house.lease("deliver"):
            assert deliver(open_house()) == 0
            with pytest.raises(WirewatchError, match="try again"):
                send_digest(open_house(), house.rules.digests[0])
        assert inbox.in_order == []
        assert deliver(open_house()) == 1


@pytest.mark.parametrize("status", [200, 400, 503])
def test_a_pass_that_another_took_over_from_sends_no_more(
    open_house: Open, clock: Clock, status: int
) -> None:
    """The machine slept in the middle of a pass: its lease ran out, and another pass took over."""
    slept: list[bool] = []

    def answer(*_: object) -> Reply:
        if not slept:
            slept.append(True)
            clock.go(hours=1)
            assert deliver(open_house()) == 3
            return Reply(status)
        return Reply(200)

    with webhook_receiver(answer) as inbox:
        house = open_house(hook("hook", inbox.port))
        add(house, 1, 2, 3)
        assert deliver(house) == 0
    assert sorted(delivered(inbox)) == ([1, 1, 2, 3] if status == 200 else [1, 2, 3])
    assert health(house)["hook"].state is ChannelState.OK
    with house.ledger.read() as tx:
        assert [one.reason for _, several in alerts.listed(tx) for one in several] == [None] * 3


def digest_stories(content: bytes) -> list[str]:
    from alert.message import DigestEvent

    return [alert.story for alert in DigestEvent.model_validate_json(content).data.alerts]


def test_rules_feed_file_follows_its_stories(
    open_house: Open, clock: Clock, tmp_path: Path
) -> None:
    house = open_house('[[rule]]\nname = "r"\nquery = "camera"\nto = []\nfeed = true\n')
    path = tmp_path / "feeds" / "r.atom"
    deliver(house)
    assert feedparser.parse(path.read_bytes()).entries == []
    add(house, 1, to=())
    deliver(house)
    (entry,) = feedparser.parse(path.read_bytes()).entries
    assert entry.link == "https://news.example/1"
    before = path.stat()
    clock.go(hours=1)
    deliver(house)
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert [one.name for one in path.parent.iterdir()] == ["r.atom"]


@pytest.mark.parametrize("rule", ["r", "two  words", "r" * 200])
def test_feed_file_of_a_rule_that_is_gone_is_removed_and_no_other(
    open_house: Open, tmp_path: Path, rule: str
) -> None:
    house = open_house(f'[[rule]]\nname = "{rule}"\nquery = "camera"\nto = []\nfeed = true\n')
    add(house, 1, to=())
    deliver(house)
    folder = tmp_path / "feeds"
    (own,) = folder.iterdir()
    (folder / "copied.atom").write_bytes(own.read_bytes())
    (folder / "search.atom").write_bytes(feed_of_search(house, "camera"))
    (folder / "broken.atom").write_text("<feed>")
    (folder / "older.atom").mkdir()
    deliver(open_house('[[rule]]\nname = "r"\nquery = "camera"\nto = []\n'))
    kept = ["broken.atom", "copied.atom", "older.atom", "search.atom"]
    assert sorted(one.name for one in folder.iterdir()) == kept


def test_feed_file_of_a_rule_that_cannot_be_used_stays_and_is_kept_true(
    open_house: Open, tmp_path: Path
) -> None:
    rule = '[[rule]]\nname = "{}"\nquery = "{}"\nto = []\nfeed = true\n'
    house = open_house(rule.format("r", "camera"))
    deliver(house)
    wrong = open_house(rule.format("r", "topik:x") + rule.format("new", "topik:x"))
    add(wrong, 1, to=())
    deliver(wrong)
    (path,) = (tmp_path / "feeds").iterdir()
    (entry,) = feedparser.parse(path.read_bytes()).entries
    assert (path.name, entry.link) == ("r.atom", "https://news.example/1")
    deliver(open_house(rule.format("", "camera")))  # nobody knows which rule this is
    assert path.exists()
    deliver(open_house(rule.format("s", "camera")))
    assert [one.name for one in path.parent.iterdir()] == ["s.atom"]


def merge_stories(house: House, number: int, into: int) -> None:
    """Record the stories of two alerts, and merge the first into the second."""
    one, other = an_alert(story=number).story, an_alert(story=into).story
    with house.ledger.write() as tx:
        for article in (an_article(number, id=one), an_article(into, id=other)):
            member = StoredMember(
                article=article.id,
                story=article.id,
                first_seen=NOON,
                profile=None,
                similarity=0,
            )
            stories.join(tx, article, member)
        stories.merge(tx, one, other)


def test_merged_stories_are_one_story_in_a_digest(open_house: Open, clock: Clock) -> None:
    house = open_house(DIGEST + hook("hook", 1))
    deliver(house)
    clock.go(minutes=1)
    add(house, 2, 1, 3, to=())
    merge_stories(house, 2, into=1)
    record = preview_digest(house, house.rules.digests[0])
    assert record
    assert digest_subject(record).startswith("[morning] 2 stories")


def test_merged_stories_are_one_entry_in_a_feed(open_house: Open, tmp_path: Path) -> None:
    house = open_house('[[rule]]\nname = "r"\nquery = "camera"\nto = []\nfeed = true\n')
    path = tmp_path / "feeds" / "r.atom"
    add(house, 2, to=())
    deliver(house)
    (before,) = feedparser.parse(path.read_bytes()).entries
    merge_stories(house, 2, into=1)
    add(house, 1, to=(), kind="development", key="later", headline="Later")
    deliver(house)
    (after,) = feedparser.parse(path.read_bytes()).entries
    assert (after.id, after.title) == (before.id, "Later")


def test_resent_alert_has_the_same_content(open_house: Open, clock: Clock) -> None:
    with webhook_receiver() as hooked, mail_receiver() as mailed:
        house = open_house(mail("desk", mailed.port) + hook("hook", hooked.port))
        add(house, 1, to=("desk", "hook"))
        deliver(house)
        clock.go(days=3)
        with house.ledger.write() as tx:
            assert alerts.resend(tx, an_alert().key, house.now())
        deliver(house)
    for inbox in (hooked, mailed):
        assert (inbox.repeats, inbox.differing) == (1, {})


def test_the_terminal_is_a_channel(open_house: Open, capsys: pytest.CaptureFixture[str]) -> None:
    house = open_house()
    add(house, 1, to=("terminal",))
    deliver(house)
    assert capsys.readouterr().out.startswith("[r] Headline\n")
    with house.ledger.read() as tx:
        ((alert, (status,)),) = alerts.listed(tx)
    assert isinstance(alert, Alert)
    assert status.delivered_at == NOON + timedelta()
