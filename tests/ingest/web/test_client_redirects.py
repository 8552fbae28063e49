"""Redirects that the HTTP client follows, and those that it does not."""

from __future__ import annotations

import asyncio
import socket

import pytest
from asking import LIMIT, LOCAL, get, got, kind_of, serve, to
from certificates import self_signed
from factories import Clock
from loopback import Reply, Request, loopback, raw_loopback

from ingest.web.answers import FailureKind
from ingest.web.client import MAX_REDIRECTS, Client
from ingest.web.manners import Sites


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


def test_a_redirects_scheme_is_lowercased(tmp_path, monkeypatch):
    context, file = self_signed(tmp_path, "here.localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with loopback(lambda _: Reply(body=b"safe"), context) as safe:
        shouted = safe.url("/b").replace("https:", "HTTPS:")
        with serve(a=to(shouted, 301)) as plain:
            answer = got(plain.url("/a"))
    assert (answer.url, answer.moved_to) == (safe.url("/b"), safe.url("/b"))
