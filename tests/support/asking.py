"""Ask servers of this machine through the HTTP client, and make such servers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from loopback import Loopback, Reply, Request, loopback

from core.settings import Settings
from ingest.web.answers import Answer, Failure, FailureKind
from ingest.web.client import Client
from ingest.web.manners import Sites

LIMIT = 100_000
LOCAL = Settings(home=Path("home"), allow_hosts=("*.localhost",), total_timeout=20, pause=0)


def get(url: str, **kwargs: Any) -> Any:
    """What came of one request: an answer, or a failure."""
    return get_all([url], **kwargs)[0]


def get_all(
    urls: Iterable[str],
    *,
    settings: Settings = LOCAL,
    sites: Sites | None = None,
    seams: Mapping[str, Any] | None = None,
    max_bytes: int = LIMIT,
    **kwargs: Any,
) -> list[Any]:
    """The same for several requests of one client, one after the other."""

    async def ask() -> list[Any]:
        async with Client(settings, sites, **(seams or {})) as client:
            return [await client.get(url, max_bytes=max_bytes, **kwargs) for url in urls]

    return asyncio.run(ask())


def got(url: str, **kwargs: Any) -> Answer:
    """The answer to a request, which must not fail."""
    answer = get(url, **kwargs)
    assert isinstance(answer, Answer), answer
    return answer


def kind_of(url: str, **kwargs: Any) -> FailureKind:
    """How a request failed, which it must."""
    failure = get(url, **kwargs)
    assert isinstance(failure, Failure), failure
    assert failure.detail
    return failure.kind


def serve(
    **replies: Reply | Callable[[Request], Reply],
) -> AbstractContextManager[Loopback]:
    """A server with a reply for each path, given without the leading `/`."""

    def answer(request: Request) -> Reply:
        reply = replies.get(request.path.partition("?")[0].strip("/"), Reply(404))
        return reply if isinstance(reply, Reply) else reply(request)

    return loopback(answer)


def to(location: str, status: int = 302) -> Reply:
    """A redirect."""
    return Reply(status, headers=(("Location", location),))
