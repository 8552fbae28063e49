"""Keep connections open for reuse: one per origin, since a site gets one request at a time.

httpcore's own pool searches all its connections several times for each request; with some
thousand sites that takes more time than everything else together. So its connections, which speak
HTTP/1.1 and HTTP/2, are kept in a table by origin; the longest unused is closed first.
"""

from __future__ import annotations

import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote_to_bytes, urlsplit

import httpcore

from ingest.web.network import Network, Stream

KEPT_SECONDS = 15.0
"""How long an idle connection is kept; many servers close it after 5 to 15 seconds themselves."""

_STALE = (
    httpcore.ReadError,
    httpcore.WriteError,
    httpcore.RemoteProtocolError,
    httpcore.ConnectionNotAvailable,  # HTTP/2's GOAWAY came while it was idle
)

_Key = tuple[bytes, bytes, int]


def stream_of(response: httpcore.Response) -> Stream:
    """The connection that a response comes over."""
    stream = response.extensions["network_stream"]
    if not isinstance(stream, Stream):  # "101 Switching Protocols", which we never ask for
        raise httpcore.RemoteProtocolError("switched to a protocol we did not ask for")
    return stream


class Connections(Protocol):
    """Sends requests over connections."""

    def send(self, request: httpcore.Request) -> AbstractAsyncContextManager[httpcore.Response]:
        """The response to a request, its body not read yet.

        A caller that does not read the body to its end has to leave the block by an exception,
        which closes the connection.
        """

    async def aclose(self) -> None:
        """Close all connections."""


@dataclass(frozen=True, slots=True)
class _Idle:
    connection: httpcore.AsyncHTTPConnection
    stream: Stream


class Direct:
    """Connections to the sites themselves."""

    def __init__(self, network: Network, context: ssl.SSLContext, *, max_connections: int) -> None:
        self._network = network
        self._context = context
        self._max_connections = max_connections
        self._idle: OrderedDict[_Key, _Idle] = OrderedDict()

    @asynccontextmanager
    async def send(self, request: httpcore.Request) -> AsyncIterator[httpcore.Response]:
        """See `Connections.send`."""
        origin = request.url.origin
        key = (origin.scheme, origin.host, origin.port)
        connection, response = await self._answer(key, request)
        try:
            stream = stream_of(response)
            stream.part_came()
            yield response
            await response.aclose()
        except BaseException:
            await connection.aclose()
            raise
        if connection.is_idle() and not connection.has_expired():
            await self._keep(key, _Idle(connection, stream))
        else:
            await connection.aclose()

    async def _answer(
        self, key: _Key, request: httpcore.Request
    ) -> tuple[httpcore.AsyncHTTPConnection, httpcore.Response]:
        kept = self._idle.pop(key, None)
        if kept is not None and kept.connection.has_expired():
            await kept.connection.aclose()
        elif kept is not None:
            kept.stream.begin_head()
            try:
                return kept.connection, await _ask(kept.connection, request)
            except _STALE:
                pass  # the server was just closing it, being idle: ask again on a fresh one
        fresh = httpcore.AsyncHTTPConnection(
            request.url.origin,
            ssl_context=self._context,
            keepalive_expiry=KEPT_SECONDS,
            http2=True,
            network_backend=self._network,
        )
        return fresh, await _ask(fresh, request)

    async def _keep(self, key: _Key, idle: _Idle) -> None:
        spare = [self._idle.pop(key, None)]
        self._idle[key] = idle
        if len(self._idle) > self._max_connections:
            spare.append(self._idle.popitem(last=False)[1])
        for one in spare:
            if one is not None:
                await one.connection.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        while self._idle:
            await self._idle.popitem()[1].connection.aclose()


class Proxied:
    """Connections through a proxy, which resolves names and connects to the sites itself."""

    def __init__(
        self, proxy: str, network: Network, context: ssl.SSLContext, *, max_connections: int
    ) -> None:
        parts = urlsplit(proxy)
        user, password = (
            unquote_to_bytes(parts.username or ""),
            unquote_to_bytes(parts.password or ""),
        )
        place = parts.netloc.rpartition("@")[2]
        self._pool = httpcore.AsyncHTTPProxy(
            f"{parts.scheme}://{place}",
            proxy_auth=(user, password) if user else None,
            ssl_context=context,
            max_connections=max_connections,
            max_keepalive_connections=max_connections,
            keepalive_expiry=KEPT_SECONDS,
            http2=True,
            network_backend=network,
        )

    @asynccontextmanager
    async def send(self, request: httpcore.Request) -> AsyncIterator[httpcore.Response]:
        """See `Connections.send`."""
        response = await _send(self._pool, request)
        try:
            _check_status(response)
            stream_of(response).part_came()
            yield response
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


async def _ask(
    connection: httpcore.AsyncHTTPConnection, request: httpcore.Request
) -> httpcore.Response:
    try:
        response = await _send(connection, request)
        _check_status(response)
    except BaseException:
        await connection.aclose()
        raise
    return response


async def _send(
    to: httpcore.AsyncHTTPConnection | httpcore.AsyncHTTPProxy, request: httpcore.Request
) -> httpcore.Response:
    try:
        return await to.handle_async_request(request)
    except ValueError as error:  # httpcore reads any HTTP/2 status as a number
        raise httpcore.RemoteProtocolError(f"not HTTP: {error}") from error


def _check_status(response: httpcore.Response) -> None:
    """Refuse a status that does not have three digits: httpcore passes on any number by HTTP/2."""
    if not 100 <= response.status <= 999:
        raise httpcore.RemoteProtocolError(f"not an HTTP status: {response.status}")
