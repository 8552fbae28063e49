"""Asking a feed: gzip files are read, and what parsing its body meets is its own fault."""

from __future__ import annotations

import asyncio
import gzip
from gzip import BadGzipFile
from pathlib import Path

import pytest
from loopback import Reply, loopback

from core.settings import Settings
from ingest.feeds import ask
from ingest.feeds.parser import NotAFeed
from ingest.web.answers import Answer, Failure, FailureKind
from ingest.web.client import Client


def test_damaged_bytes_are_the_fault_of_the_feed_that_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def parse_feed(*_: object) -> None:
        raise BadGzipFile("not a gzipped file")

    monkeypatch.setattr(ask, "parse_feed", parse_feed)
    result = ask.parse_body(ask.Body(b"", "", "https://news.example/feed"))
    assert isinstance(result, NotAFeed)
    assert "BadGzipFile: not a gzipped file" in result.reason


def asked(reply: Reply) -> Answer | Failure:
    settings = Settings(home=Path("home"), allow_hosts=("*.localhost",), pause=0, feed_max_bytes=99)

    async def ask_at(url: str) -> Answer | Failure:
        async with Client(settings) as client:
            return await ask.get_feed(client, url, settings)

    with loopback(lambda _: reply) as running:
        return asyncio.run(ask_at(running.url("/news.xml.gz")))


@pytest.mark.parametrize("coding", [(), (("Content-Encoding", "gzip"),)], ids=["none", "gzip"])
def test_a_gzip_file_is_answered_by_its_content(coding: tuple[tuple[str, str], ...]) -> None:
    file = gzip.compress(b"<urlset/>")
    for body in (file, gzip.compress(file)) if coding else (file,):
        answer = asked(Reply(200, body, coding))
        assert isinstance(answer, Answer)
        assert answer.body == b"<urlset/>"


def test_a_gzip_file_that_cannot_be_read_is_a_bad_answer() -> None:
    for body in (gzip.compress(bytes(100)), gzip.compress(b"<urlset/>")[:-1]):
        answer = asked(Reply(200, body))
        assert isinstance(answer, Failure)
        assert answer.kind is FailureKind.BAD_ANSWER
