"""A process with hostile and well-behaved servers: run it, and it prints its port.

`NAME.localhost` behaves as HOSTILE says of NAME; every other host behaves well and has a feed. It
is a separate process, so that a test measures the client's work and not the servers'.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import brotli
import zstandard
from loopback import Loopback, raw_loopback

FEED = (
    b"<rss version='2.0'><channel><title>Well</title><item><title>News</title>"
    b"<link>http://well.localhost/1</link></item></channel></rss>"
)

Send = Callable[[socket.socket, str], None]


@contextmanager
def hostile_servers() -> Iterator[Loopback]:
    """The servers, in a separate process, for the length of the block."""
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield Loopback(int(process.stdout.readline()))
        finally:
            process.kill()


def head(*fields: str, status: str = "200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *fields, "", "")).encode("latin-1")


def whole(body: bytes, *fields: str) -> Send:
    return lambda line, _: line.sendall(head(f"Content-Length: {len(body)}", *fields) + body)


def said(text: bytes) -> Send:
    return lambda line, _: line.sendall(text)


def bit_by_bit(first: bytes) -> Send:
    """Send a byte now and then for as long as anybody listens."""

    def send(line: socket.socket, _path: str) -> None:
        line.sendall(first)
        while True:
            line.sendall(b"x")
            time.sleep(0.1)

    return send


def for_ever(first: bytes, then: bytes) -> Send:
    """Send as much as the client takes, for as long as it does."""

    def send(line: socket.socket, _path: str) -> None:
        line.sendall(first)
        while True:
            line.sendall(then)

    return send


def silent(line: socket.socket, _path: str) -> None:
    line.recv(1)


def half_closed(line: socket.socket, _path: str) -> None:
    line.sendall(head("Content-Length: 100") + b"half")
    line.shutdown(socket.SHUT_WR)
    line.recv(1)


def onward(line: socket.socket, path: str) -> None:
    line.sendall(head(f"Location: {path}x", "Content-Length: 0", status="302 Found"))


def around(line: socket.socket, path: str) -> None:
    there = "/b" if path == "/a" else "/a"
    line.sendall(head(f"Location: {there}", "Content-Length: 0", status="301 Moved"))


def nothing(_line: socket.socket, _path: str) -> None:
    pass


ZEROS = bytes(50_000_000)
CHUNKED = head("Transfer-Encoding: chunked")

HOSTILE: dict[str, Callable[[], Send]] = {
    "slow-head": lambda: bit_by_bit(b"HTTP/1.1 200 OK\r\nX: "),
    "slow-body": lambda: bit_by_bit(head("Content-Length: 100000")),
    "silent": lambda: silent,
    "endless": lambda: for_ever(head(), b"<!-- -->" * 8192),
    "endless-chunks": lambda: for_ever(CHUNKED, b"1\r\nx\r\n" * 8192),
    "endless-chunk-head": lambda: for_ever(CHUNKED, b"1;" + b"x" * 8192),
    "endless-interim": lambda: for_ever(b"", head(status="103 Early Hints") * 2048),
    "gzip-bomb": lambda: whole(zlib.compress(ZEROS, wbits=31), "Content-Encoding: gzip"),
    "br-bomb": lambda: whole(brotli.compress(ZEROS, quality=2), "Content-Encoding: br"),
    "zstd-bomb": lambda: whole(zstandard.compress(ZEROS), "Content-Encoding: zstd"),
    "bomb-in-bomb": lambda: whole(b"x", "Content-Encoding: gzip, gzip"),
    "thousand-redirects": lambda: onward,
    "in-a-circle": lambda: around,
    "half-closed": lambda: half_closed,
    "hangs-up": lambda: nothing,
    "too-short": lambda: said(head("Content-Length: 99") + b"x"),
    "two-lengths": lambda: said(head("Content-Length: 1", "Content-Length: 2") + b"xx"),
    "garbage": lambda: said(bytes(range(256)) * 99),
    "huge-header": lambda: said(head("X: " + "x" * 2_000_000)),
    "many-headers": lambda: said(head(*(f"X-{number}: 1" for number in range(100_000)))),
}


def main() -> None:
    """Serve until standard input ends, which happens when the parent process is gone."""
    sends = {name: make() for name, make in HOSTILE.items()}
    well = whole(FEED)

    def serve(line: socket.socket, path: str, host: str) -> None:
        sends.get(host, well)(line, path)

    with raw_loopback(serve) as server:
        print(server.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
