"""Decompress bodies (RFC 9110, 8.4.1, Content-Encoding) in pieces of a bounded size.

A kilobyte can expand to a gigabyte. So each piece is passed on at once, and its receiver can stop
by raising. A coding within another is not read at all.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import IO, Protocol, cast

import brotli
import zstandard

from ingest.characters import printable

ACCEPTED = "gzip, deflate, br, zstd"
"""What we ask for and can read: the value of Accept-Encoding."""

PIECE = 64 * 1024
"""Approximate bytes of a piece: brotli gives up to 32 KiB more."""

WINDOW = 8 * 1024 * 1024
"""The most memory that a zstd body may need for its window (RFC 9659 allows senders this much)."""

_KNOWN = {"gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress", "dcb", "dcz"}

_MEMBER = b"\x1f\x8b"
"""How a member of a gzip body begins."""

Sink = Callable[[bytes], None]
"""Takes the pieces of a body in order; it ends the reading by raising."""


class CodingError(Exception):
    """A body is not coded as its header says, or not as was asked for."""


class Inflater(Protocol):
    """Decompresses what comes off the wire."""

    def feed(self, raw: bytes) -> None:
        """Take some bytes, and pass on what they decompress to."""

    def close(self) -> None:
        """No more bytes will come; raise if the body is incomplete."""


def inflater(encoding: str, sink: Sink) -> Inflater:
    """The inflater of a body with this Content-Encoding.

    Raises:
        CodingError: it was not asked for, or is one coding within another.
    """
    # Some servers name a charset here, or "none": only what compresses counts.
    codings = [part.strip().lower() for part in encoding.split(",")]
    codings = [coding for coding in codings if coding in _KNOWN]
    match codings:
        case []:
            return _Plain(sink)
        case ["gzip" | "x-gzip"]:
            return _Zlib(sink, zlib.MAX_WBITS | 16)
        case ["deflate"]:
            return _Deflate(sink)
        case ["br"]:
            return _Brotli(sink)
        case ["zstd"]:
            return _Zstd(sink)
        case _:
            raise CodingError(f"compressed in a way we did not ask for: {printable(encoding)}")


def unzipped(body: bytes, max_bytes: int) -> bytes:
    """The content of a gzip file; a body that is none as it is.

    Raises:
        CodingError: the file is broken, or its content is longer than `max_bytes`.
    """
    if not body.startswith(_MEMBER):
        return body
    content = bytearray()

    def take(piece: bytes) -> None:
        content.extend(piece)
        if len(content) > max_bytes:
            raise CodingError(f"a gzip file of over {max_bytes:,} bytes")

    file = inflater("gzip", take)
    # In pieces: what is left is copied for each of a file's members.
    for start in range(0, len(body), PIECE):
        file.feed(body[start : start + PIECE])
    file.close()
    return bytes(content)


class _Plain:
    def __init__(self, sink: Sink) -> None:
        self.feed = sink

    def close(self) -> None:
        pass


class _Zlib:
    """gzip or deflate. gzip may have several members, one after the other (RFC 1952, 2.2)."""

    def __init__(self, sink: Sink, wbits: int) -> None:
        self._sink = sink
        self._wbits = wbits
        self._unzip = zlib.decompressobj(wbits)
        self._begun = False
        self._after = b""

    def feed(self, raw: bytes) -> None:
        self._begun = self._begun or bool(raw)
        try:
            while raw:
                if self._unzip.eof:
                    # Another member, or padding, which every reader of gzip skips.
                    raw = self._after + raw
                    self._after = raw[:2]
                    if self._after != _MEMBER:
                        return
                    self._after = b""
                    self._unzip = zlib.decompressobj(self._wbits)
                self._sink(self._unzip.decompress(raw, PIECE))
                raw = self._unzip.unconsumed_tail or self._unzip.unused_data
            # What did not fit into a piece comes out without more input.
            while not self._unzip.eof and (piece := self._unzip.decompress(b"", PIECE)):
                self._sink(piece)
        except zlib.error as error:
            raise CodingError(f"not compressed as declared: {error}") from None

    def close(self) -> None:
        if self._begun and not self._unzip.eof:
            raise CodingError("the compressed answer breaks off")


class _Deflate:
    """zlib's format, or what some servers send instead: the same without its two-byte header."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._head = b""
        self._inner: _Zlib | None = None

    def feed(self, raw: bytes) -> None:
        if self._inner is None:
            self._head += raw
            if len(self._head) < 2:
                return
            first, second = self._head[:2]
            # RFC 1950, 2.2: method 8, and the two bytes are a multiple of 31.
            wrapped = first & 0x0F == 8 and (first * 256 + second) % 31 == 0
            self._inner = _Zlib(self._sink, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
            raw = self._head
        self._inner.feed(raw)

    def close(self) -> None:
        if self._inner is not None:
            self._inner.close()
        elif self._head:
            raise CodingError("the compressed answer breaks off")


class _Brotli:
    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._unpack = brotli.Decompressor()
        self._begun = False

    def feed(self, raw: bytes) -> None:
        self._begun = self._begun or bool(raw)
        try:
            while not self._unpack.is_finished():
                piece = self._unpack.process(raw, output_buffer_limit=PIECE)
                self._sink(piece)
                raw = b""
                if not piece and self._unpack.can_accept_more_data():
                    return
        except brotli.error as error:
            raise CodingError(f"not compressed as declared: {error}") from None

    def close(self) -> None:
        if self._begun and not self._unpack.is_finished():
            raise CodingError("the compressed answer breaks off")


class _Zstd:
    def __init__(self, sink: Sink) -> None:
        unpack = zstandard.ZstdDecompressor(max_window_size=WINDOW)
        # Its type stubs want a whole file; only `write` is used.
        into = cast(IO[bytes], _Writer(sink))
        self._writer = unpack.stream_writer(into, write_size=PIECE, closefd=False)

    def feed(self, raw: bytes) -> None:
        try:
            self._writer.write(raw)
        except zstandard.ZstdError as error:
            raise CodingError(f"not compressed as declared: {error}") from None

    def close(self) -> None:
        # The library does not say whether a frame is complete; HTTP's own framing shows whether
        # all its bytes came.
        pass


class _Writer:
    """A sink in the shape of a file, as zstandard wants it."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, piece: bytes) -> int:
        self._sink(bytes(piece))
        return len(piece)
