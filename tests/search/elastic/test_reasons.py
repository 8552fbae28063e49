"""Each error of Elasticsearch is told with the key or the setting that mends it."""

from __future__ import annotations

from typing import Any

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    ConnectionError,  # noqa: A004 - the client's own, which is meant here
    ConnectionTimeout,
    SSLError,
    TransportError,
)

from search.elastic.reasons import ADMIN_KEY, CA, KEY, URL, item_reason, missing_right, reason_of

HEALTHY = "check that Elasticsearch is healthy and that its disk is not full"
STRANGER = (
    f"Elasticsearch does not know our key: set {KEY} to a valid one; if the server has only just "
    "started, try again"
)
SIGNED = (
    f"check that {URL} begins with http or https as the server expects, and that {CA} names the "
    "authority that signed its certificate"
)
RUNNING = f"check that Elasticsearch is running and healthy at the address in {URL}"


def answered(
    status: int, error: Any, kind: type[ApiError] = ApiError, name: str = "busy"
) -> ApiError:
    node = NodeConfig("http", "search.example", 9200)
    meta = ApiResponseMeta(status, "1.1", HttpHeaders(), 0.0, node)
    return kind(name, meta, error)


@pytest.mark.parametrize(
    ("action", "privileges", "told"),
    [
        ("indices:data/read/search", "read,all", f"set {KEY} to the reader's key or the writer's"),
        ("indices:data/write/bulk[s]", "index,write", f"set {KEY} to the writer's key"),
        ("indices:data/write/index", "index", f"set {KEY} to the writer's key"),
        ("indices:admin/create", "create_index,manage", f"set {KEY} to the writer's key"),
        ("indices:data/write/delete", "delete", f"set {ADMIN_KEY} to the provisioner's key"),
        ("indices:admin/delete", "delete_index", f"set {ADMIN_KEY} to the provisioner's key"),
    ],
)
def test_a_missing_right_is_told_with_the_key_that_has_it(
    action: str, privileges: str, told: str
) -> None:
    said = (
        f"action [{action}] is unauthorized for API key id [x1] of user [elastic] on indices "
        f"[wirewatch-articles], this action is granted by the index privileges [{privileges}]"
    )
    rights = privileges.replace(",", ", ")
    line = (
        f"the key may not do {action} on wirewatch-articles "
        f"(it needs one of the rights {rights}): {told}"
    )
    assert missing_right(said) == line
    error = {"type": "security_exception", "reason": said}
    assert item_reason(error) == line
    refused = answered(403, {"error": error}, AuthorizationException, "security_exception")
    assert reason_of(refused) == line


def test_a_missing_right_that_is_worded_in_another_way_is_told_as_it_is() -> None:
    assert missing_right("no") == f"the key may not do no: set {ADMIN_KEY} to the provisioner's key"


CLOSED = {"type": "index_closed_exception", "reason": "closed", "index": "desk-2026.03"}
OPEN = "the index desk-2026.03 is closed: open it, in Kibana or with POST desk-2026.03/_open"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (answered(401, {}, AuthenticationException), STRANGER),
        (answered(403, {}, AuthorizationException), "AuthorizationException(403, 'busy')"),
        (answered(400, {"error": CLOSED}, name="index_closed_exception"), OPEN),
        (answered(503, {}), f"ApiError(503, 'busy'): {HEALTHY}"),
        (answered(500, {}), "ApiError(500, 'busy')"),
        (SSLError("wrong version"), f"TlsError: wrong version: {SIGNED}"),
        (ConnectionError("refused"), f"ConnectionError: refused: {RUNNING}"),
        (ConnectionTimeout("slow"), f"ConnectionTimeout: slow: {RUNNING}"),
        (TransportError("odd"), "TransportError: odd"),
    ],
    ids=str,
)
def test_an_error_is_told_with_what_to_check(error: ApiError | TransportError, told: str) -> None:
    assert reason_of(error) == told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("no shard", "no shard"),
        ({"type": "odd"}, "odd"),
        ({"type": "odd", "reason": "a", "caused_by": {"type": "b", "caused_by": "c"}}, "a: b: c"),
        (CLOSED, OPEN),
        (
            {
                "type": "unavailable_shards_exception",
                "reason": "[desk][0] is not active, request: [BulkShardRequest]",
            },
            f"[desk][0] is not active: {HEALTHY}",
        ),
        (
            {"type": "cluster_block_exception", "reason": "blocked by: [read-only (api)];"},
            "blocked by: [read-only (api)]",
        ),
        (
            {"type": "cluster_block_exception", "reason": "blocked by: [exceeded flood-stage];"},
            "blocked by: [exceeded flood-stage]: free some of Elasticsearch's disk, or give it a "
            "larger one; it then accepts articles again",
        ),
        (
            {"type": "cluster_block_exception", "reason": "blocked by: [index write (api)];"},
            "blocked by: [index write (api)]: the index is being copied into the current layout, "
            "so wait; if that was interrupted, `wirewatch index prepare` resumes it",
        ),
    ],
)
def test_an_item_that_failed_is_told_with_what_to_do(error: Any, told: str) -> None:
    assert item_reason(error) == told
