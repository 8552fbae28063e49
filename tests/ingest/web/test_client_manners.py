"""The HTTP client waits as sites ask it to, and asks only for what is permitted."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from asking import LOCAL, get, get_all, got, serve, to
from factories import Clock
from loopback import Reply, raw_loopback

from ingest.web.answers import FailureKind
from ingest.web.manners import BUSY, Sites


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
