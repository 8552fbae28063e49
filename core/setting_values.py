"""The forms that settings may have: hosts, ports, web addresses, headers, lists of times."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

_CREDENTIALS = re.compile(r"""(?:(?<=://)|[^'"\s/@:]+:(?!//))(?:\S*|[^'"]*)@""")
"""A name and a password in an address. That may lack its scheme, and they may have characters that
none may have: such an address is what an error is about."""


def without_credentials(text: str) -> str:
    """A text without the names and passwords in its addresses: errors are shown and logged."""
    return _CREDENTIALS.sub("...@", text)


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(value) if isinstance(value, list) else value


HostPattern = Annotated[str, Field(pattern=r"^(?:[^/:\s]+|[^/\s]*:[^/\s]*:[^/\s]*)$")]
"""No web address and no port; with two colons it is an IPv6 address."""

Patterns = Annotated[tuple[HostPattern, ...], BeforeValidator(_split)]
"""A list in the file, a comma-separated text in the environment."""

YEAR = 86_400.0 * 365
"""The upper limit of settings in seconds: far beyond it, dates overflow."""

CENTURY = 36_500.0
"""The same for settings in days."""

Seconds = Annotated[
    tuple[Annotated[float, Field(ge=0, le=86_400 * 30)], ...], BeforeValidator(_split)
]
"""Several times: a list in the file, a comma-separated text in the environment."""

Ports = Annotated[tuple[Annotated[int, Field(ge=1, le=65_535)], ...], BeforeValidator(_split)]
"""Several ports: a list in the file, a comma-separated text in the environment."""


def _per_scheme(value: object) -> object:
    if isinstance(value, str):
        return {"http": value, "https": value} if value else {}
    return value


def _web_address(url: str) -> str:
    _ = urlsplit(url).port  # raises ValueError if there can be no such port
    return url


ProxyUrl = Annotated[str, Field(pattern=r"^https?://[^/\s]+/?$"), AfterValidator(_web_address)]

DeskUrl = Annotated[
    str,
    Field(pattern=r"^(https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?/?)?$"),
    AfterValidator(_web_address),
]
"""A site's address, without a path; or nothing."""

Proxies = Annotated[dict[Literal["http", "https"], ProxyUrl], BeforeValidator(_per_scheme)]
"""A proxy's URL, or in the file a table with one for `http` and one for `https` addresses."""

_FORBIDDEN_HEADERS = frozenset(
    {
        # HTTP itself uses these to say where a message ends and where it goes.
        *("connection", "content-length", "host", "keep-alive", "te", "trailer"),
        *("transfer-encoding", "upgrade", "proxy-authorization", "proxy-connection"),
        # We know what we can decompress, and must not hide who we are.
        *("accept-encoding", "user-agent"),
    }
)


def _header_name(name: str) -> str:
    if name.lower() in _FORBIDDEN_HEADERS:
        raise ValueError(f"the header {name} cannot be set")
    return name


HeaderName = Annotated[
    str, Field(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"), AfterValidator(_header_name)
]
HostName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", to_lower=True)]
"""A host as requests name it: no address, no port, no letters beyond ASCII."""

HeaderValue = Annotated[str, Field(pattern=r"^[\x20-\x7e\t]*$")]
