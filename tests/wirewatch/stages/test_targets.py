"""Channels with several targets in the deliver stage: a failing target affects no other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import Clock, an_alert
from loopback import Reply, Request, loopback
from receivers import mail_receiver

from core.ledger import alerts, channels
from core.records import ChannelState
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.stages.deliver import deliver


class Topics:
    """A receiver of several topics, some of which refuse everything."""

    def __init__(self) -> None:
        self.broken = {"night"}
        self.got: Counter[tuple[str, str]] = Counter()

    def answer(self, request: Request) -> Reply:
        said = json.loads(request.body)
        if said["topic"] in self.broken:
            return Reply(500)
        self.got[said["topic"], said["title"]] += 1
        return Reply(200)


@pytest.fixture
def topics() -> Topics:
    return Topics()


@pytest.fixture
def house(tmp_path: Path, clock: Clock, topics: Topics) -> Iterator[House]:
    with loopback(topics.answer) as server:
        url = f"ntfy://127.0.0.1:{server.port}/desk/night"
        (tmp_path / "rules.toml").write_text(
            f'operators = ["room", "terminal"]\n[channels]\nroom = "{url}"\n'
        )
        with House(load_settings(tmp_path), now=clock) as opened:
            yield opened


def raise_alert(house: House, number: int) -> str:
    alert = an_alert(story=number, headline=f"Story {number}")
    with house.ledger.write() as tx:
        alerts.add(tx, alert, ["room"], house.now())
    return f"[r] Story {number}"


def test_failing_target_does_not_repeat_alerts_to_the_others(
    house: House, topics: Topics, clock: Clock
) -> None:
    subjects = [raise_alert(house, 1), raise_alert(house, 2)]
    for _ in range(4):
        deliver(house)
        clock.go(hours=7)
    # In order of time, without waiting for the failing target.
    assert [topics.got["desk", one] for one in subjects] == [1, 1]
    with house.ledger.read() as tx:
        known, waiting = channels.by_name(tx), channels.waiting(tx)
        (_, where), *_ = alerts.listed(tx)
    assert known["room: desk"].state is ChannelState.OK
    assert known["room: night"].state is ChannelState.FAILING
    assert waiting == {"room: night": 2}
    assert [one.channel for one in where if one.delivered_at] == ["room: desk"]
    # The operators are notified through the target that works.
    assert sum(number for (topic, _), number in topics.got.items() if topic == "desk") == 3
    topics.broken.clear()
    deliver(house)
    assert [topics.got["night", one] for one in subjects] == [1, 1]
    assert [topics.got["desk", one] for one in subjects] == [1, 1]


def test_added_target_gets_only_later_alerts(house: House, topics: Topics, tmp_path: Path) -> None:
    topics.broken.clear()
    first = raise_alert(house, 1)
    deliver(house)
    rules = tmp_path / "rules.toml"
    rules.write_text(rules.read_text().replace("/desk/night", "/desk/night/third"))
    del house.rules
    second = raise_alert(house, 2)
    deliver(house)
    assert topics.got == Counter(
        [("desk", first), ("night", first)]
        + [(topic, second) for topic in ("desk", "night", "third")]
    )


def test_alerts_for_the_remaining_target_are_not_lost(
    house: House, topics: Topics, clock: Clock, tmp_path: Path
) -> None:
    first = raise_alert(house, 1)
    deliver(house)
    rules = tmp_path / "rules.toml"
    rules.write_text(rules.read_text().replace("/desk/night", "/night"))
    del house.rules
    topics.broken.clear()
    second = raise_alert(house, 2)
    for _ in range(2):
        deliver(house)
        clock.go(hours=7)
    assert topics.got == Counter([("desk", first), ("night", first), ("night", second)])
    with house.ledger.read() as tx:
        assert not channels.waiting(tx)


def test_reader_who_is_refused_for_now_keeps_no_alert_from_the_others(
    tmp_path: Path, clock: Clock
) -> None:
    refused = {"full@x.example": "452 too much mail", "gone@x.example": "550 nobody"}
    with mail_receiver(recipients=refused) as inbox:
        to = "from=w@x.example&to=gone@x.example,a@x.example,full@x.example"
        (tmp_path / "rules.toml").write_text(
            f'operators = ["terminal"]\n[channels]\nroom = "mailto://127.0.0.1:{inbox.port}?{to}"\n'
        )
        with House(load_settings(tmp_path), now=clock) as house:
            for number in (1, 2):
                raise_alert(house, number)
                assert deliver(house) == 1
                with house.ledger.read() as tx:
                    ((_, (_, left)),) = alerts.listed(tx, last=1)
                assert (left.reason, left.attempts) == (refused["full@x.example"], 1)
                clock.go(hours=7)
            assert inbox.readers == ["a@x.example"] * 2
            with house.ledger.read() as tx:
                (_, where), _ = alerts.listed(tx)
                assert channels.by_name(tx)["room"].state is ChannelState.OK
                assert channels.waiting(tx) == {"room: full@x.example": 2}
            assert [one.reason for one in where] == [
                "not delivered to gone@x.example: 550 nobody",
                "not delivered to full@x.example: 452 too much mail",
            ]
            refused.clear()
            deliver(house)
            assert inbox.readers[2:] == ["full@x.example"] * 2
