"""Asking a feed: what parsing its body meets is its own fault."""

from __future__ import annotations

from gzip import BadGzipFile

import pytest

from ingest.feeds import ask
from ingest.feeds.parser import NotAFeed


def test_damaged_bytes_are_the_fault_of_the_feed_that_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def parse_feed(*_: object) -> None:
        raise BadGzipFile("not a gzipped file")

    monkeypatch.setattr(ask, "parse_feed", parse_feed)
    result = ask.parse_body(ask.Body(b"", "", "https://news.example/feed"))
    assert isinstance(result, NotAFeed)
    assert "BadGzipFile: not a gzipped file" in result.reason
