"""The drill of delivery, a small one; `make drill` makes a thousand kills."""

from __future__ import annotations

from pathlib import Path

from drill import Drill


def test_whatever_is_killed_every_story_is_alerted_and_no_key_says_two_things(
    tmp_path: Path,
) -> None:
    report = Drill(tmp_path / "home", seed=20_261_125).run(10)
    assert report.wrong == []
    assert report.kills.total() == 10
    assert report.alerts > 0
