"""The HTTP client over real sockets: answers, headers, connections, and where it does not go."""

from __future__ import annotations

import socket
import zlib
from contextlib import closing
from importlib.metadata import version

import h2.exceptions
import httpcore
import pytest
from asking import LOCAL, get_all, got, kind_of, serve, to
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import Reply, raw_loopback

from demo.newsroom import Newsroom
from ingest.web.answers import Failure, FailureKind


@pytest.fixture(scope="module")
def room():
    with Newsroom(day=2) as running:
        yield running


def test_a_feed_is_fetched(room):
    url = room.feeds[0]
    answer = got(url)
    assert (answer.url, answer.status, answer.moved_to) == (url, 200, None)
    assert answer.header("etag")
    assert b"<item" in answer.body or b"<entry" in answer.body


def test_validators_bring_a_304(room):
    url = f"http://harbourpost.localhost:{room.port}/feeds/all.rss"
    etag = got(url).header("etag").encode("latin-1")
    answer = got(url, headers=lambda _: {b"If-None-Match": etag})
    assert (answer.status, answer.body) == (304, b"")


def test_the_user_agent_says_who_we_are(room):
    got(f"http://harbourpost.localhost:{room.port}/")
    assert room.log[-1].user_agent.startswith(f"wirewatch/{version('wirewatch')}")
    contact = "https://desk.example/robots"
    known = LOCAL.model_copy(update={"contact": contact})
    got(f"http://harbourpost.localhost:{room.port}/", settings=known)
    assert room.log[-1].user_agent == f"wirewatch/{version('wirewatch')} (+{contact})"


def test_a_silent_server_times_out():
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"http://here.localhost:{silent.getsockname()[1]}/"
        settings = LOCAL.model_copy(update={"read_timeout": 0.2})
        assert kind_of(url, settings=settings) is FailureKind.TIME_OUT


def test_no_server_is_a_failed_connection():
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    assert kind_of(f"http://here.localhost:{port}/") is FailureKind.CONNECTION


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", FailureKind.BAD_ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", FailureKind.BAD_ANSWER),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
            FailureKind.CONNECTION,
        ),
    ],
)
def test_an_incomplete_or_invalid_answer_is_a_failure(said, kind):
    with raw_loopback(lambda line, *_: line.sendall(said)) as server:
        assert kind_of(server.url()) is kind


@pytest.mark.parametrize("fields", ["Content-Length: {}", "Connection: close"])
def test_an_answer_cut_off_anywhere_is_a_failed_connection(fields):
    """It may be whole next time, so the page must not be given up."""
    body = zlib.compress(b"All of it.", wbits=31)
    fields = f"Content-Encoding: gzip\r\n{fields.format(len(body))}"
    head = f"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n".encode()
    whole = head + body

    def cut(line: socket.socket, path: str, _: str) -> None:
        line.sendall(whole[: int(path[1:])])

    with raw_loopback(cut) as server:
        # Without a stated length, an empty body counts as whole.
        places = [n for n in range(len(whole)) if n != len(head)]
        kinds = {answer.kind for answer in get_all([server.url(f"/{n}") for n in places])}
        assert kinds == {FailureKind.CONNECTION}
        assert got(server.url(f"/{len(whole)}")).body == b"All of it."


def test_validators_are_sent_back_byte_for_byte():
    with serve(a=Reply()) as server:
        got(server.url("/a"), headers=lambda _: {b"If-None-Match": b'W/"\xe9"'})
        assert server.log[0].headers["If-None-Match"] == 'W/"\xe9"'


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "there.localhost",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ],
)
def test_addresses_inside_the_network_are_refused(host):
    with serve(a=Reply(body=b"inside")) as server:
        # Refused for the place alone, not for the port.
        changes = {"allow_hosts": ("here.localhost",), "allow_ports": (server.port,)}
        settings = LOCAL.model_copy(update=changes)
        assert kind_of(server.url("/a", host), settings=settings) is FailureKind.REFUSED_ADDRESS
        assert server.log == []
        assert got(server.url("/a"), settings=settings).body == b"inside"


@pytest.mark.parametrize(
    "url",
    ["", "http://", "not a url", "ftp://example.com/", "http://0177.0.0.1/", "http://1.1.1.1:22/"],
)
def test_an_invalid_address_is_a_failure_value(url):
    assert kind_of(url) is FailureKind.REFUSED_ADDRESS


HOSTS = st.from_regex(r"https?://[\w.:@%\[\]\\~\u2025\u00ad-]{0,12}(/\S{0,8})?", fullmatch=True)


URLS = st.text(max_size=20) | HOSTS | st.text("xn-a1.", max_size=9).map("http://xn--{}/".format)


@settings(max_examples=15)
@given(st.lists(URLS, max_size=12))
def test_any_address_gives_an_answer_or_a_failure(urls):
    async def found(_host, _port):
        return ["1.1.1.1"]

    async def nobody(_address, _port):
        raise ConnectionRefusedError("nobody there")

    answers = get_all(urls, seams={"resolve": found, "connect": nobody})
    assert all(isinstance(one, Failure) for one in answers)


def test_no_cookies_are_kept_and_no_other_headers_sent():
    sweet = Reply(headers=(("Set-Cookie", "id=1; Path=/"),))
    with serve(a=sweet, b=to("/a")) as server:
        get_all([server.url("/a"), server.url("/b"), server.url("/a")])
        assert len(server.log) == 4
        for request in server.log:
            assert request.headers["Cookie"] is None
            assert request.headers["Referer"] is None


def test_headers_come_back_byte_for_byte():
    with serve(a=Reply(headers=(("X-Odd", "caf\xe9"), ("X-Odd", "2")))) as server:
        answer = got(server.url("/a"))
    assert [value for name, value in answer.headers if name.lower() == "x-odd"] == ["caf\xe9", "2"]


def test_a_connection_is_reused():
    with serve(a=Reply(body=b"a"), b=to("/a")) as server:
        get_all([server.url("/a"), server.url("/a"), server.url("/b")])
        assert len({request.client for request in server.log}) == 1
        # Another host gets its own connection.
        get_all([server.url("/a"), server.url("/a", "there.localhost")])
        assert len({request.client for request in server.log}) == 3


def test_a_connection_closed_meanwhile_is_reopened():
    def once(line: socket.socket, *_: str) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with raw_loopback(once) as server:
        answers = get_all([server.url()] * 3)
    assert [one.body for one in answers] == [b"ok"] * 3


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (httpcore.ConnectionNotAvailable(), FailureKind.CONNECTION),
        (httpcore.LocalProtocolError("ours"), FailureKind.BAD_ANSWER),
        (h2.exceptions.ProtocolError("theirs"), FailureKind.BAD_ANSWER),
    ],
    ids=repr,
)
def test_a_protocol_error_is_a_failure_value(monkeypatch, fault, kind):
    async def broken(*_):
        raise fault

    monkeypatch.setattr(httpcore.AsyncHTTPConnection, "handle_async_request", broken)
    assert kind_of("http://here.localhost/") is kind
