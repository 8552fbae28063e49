"""A small delivery drill; `make drill` makes a thousand kills."""

from __future__ import annotations

from pathlib import Path

from drill import Drill


def test_killed_runs_lose_no_alert_and_no_key_changes_its_content(
    tmp_path: Path,
) -> None:
    report = Drill(tmp_path / "home", seed=20_261_125).run(10)
    assert report.wrong == []
    assert report.kills.total() == 10
    assert report.alerts > 0
