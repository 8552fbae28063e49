"""An outlet's own headers and proxies, as the settings name them."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest
from asking import LOCAL, got, kind_of, serve, to
from certificates import self_signed
from loopback import Reply, loopback

from core.settings import Settings
from ingest.web.answers import FailureKind


def test_the_environments_proxy_is_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with serve(a=Reply(body=b"direct")) as server:
        assert got(server.url("/a")).body == b"direct"


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
