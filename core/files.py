"""Files that others read meanwhile: written as a whole or not at all, and changed one at a time."""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def replacing(path: Path, *, mode: int | None = None) -> Iterator[IO[bytes]]:
    """Write a file in a block, whole or not at all: also where the power fails.

    It takes its name as the block ends. Until then, and for ever if the block raises, what was
    there stays as it was; a link stays one. A process that is killed leaves `NAME.*.tmp` beside it.

    Args:
        path: of the file; its folder is there.
        mode: who may read and write it. Without, that stays as it was, and a new file is like any.

    Raises:
        OSError: the file cannot be written.
    """
    path = path.resolve()
    if mode is None and path.exists():
        mode = stat.S_IMODE(path.stat().st_mode)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        # Nobody else reads of it what they may not read in the end.
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
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # what goes wrong in writing does not name the file
        raise
    _sync_folder(path.parent)


def change(path: Path, edit: Callable[[bytes], bytes]) -> None:
    """Replace what a file holds by what becomes of it, nothing where there is no file.

    Whole or not at all, as by `replacing`; a new file is its owner's alone. Where `edit` raises,
    the file is left alone.

    Raises:
        OSError: the file cannot be read, or its folder not written into.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.parent):
        known = path.exists()
        after = edit(path.read_bytes() if known else b"")
        with replacing(path, mode=None if known else 0o600) as file:
            file.write(after)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other threads and processes out of the same block."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _sync_folder(folder: Path) -> None:
    """Have a rename outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
