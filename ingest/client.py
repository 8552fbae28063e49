"""The HTTP client for feeds and pages: one way out, with limits, and honest about who asks."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from types import TracebackType
from typing import Self

import httpcore
import httpx

from core.settings import Settings
from ingest.answers import Answer, Failure, FailureKind
from ingest.guard import GuardedBackend, RefusedAddressError

MAX_REDIRECTS = 8
PERMANENT = (301, 308)

_COMPRESSIONS = {"gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress"}
_PIECE = 64 * 1024

_BAD = (
    httpx.RemoteProtocolError,
    httpx.UnsupportedProtocol,
    httpx.DecodingError,
    httpx.InvalidURL,
    UnicodeError,  # what idna raises of hosts such as xn--a
    zlib.error,
)


class Client:
    """Asks for feeds and pages. An expected failure is returned, never raised."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        limits = httpx.Limits(max_connections=settings.concurrency * 2)
        transport = httpx.AsyncHTTPTransport(http2=True, limits=limits)
        # httpx offers no other way to hand its pool a network backend.
        transport._pool = httpcore.AsyncConnectionPool(  # noqa: SLF001
            ssl_context=httpx.create_ssl_context(),
            http2=True,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=GuardedBackend(settings.allow_hosts),
        )
        self._http = httpx.AsyncClient(
            transport=transport,
            trust_env=False,
            headers={
                "User-Agent": user_agent(settings),
                "Accept-Encoding": "gzip",
            },
            timeout=httpx.Timeout(
                settings.read_timeout,
                connect=settings.connect_timeout,
                pool=settings.total_timeout,
            ),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def get(
        self, url: str, *, max_bytes: int, headers: Mapping[bytes, bytes] | None = None
    ) -> Answer | Failure:
        """Ask for an address, following redirects.

        Args:
            url: an absolute http or https address.
            max_bytes: the most that a body may have, decompressed.
            headers: of this request; they are not sent on to where a redirect leads.
        """
        seconds = self._settings.total_timeout
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(url, max_bytes, dict(headers or {}))
        except (TimeoutError, httpx.TimeoutException):
            return Failure(FailureKind.TIME_OUT, f"no whole answer in time from {url}")
        except RefusedAddressError as error:
            return Failure(FailureKind.REFUSED_ADDRESS, str(error))
        except _BAD as error:
            return Failure(FailureKind.BAD_ANSWER, f"{error} ({url})")
        except httpx.TransportError as error:
            return Failure(FailureKind.CONNECTION, f"{error or type(error).__name__} ({url})")

    async def _follow(
        self, url: str, max_bytes: int, headers: dict[bytes, bytes]
    ) -> Answer | Failure:
        moved_to: str | None = None
        permanent = True
        for _ in range(MAX_REDIRECTS + 1):
            if httpx.URL(url).scheme not in ("http", "https"):
                return Failure(FailureKind.REFUSED_ADDRESS, f"not a web address: {url}")
            # Each request starts without what the last one left: no cookies, ever.
            self._http.cookies.clear()
            async with self._http.stream("GET", url, headers=headers) as response:
                target = response.headers.get("location")
                if response.is_redirect and target:
                    permanent = permanent and response.status_code in PERMANENT
                    url = str(response.url.join(target))
                    moved_to = url if permanent else moved_to
                    # Validators belong to the address they came from, and to no other.
                    headers = {}
                    continue
                body = await _read(response, max_bytes)
                if body is None:
                    return Failure(FailureKind.TOO_LARGE, f"over {max_bytes:,} bytes: {url}")
                fields = tuple(
                    (k.decode("latin-1"), v.decode("latin-1")) for k, v in response.headers.raw
                )
                return Answer(url, response.status_code, fields, body, moved_to)
        return Failure(FailureKind.REDIRECTS, f"more than {MAX_REDIRECTS}, last to {url}")


def user_agent(settings: Settings) -> str:
    """Who we are, and where a site's owner can reach whoever runs us."""
    contact = f" (+{settings.contact})" if settings.contact else ""
    return f"wirewatch/{version('wirewatch')}{contact}"


async def _read(response: httpx.Response, max_bytes: int) -> bytes | None:
    """The body, decompressed; None as soon as it is larger than it may be."""
    parts: list[bytes] = []
    came = size = 0
    inflate = _inflater(response.headers.get("content-encoding", ""))
    async for raw in response.aiter_raw():
        came += len(raw)
        if came > max_bytes:
            return None
        for part in inflate(raw):
            size += len(part)
            if size > max_bytes:
                return None
            parts.append(part)
    return b"".join(parts)


def _inflater(encoding: str) -> Callable[[bytes], Iterator[bytes]]:
    """What decompresses the packets of a body into pieces of a size that is known beforehand.

    httpx decompresses whatever comes, whole packets at a time and several encodings deep: a
    kilobyte of brotli can become a gigabyte of memory before any limit is looked at.
    """
    # Some servers name a charset here: only what compresses is heard.
    codings = [part.strip().lower() for part in encoding.split(",")]
    codings = [coding for coding in codings if coding in _COMPRESSIONS]
    if not codings:
        return lambda raw: iter((raw,))
    if codings not in (["gzip"], ["x-gzip"]):
        raise httpx.DecodingError(f"an encoding that was not asked for: {encoding}")
    gzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)

    def inflate(raw: bytes) -> Iterator[bytes]:
        while part := gzip.decompress(raw, _PIECE):
            yield part
            raw = gzip.unconsumed_tail

    return inflate
