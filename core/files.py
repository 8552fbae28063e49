"""Small files that several processes read and write: changed as a whole, one at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def change(path: Path, edit: Callable[[bytes], bytes]) -> None:
    """Replace what a file holds by what becomes of it, nothing where there is no file.

    Whole or not at all: whoever reads it meanwhile sees what it was or what it is. Who may read it
    stays as it was; a new one is its owner's alone. A link stays one. Where `edit` raises, the file
    is left alone.

    Raises:
        OSError: the file cannot be read, or its folder not written into.
    """
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.parent):
        before = path.read_bytes() if path.exists() else b""
        after = edit(before)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(after)
            if path.exists():
                shutil.copymode(path, unfinished)
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other threads and processes out of the same block."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)
