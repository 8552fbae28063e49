"""Which addresses belong to the public internet."""

from __future__ import annotations

import asyncio
import socket

import httpcore
import pytest

from ingest.guard import GuardedBackend, RefusedAddressError, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "64:ff9b:1::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "::7f00:1",
    ],
)
def test_what_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["64:ff9b::1.1.1.1", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "::ffff:1.1.1.1"],
)
def test_what_is_public(address):
    assert is_public(address)


class Connected(Exception):  # noqa: N818 - it is no error
    pass


def connect(backend, host, monkeypatch, found):
    """Where a connection to a host that resolves so is made to."""
    asked: list[str] = []

    async def resolve(self, name, port, **kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    class Inner(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, address, *_args, **_kwargs):
            asked.append(address)
            if address.endswith(".9"):
                raise httpcore.ConnectError("nobody there")
            raise Connected

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", resolve)
    backend._inner = Inner()
    with pytest.raises((Connected, httpcore.ConnectError, RefusedAddressError)) as outcome:
        asyncio.run(backend.connect_tcp(host, 80, 1.0))
    return outcome.type, asked


@pytest.mark.parametrize(
    ("host", "allow", "found", "outcome", "asked"),
    [
        ("news.example", (), ["1.1.1.1"], Connected, ["1.1.1.1"]),
        ("news.example", (), ["1.1.1.9", "1.1.1.1"], Connected, ["1.1.1.9", "1.1.1.1"]),
        ("news.example", (), ["1.1.1.9"], httpcore.ConnectError, ["1.1.1.9"]),
        ("news.example", (), [], httpcore.ConnectError, []),
        ("news.example", (), ["10.0.0.1"], RefusedAddressError, []),
        ("news.example", (), ["1.1.1.1", "10.0.0.1"], RefusedAddressError, []),
        ("news.example", ("news.example",), ["10.0.0.1"], Connected, ["10.0.0.1"]),
        ("news.example", ("*.example",), ["10.0.0.1"], Connected, ["10.0.0.1"]),
        ("news.example", ("other.example",), ["10.0.0.1"], RefusedAddressError, []),
        ("a.localhost", (), ["1.1.1.1"], RefusedAddressError, []),
        ("a.localhost", ("*.localhost",), ["1.1.1.1"], Connected, ["127.0.0.1"]),
        ("localhost", ("*.localhost",), ["1.1.1.1"], RefusedAddressError, []),
    ],
)
def test_the_address_that_is_connected_to_is_the_one_that_was_checked(
    monkeypatch, host, allow, found, outcome, asked
):
    assert connect(GuardedBackend(allow), host, monkeypatch, found) == (outcome, asked)


def test_sockets_of_this_machine_are_refused():
    with pytest.raises(RefusedAddressError):
        asyncio.run(GuardedBackend(("*",)).connect_unix_socket("/run/x"))
