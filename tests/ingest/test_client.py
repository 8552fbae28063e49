"""The HTTP client over real sockets: limits, manners, and where it does not go."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
import zlib
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from unittest import mock

import httpcore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import Asked, Reply, loopback

from core.settings import Settings
from demo.faults import FAULTS
from demo.newsroom import Newsroom
from ingest.answers import Answer, Failure, FailureKind
from ingest.client import MAX_REDIRECTS, Client
from ingest.guard import GuardedBackend

LIMIT = 100_000
LOCAL = Settings(home=Path("home"), allow_hosts=("*.localhost",), total_timeout=20)


def get(url, *, settings=LOCAL, max_bytes=LIMIT, headers=None):
    return get_all([url], settings=settings, max_bytes=max_bytes, headers=headers)[0]


def get_all(urls, *, settings=LOCAL, max_bytes=LIMIT, headers=None):
    async def ask():
        async with Client(settings) as client:
            return [await client.get(url, max_bytes=max_bytes, headers=headers) for url in urls]

    return asyncio.run(ask())


def got(url, **kwargs) -> Answer:
    answer = get(url, **kwargs)
    assert isinstance(answer, Answer), answer
    return answer


def kind_of(url, **kwargs) -> FailureKind:
    failure = get(url, **kwargs)
    assert isinstance(failure, Failure), failure
    assert failure.detail
    return failure.kind


def fault_url(room: Newsroom, name: str) -> str:
    fault = next(fault for fault in FAULTS if fault.name == name)
    return f"http://{fault.host}:{room.port}{fault.path}"


@pytest.fixture(scope="module")
def room():
    with Newsroom(day=2) as running:
        running.active |= {fault for fault in FAULTS if fault.name == "slow-article"}
        yield running


def test_a_feed_is_answered(room):
    url = room.feeds[0]
    answer = got(url)
    assert (answer.url, answer.status, answer.moved_to) == (url, 200, None)
    assert answer.header("etag")
    assert b"<item" in answer.body or b"<entry" in answer.body


def test_validators_bring_a_304(room):
    url = f"http://harbourpost.localhost:{room.port}/feeds/all.rss"
    etag = got(url).header("etag").encode("latin-1")
    answer = got(url, headers={b"If-None-Match": etag})
    assert (answer.status, answer.body) == (304, b"")


def test_we_say_honestly_who_asks(room):
    got(f"http://harbourpost.localhost:{room.port}/")
    assert room.log[-1].user_agent.startswith(f"wirewatch/{version('wirewatch')}")
    contact = "https://desk.example/robots"
    known = LOCAL.model_copy(update={"contact": contact})
    got(f"http://harbourpost.localhost:{room.port}/", settings=known)
    assert room.log[-1].user_agent == f"wirewatch/{version('wirewatch')} (+{contact})"


def test_a_permanent_redirect_is_told(room):
    answer = got(fault_url(room, "feed-moved"))
    assert answer.status == 200
    assert answer.moved_to == answer.url
    assert "kuestenblatt.localhost" in answer.url


def test_an_endless_body_is_hung_up_on(room):
    assert kind_of(fault_url(room, "endless-article")) is FailureKind.TOO_LARGE


def test_a_body_that_dribbles_in_is_not_waited_for(room):
    settings = LOCAL.model_copy(update={"total_timeout": 0.6})
    assert kind_of(fault_url(room, "slow-article"), settings=settings) is FailureKind.TIME_OUT


def test_a_server_that_says_nothing_is_not_waited_for():
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"http://here.localhost:{silent.getsockname()[1]}/"
        settings = LOCAL.model_copy(update={"read_timeout": 0.2})
        assert kind_of(url, settings=settings) is FailureKind.TIME_OUT


def test_nobody_there_is_a_failed_connection():
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    assert kind_of(f"http://here.localhost:{port}/") is FailureKind.CONNECTION


@pytest.mark.parametrize("said", [b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", b""])
def test_what_is_no_http_is_a_bad_answer(said):
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def answer() -> None:
            line, _ = server.accept()
            with line:
                line.recv(10_000)
                line.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        assert kind_of(f"http://here.localhost:{server.getsockname()[1]}/") is (
            FailureKind.BAD_ANSWER
        )
        thread.join()


def serve(**replies: Reply | Callable[[Asked], Reply]):
    """A server with a reply for each path, `/` in front left out."""

    def answer(asked: Asked) -> Reply:
        reply = replies.get(asked.path.partition("?")[0].strip("/"), Reply(404))
        return reply if isinstance(reply, Reply) else reply(asked)

    return loopback(answer)


def to(location: str, status: int = 302) -> Reply:
    return Reply(status, headers=(("Location", location),))


@pytest.mark.parametrize(
    ("first", "second", "moved_to"),
    [
        (301, 308, "/c"),
        (301, 302, "/b"),
        (302, 301, None),
        (307, 303, None),
    ],
)
def test_only_permanent_redirects_from_the_start_move_a_feed(first, second, moved_to):
    with serve(a=to("/b", first), b=to("c", second), c=Reply(body=b"here")) as server:
        answer = got(server.url("/a"))
        assert (answer.url, answer.body) == (server.url("/c"), b"here")
        assert answer.moved_to == (moved_to and server.url(moved_to))


def test_validators_are_not_sent_on_to_where_a_redirect_leads():
    with serve(a=to("/b"), b=Reply(body=b"here")) as server:
        got(server.url("/a"), headers={b"If-None-Match": b"x", b"A-IM": b"feed"})
        first, second = server.log
    assert first.headers["If-None-Match"] == "x"
    assert second.headers["If-None-Match"] is None


def test_validators_go_out_as_the_bytes_that_came():
    with serve(a=Reply()) as server:
        got(server.url("/a"), headers={b"If-None-Match": b'W/"\xe9"'})
        assert server.log[0].headers["If-None-Match"] == 'W/"\xe9"'


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("/a", FailureKind.REDIRECTS),
        ("file:///etc/passwd", FailureKind.REFUSED_ADDRESS),
        ("javascript:alert(1)", FailureKind.BAD_ANSWER),
        ("http://127.0.0.1:{port}/b", FailureKind.REFUSED_ADDRESS),
        ("http://[::1]:{port}/b", FailureKind.REFUSED_ADDRESS),
        ("http://2130706433:{port}/b", FailureKind.REFUSED_ADDRESS),
        ("http://xn--a/", FailureKind.BAD_ANSWER),
        ("http://x:port/", FailureKind.BAD_ANSWER),
    ],
)
def test_where_a_redirect_may_not_lead(location, kind):
    def away(asked: Asked) -> Reply:
        return to(location.format(port=server.port))

    with serve(a=away, b=Reply(body=b"inside")) as server:
        assert kind_of(server.url("/a")) is kind
        assert {asked.path for asked in server.log} == {"/a"}
        assert len(server.log) <= MAX_REDIRECTS + 1


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
def test_the_inside_of_a_network_is_not_asked(host):
    with serve(a=Reply(body=b"inside")) as server:
        settings = LOCAL.model_copy(update={"allow_hosts": ("here.localhost",)})
        assert kind_of(server.url("/a", host), settings=settings) is FailureKind.REFUSED_ADDRESS
        assert server.log == []
        assert got(server.url("/a"), settings=settings).body == b"inside"


@pytest.mark.parametrize(
    "url",
    ["", "http://", "not a url", "ftp://example.com/", "http://xn--a/", "http://0177.0.0.1/"],
)
def test_what_is_no_address_is_a_value_as_well(url):
    assert kind_of(url) in (FailureKind.REFUSED_ADDRESS, FailureKind.BAD_ANSWER)


HOSTS = st.from_regex(r"https?://[\w.:@%\[\]\\~\u2025\u00ad-]{0,12}(/\S{0,8})?", fullmatch=True)


URLS = st.text(max_size=20) | HOSTS | st.text("xn-a1.", max_size=9).map("http://xn--{}/".format)


@settings(deadline=None, max_examples=15)
@given(st.lists(URLS, max_size=12))
def test_whatever_is_asked_for_comes_to_a_value(urls):
    async def nobody(*_args, **_kwargs):
        raise httpcore.ConnectError("nobody there")

    with mock.patch.object(GuardedBackend, "connect_tcp", nobody):
        assert all(isinstance(one, Failure) for one in get_all(urls))


def test_no_cookies_are_kept_and_nothing_else_is_told():
    sweet = Reply(headers=(("Set-Cookie", "id=1; Path=/"),))
    with serve(a=sweet, b=to("/a")) as server:
        get_all([server.url("/a"), server.url("/b"), server.url("/a")])
        assert len(server.log) == 4
        for asked in server.log:
            assert asked.headers["Cookie"] is None
            assert asked.headers["Referer"] is None


def test_a_compressed_body_is_decompressed():
    body = bytes(range(256)) * 300
    zipped = Reply(body=gzip.compress(body), headers=(("Content-Encoding", "gzip"),))
    with serve(a=zipped) as server:
        assert got(server.url("/a")).body == body
        assert server.log[0].headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1])
def test_the_limit_is_that_of_the_decompressed_body(size):
    zipped = Reply(body=gzip.compress(b"a" * size), headers=(("Content-Encoding", "x-gzip"),))
    with serve(a=zipped, b=Reply(body=b"a" * size)) as server:
        for path in ("/a", "/b"):
            answer = get(server.url(path))
            assert isinstance(answer, Answer) is (size <= LIMIT)


def bomb() -> bytes:
    """Sixty megabytes of nothing, in sixty kilobytes."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1 << 22)) for _ in range(15)) + packer.flush()


def test_a_bomb_of_nothing_takes_no_memory(monkeypatch):
    pieces = []
    real = zlib.decompressobj

    class Watched:
        def __init__(self, **kwargs):
            self._inner = real(**kwargs)

        def decompress(self, *args):
            pieces.append(len(piece := self._inner.decompress(*args)))
            return piece

        @property
        def unconsumed_tail(self):
            return self._inner.unconsumed_tail

    body = bomb()
    assert len(body) < LIMIT
    monkeypatch.setattr(zlib, "decompressobj", Watched)
    with serve(a=Reply(body=body, headers=(("Content-Encoding", "gzip"),))) as server:
        assert kind_of(server.url("/a")) is FailureKind.TOO_LARGE
    assert sum(pieces) <= LIMIT + max(pieces) <= 2 * LIMIT


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip,br"])
def test_an_encoding_that_was_not_asked_for_is_refused(encoding):
    with serve(a=Reply(body=b"x", headers=(("Content-Encoding", encoding),))) as server:
        assert kind_of(server.url("/a")) is FailureKind.BAD_ANSWER


@pytest.mark.parametrize("encoding", ["identity", "utf-8", "", "none"])
def test_an_encoding_that_is_none_is_not_heard(encoding):
    with serve(a=Reply(body=b"x", headers=(("Content-Encoding", encoding),))) as server:
        assert got(server.url("/a")).body == b"x"


def test_a_body_that_is_not_compressed_as_it_says_is_a_bad_answer():
    with serve(a=Reply(body=b"plain", headers=(("Content-Encoding", "gzip"),))) as server:
        assert kind_of(server.url("/a")) is FailureKind.BAD_ANSWER


def test_the_environments_proxy_is_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with serve(a=Reply(body=b"direct")) as server:
        assert got(server.url("/a")).body == b"direct"


def test_headers_come_as_the_bytes_that_were_sent():
    with serve(a=Reply(headers=(("X-Odd", "caf\xe9"), ("X-Odd", "2")))) as server:
        answer = got(server.url("/a"))
    assert [value for name, value in answer.headers if name.lower() == "x-odd"] == ["caf\xe9", "2"]
