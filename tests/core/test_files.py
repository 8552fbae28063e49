"""Files are written whole or not at all, and edited by one process at a time."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.files import atomic_write, edit_file

ADD = """
import sys
from pathlib import Path
from core.files import edit_file
for number in range(40):
    edit_file(Path(sys.argv[1]), lambda content: content + f"{sys.argv[2]} {number}\\n".encode())
"""


def test_concurrent_edits_by_several_processes_are_all_kept(tmp_path: Path) -> None:
    file = tmp_path / "file"
    running = [
        subprocess.Popen([sys.executable, "-c", ADD, str(file), str(number)]) for number in range(3)
    ]
    assert [one.wait() for one in running] == [0, 0, 0]
    lines = file.read_text().splitlines()
    assert sorted(lines) == sorted(f"{process} {n}" for process in range(3) for n in range(40))
    assert list(tmp_path.iterdir()) == [file]


def test_a_refused_edit_leaves_the_file_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"before\r\n")

    def refuse(_: bytes) -> bytes:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        edit_file(file, refuse)
    assert file.read_bytes() == b"before\r\n"
    assert list(tmp_path.iterdir()) == [file]


def test_an_edit_says_whether_the_content_is_another(tmp_path: Path) -> None:
    file = tmp_path / "file"
    assert edit_file(file, lambda content: content + b"new")
    written = file.stat()
    assert not edit_file(file, lambda content: content)
    assert file.stat() == written


def test_editing_keeps_permissions_and_symlinks(tmp_path: Path) -> None:
    real, link = tmp_path / "kept" / "file", tmp_path / "file"
    link.symlink_to(real)
    edit_file(link, lambda content: content + b"new")
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    real.chmod(0o644)
    edit_file(link, lambda content: content + b" and more")
    assert real.read_bytes() == b"new and more"
    assert stat.S_IMODE(real.stat().st_mode) == 0o644


def test_a_parent_that_is_not_a_folder_raises(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        edit_file(tmp_path / "file" / "within", lambda content: content)


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


@pytest.mark.parametrize(
    ("before", "asked", "after"),
    [
        (None, None, 0o640),  # a new file follows the umask
        (None, 0o600, 0o600),
        (None, 0o666, 0o666),
        (0o600, None, 0o600),
        (0o644, None, 0o644),
        (0o666, None, 0o666),
        (0o444, None, 0o444),
        (0o644, 0o600, 0o600),
    ],
)
def test_a_written_file_has_the_expected_permissions(
    tmp_path: Path, before: int | None, asked: int | None, after: int
) -> None:
    file = tmp_path / "file"
    if before is not None:
        file.write_bytes(b"before")
        file.chmod(before)
    usual = os.umask(0o027)
    try:
        with atomic_write(file, mode=asked) as unfinished:
            beside = mode_of(Path(unfinished.name))
            unfinished.write(b"after")
    finally:
        os.umask(usual)
    assert (file.read_bytes(), mode_of(file)) == (b"after", after)
    assert not beside & ~after & 0o077, "others may read what they may not in the end"
    assert list(tmp_path.iterdir()) == [file]


def raises_in_the_block(file: Path, _: pytest.MonkeyPatch) -> None:
    with atomic_write(file) as unfinished:
        unfinished.write(b"half of it")
        raise KeyboardInterrupt


def the_disk_is_full(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with atomic_write(file) as unfinished:
        unfinished.write(b"all of it")


def a_folder_is_in_its_place(file: Path, _: pytest.MonkeyPatch) -> None:
    file.unlink(missing_ok=True)
    file.mkdir()
    with atomic_write(file) as unfinished:
        unfinished.write(b"all of it")


def its_folder_is_missing(file: Path, _: pytest.MonkeyPatch) -> None:
    with atomic_write(file.parent / "absent" / "file") as unfinished:
        unfinished.write(b"all of it")


@pytest.mark.parametrize("before", [b"before", None])
@pytest.mark.parametrize(
    ("fails", "error"),
    [
        (raises_in_the_block, KeyboardInterrupt),
        (the_disk_is_full, OSError),
        (a_folder_is_in_its_place, IsADirectoryError),
        (its_folder_is_missing, FileNotFoundError),
    ],
)
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: bytes | None,
    fails: Callable[[Path, pytest.MonkeyPatch], None],
    error: type[BaseException],
) -> None:
    file = tmp_path / "file"
    if before is not None:
        file.write_bytes(before)
    with pytest.raises(error):
        fails(file, monkeypatch)
    assert [one for one in tmp_path.iterdir() if one != file] == []
    if fails is not a_folder_is_in_its_place:
        assert (file.read_bytes() if file.exists() else None) == before


def test_the_old_content_stays_until_the_new_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"before")
    synced = []
    monkeypatch.setattr(
        os, "fsync", lambda handle: synced.append((os.fstat(handle).st_size, file.read_bytes()))
    )
    with atomic_write(file) as unfinished:
        unfinished.write(b"all of it")
    assert synced[0] == (len(b"all of it"), b"before")
    assert [content for _, content in synced[1:]] == [b"all of it"], "the folder, for the name"


def test_two_concurrent_writers_of_a_file_do_not_interfere(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with atomic_write(file) as first, atomic_write(file) as second:
        first.write(b"first")
        second.write(b"second")
    assert file.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [file]


def test_writing_through_a_symlink_keeps_it(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    link.symlink_to(real)
    with atomic_write(link) as file:
        file.write(b"through it")
    assert link.is_symlink()
    assert real.read_bytes() == b"through it"
