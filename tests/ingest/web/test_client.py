"""The HTTP client over real sockets: limits, manners, and where it does not go."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import socket
import ssl
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import brotli
import h2.config
import h2.connection
import h2.events
import h2.exceptions
import httpcore
import pytest
import zstandard
from certificates import self_signed
from factories import Clock
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import Reply, Request, loopback, raw_loopback

from core.settings import Settings
from demo.faults import FAULTS
from demo.newsroom import Newsroom
from ingest.web.answers import Answer, Failure, FailureKind
from ingest.web.client import MAX_REDIRECTS, Client
from ingest.web.codings import ACCEPTED
from ingest.web.manners import BUSY, Sites

LIMIT = 100_000
LOCAL = Settings(home=Path("home"), allow_hosts=("*.localhost",), total_timeout=20, pause=0)


def get(url, **kwargs):
    return get_all([url], **kwargs)[0]


def get_all(urls, *, settings=LOCAL, sites=None, seams=None, max_bytes=LIMIT, **kwargs):
    async def ask():
        async with Client(settings, sites, **(seams or {})) as client:
            return [await client.get(url, max_bytes=max_bytes, **kwargs) for url in urls]

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


def test_a_permanent_redirect_is_reported(room):
    answer = got(fault_url(room, "feed-moved"))
    assert answer.status == 200
    assert answer.moved_to == answer.url
    assert "kuestenblatt.localhost" in answer.url


def test_an_endless_body_is_cut_off(room):
    assert kind_of(fault_url(room, "endless-article")) is FailureKind.TOO_LARGE


def test_a_trickling_body_times_out(room):
    settings = LOCAL.model_copy(update={"total_timeout": 0.6})
    assert kind_of(fault_url(room, "slow-article"), settings=settings) is FailureKind.TIME_OUT


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
        (b"hello\r\n\r\n", FailureKind.BAD_ANSWER),
        (b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n", FailureKind.BAD_ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", FailureKind.BAD_ANSWER),
        (b"", FailureKind.CONNECTION),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", FailureKind.CONNECTION),
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


def serve(**replies: Reply | Callable[[Request], Reply]):
    """A server with a reply for each path, given without the leading `/`."""

    def answer(request: Request) -> Reply:
        reply = replies.get(request.path.partition("?")[0].strip("/"), Reply(404))
        return reply if isinstance(reply, Reply) else reply(request)

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


def test_a_redirect_whose_body_never_comes_is_followed():
    """Some servers give a redirect the length of a page, and no page."""

    def answer(line: socket.socket, path: str, _: str) -> None:
        if path == "/a":
            line.sendall(b"HTTP/1.1 301 Moved\r\nLocation: /b\r\nContent-Length: 9\r\n\r\n")
            line.recv(1)  # until the client hangs up
        else:
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere")

    with raw_loopback(answer) as server:
        settings = LOCAL.model_copy(update={"read_timeout": 0.1})
        assert got(server.url("/a"), settings=settings).moved_to == server.url("/b")


def test_spaces_and_control_characters_of_a_redirect_are_encoded():
    """They reached the terminal, as the address that a feed had moved to."""
    with serve(a=to("/b\x1b[2J\x9b c", 301)) as server:
        answer = got(server.url("/a"))
    assert answer.moved_to == answer.url == server.url("/b%1B[2J%C2%9B%20c")


@pytest.mark.parametrize("path", ["/a", "/b"])
def test_validators_are_sent_to_the_address_that_they_are_for_alone(path):
    with serve(a=to("/b"), b=Reply(body=b"here")) as server:
        known = server.url(path)
        got(server.url("/a"), headers=lambda url: {b"If-None-Match": b"x"} if url == known else {})
        sent = [(one.path, one.headers["If-None-Match"]) for one in server.log]
    assert sent == [(one, "x" if one == path else None) for one in ("/a", "/b")]


def test_validators_are_sent_back_byte_for_byte():
    with serve(a=Reply()) as server:
        got(server.url("/a"), headers=lambda _: {b"If-None-Match": b'W/"\xe9"'})
        assert server.log[0].headers["If-None-Match"] == 'W/"\xe9"'


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("/a", FailureKind.REDIRECTS),
        ("/a#again", FailureKind.REDIRECTS),
        ("file:///etc/passwd", FailureKind.REFUSED_ADDRESS),
        ("javascript:alert(1)", FailureKind.REFUSED_ADDRESS),
        ("http://127.0.0.1:{port}/b", FailureKind.REFUSED_ADDRESS),
        ("http://[::1]:{port}/b", FailureKind.REFUSED_ADDRESS),
        ("http://2130706433:{port}/b", FailureKind.REFUSED_ADDRESS),
        ("http://me:secret@there.localhost:{port}/b", FailureKind.REFUSED_ADDRESS),
        ("http://1.1.1.1:22/", FailureKind.REFUSED_ADDRESS),
        ("http://x:port/", FailureKind.REFUSED_ADDRESS),
        ("http://[/", FailureKind.REFUSED_ADDRESS),
    ],
)
def test_a_redirect_to_a_forbidden_address_is_not_followed(location, kind):
    def away(request: Request) -> Reply:
        return to(location.format(port=server.port))

    with serve(a=away, b=Reply(body=b"inside")) as server:
        settings = LOCAL.model_copy(update={"allow_ports": (server.port,)})
        assert kind_of(server.url("/a"), settings=settings) is kind
        assert {request.path for request in server.log} == {"/a"}
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


def test_a_compressed_body_is_decompressed():
    body = bytes(range(256)) * 300
    zipped = Reply(body=gzip.compress(body), headers=(("Content-Encoding", "gzip"),))
    with serve(a=zipped) as server:
        assert got(server.url("/a")).body == body
        assert server.log[0].headers["Accept-Encoding"] == ACCEPTED


@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1])
def test_the_size_limit_applies_to_the_decompressed_body(size):
    zipped = Reply(body=gzip.compress(b"a" * size), headers=(("Content-Encoding", "x-gzip"),))
    with serve(a=zipped, b=Reply(body=b"a" * size)) as server:
        for path in ("/a", "/b"):
            answer = get(server.url(path))
            assert isinstance(answer, Answer) is (size <= LIMIT)


def bomb(encoding: str) -> bytes:
    """Sixty megabytes of zeros in a few kilobytes."""
    packers: dict[str, Any] = {
        "gzip": zlib.compressobj(9, wbits=31),
        "deflate": zlib.compressobj(9),
        "zstd": zstandard.ZstdCompressor().compressobj(),
    }
    if encoding == "br":
        return brotli.compress(bytes(60_000_000), quality=2)
    packer = packers[encoding]
    return b"".join(packer.compress(bytes(1 << 22)) for _ in range(15)) + packer.flush()


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_decompression_bomb_stops_at_the_limit(encoding):
    body = bomb(encoding)
    assert len(body) < LIMIT
    with serve(a=Reply(body=body, headers=(("Content-Encoding", encoding),))) as server:
        assert kind_of(server.url("/a")) is FailureKind.TOO_LARGE
        cut = got(server.url("/a"), cut=True)
    assert cut.body == bytes(LIMIT)


@pytest.mark.parametrize("encoding", ["compress", "gzip, gzip", "gzip,br"])
def test_an_encoding_not_asked_for_is_refused(encoding):
    with serve(a=Reply(body=b"x", headers=(("Content-Encoding", encoding),))) as server:
        assert kind_of(server.url("/a")) is FailureKind.BAD_ANSWER


def test_a_body_not_compressed_as_declared_is_a_bad_answer():
    with serve(a=Reply(body=b"plain", headers=(("Content-Encoding", "gzip"),))) as server:
        assert kind_of(server.url("/a")) is FailureKind.BAD_ANSWER


def test_the_environments_proxy_is_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with serve(a=Reply(body=b"direct")) as server:
        assert got(server.url("/a")).body == b"direct"


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


@pytest.mark.parametrize("kind", ["audio/mpeg", "Video/MP4; codecs=x", "image/jpeg"])
def test_sound_films_and_pictures_are_not_read(kind):
    episode = Reply(body=b"a" * (LIMIT + 1), headers=(("Content-Type", kind),))
    with serve(a=episode, b=Reply(body=b"b")) as server:
        first, second = get_all([server.url("/a"), server.url("/b")])
    assert (first.status, first.header("content-type"), first.body) == (200, kind, b"")
    assert second.body == b"b"


def test_the_rest_of_a_body_is_not_read_as_the_next_answer():
    with serve(a=Reply(body=b"a" * (LIMIT + 1)), b=Reply(body=b"b")) as server:
        first, second = get_all([server.url("/a"), server.url("/b")])
    assert first.kind is FailureKind.TOO_LARGE
    assert second.body == b"b"


def test_a_body_cut_at_the_limit_can_be_an_answer():
    with serve(a=Reply(body=b"a" * LIMIT + b"b")) as server:
        assert got(server.url("/a"), cut=True).body == b"a" * LIMIT


# --- manners


def test_a_busy_site_is_not_requested_before_its_retry_after():
    clock = Clock()
    sites = Sites(0, clock)
    busy = Reply(503, headers=(("Retry-After", "90"),))
    with serve(a=busy, b=Reply(body=b"b")) as server:
        first, second, other = get_all(
            [server.url("/a"), server.url("/b"), server.url("/b", "there.localhost")], sites=sites
        )
        assert first.status == 503
        assert (second.kind, second.wait) == (FailureKind.BUSY, timedelta(seconds=90))
        assert second.may_heal
        assert other.body == b"b"
        assert [request.path for request in server.log] == ["/a", "/b"]
        clock.go(seconds=90)
        # Another client in the same process knows it too.
        assert got(server.url("/b"), sites=sites).body == b"b"


def test_a_retry_after_date_is_counted_by_the_servers_clock():
    dates = (
        ("Date", "Sun, 01 Mar 2026 12:00:00 GMT"),
        ("Retry-After", "Sun, 01 Mar 2026 12:02:00 GMT"),
    )

    def busy(line: socket.socket, *_: str) -> None:
        head = "".join(f"{name}: {value}\r\n" for name, value in dates)
        line.sendall(f"HTTP/1.1 429 Busy\r\n{head}Content-Length: 0\r\n\r\n".encode())

    with raw_loopback(busy) as server:
        _, second = get_all([server.url()] * 2, sites=Sites(0, Clock()))
    assert second.wait == timedelta(minutes=2)


@pytest.mark.parametrize("status", ["200 OK", "429 Busy"])
def test_an_impossible_server_date_is_ignored(status):
    date = "Sun, 01 Mar 9999999999 12:00:00 GMT"

    def answer(line: socket.socket, *_: str) -> None:
        head = f"HTTP/1.1 {status}\r\nDate: {date}\r\nRetry-After: {date}\r\n"
        line.sendall(f"{head}Content-Length: 0\r\n\r\n".encode())

    with raw_loopback(answer) as server:
        assert got(server.url()).header("date") == date


def test_a_429_without_retry_after_holds_the_site_for_a_while():
    with serve(a=Reply(429)) as server:
        _, second = get_all([server.url("/a")] * 2, sites=Sites(0, Clock()))
    assert second.wait == BUSY


def test_a_redirect_to_another_site_waits_for_that_sites_turn():
    clock = Clock()
    sites = Sites(30, clock)
    with serve(a=Reply(body=b"a"), b=Reply(503, headers=(("Retry-After", "90"),))) as there:
        where = there.url("/b", "there.localhost")
        with serve(a=to(where)) as here:
            first = get(here.url("/a"), sites=sites)
            assert first.status == 503
            clock.go(minutes=1)
            second = get(here.url("/a"), sites=sites)
    assert second.kind is FailureKind.BUSY
    assert "there.localhost" in second.detail
    assert len(there.log) == 1
    assert sites.wait("here.localhost") == 30


def test_simultaneous_redirects_between_two_sites_do_not_deadlock():
    def across(request: Request) -> Reply:
        here = request.headers["Host"].startswith("here")
        if request.path == "/end":
            return Reply(body=b"end")
        return to(server.url("/end", "there.localhost" if here else "here.localhost"))

    async def both():
        async with Client(LOCAL) as client, asyncio.timeout(10):
            return await asyncio.gather(
                client.get(server.url("/a", "here.localhost"), max_bytes=LIMIT),
                client.get(server.url("/a", "there.localhost"), max_bytes=LIMIT),
            )

    with loopback(across) as server:
        assert [one.body for one in asyncio.run(both())] == [b"end", b"end"]


def test_each_address_is_requested_only_if_permitted():
    asked_for = []

    async def permit(url):
        asked_for.append(url)
        return "not this one" if url.endswith("/c") else None

    with serve(a=to("/b"), b=to("/c"), c=Reply(body=b"c")) as server:
        assert get(server.url("/a"), permit=permit) == "not this one"
        assert [request.path for request in server.log] == ["/a", "/b"]
        assert asked_for == [server.url(path) for path in ("/a", "/b", "/c")]


def test_pauses_do_not_count_towards_the_time_limit():
    patient = LOCAL.model_copy(update={"pause": 0.3, "total_timeout": 0.5})
    with serve(a=to("/b"), b=to("/c"), c=to("/d"), d=Reply(body=b"d")) as server:
        assert got(server.url("/a"), settings=patient).body == b"d"


# --- headers and proxies by setting


def test_an_outlets_own_headers_go_to_that_outlet_only():
    own = LOCAL.model_copy(
        update={"headers": {"here.localhost": {"X-Reader": "desk", "Accept": "a/b"}}}
    )
    with serve(a=to("/b"), b=Reply()) as there:
        away = there.url("/a", "there.localhost")
        with serve(a=to("/b"), b=to(away)) as here:
            got(here.url("/a", "www.here.localhost"), settings=own)
            got(here.url("/b", "nothere.localhost"), settings=own)
    assert [request.headers["X-Reader"] for request in here.log] == ["desk", "desk", None]
    assert [request.headers.get_all("Accept") for request in here.log] == [["a/b"]] * 2 + [["*/*"]]
    assert [request.headers["X-Reader"] for request in there.log] == [None] * 4


def proxied(server, **changes):
    return LOCAL.model_copy(update={"proxy": {"http": server.url("", "127.0.0.1")}, **changes})


def test_a_proxy_is_sent_the_full_address():
    with loopback(lambda request: Reply(body=request.path.encode())) as proxy:
        settings = Settings(
            home=Path("home"), proxy=proxy.url("", "me:s%C3%A9%40crét@127.0.0.1"), pause=0
        )
        answer = got("http://news.example/a?b", settings=settings)
        assert answer.body == b"http://news.example/a?b"
        assert proxy.log[0].headers["Host"] == "news.example"
        user = base64.b64encode("me:sé@crét".encode()).decode()
        assert proxy.log[0].headers["Proxy-Authorization"] == f"Basic {user}"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://[::1]/", "http://2130706433/", "http://1.1.1.1:22/"]
)
def test_addresses_inside_the_network_are_not_sent_to_a_proxy(url):
    with loopback(lambda _: Reply(body=b"inside")) as proxy:
        assert kind_of(url, settings=proxied(proxy, allow_hosts=())) is FailureKind.REFUSED_ADDRESS
        assert proxy.log == []


def test_a_proxy_that_refuses_is_a_failed_connection():
    with loopback(lambda _: Reply(403)) as proxy:
        settings = LOCAL.model_copy(update={"proxy": {"https": proxy.url("", "127.0.0.1")}})
        assert kind_of("https://news.example/", settings=settings) is FailureKind.CONNECTION


# --- encryption


def test_an_untrusted_certificate_is_refused(tmp_path):
    context, _ = self_signed(tmp_path, "here.localhost")
    with loopback(lambda _: Reply(), context) as server:
        failure = get(server.url())
        assert server.log == []
    assert failure.kind is FailureKind.CERTIFICATE
    assert "self-signed" in failure.detail
    assert failure.may_heal


@pytest.mark.parametrize(("host", "days"), [("there.localhost", 1), ("here.localhost", -1)])
def test_a_certificate_for_another_host_or_time_is_refused(tmp_path, monkeypatch, host, days):
    context, file = self_signed(tmp_path, host, days=days)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with loopback(lambda _: Reply(), context) as server:
        assert kind_of(server.url()) is FailureKind.CERTIFICATE


def test_a_trusted_certificate_is_accepted(tmp_path, monkeypatch):
    context, file = self_signed(tmp_path, "here.localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with loopback(lambda _: Reply(body=b"safe"), context) as server:
        assert got(server.url()).body == b"safe"


def test_authorities_are_read_once_for_all_clients(tmp_path, monkeypatch):
    read = []
    monkeypatch.setattr(httpcore, "default_ssl_context", lambda: read.append(1))
    for name in ("a.pem", "a.pem", "b.pem"):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / name))
        Client(LOCAL)
    assert len(read) == 2


def test_a_server_without_tls_is_a_failed_connection():
    with loopback(lambda _: Reply()) as server:
        assert kind_of(server.url().replace("http:", "https:")) is FailureKind.CONNECTION


def test_an_outlets_own_headers_are_not_sent_unencrypted(tmp_path, monkeypatch):
    context, file = self_signed(tmp_path, "here.localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    own = LOCAL.model_copy(update={"headers": {"here.localhost": {"X-Reader": "desk"}}})
    with loopback(lambda _: Reply()) as plain:
        with loopback(lambda _: to(plain.url()), context) as safe:
            got(safe.url(), settings=own)
        assert safe.log[0].headers["X-Reader"] == "desk"
        assert plain.log[0].headers["X-Reader"] is None


def test_an_outlets_own_headers_are_not_sent_by_http_to_a_public_host():
    """A feed may list `http://` addresses of an outlet whose own feed has `https://` ones."""

    async def found(_host, _port):
        return ["1.1.1.1"]

    async def here(_address, port):
        return await asyncio.open_connection("127.0.0.1", port)

    with loopback(lambda _: Reply()) as server:
        changes = {"headers": {"news.example": {"Cookie": "a=b"}}, "allow_ports": (server.port,)}
        own = LOCAL.model_copy(update=changes)
        seams = {"resolve": found, "connect": here}
        got(server.url(host="www.news.example"), settings=own, seams=seams)
    assert [request.headers["Cookie"] for request in server.log] == [None]


def test_a_redirects_scheme_is_lowercased(tmp_path, monkeypatch):
    context, file = self_signed(tmp_path, "here.localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with loopback(lambda _: Reply(body=b"safe"), context) as safe:
        shouted = safe.url("/b").replace("https:", "HTTPS:")
        with serve(a=to(shouted, 301)) as plain:
            answer = got(plain.url("/a"))
    assert (answer.url, answer.moved_to) == (safe.url("/b"), safe.url("/b"))


# --- HTTP/2


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
