"""Named arrays to and from the bytes of an `.npz` file, the format of trained arrays."""

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

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

_DAMAGED = (
    *(ValueError, TypeError, KeyError, OSError, EOFError, RuntimeError),
    *(BadZipFile, TokenError, SyntaxError, zlib.error, lzma.LZMAError),
)
"""What numpy raises for bytes that are not an `.npz` file, or are a damaged one."""


class ArraysError(ValueError):
    """The bytes are not such a file, or it lacks an array."""


def dump(arrays: Arrays) -> bytes:
    """The bytes of a file of arrays; equal arrays give equal bytes."""
    into = io.BytesIO()
    np.savez_compressed(into, **arrays)  # type: ignore[arg-type]  # numpy's other arguments are named
    return into.getvalue()


def parse(content: bytes, *names: str) -> list[NDArray[Any]]:
    """The arrays with the given names, read from a file's bytes. Raises `ArraysError`."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as read:
            return [read[name] for name in names]
    except _DAMAGED as error:
        raise ArraysError(repr(error)) from error
