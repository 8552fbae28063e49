"""The HTTP client for all feeds and pages: with limits, and honest about who asks."""

from __future__ import annotations

import asyncio
import os
import re
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from typing import Self
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import h2.exceptions
import httpcore

from core.clock import utc_now
from core.faults import Fault, tried_async
from core.settings import Settings
from core.sites import site_of
from ingest.characters import CONTROL
from ingest.web.answers import Answer, Failure, FailureKind, retry_after
from ingest.web.codings import ACCEPTED, CodingError, inflater
from ingest.web.connections import Connections, Direct, Proxied, stream_of
from ingest.web.guard import Guard, RefusedAddressError, Target
from ingest.web.manners import Sites
from ingest.web.network import CertificateError, Connect, Network, Resolve, Resolver

MAX_REDIRECTS = 8
"""The most that are followed; for robots.txt, RFC 9309 wants at least five to be."""

REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT = (301, 308)

FRAMING_BYTES = 64 * 1024
"""Bytes that an answer may take on the wire beyond twice its body. A body in chunks of one byte
takes so long to read that other sites would have to wait."""

_REDIRECT_BYTES = 64 * 1024
"""How much of a redirect's unwanted body is read, so that its connection can be used again."""

_MEDIA = (b"audio/", b"image/", b"video/")
"""Types of bodies that nobody here reads; a feed may link to one where an article should be."""

_UNFIT = re.compile(rf"{CONTROL.pattern}| ")
"""What an address has to have encoded, as it is when asked for. A database would refuse some of it,
a terminal obey some, and a WARC file takes no space."""

Onward = Callable[[Answer], str | None]
"""Called with each answer that is not a redirect: where its page leads on to, or None."""

Headers = Callable[[str], Mapping[bytes, bytes]]
"""Called with the address of each request, redirects included: its headers besides our own."""

Permit = Callable[[str], Awaitable[Failure | None]]
"""Called before each request, redirects included: why it must not be made, or None."""


class Client:
    """Fetches feeds and pages. An expected failure is returned, never raised. Bodies of pictures,
    sound and films are not read: their answers have an empty one.

    Each request takes a turn at its site: alone, after the pause, and not before a busy site wants
    to be asked again. `sites` keeps track of this; all clients of a process share it. Tests
    replace `resolve` and `connect`.
    """

    def __init__(
        self,
        settings: Settings,
        sites: Sites | None = None,
        *,
        resolve: Resolve | None = None,
        connect: Connect = asyncio.open_connection,
    ) -> None:
        self._settings = settings
        self.sites = Sites(settings.pause) if sites is None else sites
        self._user_agent = user_agent(settings).encode()
        self._timeouts = {
            "connect": settings.connect_timeout,
            "read": settings.read_timeout,
            "write": settings.read_timeout,
            "pool": settings.total_timeout,
        }
        self._guard = Guard(settings.allow_hosts, settings.allow_ports)
        context = _trusted(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        max_connections = settings.concurrency * 2
        self._resolver = Resolver(settings.concurrency)
        resolve = resolve or self._resolver
        direct = Direct(
            Network(self._guard, resolve, connect), context, max_connections=max_connections
        )
        # A proxy may be inside the network: a person chose it, not a feed.
        free = Network(None, resolve, connect)
        self._connections: dict[str, Connections] = {"http": direct, "https": direct}
        for scheme, proxy in settings.proxy.items():
            self._connections[scheme] = Proxied(
                proxy, free, context, max_connections=max_connections
            )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for connections in self._connections.values():
            await connections.aclose()
        self._resolver.close()

    async def get(
        self,
        url: str,
        *,
        max_bytes: int,
        headers: Headers = lambda _: {},
        cut: bool = False,
        onward: Onward | None = None,
        permit: Permit | None = None,
    ) -> Answer | Failure:
        """Fetch an address, following redirects, each request in its own site's turn.

        Args:
            url: an absolute http or https address.
            max_bytes: the most bytes of a body, on the wire and decompressed.
            headers: see `Headers`.
            cut: cut a longer body at `max_bytes`, instead of failing.
            onward: see `Onward`; the address that it returns is followed like a redirect.
            permit: see `Permit`; a refusal from it is returned as it is.
        """
        request = _Request(url, headers, max_bytes, cut, self._settings.total_timeout)
        # Whatever a site does costs only the address asked for.
        result = await tried_async("fetching", url, lambda: self._follow(request, onward, permit))
        return Failure(FailureKind.FAULT, result.detail) if isinstance(result, Fault) else result

    async def _follow(
        self,
        request: _Request,
        onward: Onward | None,
        permit: Permit | None,
    ) -> Answer | Failure:
        """Make a request, and those that redirects lead to."""
        moved_to: str | None = None
        permanent = True
        seen = {request.url}
        for _ in range(MAX_REDIRECTS + 1):
            if permit is not None and (refusal := await permit(request.url)) is not None:
                return refusal
            result = await self._in_turn(request)
            if isinstance(result, Failure):
                return result
            if isinstance(result, Answer):
                onward_to = onward(result) if onward is not None else None
                if onward_to is None:
                    return replace(result, moved_to=moved_to)
                result = _redirect_to(request.url, result.status, onward_to)
            permanent = permanent and result.status in PERMANENT
            moved_to = result.to if permanent else moved_to
            if result.to in seen:
                return Failure(FailureKind.REDIRECTS, f"they lead in a circle, back to {result.to}")
            seen.add(result.to)
            request = request.redirected(result.to)
        return Failure(FailureKind.REDIRECTS, f"more than {MAX_REDIRECTS}, last to {request.url}")

    async def _in_turn(self, request: _Request) -> Answer | _Redirect | Failure:
        try:
            target = self._guard.target(request.url)
        except RefusedAddressError as error:
            return Failure(FailureKind.REFUSED_ADDRESS, str(error))
        site = site_of(target.origin)
        async with self.sites.turn(site) as wait:
            if wait is not None:
                detail = f"{site}, for another {wait.total_seconds():.0f} s"
                return Failure(FailureKind.BUSY, detail, wait)
            started = time.monotonic()
            result = await self._ask(request, target)
            request.seconds -= time.monotonic() - started
            if isinstance(result, Answer):
                self.sites.back_off(site, result.status, retry_after(result, utc_now()))
            return result

    async def _ask(self, request: _Request, target: Target) -> Answer | _Redirect | Failure:
        """Make one request; expected errors become a `Failure`."""
        url = request.url
        try:
            async with asyncio.timeout(max(request.seconds, 0.0)):
                return await self._exchange(request, target)
        except (TimeoutError, httpcore.TimeoutException):
            return Failure(FailureKind.TIME_OUT, f"no complete answer in time from {url}")
        except RefusedAddressError as error:
            return Failure(FailureKind.REFUSED_ADDRESS, str(error))
        except CertificateError as error:
            return Failure(FailureKind.CERTIFICATE, f"{error} ({url})")
        except (CodingError, httpcore.ProtocolError, h2.exceptions.ProtocolError) as error:
            return Failure(FailureKind.BAD_ANSWER, f"{error} ({url})")
        except (
            httpcore.NetworkError,
            httpcore.ProxyError,
            httpcore.ConnectionNotAvailable,
        ) as error:
            return Failure(FailureKind.CONNECTION, f"{error or type(error).__name__} ({url})")

    async def _exchange(self, request: _Request, target: Target) -> Answer | _Redirect | Failure:
        redirect: _Redirect | None = None
        try:
            sent = self._to_httpcore(request, target)
            async with self._connections[target.scheme].send(sent) as reply:
                redirect = _redirect(request.url, reply)
                body = _Body(request.max_bytes if redirect is None else _REDIRECT_BYTES)
                await body.read(reply)
        except _FullError:
            if redirect is None and not request.cut:
                too_large = f"over {request.max_bytes:,} bytes: {request.url}"
                return Failure(FailureKind.TOO_LARGE, too_large)
        except _MediaError:
            pass
        except (
            CodingError,
            httpcore.ReadTimeout,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            h2.exceptions.ProtocolError,
        ):
            if redirect is None:
                raise
        if redirect is not None:
            return redirect
        fields = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in reply.headers)
        return Answer(request.url, reply.status, fields, body.content)

    def _to_httpcore(self, request: _Request, target: Target) -> httpcore.Request:
        return httpcore.Request(
            "GET",
            httpcore.URL(
                scheme=target.scheme.encode(),
                host=target.host.encode(),
                port=target.own_port,
                target=target.path.encode(),
            ),
            headers=self._headers(request, target),
            extensions={"timeout": self._timeouts},
        )

    def _headers(self, request: _Request, target: Target) -> list[tuple[bytes, bytes]]:
        """No cookie, no Referer: only what is asked for, by whom, and what a person has set."""
        fields: dict[bytes, bytes] = {
            b"Host": target.authority.encode(),
            b"User-Agent": self._user_agent,
            b"Accept": b"*/*",
            b"Accept-Encoding": ACCEPTED.encode(),
        }
        # Any feed may list a page of a host by http, which everybody on the way can read.
        in_the_clear = self._guard.allows(target.host) and not request.encrypted
        if target.scheme == "https" or in_the_clear:
            for host, own in self._settings.headers.items():
                if target.host == host or target.host.endswith(f".{host}"):
                    fields |= {name.encode(): value.encode() for name, value in own.items()}
        return [*fields.items(), *request.headers(request.url).items()]


@dataclass(slots=True)
class _Request:
    """What is asked for; `seconds` is the time left for it, all redirects included."""

    url: str
    headers: Headers
    max_bytes: int
    cut: bool
    seconds: float
    encrypted: bool = False

    def redirected(self, to: str) -> _Request:
        """The request that a redirect asks for."""
        # Once a request was encrypted, a person's headers are not sent on in the clear.
        encrypted = self.encrypted or self.url.lower().startswith("https:")
        return replace(self, url=to, encrypted=encrypted)


@dataclass(frozen=True, slots=True)
class _Redirect:
    status: int
    to: str


class _FullError(Exception):
    """A body is larger than allowed."""


class _MediaError(Exception):
    """A body is a picture, sound or a film."""


class _Body:
    """A body as it arrives, never more than `max_bytes` of it."""

    def __init__(self, max_bytes: int) -> None:
        self._room = max_bytes
        self._parts: list[bytes] = []

    @property
    def content(self) -> bytes:
        """What has arrived."""
        return b"".join(self._parts)

    async def read(self, response: httpcore.Response) -> None:
        """Read it to its end.

        Raises:
            _MediaError: nobody reads such a body.
            _FullError: it is too large.
            CodingError: it is not coded as it says.
            httpcore.ReadError: it breaks off.
        """
        if _header(response, b"content-type").lower().startswith(_MEDIA):
            raise _MediaError
        coding = _header(response, b"content-encoding").decode("latin-1")
        inflate = inflater(coding, self._take)
        stream = stream_of(response)
        most, received, received_before = self._room, 0, stream.received
        try:
            async for raw in response.aiter_stream():
                stream.part_came()
                received += len(raw)
                inflate.feed(raw)
                if received > most:
                    raise _FullError
                if stream.received - received_before > 2 * received + FRAMING_BYTES:
                    raise CodingError("more framing than content")
        except httpcore.RemoteProtocolError as error:
            raise httpcore.ReadError(f"the answer broke off: {error}") from error
        try:
            inflate.close()
        except CodingError as error:  # the connection closed, and nothing said how long it is
            raise httpcore.ReadError(str(error)) from error

    def _take(self, piece: bytes) -> None:
        self._parts.append(piece[: self._room])
        self._room -= len(piece)
        if self._room < 0:
            raise _FullError


def _redirect(url: str, response: httpcore.Response) -> _Redirect | None:
    location = _header(response, b"location").strip()
    if not location or response.status not in REDIRECTS:
        return None
    try:
        text = location.decode("utf-8")
    except UnicodeDecodeError:
        text = location.decode("latin-1")
    return _redirect_to(url, response.status, text)


def _redirect_to(url: str, status: int, location: str) -> _Redirect:
    try:
        # Splitting and joining puts a scheme in capitals into lower case.
        target = urlsplit(urldefrag(urljoin(url, location)).url).geturl()
    except ValueError:  # not an address: the guard says so when it is asked for
        return _Redirect(status, location)
    return _Redirect(status, _UNFIT.sub(lambda character: quote(character[0]), target))


def _header(response: httpcore.Response, name: bytes) -> bytes:
    return next((value for key, value in response.headers if key.lower() == name), b"")


@cache
def _trusted(*_named: str | None) -> ssl.SSLContext:
    """The system's authorities, those that the environment names, and certifi's. All clients of a
    process share them: reading takes 30 ms."""
    return httpcore.default_ssl_context()


def user_agent(settings: Settings) -> str:
    """The User-Agent: who we are, and where a site's owner can reach the person who runs us."""
    contact = f" (+{settings.contact})" if settings.contact else ""
    return f"wirewatch/{version('wirewatch')}{contact}"
