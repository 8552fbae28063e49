"""Files: replaced whole or not at all, edited by one process at a time, the same each time."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

UNFINISHED = ".tmp"
"""How the name of a file ends that is not yet written as a whole."""

Version = tuple[int, int]
"""Distinguishes versions of a file: when it was changed, and which file on the disk it is."""


@contextmanager
def atomic_write(path: Path, *, mode: int | None = None) -> Iterator[IO[bytes]]:
    """Write a file in a block, whole or not at all, even if the power fails.

    The new file takes its name when the block ends. Until then, or if the block raises, the old
    file stays as it was. A symbolic link stays a link. A process that is killed leaves `NAME.*.tmp`
    behind.

    Args:
        path: the file; its folder must exist.
        mode: its permissions. By default an old file's stay, and a new file gets the usual ones.

    Raises:
        OSError: the file cannot be written.
    """
    path = path.resolve()
    if mode is None and path.exists():
        mode = stat.S_IMODE(path.stat().st_mode)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        # Nobody may read now what they may not read in the end.
        unfinished.touch(0o666 if mode is None else 0o600, exist_ok=False)
        with unfinished.open("wb") as file:
            yield file
            if mode is not None:
                unfinished.chmod(mode)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException as error:
        unfinished.unlink(missing_ok=True)
        # An error in writing does not name the file.
        if isinstance(error, OSError) and error.filename in (None, str(unfinished)):
            error.filename = str(path)
        raise
    _sync_folder(path.parent)


def gzipped(text: str) -> bytes:
    """A text as a gzip file, the same bytes each time: without a timestamp, and with the header of
    `zlib`, since the one of `gzip` depends on the version of Python."""
    return zlib.compress(text.encode(), 9, wbits=31)


def edit_file(path: Path, edit: Callable[[bytes], bytes]) -> bool:
    """Replace a file's content with what `edit` makes of it; a missing file counts as empty.

    Whole or not at all, as with `atomic_write`. A new file is its owner's alone. If `edit` raises,
    the file stays as it was. Returns whether the content is another; the same is not written.

    Raises:
        OSError: the file cannot be read, or its folder cannot be written to.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    with _exclusive_lock(path.parent):
        existed = path.exists()
        before = path.read_bytes() if existed else b""
        after = edit(before)
        if after == before:
            return False
        with atomic_write(path, mode=None if existed else 0o600) as file:
            file.write(after)
    return True


def version_of(path: Path) -> Version | None:
    """Which version of a file there is; None if there is no file, or it cannot be asked."""
    try:
        status = path.stat()
    except OSError:  # reading it says what is wrong
        return None
    return status.st_mtime_ns, status.st_ino


@contextmanager
def _exclusive_lock(folder: Path) -> Iterator[None]:
    """Let only one thread or process at a time into the block."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
