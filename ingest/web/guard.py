"""Decide where we may connect: to the public web, and to hosts that are allowed by name. Pure.

A feed or a page can name any host, and a name can resolve to an address inside a newsroom's
network, perhaps only at the second look-up. So an address is read once, here, into the parts that
are then used; `ingest.web.network` resolves its host, checks the result, and connects to just that.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import quote, urlsplit

import idna

# Translated to IPv4 on the way (RFC 6052, 2.1), with zeros before it (RFC 4291, 2.5.5), and as
# stateless translators wrote it (RFC 2765, 2.1).
_ENDS_IN_IPV4 = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
_LOCAL_TRANSLATION = ipaddress.IPv6Network("64:ff9b:1::/48")  # RFC 8215

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_SAFE = "!$%&'()*+,/:;=?@[]~-._"  # all that has a meaning in a path or query (RFC 3986)


class RefusedAddressError(Exception):
    """An address, or what its host resolves to, is not one that we connect to."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address in its parts: what to connect to, and what to ask for there."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def own_port(self) -> int | None:
        """The port; None if it is the scheme's own."""
        return None if self.port == _PORTS[self.scheme] else self.port

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them: the scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.own_port is None else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what shares a connection and a robots.txt."""
        return f"{self.scheme}://{self.authority}"


@dataclass(frozen=True, slots=True)
class Guard:
    """Which hosts and ports we may connect to. `allow_hosts` are patterns of hosts that may be
    private and have any port; `allow_ports` are the ports that all others may have."""

    allow_hosts: tuple[str, ...]
    allow_ports: tuple[int, ...]

    def target(self, url: str) -> Target:
        """Read an address, before anything is resolved.

        Raises:
            RefusedAddressError: it is not a web address, or we may not connect to it.
        """
        target = _read(url)
        if self.allows(target.host):
            return target
        if target.port not in self.allow_ports:
            raise RefusedAddressError(f"port {target.port} is not in allow_ports: {url}")
        if _is_ip(target.host):
            self.check(target.host, (target.host,))
        return target

    def check(self, host: str, addresses: Iterable[str]) -> None:
        """Check what a host resolved to.

        Raises:
            RefusedAddressError: one of the addresses is not public. A host that has both kinds
                is refused: it is either broken or set up to reach the private one.
        """
        if self.allows(host):
            return
        for address in addresses:
            if not is_public(address):
                raise RefusedAddressError(
                    f"{host} is at {address}, which is not public (setting: allow_hosts)"
                )

    def allows(self, host: str) -> bool:
        """Whether the host is allowed by name to be private."""
        return any(fnmatchcase(host, pattern.lower()) for pattern in self.allow_hosts)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _LOCAL_TRANSLATION:
            return False
        # An IPv4 address can hide in an IPv6 one, in six ways; Teredo's is never global.
        inner = ip.ipv4_mapped or ip.sixtofour
        if any(ip in network for network in _ENDS_IN_IPV4):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast


def _read(url: str) -> Target:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        path = quote(f"{parts.path}?{parts.query}" if parts.query else parts.path, safe=_SAFE)
    except ValueError as error:  # UnicodeError is one
        raise RefusedAddressError(f"not a web address: {url!r} ({error})") from None
    if parts.scheme not in _PORTS:
        raise RefusedAddressError(f"not a web address: {url!r}")
    if "@" in parts.netloc:
        raise RefusedAddressError(f"a user name or password in the address: {url!r}")
    if not path.startswith("/"):
        path = f"/{path}"
    return Target(
        parts.scheme, _host(host, url), _PORTS[parts.scheme] if port is None else port, path
    )


def _host(host: str, url: str) -> str:
    """The host as it is resolved and named: in ASCII, lower case, without the root's dot."""
    if ":" in host:
        if not _is_ip(host) or "%" in host:
            raise RefusedAddressError(f"not an IPv6 address: {url!r}")
        return str(ipaddress.IPv6Address(host))
    try:
        # Not Python's own codec, which knows only the rules of 2003.
        name = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except UnicodeError as error:
        raise RefusedAddressError(f"no valid host name: {url!r} ({error})") from None
    name = name.removesuffix(".")  # `urlsplit` and `idna` have made it lower case
    if len(name) > 253 or not _HOST.fullmatch(name):
        raise RefusedAddressError(f"no valid host name: {url!r}")
    # Resolvers read 127.1, 0x7f.1, 0177.0.0.1 and 2130706433 as IPv4. No top-level domain is a
    # number, so a host that ends in one has to be an address in its one plain spelling.
    if _NUMBER.fullmatch(name.rpartition(".")[2]) and not _is_ip(name):
        raise RefusedAddressError(f"an IP address in an unusual spelling: {url!r}")
    return name


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
