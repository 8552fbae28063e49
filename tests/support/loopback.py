"""Servers on loopback: one that answers as a test says and remembers its requests, and one
that gets the raw connection and may do whatever a hostile server does."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Message
    body: bytes
    client: int = 0
    """The client's port: the same for all requests on one connection."""


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Loopback:
    port: int
    log: list[Request] = field(default_factory=list)
    scheme: str = "http"

    def url(self, path: str = "/", host: str = "here.localhost") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


@contextmanager
def loopback(
    answer: Callable[[Request], Reply], tls: ssl.SSLContext | None = None
) -> Iterator[Loopback]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(length)
            if len(body) < length:
                # A client that hung up in the middle made no request (RFC 9112, section 8).
                self.close_connection = True
                return
            request = Request(self.command, self.path, self.headers, body, self.client_address[1])
            running.log.append(request)
            reply = answer(request)
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            try:
                self.wfile.write(reply.body)
            except ConnectionError:
                self.close_connection = True

        do_POST = do_GET  # noqa: N815 - as http.server names them

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # some tests have clients that hang up in the middle

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    running = Loopback(server.server_port, scheme="http" if tls is None else "https")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


Serve = Callable[[socket.socket, str, str], None]
"""Does anything with a connection once a request's head has arrived; it gets the path, and
the host without `.localhost` and port."""


@contextmanager
def raw_loopback(serve: Serve) -> Iterator[Loopback]:
    """A server that hands each connection over; all are closed when the block ends."""
    running_connections: set[socket.socket] = set()

    def connected(line: socket.socket) -> None:
        running_connections.add(line)
        # Any error here is the client hanging up, or the end of the test.
        with contextlib.suppress(OSError), line:
            head = b""
            while b"\r\n\r\n" not in head and (came := line.recv(65_536)):
                head += came
            text = head.decode("latin-1")
            path = text.partition(" ")[2].partition(" ")[0]
            serve(line, path, text.partition("\r\nHost: ")[2].partition(".localhost")[0])
        running_connections.discard(line)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = server.accept()
                threading.Thread(target=connected, args=(line,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0), backlog=256) as server:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield Loopback(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for line in list(running_connections):
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
            thread.join()
