"""HTTP for the sample newsroom: many made-up hosts on one loopback port.

This part knows only requests and replies; `newsroom` decides what to answer.
"""

from __future__ import annotations

import hashlib
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from demo.spoils import Reply

LOOPBACK = "127.0.0.1"
IDLE_SECONDS = 30


@dataclass(frozen=True)
class Request:
    """A request: `host` without its port, `path` with its query."""

    method: str
    host: str
    path: str
    headers: Message

    def conditional(self, reply: Reply) -> Reply:
        """The reply with its validators, or a 304 if the client has it (RFC 9110, 13.2.2)."""
        if reply.status != 200 or not isinstance(reply.body, bytes):
            return reply
        etag = f'"{hashlib.sha256(reply.body).hexdigest()[:20]}"'
        headers = reply.headers | {"ETag": etag}
        if reply.modified is not None:
            headers["Last-Modified"] = format_datetime(reply.modified.astimezone(UTC), usegmt=True)
        if self._has(etag, reply.modified):
            return Reply(304, headers=headers)
        return replace(reply, headers=headers)

    def _has(self, etag: str, modified: datetime | None) -> bool:
        known = self.headers.get("If-None-Match")
        if known is not None:
            tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
            return "*" in tags or etag in tags
        since = self.headers.get("If-Modified-Since")
        if since is None or modified is None:
            return False
        try:
            return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False  # an invalid date, or one without a zone, is ignored (RFC 9110, 13.1.3)


class Server(ThreadingHTTPServer):
    """Serves on loopback in its own threads, and ends all of them at `stop`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self.answer = answer
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, socket.socket] = {}
        self._loop = threading.Thread(
            target=self.serve_forever, args=(0.05,), name="newsroom", daemon=True
        )
        super().__init__((LOOPBACK, 0), _Handler)

    def server_bind(self) -> None:
        """Bind without asking the resolver for this machine's name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name = "localhost"
        self.server_port = self.server_address[1]

    def start(self) -> None:
        """Serve in the background."""
        self._loop.start()

    def stop(self) -> None:
        """Take no more requests, hang up on every client, and wait for all threads to end."""
        self.shutdown()
        self._loop.join()
        self.server_close()
        with self._lock:
            left = dict(self._open)
        for client in left.values():
            with suppress(OSError):  # it may have left by itself
                client.shutdown(socket.SHUT_RDWR)
        for thread in left:
            thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread that is registered before it starts, so that `stop` misses none."""
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            name="newsroom-client",
            daemon=True,
        )
        with self._lock:
            self._open[thread] = request
        thread.start()

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one client until it leaves."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._open[threading.current_thread()]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error here: some faults are meant to make it do so."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "newsroom"
    timeout = IDLE_SECONDS
    # Headers and body in one packet, or each answer waits for a delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 as in http.server
        """Log nothing: the newsroom has a log of its own."""

    def _answer(self) -> None:
        request = Request(
            method=self.command,
            host=self.headers.get("Host", "").partition(":")[0].lower(),
            path=self.path,
            headers=self.headers,
        )
        reply = self.server.answer(request)
        self.send_response(reply.status)
        if reply.status != 304:
            self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if isinstance(reply.body, bytes):
            self._send_whole(reply.body, reply.status)
        else:
            self._send_chunks(reply.body)

    def _send_whole(self, body: bytes, status: int) -> None:
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _send_chunks(self, chunks: Iterator[bytes]) -> None:
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD":
            return
        for chunk in chunks:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")
