"""A server for benchmarks: made-up outlets on loopback, in its own process.

Each outlet is a site of its own, `sNNNNNN.localhost`, so each needs its own connection and none
waits for the pause of another.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection

Answer = Callable[[str, str, str], bytes]
"""Takes a host, a path and the request's header in lower case; returns the whole answer. It has to
be picklable, since it runs in another process."""


@contextmanager
def serving(answer: Answer, delay: float = 0.0) -> Iterator[int]:
    """Serve within the block, each answer `delay` seconds after its request; yields the port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(theirs, answer, delay), daemon=True)
    server.start()
    try:
        yield ours.recv()
    finally:
        server.terminate()
        server.join()


def address(number: int, port: int) -> str:
    """The address of an outlet's feed."""
    return f"http://s{number:06}.localhost:{port}/feed"


def ok(body: bytes, kind: str, more: str = "") -> bytes:
    """An answer with a body; `more` are further header fields, each with its line end."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class _Outlet(asyncio.Protocol):
    """One connection."""

    def __init__(self, answer: Answer, delay: float) -> None:
        self._answer = answer
        self._delay = delay
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Part of a request, or the rest of it."""
        self._came += data
        if not self._came.endswith(b"\r\n\r\n"):
            return
        asked, self._came = self._came.decode("latin-1"), b""
        path = asked.split(" ", 2)[1]
        fields = asked.lower()
        host = fields.partition("\r\nhost: ")[2].partition("\r\n")[0]
        answer = self._answer(host, path, fields)
        if self._delay:
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, answer)
        else:
            self._transport.write(answer)


def _serve(port: Connection, answer: Answer, delay: float) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        made = partial(_Outlet, answer, delay)
        server = await loop.create_server(made, "127.0.0.1", 0, backlog=1024)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())
