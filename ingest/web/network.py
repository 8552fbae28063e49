"""Open httpcore's connections: resolve the host, check the address, connect to just that one."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain, zip_longest
from typing import Any

import httpcore

from ingest.web.guard import Guard, RefusedAddressError

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The IP addresses of a host and port; OSError if there are none."""

Connect = Callable[[str, int], Awaitable[Streams]]
"""A connection to an IP address and port; OSError if nothing answers."""


class CertificateError(httpcore.ConnectError):
    """The server cannot prove that it is the host that was asked for."""


IDLE_BYTES = 128 * 1024
"""The most bytes before a body, interim answers included, and before each further part of it.
httpcore limits a single head to 100 KiB, but neither the number of interim ones before it nor that
of HTTP/2's pings and the like, each of which takes time to read: other sites would have to wait."""

MAX_ADDRESSES = 4
"""The most addresses of a host that are tried, IPv4 and IPv6 in turn: more are there for the load,
not as spares. Content networks have eight of IPv6, which lead nowhere from many networks."""


class Resolver:
    """Asks the system's resolver, in threads of its own.

    The loop's own threads are few, and each name of a dead site takes one for many seconds. Neither
    other names nor the ledger may have to wait for them.
    """

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolver")

    async def __call__(self, host: str, port: int) -> list[str]:
        """The IP addresses of a host.

        Raises:
            OSError: the name does not resolve.
        """
        if host == "localhost" or host.endswith(".localhost"):
            return ["127.0.0.1"]  # always loopback (RFC 6761, 6.3), whatever a resolver says
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def close(self) -> None:
        """Begin no more look-ups; do not wait for those still running."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Network(httpcore.AsyncNetworkBackend):
    """httpcore's network backend, behind the guard; without one (to a proxy), all may be reached.

    It uses plain asyncio streams: a third less work per request than httpcore's own backend
    (`bench/polls.py`).
    """

    def __init__(
        self,
        guard: Guard | None,
        resolve: Resolve,
        connect: Connect = asyncio.open_connection,
    ) -> None:
        self._guard = guard
        self._resolve = resolve
        self._connect = connect

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,  # noqa: ARG002 - httpcore's signature
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 - the same
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the host's addresses that answers.

        Raises:
            RefusedAddressError: the guard refuses one of the addresses.
            httpcore.ConnectError: the name does not resolve, or no address answers.
            httpcore.ConnectTimeout: none answers in time.
        """
        try:
            async with asyncio.timeout(timeout) as limit:
                addresses = await self._resolve(host, port)
                if self._guard is not None:
                    self._guard.check(host, addresses)
                return await self._connect_first(_interleaved(addresses), port, limit.when())
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"{host} cannot be reached in time") from None
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} cannot be reached: {_why(error)}") from error

    async def _connect_first(
        self, addresses: Sequence[str], port: int, end: float | None
    ) -> httpcore.AsyncNetworkStream:
        failure: OSError = OSError("it has no address")
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            now = asyncio.get_running_loop().time()
            try:
                # An address that does not answer must leave time for the next one.
                async with asyncio.timeout(None if end is None else (end - now) / left):
                    return Stream(*await self._connect(address, port))
            except OSError as error:  # TimeoutError is one
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's signature
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 - the same
    ) -> httpcore.AsyncNetworkStream:
        """Refused: nothing that wirewatch reads lives on this machine's sockets."""
        raise RefusedAddressError(f"a socket of this machine: {path}")

    async def sleep(self, seconds: float) -> None:
        """Sleep: httpcore calls this between its own attempts."""
        await asyncio.sleep(seconds)


def _interleaved(addresses: Sequence[str]) -> list[str]:
    """The addresses to try: in the resolver's order, but IPv4 and IPv6 in turn."""
    first = ":" in addresses[0] if addresses else False
    same = [one for one in addresses if (":" in one) is first]
    others = [one for one in addresses if (":" in one) is not first]
    by_turns = chain.from_iterable(zip_longest(same, others))
    return [one for one in by_turns if one is not None][:MAX_ADDRESSES]


def _why(error: OSError | UnicodeError) -> str:
    """Why no connection came about, in the system's words: asyncio's name a call of Python and an
    address in its notation, and `str` begins with a number."""
    if not isinstance(error, OSError):
        return str(error)
    if isinstance(error, socket.gaierror) or not error.errno:  # numbers of its own
        return error.strerror or str(error)
    return os.strerror(error.errno)


class Stream(httpcore.AsyncNetworkStream):
    """One connection, over asyncio's streams. `received` counts all bytes that came over it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._answered = True
        self._in_head = True
        self._left = IDLE_BYTES
        self.received = 0

    def begin_head(self) -> None:
        """A request is about to be sent; the head of its answer comes next."""
        self._in_head, self._left = True, IDLE_BYTES

    def part_came(self) -> None:
        """The head has come, or a part of the body: the reader of the body limits its size."""
        self._in_head, self._left = False, IDLE_BYTES

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> bytes:
        """Some bytes; none at the end of the stream.

        Raises:
            httpcore.ReadTimeout: nothing comes in time.
            httpcore.ReadError: the connection is lost, or closed before the head of an answer came.
            httpcore.RemoteProtocolError: the head does not end, or brings no body.
        """
        try:
            async with asyncio.timeout(timeout):
                data = await self._reader.read(max_bytes)
        except TimeoutError:
            raise httpcore.ReadTimeout("nothing comes") from None
        except OSError as error:
            raise httpcore.ReadError(str(error) or "connection lost") from error
        if not data and (self._in_head or not self._answered):
            raise httpcore.ReadError("closed without an answer")
        self._answered = True
        self.received += len(data)
        self._left -= len(data)
        if self._left < 0:
            what = "headers of" if self._in_head else "no part of the body in"
            raise httpcore.RemoteProtocolError(f"{what} more than {IDLE_BYTES:,} bytes")
        return data

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> None:
        """Send bytes.

        Raises:
            httpcore.WriteTimeout: they are not taken in time.
            httpcore.WriteError: the connection is lost.
        """
        self._answered = False
        try:
            self._writer.write(buffer)
            async with asyncio.timeout(timeout):
                await self._writer.drain()
        except TimeoutError:
            raise httpcore.WriteTimeout("nothing is taken") from None
        except OSError as error:
            raise httpcore.WriteError(str(error) or "connection lost") from error

    async def aclose(self) -> None:
        """Close at once: wait for nobody, and take nothing that is still on its way."""
        self._writer.transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """Encrypt the connection, if the server proves who it is.

        Raises:
            httpcore.ConnectTimeout: the handshake is not done in time.
            CertificateError: the certificate is not one for this host that we can trust.
            httpcore.ConnectError: it fails otherwise.
        """
        try:
            async with asyncio.timeout(timeout):
                await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        except TimeoutError:
            await self.aclose()
            raise httpcore.ConnectTimeout("no handshake in time") from None
        except ssl.SSLCertVerificationError as error:
            await self.aclose()
            raise CertificateError(error.verify_message) from error
        except OSError as error:  # ssl.SSLError is one
            await self.aclose()
            raise httpcore.ConnectError(f"no secure connection: {error}") from error
        return self

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of a connection: its TLS, and whether an idle one has been closed."""
        if info == "is_readable":
            return self._reader.at_eof() or self._writer.is_closing()
        return self._writer.get_extra_info(info)
