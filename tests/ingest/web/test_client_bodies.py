"""Bodies that the HTTP client reads: compressed, too large, cut, or not read at all."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import brotli
import pytest
import zstandard
from asking import LIMIT, get, get_all, got, kind_of, serve
from loopback import Reply

from ingest.web.answers import Answer, FailureKind
from ingest.web.codings import ACCEPTED


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
