"""Content codings: decoding gives back the original, in pieces of bounded size."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import brotli
import pytest
import zstandard
from growth import grows_evenly
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.web.codings import ACCEPTED, PIECE, CodingError, inflater, unzipped


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=2),
    "zstd": zstandard.ZstdCompressor().compress,
}
WHOLE = [*PACK.items(), ("deflate", raw_deflate)]


def inflate(encoding: str, packets: list[bytes]) -> list[bytes]:
    pieces: list[bytes] = []
    reader = inflater(encoding, pieces.append)
    for packet in packets:
        reader.feed(packet)
    reader.close()
    return pieces


def cut(whole: bytes, places: list[int]) -> list[bytes]:
    ends = [0, *sorted(place % (len(whole) + 1) for place in places), len(whole)]
    return [whole[start:end] for start, end in pairwise(ends)]


@pytest.mark.parametrize(("encoding", "pack"), WHOLE)
@settings(max_examples=30)
@given(
    body=st.binary(max_size=300) | st.integers(0, 300_000).map(bytes),
    places=st.lists(st.integers(0, 10**6), max_size=5),
)
def test_decoding_gives_the_original_however_packets_are_split(encoding, pack, body, places):
    pieces = inflate(encoding, cut(pack(body), places))
    assert b"".join(pieces) == body
    assert all(len(piece) <= 2 * PIECE for piece in pieces)


@pytest.mark.parametrize("encoding", PACK)
def test_a_bomb_comes_in_pieces_and_the_reader_can_stop_it(encoding):
    class EnoughError(Exception):
        pass

    taken = []

    def take(piece: bytes) -> None:
        taken.append(len(piece))
        if sum(taken) > 1_000_000:
            raise EnoughError

    reader = inflater(encoding, take)
    with pytest.raises(EnoughError):
        reader.feed(PACK[encoding](bytes(20_000_000)))
    assert sum(taken) <= 1_000_000 + 2 * PIECE
    assert max(taken) <= 2 * PIECE


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_concatenated_members_are_one_body(encoding):
    both = PACK[encoding](b"abc") + PACK[encoding](b"def")
    for packets in ([both], [both[i : i + 1] for i in range(len(both))]):
        assert b"".join(inflate(encoding, packets)) == b"abcdef"


def test_padding_after_the_end_is_ignored():
    assert b"".join(inflate("gzip", [gzip.compress(b"abc") + bytes(9), b"more"])) == b"abc"


@pytest.mark.parametrize("encoding", [*PACK, ""])
def test_an_empty_body_decodes_to_nothing(encoding):
    assert b"".join(inflate(encoding, [])) == b""
    assert b"".join(inflate(encoding, [b""])) == b""


@pytest.mark.parametrize(("encoding", "pack"), [one for one in WHOLE if one[0] != "zstd"])
def test_a_truncated_body_is_an_error(encoding, pack):
    packed = pack(bytes(range(256)) * 9)
    for whole in (packed[:-1], packed[:1]):
        with pytest.raises(CodingError):
            inflate(encoding, [whole])


@pytest.mark.parametrize("encoding", PACK)
def test_a_body_not_compressed_as_declared_is_an_error(encoding):
    with pytest.raises(CodingError):
        inflate(encoding, [b"<html>plain</html>" * 99])


@pytest.mark.parametrize(
    "encoding",
    ["compress", "gzip, gzip", "gzip,br", "br, zstd, gzip", "identity, br, br", "dcz"],
)
def test_a_coding_not_asked_for_is_refused(encoding):
    with pytest.raises(CodingError):
        inflate(encoding, [b"x"])


def test_a_refusal_has_no_control_characters():
    with pytest.raises(CodingError, match=r"for: dcz, \ufffd$"):
        inflate("dcz, \x1b", [b"x"])


@pytest.mark.parametrize("encoding", ["", "identity", "utf-8", "none", "UTF-8, identity"])
def test_an_unknown_or_identity_coding_is_ignored(encoding):
    assert inflate(encoding, [b"x", b"y"]) == [b"x", b"y"]


def test_a_window_beyond_the_memory_limit_is_refused():
    parameters = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    pack = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    packed = pack.compress(b"x" * 100) + pack.flush()
    with pytest.raises(CodingError):
        inflate("zstd", [packed])


def test_every_coding_that_is_asked_for_can_be_read():
    assert set(ACCEPTED.split(", ")) <= PACK.keys()


@given(st.binary(max_size=300) | st.integers(0, 300_000).map(bytes), st.integers(1, 3), st.binary())
def test_a_gzip_file_is_its_content_and_any_other_body_itself(body, members, after):
    assert unzipped(gzip.compress(body) * members + bytes(9) + after, 10**6) == body * members
    other = body.removeprefix(b"\x1f\x8b")
    assert unzipped(other, 10**6) == other


def test_a_gzip_file_is_read_up_to_the_limit():
    packed = gzip.compress(bytes(1_000))
    assert unzipped(packed, 1_000) == bytes(1_000)
    for bomb in (packed, gzip.compress(bytes(20_000_000)), packed * 1_000):
        with pytest.raises(CodingError, match="a gzip file of over 999 bytes"):
            unzipped(bomb, 999)


@pytest.mark.parametrize("cut", [2, 9, -1])
def test_a_gzip_file_that_breaks_off_or_is_none_is_an_error(cut):
    whole = gzip.compress(bytes(range(256)) * 9)
    for broken in (whole[:cut], whole[:cut] + b"x" * 99):
        with pytest.raises(CodingError):
            unzipped(broken, 10**6)


def test_the_time_for_a_gzip_file_grows_with_its_length():
    assert grows_evenly(lambda number: unzipped(gzip.compress(b"") * number, 1), 5_000)
