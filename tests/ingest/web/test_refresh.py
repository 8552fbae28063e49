"""Which pages with a meta refresh lead to another page, and which do not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from factories import Clock
from hypothesis import given
from hypothesis import strategies as st
from loopback import Loopback, Reply, Request, loopback

from core.records import Entry
from core.settings import Settings
from ingest.pages.fetch import ask
from ingest.web.answers import Answer, Failure, FailureKind
from ingest.web.client import MAX_REDIRECTS, Client
from ingest.web.refresh import refresh_target
from ingest.web.robots import Robots

PAGE = "https://short.example/x?a=1"
META = '<meta http-equiv="refresh" content="{}">'
WORDS = "Words that somebody wrote for people to read. " * 20


def an_answer(markup: str, status: int = 200, kind: str = "text/html") -> Answer:
    return Answer(PAGE, status, (("Content-Type", kind),), markup.encode())


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        (
            META.format("0; url=https://news.example/a?b=1&amp;c=2"),
            "https://news.example/a?b=1&c=2",
        ),
        (META.format("3;URL='/a'"), "https://short.example/a"),
        ("<META content='0;url=../a/b' HTTP-EQUIV=Refresh>", "https://short.example/a/b"),
        (f"<noscript>{META.format('0;URL=/a')}</noscript>", "https://short.example/a"),
        (
            f"{META.format('0;url=/a')}<p>If nothing happens, <a>go on</a>.",
            "https://short.example/a",
        ),
        (f"{META.format('0;url=/a')}<script>{WORDS}</script>", "https://short.example/a"),
        (f"{META.format('0;url=/a')}<!--{'x' * 60_000}-->", "https://short.example/a"),
        (META.format("0;url=http://10.0.0.1/"), "http://10.0.0.1/"),
    ],
)
def test_an_empty_page_with_a_refresh_leads_to_its_target(markup, url):
    assert refresh_target(an_answer(f"<html><head>{markup}</head><body></body></html>")) == url


@pytest.mark.parametrize("charset", ["idna", "punycode", "undefined", "utf-7", "latin-1", "none"])
def test_a_charset_that_is_none_is_passed_over(charset):
    """Python has codecs of such names, three of which refuse any text: that ended the pass."""
    page = f"<meta charset={charset}>{META.format('0;url=/a')}<p>Überall"
    for kind in ("text/html", f"text/html; charset={charset}"):
        assert refresh_target(an_answer(page, kind=kind)) == "https://short.example/a"


@pytest.mark.parametrize(
    "markup",
    [
        "",
        "<p>Refresh your memory",
        # Live blogs and other pages that reload themselves.
        META.format("0"),
        META.format("5; url="),
        META.format("0; url=https://short.example/x?a=1"),
        META.format("0; url=?a=1&bm-verify=x"),
        # There is something to read first.
        META.format("30; url=/a"),
        META.format("0; url=/a") + f"<p>{WORDS}",
        META.format("0; url=/a") + f"<!--{'x' * 100_000}-->",
        # Not a page.
        META.format("0; url=http://["),
        META.format("0; url=javascript:go()"),
        META.format("0; url=intent://a#Intent;scheme=app;end"),
        f"<!-- {META.format('0; url=/a')} -->",
        f"<script>'{META.format('0; url=/a')}'</script>",
        # A bot check.
        META.format("0; url=/a") + "<script src='https://ct.captcha-delivery.com/c.js'></script>",
    ],
)
def test_other_pages_with_a_refresh_lead_nowhere(markup):
    assert refresh_target(an_answer(f"<html><head>{markup}</head><body></body></html>")) is None


@pytest.mark.parametrize("status", [404, 403, 503])
def test_an_error_leads_nowhere(status):
    assert refresh_target(an_answer(META.format("0; url=/a"), status)) is None


@given(st.binary(), st.text())
def test_any_page_can_be_checked_for_a_refresh(body, kind):
    meta = META.format("0;url=").encode()
    refresh_target(Answer(PAGE, 200, (("Content-Type", kind),), body))
    refresh_target(Answer(PAGE, 200, (("Content-Type", kind),), meta[:-2] + body))


def to(url: str) -> Reply:
    return Reply(200, META.format(f"0; url={url}").encode(), (("Content-Type", "text/html"),))


def fetched(server: Loopback, path: str) -> Answer | Failure:
    settings = Settings(home=Path("home"), allow_hosts=("*.localhost",), pause=0)
    clock = Clock()
    url = server.url(path)
    entry = Entry(url=url, site="here.localhost", outlet="Here", first_seen=clock())

    async def go() -> Answer | Failure:
        async with Client(settings) as client:
            return await ask(client, Robots(clock), entry, settings)

    return asyncio.run(go())


def test_a_refresh_is_followed_like_a_redirect():
    def reply(request: Request) -> Reply:
        pages = {
            "/robots.txt": Reply(200, b"User-agent: *\nDisallow: /kept"),
            "/short": to("/led"),
            "/led": Reply(301, headers=(("Location", "/page"),)),
            "/page": Reply(200, b"<p>here"),
            "/inside": to(f"http://127.0.0.1:{server.port}/page"),
            "/to-kept": to("/kept"),
            "/there": to("/back"),
            "/back": to("/there"),
        }
        number = request.path.removeprefix("/n")
        return to(f"/n{int(number) + 1}") if number.isdigit() else pages[request.path]

    with loopback(reply) as server:
        answer = fetched(server, "/short")
        assert isinstance(answer, Answer)
        assert (answer.url, answer.body, answer.moved_to) == (
            server.url("/page"),
            b"<p>here",
            None,
        )
        for path, kind in (
            ("/inside", FailureKind.REFUSED_ADDRESS),
            ("/there", FailureKind.REDIRECTS),
            ("/n0", FailureKind.REDIRECTS),
            ("/to-kept", FailureKind.DISALLOWED),
        ):
            failure = fetched(server, path)
            assert isinstance(failure, Failure)
            assert failure.kind is kind
        paths = [request.path for request in server.log]
    assert "/kept" not in paths
    assert len([path for path in paths if path.startswith("/n")]) == MAX_REDIRECTS + 1
