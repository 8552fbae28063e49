"""Where we may connect: no private address, checked on the address that is truly connected to.

A feed or a page can name any host, and a name can resolve to the inside of a newsroom's network,
now or at the second look. So names are resolved here, each address is checked, and the
connection goes to the address that was checked.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from fnmatch import fnmatch

import httpcore

# Translated to IPv4 on the way (RFC 6052, 2.1), and IPv4 with zeros before it (RFC 4291, 2.5.5).
_ENDS_IN_IPV4 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
_LOCAL_TRANSLATION = ipaddress.IPv6Network("64:ff9b:1::/48")  # RFC 8215


class RefusedAddressError(Exception):
    """A host is, or resolves to, an address that we do not connect to."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _LOCAL_TRANSLATION:
            return False
        # An IPv4 address can hide in an IPv6 one, in five ways.
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if any(ip in network for network in _ENDS_IN_IPV4):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """httpcore's network backend, behind the check."""

    def __init__(self, allow_hosts: Iterable[str]) -> None:
        self._allow_hosts = tuple(allow_hosts)
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the host's addresses that answers.

        Raises:
            RefusedAddressError: one of the addresses is private and the host is not allowed to.
            httpcore.ConnectError: the name does not resolve, or no address answers.
            httpcore.ConnectTimeout: none answers in time.
        """
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in await self._addresses(host, port, timeout):
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's signature
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Refused: nothing that wirewatch reads lives on this machine's sockets."""
        raise RefusedAddressError(f"a socket of this machine: {path}")

    async def sleep(self, seconds: float) -> None:
        """Sleep, as httpcore asks between its own attempts."""
        await self._inner.sleep(seconds)

    async def _addresses(self, host: str, port: int, seconds: float | None) -> list[str]:
        if host == "localhost" or host.endswith(".localhost"):
            addresses = ["127.0.0.1"]  # always loopback (RFC 6761, 6.3), whatever a resolver says
        else:
            addresses = await _resolve(host, port, seconds)
        if not any(fnmatch(host, pattern) for pattern in self._allow_hosts):
            for address in addresses:
                if not is_public(address):
                    raise RefusedAddressError(f"{host} is at {address}, which is not public")
        return addresses


async def _resolve(host: str, port: int, seconds: float | None) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError:
        raise httpcore.ConnectTimeout(f"{host} did not resolve in time") from None
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} does not resolve: {error}") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
