"""The desk on a socket."""

from __future__ import annotations

import errno
import ipaddress
import socket

import uvicorn

from core.errors import WirewatchError
from desk.app import make_app
from wirewatch.house import House


class DeskError(WirewatchError):
    """The desk cannot be opened as requested; the text says what to do."""


def listen(house: House, host: str, port: int) -> socket.socket:
    """A socket for the desk; port 0 picks a free one.

    Raises:
        DeskError: other machines could reach it and no password is set, or the address is taken
            or not this machine's.
    """
    if not house.settings.desk_password and not _is_own_machine(host):
        raise DeskError(
            f"other machines can reach the desk at {host}: first set desk_password, and desk_hosts "
            "to the names they use for it"
        )
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except OSError as error:
        why, _, _ = str(error.strerror).partition(" (while ")  # Python repeats the address
        wrong = "port" if error.errno in (errno.EADDRINUSE, errno.EACCES) else "host"
        raise DeskError(
            f"the desk cannot listen on {host}:{port}: {why}; choose another --{wrong}"
        ) from error


def serve(house: House, opened: socket.socket) -> None:
    """Answer requests on a socket until interrupted."""
    config = uvicorn.Config(
        make_app(house), log_level="warning", server_header=False, timeout_graceful_shutdown=3
    )
    uvicorn.Server(config).run(sockets=[opened])


def _is_own_machine(host: str) -> bool:
    """Whether only programs of this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
