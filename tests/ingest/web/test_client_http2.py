"""HTTP/2, as real servers and broken ones speak it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from contextlib import closing

import h2.config
import h2.connection
import h2.events
import pytest
from asking import LIMIT, LOCAL
from certificates import self_signed

from ingest.web.answers import FailureKind
from ingest.web.client import Client

Answering = Callable[[h2.connection.H2Connection, h2.events.Event], None]
"""What a server does when something comes over a connection."""


def its_own_headers(state: h2.connection.H2Connection, event: h2.events.Event) -> None:
    """Answer each request with its own headers."""
    if isinstance(event, h2.events.RequestReceived):
        fields = "".join(f"{name!r} {value!r}\n" for name, value in event.headers)
        state.send_headers(event.stream_id, [(":status", "200"), ("etag", '"1"')])
        state.send_data(event.stream_id, fields.encode(), end_stream=True)


def only_the_first(state: h2.connection.H2Connection, event: h2.events.Event) -> None:
    """Answer one request; the next one crosses our GOAWAY."""
    if isinstance(event, h2.events.RequestReceived) and event.stream_id > 1:
        state.close_connection(last_stream_id=1)
    else:
        its_own_headers(state, event)


def of_a_false_length(*fields: tuple[str, str], at_once: bool) -> Answering:
    """Answer with a body shorter than declared, at once or when the stream is ended."""

    def answer(state: h2.connection.H2Connection, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            state.send_headers(event.stream_id, [*fields, ("content-length", "9")])
            state.ping(bytes(8))
        if isinstance(event, h2.events.RequestReceived if at_once else h2.events.PingAckReceived):
            state.send_data(1, b"short", end_stream=True)

    return answer


def speak_http2(line: ssl.SSLSocket, answer: Answering) -> None:
    """Answer whatever arrives on a connection until it closes."""
    state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    state.initiate_connection()
    line.sendall(state.data_to_send())
    while data := line.recv(65_536):
        for event in state.receive_data(data):
            answer(state, event)
        line.sendall(state.data_to_send())


@pytest.fixture
def get_http2(tmp_path, monkeypatch):
    """Requests a page several times over HTTP/2; each connection is answered in its own way."""
    context, file = self_signed(tmp_path, "here.localhost")
    context.set_alpn_protocols(["h2"])
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    def get_http2(*connections: Answering, times: int = 1):
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            server.settimeout(20)
            url = f"https://here.localhost:{server.getsockname()[1]}/a"

            def answer() -> None:
                for way in connections:
                    line, _ = server.accept()
                    # The client hangs up on an answer it rejects.
                    with (
                        contextlib.suppress(ConnectionError, ssl.SSLEOFError),
                        context.wrap_socket(line, server_side=True) as safe,
                    ):
                        speak_http2(safe, way)

            async def ask():
                serving = asyncio.create_task(asyncio.to_thread(answer))
                async with Client(LOCAL) as client:
                    answers = [await client.get(url, max_bytes=LIMIT) for _ in range(times)]
                await serving
                return answers

            return asyncio.run(ask())

    return get_http2


def test_http2_is_spoken_where_the_server_speaks_it(get_http2):
    for one in get_http2(its_own_headers, times=2):  # both over its only connection
        assert (one.status, one.header("etag")) == (200, '"1"')
        assert b"/a" in one.body
        assert b"cookie" not in one.body


def test_an_http2_connection_closed_while_idle_is_reopened(get_http2):
    answers = get_http2(only_the_first, its_own_headers, times=2)
    assert [one.status for one in answers] == [200, 200]


@pytest.mark.parametrize("at_once", [True, False])
def test_an_http2_body_of_the_wrong_length_is_a_bad_answer(get_http2, at_once):
    (failure,) = get_http2(of_a_false_length((":status", "200"), at_once=at_once))
    assert failure.kind is FailureKind.BAD_ANSWER
    assert "received 5" in failure.detail


def test_http2_frames_that_bring_no_body_end_the_request(get_http2):
    def answer(state: h2.connection.H2Connection, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            state.send_headers(event.stream_id, [(":status", "200")])
            for _ in range(20):
                state.advertise_alternative_service(b"x" * 16_000, origin=b"here.localhost")

    (failure,) = get_http2(answer)
    assert failure.kind is FailureKind.CONNECTION
    assert "no part of the body in more than" in failure.detail


@pytest.mark.parametrize("status", ["abc", "", "-1", "99999", "9" * 5_000])
def test_an_invalid_http2_status_is_a_bad_answer(get_http2, status):
    def answer(state: h2.connection.H2Connection, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            state.send_headers(event.stream_id, [(":status", status)], end_stream=True)

    (failure,) = get_http2(answer)
    assert failure.kind is FailureKind.BAD_ANSWER


def test_an_http2_redirect_is_followed_whatever_its_body(get_http2):
    redirect = of_a_false_length((":status", "302"), ("location", "/b"), at_once=False)
    (answer,) = get_http2(redirect, its_own_headers)
    assert answer.url.endswith("/b")
    assert b"'/b'" in answer.body
