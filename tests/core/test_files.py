"""Small files are changed as a whole, by one process at a time."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.files import change

ADD = """
import sys
from pathlib import Path
from core.files import change
for number in range(40):
    change(Path(sys.argv[1]), lambda content: content + f"{sys.argv[2]} {number}\\n".encode())
"""


def test_no_change_of_several_processes_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "file"
    running = [
        subprocess.Popen([sys.executable, "-c", ADD, str(file), str(number)]) for number in range(3)
    ]
    assert [one.wait() for one in running] == [0, 0, 0]
    lines = file.read_text().splitlines()
    assert sorted(lines) == sorted(f"{process} {n}" for process in range(3) for n in range(40))
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_refused_leaves_the_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"before\r\n")

    def refuse(_: bytes) -> bytes:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        change(file, refuse)
    assert file.read_bytes() == b"before\r\n"
    assert list(tmp_path.iterdir()) == [file]


def test_rights_and_links_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "kept" / "file", tmp_path / "file"
    link.symlink_to(real)
    change(link, lambda content: content + b"new")
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    real.chmod(0o644)
    change(link, lambda content: content + b" and more")
    assert real.read_bytes() == b"new and more"
    assert stat.S_IMODE(real.stat().st_mode) == 0o644


def test_a_folder_that_is_none_raises(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        change(tmp_path / "file" / "within", lambda content: content)
