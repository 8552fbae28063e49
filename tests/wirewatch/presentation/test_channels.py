"""How channels stand: one word for each, and why, whatever is known of it."""

from __future__ import annotations

from pathlib import Path

from factories import NOON, an_alert

from core.ledger import alerts, channels
from core.records import ChannelHealth, ChannelState
from core.settings import load_settings
from wirewatch.house import House
from wirewatch.presentation.channels import standings

RULES = """
[channels]
room = "$NOT_SET_ANYWHERE"
desk = "json://127.0.0.1/"
new = "json://127.0.0.1/"
"""


def test_each_channel_has_a_state_and_a_reason(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(RULES)
    with House(load_settings(tmp_path)) as house, house.ledger.write() as tx:
        # The room had several targets when its address was last known.
        alerts.add(tx, an_alert(), ["desk", "old", "room: night", "roomy"], NOON)
        failing = {"state": ChannelState.FAILING, "reason": "answered 500"}
        channels.save(tx, ChannelHealth(name="desk", since=NOON, next_attempt_at=NOON, **failing))
        found = standings(tx, house.rules)
    assert {name: (one.state, one.waiting) for name, one in found.items()} == {
        "terminal": ("not used yet", 0),
        "desk": ("failing", 1),
        "new": ("not used yet", 0),
        "room": ("unusable", 0),
        "old": ("removed", 1),
        "room: night": ("unusable", 1),
        "roomy": ("removed", 1),
    }
    assert found["desk"].why == "answered 500"
    assert "NOT_SET_ANYWHERE is not set" in found["room: night"].why
    assert "wirewatch alerts close" in found["roomy"].why
