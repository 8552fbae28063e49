"""The demo's command."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.__main__ import alone_in, main


def test_second_demo_in_a_folder_ends_before_it_removes_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "home" / "ledger.db"
    kept.parent.mkdir()
    kept.touch()
    with alone_in(tmp_path):
        assert main(["--once", "--folder", str(tmp_path)]) == 1
    assert "another demo is running in" in " ".join(capsys.readouterr().out.split())
    assert kept.exists()
    with alone_in(tmp_path):
        pass  # the first has ended
