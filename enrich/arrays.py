"""Arrays as the bytes of an `.npz` file, by name: how what training learnt is kept."""

from __future__ import annotations

import io
import lzma
import zlib
from tokenize import TokenError
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

_DAMAGED = (
    *(ValueError, TypeError, KeyError, OSError, EOFError, RuntimeError),
    *(BadZipFile, TokenError, SyntaxError, zlib.error, lzma.LZMAError),
)
"""What numpy raises for bytes that are no such file, or a damaged one."""


class ArraysError(ValueError):
    """The bytes are no arrays, or lack one."""


def dump(arrays: Arrays) -> bytes:
    """Arrays as a file's bytes: the same give the same bytes."""
    into = io.BytesIO()
    np.savez_compressed(into, **arrays)  # type: ignore[arg-type]  # numpy's other arguments are named
    return into.getvalue()


def parse(content: bytes, *names: str) -> list[NDArray[Any]]:
    """The arrays of some names in a file's bytes. Raises `ArraysError`."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as read:
            return [read[name] for name in names]
    except _DAMAGED as error:
        raise ArraysError(repr(error)) from error
