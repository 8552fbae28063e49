"""Receivers on loopback: a webhook and a mail server that remember what they received."""

from __future__ import annotations

import socket
import ssl
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import MappingProxyType

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from loopback import Reply, Request, loopback

from alert.mail import KEY_HEADER


@dataclass
class Inbox:
    """What arrived, by key: each delivery's bytes, in order; and the readers of letters."""

    port: int = 0
    by_key: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    in_order: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)

    def take(self, key: str, content: bytes) -> None:
        self.by_key[key].append(content)
        self.in_order.append(key)

    @property
    def repeats(self) -> int:
        """Deliveries of a key that had arrived before."""
        return sum(len(contents) - 1 for contents in self.by_key.values())

    @property
    def differing(self) -> dict[str, list[bytes]]:
        """Keys that arrived with different contents, and those contents."""
        distinct = {key: list(dict.fromkeys(contents)) for key, contents in self.by_key.items()}
        return {key: contents for key, contents in distinct.items() if len(contents) > 1}


@contextmanager
def webhook_receiver(answer: Callable[[bytes], Reply] = lambda _: Reply()) -> Iterator[Inbox]:
    """A webhook that accepts everything, or answers to each body as it is told to."""
    inbox = Inbox()

    def took(request: Request) -> Reply:
        reply = answer(request.body)
        if reply.status < 300:
            inbox.take(request.headers["webhook-id"], request.body)
        return reply

    with loopback(took) as server:
        inbox.port = server.port
        yield inbox


def letter(content: bytes) -> EmailMessage:
    """A letter as a mail program parses it."""
    read = message_from_bytes(content, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


@contextmanager
def mail_receiver(
    answer: Callable[[bytes], str] = lambda _: "250 taken",
    recipients: Mapping[str, str] = MappingProxyType({}),
    letters: Mapping[str, str] = MappingProxyType({}),
    *,
    starttls: ssl.SSLContext | None = None,
    a_session: int | None = None,
    hangs_up: bool = False,
) -> Iterator[Inbox]:
    """A mail server that accepts everything, or answers as told: at the end of every letter, to
    some recipients, or at the end of letters to some. It takes so many letters in `a_session`, then
    says so or, if it `hangs_up`, only ends it."""
    inbox = Inbox()
    lock = threading.Lock()
    begun: Counter[object] = Counter()  # letters, by the other end of their session

    class Handler:
        async def handle_MAIL(  # noqa: N802 - the names that aiosmtpd calls
            self, smtp: SMTP, session: Session, envelope: Envelope, address: str, _: object
        ) -> str:
            begun[session.peer] += 1
            if a_session is not None and begun[session.peer] > a_session:
                if hangs_up:
                    assert smtp.transport is not None
                    smtp.transport.close()
                return "421 too many letters"
            envelope.mail_from = address
            return "250 go on"

        async def handle_RCPT(  # noqa: N802 - as above
            self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: object
        ) -> str:
            if address not in recipients:
                envelope.rcpt_tos.append(address)
            return recipients.get(address, "250 known")

        async def handle_DATA(  # noqa: N802 - as above
            self, _: SMTP, __: Session, envelope: Envelope
        ) -> str:
            content = envelope.content
            assert isinstance(content, bytes)
            key = letter(content)[KEY_HEADER].strip()
            with lock:
                said = letters.get(envelope.rcpt_tos[0]) or answer(content)
                if said.startswith("2"):
                    inbox.take(key, content)
                    inbox.readers += envelope.rcpt_tos
            return said

    # The controller connects to its own port to see whether it is up, so it has to know the port.
    with socket.create_server(("127.0.0.1", 0)) as probe:
        inbox.port = probe.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=inbox.port, tls_context=starttls)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()
