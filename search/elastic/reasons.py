"""Elasticsearch's errors in one line for a person: what, why, and which key or setting mends it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    ConnectionTimeout,
    SSLError,
    TransportError,
)
from elasticsearch import ConnectionError as NoConnectionError

from core.index import IndexUnavailableError
from core.settings import PREFIX

URL, CA, KEY, ADMIN_KEY = (
    # As written in wirewatch.toml, and in the environment.
    f"elasticsearch_{name} ({PREFIX}ELASTICSEARCH_{name.upper()})"
    for name in ("url", "ca", "api_key", "admin_key")
)

UNAUTHORIZED = "security_exception"
CLOSED = "index_closed_exception"

_UNAVAILABLE = 503
_HEALTH = "check that Elasticsearch is healthy and that its disk is not full"

_BLOCKS = {
    "index write (api)": (
        "the index is being copied into the current layout, so wait; if that was interrupted, "
        "`wirewatch index prepare` resumes it"
    ),
    "flood-stage": (
        "free some of Elasticsearch's disk, or give it a larger one; it then accepts articles again"
    ),
}
"""What to do about a block on an index, by what Elasticsearch's message about it contains."""

_WRITERS = ("indices:data/write/bulk", "indices:data/write/index")


@contextmanager
def translating_errors() -> Iterator[None]:
    """Raise what the client raises as `IndexUnavailableError`."""
    try:
        yield
    except (ApiError, TransportError) as error:
        raise IndexUnavailableError(reason_of(error)) from error


def reason_of(error: ApiError | TransportError) -> str:
    """What went wrong, in one line."""
    if isinstance(error, AuthenticationException):
        return (
            f"Elasticsearch does not know our key: set {KEY} to a valid one; if the server has "
            "only just started, try again"
        )
    if isinstance(error, AuthorizationException) and error.error == UNAUTHORIZED:
        return missing_right(error.body["error"]["reason"])
    if isinstance(error, ApiError) and error.error == CLOSED:
        return _closed(error.body["error"])
    if isinstance(error, ApiError):
        said = str(error)  # it begins with the error's name
        return f"{said}: {_HEALTH}" if error.status_code == _UNAVAILABLE else said
    said = f"{type(error).__name__}: {error.message}"  # as text, it is wrapped in each try's error
    if isinstance(error, SSLError):
        return (
            f"{said}: check that {URL} begins with http or https as the server expects, and that "
            f"{CA} names the authority that signed its certificate"
        )
    if isinstance(error, (NoConnectionError, ConnectionTimeout)):
        return f"{said}: check that Elasticsearch is running and healthy at the address in {URL}"
    return said


def item_reason(error: Mapping[str, Any] | str) -> str:
    """What went wrong with one item of a bulk request."""
    if isinstance(error, str):
        return error
    kind, said = error.get("type"), str(error.get("reason"))
    if kind == UNAUTHORIZED:
        return missing_right(said)
    if kind == CLOSED:
        return _closed(error)
    if kind == "cluster_block_exception":
        hints = (hint for block, hint in _BLOCKS.items() if block in said)
        return ": ".join((said.removesuffix(";"), *hints))
    if kind == "unavailable_shards_exception":
        said, _, _ = said.partition(", request: ")
        return f"{said}: {_HEALTH}"
    reasons = []
    while isinstance(error, Mapping):
        reasons.append(str(error.get("reason", error.get("type"))))
        error = error.get("caused_by", "")
    return ": ".join([*reasons, error] if error else reasons)


def _closed(error: Mapping[str, Any]) -> str:
    name = error.get("index")
    return f"the index {name} is closed: open it, in Kibana or with POST {name}/_open"


def missing_right(said: str) -> str:
    """Elasticsearch's message about a missing right, shortened, and the key that has the right."""
    action = re.search(r"action \[(\S+)\]", said)  # may end in brackets: bulk[s]
    indices = re.search(r"on indices \[([^\]]+)\]", said)
    granted = re.search(r"granted by the (?:index|cluster) privileges \[([^\]]+)\]", said)
    what = action[1] if action else said
    where = f" on {indices[1]}" if indices else ""
    right = f" (it needs one of the rights {granted[1].replace(',', ', ')})" if granted else ""
    if what.startswith("indices:data/read"):
        hint = f"set {KEY} to the reader's key or the writer's"
    elif what.startswith(_WRITERS) or what.startswith("indices:admin/create"):
        hint = f"set {KEY} to the writer's key"
    else:
        hint = f"set {ADMIN_KEY} to the provisioner's key"
    return f"the key may not do {what}{where}{right}: {hint}"
