"""Which requests the desk answers, and what its answers forbid browsers to do.

The desk runs on a machine whose browser also shows pages that anybody may have written. So it
answers only under names that it knows (another site's name may be made to point here: "DNS
rebinding"), refuses changes requested by other sites' pages, and lets its own pages load nothing
from elsewhere: the titles and texts that it shows were written by strangers.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "*.localhost")
"""Names under which only the machine itself can reach the desk."""

HEADERS = {
    # Otherwise browsers guess, and show an upgraded desk with the script of the version before.
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # An outlet must not learn from which search its article was opened. With no referrer at all,
    # browsers would send `Origin: null`, which hides that a form is our own.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

_READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused, in words for the person behind it."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Decides on requests. `hosts` are patterns of host names; an empty `password` means none."""

    hosts: Sequence[str]
    password: str = ""

    def refusal(self, method: str, headers: Headers) -> Refusal | None:
        """Why a request is refused; None if it may be answered."""
        host = headers.get("host", "")
        name = _name(host)
        if not _is_one_of(name, (*LOOPBACK, *self.hosts)):
            return Refusal(
                421,
                f"The desk does not answer under the name {name[:100]!r}. If it should, add the "
                "name to desk_hosts in wirewatch.toml.",
            )
        if method not in _READING and not self._is_own(headers, host):
            return Refusal(
                403, "This request came from another site. Repeat it on the desk itself."
            )
        if self.password and not secrets.compare_digest(
            _given_password(headers).encode(), self.password.encode()
        ):
            return Refusal(401, "The desk requires its password (desk_password).")
        return None

    def _is_own(self, headers: Headers, host: str) -> bool:
        """Whether a request that changes something comes from our own page, or from no page.

        Browsers say which page a request comes from; programs such as curl do not.
        """
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site not in ("same-origin", "none"):
            return False
        if origin is None:
            return True
        try:
            page = urlsplit(origin).netloc.lower()
        except ValueError:
            return False
        # Unless told otherwise, nginx and Apache pass on their own name for us, not the reader's.
        behind_proxy = site == "same-origin" and _is_one_of(_name(page), self.hosts)
        return page == host.lower() or behind_proxy


class Guard:
    """An ASGI application behind a doorkeeper."""

    def __init__(self, app: ASGIApp, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it and say why."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._doorkeeper.refusal(scope["method"], Headers(scope=scope))
        if refusal is None:
            # HEAD is answered like GET; the server leaves out the body.
            asked = "GET" if scope["method"] == "HEAD" else scope["method"]
            await self._app({**scope, "method": asked}, receive, guarded)
            return
        asks = {"WWW-Authenticate": 'Basic realm="wirewatch"'} if refusal.status == 401 else {}
        await PlainTextResponse(refusal.reason, refusal.status, asks)(scope, receive, guarded)


def _name(host: str) -> str:
    """The host name in a Host header, without the port."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


def _is_one_of(name: str, patterns: Sequence[str]) -> bool:
    """Whether a name matches one of some patterns: equal to it, or below what follows `*`."""
    return any(
        name.endswith(pattern[1:]) if pattern.startswith("*.") else name == pattern
        for pattern in map(str.lower, patterns)
    )


def _given_password(headers: Headers) -> str:
    """The password of HTTP Basic authentication, with any user name; empty if there is none."""
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except ValueError:  # not base64, or not UTF-8
        return ""
    return decoded.partition(":")[2]
