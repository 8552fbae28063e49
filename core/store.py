"""Turns a remote archive store's errors into one that says what to do.

A store's library may raise anything, from the operating system's errors to classes of its own, and
none of them names a setting. `StoreError` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.errors import WirewatchError

KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"

ADVICE = {
    "NoCredentialsError": f"set the store's keys in the environment, as {KEYS}",
    "PartialCredentialsError": f"set both of the store's keys in the environment, {KEYS}",
    "NoSuchBucket": "create that bucket, or name another in archive_url",
    "PermissionError": f"check that {KEYS} are right and may read, write, list and delete there",
    "EndpointConnectionError": "check that the store runs and that AWS_ENDPOINT_URL is its address",
    "ValueError": "check that AWS_ENDPOINT_URL is the store's address, such as http://127.0.0.1:9000",
}
"""What to do next, by the name of the error's class: S3's classes are not always installed."""

OTHERWISE = "check that the store answers, and that archive_url and its keys are right"


class StoreError(WirewatchError):
    """The archive's store failed; the text says what, where and what to do.

    Unlike with a damaged file, another try may succeed: the store may be starting.
    """


@contextmanager
def translating_errors(store: Any, place: str) -> Iterator[None]:
    """Raise a store's failures within the block as errors in plain words.

    Args:
        store: an fsspec file system.
        place: the root in it, named in the error.

    Raises:
        StoreError: the store refuses, or cannot be reached.
        FileNotFoundError: one file is not there.
    """
    try:
        yield
    except _faults(store) as error:
        named = [type(one).__name__ for one in (error.__cause__, error) if one is not None]
        if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in named:
            raise
        advice = next((ADVICE[name] for name in named if name in ADVICE), OTHERWISE)
        raise StoreError(
            f"the archive at {store.unstrip_protocol(place)} cannot be reached: {error}; {advice}. "
            "The work waits for the next pass."
        ) from error


def _faults(store: Any) -> tuple[type[Exception], ...]:
    """The errors that a store's library raises for faults that are not ours."""
    protocols = (store.protocol,) if isinstance(store.protocol, str) else store.protocol
    if "s3" not in protocols:
        return (OSError,)
    from aiohttp import ClientError as ConnectionLost
    from botocore.exceptions import BotoCoreError, ClientError

    return (OSError, BotoCoreError, ClientError, ConnectionLost, ValueError)
