"""Connections go to the address that was checked, whatever the name resolves to later."""

from __future__ import annotations

import asyncio
from itertools import cycle

import httpcore
import pytest

from ingest.web.guard import Guard, RefusedAddressError
from ingest.web.network import MAX_ADDRESSES, Network, Resolver


class Line:
    """Stands in for both streams of a connection."""


class World:
    """A network: addresses ending in .9 refuse connections, those ending in .8 stay silent."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = cycle(answers)
        self.connected: list[str] = []

    async def resolve(self, _host, _port):
        return next(self._answers)

    async def connect(self, address, _port):
        self.connected.append(address)
        if address.endswith(".9"):
            raise ConnectionRefusedError(111, "nobody there")
        if address.endswith(".8"):
            await asyncio.sleep(60)
        return Line(), Line()


def connect(world, host="news.example", allow=(), timeout=5.0, guarded=True):
    guard = Guard(allow, (80,)) if guarded else None
    network = Network(guard, world.resolve, world.connect)
    return asyncio.run(network.connect_tcp(host, 80, timeout))


@pytest.mark.parametrize(
    ("allow", "found", "connected"),
    [
        ((), ["1.1.1.1"], ["1.1.1.1"]),
        ((), ["1.1.1.9", "1.1.1.1"], ["1.1.1.9", "1.1.1.1"]),
        (("news.example",), ["10.0.0.1"], ["10.0.0.1"]),
        (("*.example",), ["10.0.0.1"], ["10.0.0.1"]),
    ],
)
def test_the_first_answering_address_is_connected_to(allow, found, connected):
    world = World(found)
    connect(world, allow=allow)
    assert world.connected == connected


@pytest.mark.parametrize(
    "found", [["10.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["::ffff:127.0.0.1"], ["1.1.1.1", "::1"]]
)
def test_a_private_address_among_several_is_refused_before_connecting(found):
    world = World(found)
    with pytest.raises(RefusedAddressError):
        connect(world, allow=("other.example",))
    assert world.connected == []


def test_a_name_that_rebinds_cannot_reach_inside():
    world = World(["1.1.1.1"], ["127.0.0.1"])
    connect(world)
    # No second lookup: the checked address is the one connected to.
    assert world.connected == ["1.1.1.1"]
    with pytest.raises(RefusedAddressError):
        connect(world)
    assert world.connected == ["1.1.1.1"]


@pytest.mark.parametrize("found", [[], ["1.1.1.9"], ["1.1.1.9"] * 9])
def test_no_answering_address_is_an_error(found):
    world = World(found)
    reached = r"reached: (Connection refused|it has no address)"
    with pytest.raises(httpcore.ConnectError, match=reached):
        connect(world)
    assert len(world.connected) <= MAX_ADDRESSES


def test_ipv6_and_ipv4_addresses_are_tried_in_turn():
    world = World([*(f"2606:4700::{number}.9" for number in range(8)), "1.1.1.9", "1.1.1.1"])
    connect(world, guarded=False)
    assert world.connected == ["2606:4700::0.9", "1.1.1.9", "2606:4700::1.9", "1.1.1.1"]


def test_a_silent_address_leaves_time_for_the_next():
    world = World(["1.1.1.8", "1.1.1.1"])
    connect(world, timeout=0.1)
    assert world.connected == ["1.1.1.8", "1.1.1.1"]
    with pytest.raises((httpcore.ConnectTimeout, httpcore.ConnectError)):
        connect(World(["1.1.1.8"]), timeout=0.05)


def test_a_silent_resolver_times_out():
    async def never(host, port):
        await asyncio.sleep(60)

    with pytest.raises(httpcore.ConnectTimeout):
        asyncio.run(Network(None, never).connect_tcp("news.example", 80, 0.05))


def test_a_connection_to_a_proxy_is_not_guarded():
    world = World(["10.0.0.1"])
    connect(world, guarded=False)
    assert world.connected == ["10.0.0.1"]


@pytest.mark.parametrize("host", ["localhost", "a.localhost"])
def test_localhost_is_always_loopback(host):
    assert asyncio.run(Resolver(1)(host, 80)) == ["127.0.0.1"]


def test_an_address_resolves_to_itself():
    resolver = Resolver(2)
    assert asyncio.run(resolver("1.1.1.1", 80)) == ["1.1.1.1"]
    assert asyncio.run(resolver("2606:4700:4700::1111", 443)) == ["2606:4700:4700::1111"]
    resolver.close()


def test_unix_sockets_are_refused():
    with pytest.raises(RefusedAddressError):
        asyncio.run(Network(Guard(("*",), ()), Resolver(1)).connect_unix_socket("/run/x"))
