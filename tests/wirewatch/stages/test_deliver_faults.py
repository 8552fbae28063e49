"""The deliver stage: what one message, digest, feed or channel meets costs no other anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from factories import Clock, an_alert

from alert import atom, digests, targets, wording
from alert.channels import Service
from core.faults import SITES
from core.ledger import alerts, channels
from core.records import ChannelState
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.stages.deliver import deliver

RULES = """
[[rule]]
name = "odd"
query = "camera"
feed = true

[[rule]]
name = "well"
query = "camera"
feed = true

[[digest]]
name = "odd"

[[digest]]
name = "well"
"""


WORDING = "wording failed, please report it: KeyError: 'odd'"


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    (tmp_path / "rules.toml").write_text(RULES)
    with House(load_settings(tmp_path), now=clock) as opened:
        yield opened


def add(house: House, *numbers: int, to: tuple[str, ...] = ("terminal",)) -> None:
    with house.ledger.write() as tx:
        for number in numbers:
            told = an_alert(story=number, headline=f"Story {number}.", outlet=f"Outlet {number}")
            alerts.add(tx, told, to, house.now())


def faulty(met: Callable[..., Any], is_met: Callable[[Any], bool]) -> Callable[..., Any]:
    """A function that meets a fault at some of its first arguments."""

    def function(first: Any, *others: Any, **named: Any) -> Any:
        if is_met(first):
            raise KeyError("odd")
        return met(first, *others, **named)

    return function


def test_a_fault_in_the_wording_costs_only_the_alert_that_met_it(
    house: House,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    odd = an_alert(story=2).story
    add(house, 1, 2, 3)
    with monkeypatch.context() as patched:
        of_alert = faulty(wording.of_alert, lambda one: one.story == odd)
        patched.setattr(wording, "of_alert", of_alert)
        assert deliver(house) == 2
    with house.ledger.read() as tx:
        told = {one.story: status for one, (status,) in alerts.listed(tx)}
        assert channels.by_name(tx)["terminal"].state is ChannelState.OK
        assert channels.refused(tx) == {"terminal": WORDING}
    assert [story for story, status in told.items() if status.delivered_at is None] == [odd]
    assert told[odd].reason == WORDING
    assert "KeyError" in caplog.text
    assert deliver(house) == 0, "it is not due yet"
    clock.go(minutes=1)
    assert deliver(house) == 1
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("[r]")]
    assert printed == ["[r] Story 1.", "[r] Story 3.", "[r] Story 2."]


def test_a_fault_in_the_wording_of_each_alert_ends_the_stage(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One alert that goes to many channels is still one. For a channel that is not tried, such as
    one that is gone, nothing is worded: thousands of alerts may wait for it."""
    many = tuple(f"channel-{number}" for number in range(SITES))
    named = "".join(f'{name} = "json://127.0.0.1:1/{name}"\n' for name in many)
    (tmp_path / "rules.toml").write_text(f"[channels]\n{named}")
    add(house, *range(SITES + 2, 3 * SITES), to=("gone",))
    with monkeypatch.context() as patched:
        patched.setattr(wording, "of_alert", faulty(wording.of_alert, lambda _: True))
        add(house, 1, to=many)
        assert deliver(house) == 0
        add(house, *range(2, SITES + 2))
        with pytest.raises(KeyError):
            deliver(house)
    assert deliver(house) == SITES


def test_a_fault_costs_only_the_digest_that_met_it(
    house: House,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def sent() -> list[str]:
        return [line[:6] for line in capsys.readouterr().out.splitlines() if " up to " in line]

    deliver(house)
    add(house, 1, to=())
    clock.go(days=1)
    with monkeypatch.context() as patched:
        patched.setattr(digests, "compose", faulty(digests.compose, lambda one: one.name == "odd"))
        deliver(house)
    assert sent() == ["[well]"]
    assert "KeyError" in caplog.text
    deliver(house)
    assert sent() == ["[odd] "]


def test_a_fault_costs_only_the_feed_that_met_it(
    house: House,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(atom, "of_rule", faulty(atom.of_rule, lambda rule: rule == "odd"))
        deliver(house)
    assert [one.name for one in (tmp_path / "feeds").iterdir()] == ["well.atom"]
    assert "KeyError" in caplog.text
    deliver(house)
    assert sorted(one.name for one in (tmp_path / "feeds").iterdir()) == ["odd.atom", "well.atom"]


@pytest.mark.parametrize("where", [(Service, "read"), (targets, "_lane_name")])
def test_a_channel_whose_targets_cannot_be_told_apart_holds_up_no_other(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    where: tuple[Any, str],
) -> None:
    monkeypatch.setattr(*where, faulty(getattr(*where), lambda one: one.name == "odd"))
    (tmp_path / "rules.toml").write_text('[channels]\nodd = "ntfy://127.0.0.1:9/desk/night"\n')
    with House(load_settings(tmp_path)) as house:
        add(house, 1)
        assert deliver(house) == 1
    assert "KeyError" in caplog.text
