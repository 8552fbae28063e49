"""Send e-mail, as HTML and text, threaded by story.

Apprise's own e-mail gives each message a new Message-ID and makes the text from the HTML, so a
story's messages would not be threaded, and repeats not be recognised. But Apprise does read the
URL, with the defaults of many providers; `Server` is the result.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.header import Header
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import Any, NamedTuple

from alert.markup import as_html_page, plain
from alert.message import Message
from alert.outcomes import Cause, Failed, Outcome, Taken

TIMEOUT = 20.0
"""Seconds for connecting, and for each answer of the server."""

_ENDS = 421
"""The answer of a server that ends the session (RFC 5321, 3.8)."""

KEY_HEADER = "X-Wirewatch-Key"
"""Holds the message's key, by which a program can drop repeats."""

_OWN_HEADERS = frozenset(
    {
        KEY_HEADER.lower(),
        *("auto-submitted", "bcc", "cc", "content-transfer-encoding", "content-type", "date"),
        *("from", "in-reply-to", "list-id", "message-id", "mime-version", "references"),
        *("reply-to", "subject", "to"),
    }
)


class _Subject(UniqueUnstructuredHeader):
    """A subject that mail programs read as it was written.

    The registry's own folding may put words beyond ASCII side by side, each encoded by itself, and
    between two encoded words mail programs drop the space (RFC 2047, 6.2). It also decodes what
    looks like an encoded word in a headline, whatever that hides.
    """

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        super().parse(value, kwds)
        kwds["decoded"] = value

    def fold(self, *, policy: Policy) -> str:
        words = str(self)
        charset = "utf-8" if "=?" in words else None  # else mail programs would decode it, too
        folded = Header(words, charset, header_name="Subject").encode(linesep=policy.linesep)
        return f"Subject: {folded}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("Subject", _Subject)  # type: ignore[arg-type]  # made as a mixin
# In a long line, a Message-ID is left whole only in the header of that name. In these it would be
# written as an encoded word (RFC 2047), and no mail program would find the letter that it names.
for _name in ("In-Reply-To", "References"):
    _HEADERS.map_to_type(_name, MessageIDHeader)  # type: ignore[arg-type]  # made as a mixin
# In ASCII, since not every server on the way takes other bytes (RFC 6152).
_POLICY = SMTP.clone(header_factory=_HEADERS, cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, how to log in, and the recipients. Addresses are bare; `names` has the names
    by address. `security` is `ssl`, `starttls` or `insecure`."""

    host: str
    port: int
    security: str
    sender: str
    targets: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    password: str = field(default="", repr=False)
    verify: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)


class _Refusal(NamedTuple):
    """How a recipient was refused: the server's answer with its code, and whether it first accepted
    the recipient and then refused what the letter says."""

    code: int
    answer: str
    is_of_content: bool = False


@dataclass(slots=True)
class _Handover:
    """Letters on their way to a server: those that are left, each with its recipient, and how
    recipients were refused. Copies go out once one of the `readers` has taken the letter."""

    server: Server
    left: deque[tuple[bytes, str]]
    readers: frozenset[str]
    refused: dict[str, _Refusal] = field(default_factory=dict)

    def hand_in(self) -> None:
        """Hand in letters in one session.

        If the server ends it after some, as others do that limit their number, the rest is left for
        another. Raises what smtplib does if it takes none.
        """
        number = len(self.left)
        try:
            with _session(self.server) as smtp:
                while self.left:
                    letter, recipient = self.left[0]
                    # If no reader took it, it is tried again: a copy would go out with each try.
                    if recipient in self.readers or not self.refused.keys() >= self.readers:
                        refusal = _submit(smtp, self.server.sender, recipient, letter)
                        if refusal is not None:
                            self.refused[recipient] = refusal
                    self.left.popleft()
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException) as error:
            has_ended = getattr(error, "smtp_code", _ENDS) == _ENDS
            if not has_ended or len(self.left) == number:
                raise

    def outcome(self, stopped: Failed | None) -> Outcome:
        """Taken if one of the readers took it: those who were refused for now, or whose letters are
        left because it was `stopped`, must not bring the others a repeat."""
        answers = {one: self.refused[one].answer for one in sorted(self.refused)}
        left = [recipient for _, recipient in self.left]
        final = [one for one in answers if self.refused[one].code >= 500]
        if not self.readers <= {*answers, *left}:
            note = _told({one: answers.pop(one) for one in final})
            why = stopped.reason if stopped else ""
            return Taken(note or None, answers | dict.fromkeys(left, why))
        if stopped:
            return stopped
        of_content = [one.answer for one in self.refused.values() if one.is_of_content]
        if of_content and len(final) == len(answers):
            return Failed(f"the server answered {of_content[-1]}", Cause.UNKNOWN)
        return Failed(_told(answers), Cause.CHANNEL)


def _told(answers: Mapping[str, str]) -> str:
    told = "; ".join(f"{one}: {answer}" for one, answer in answers.items())
    return told and f"not delivered to {told}"


def send(message: Message, server: Server, only: str = "") -> Outcome:
    """Hand a message to the server for each of its recipients, who do not see each other; or for
    `only` one of them, who is still to get it."""
    if not server.targets:
        return Failed("its URL in rules.toml has no valid e-mail address", Cause.CHANNEL)
    chosen = [one for one in letters(message, server) if only in ("", one[1])]
    handover = _Handover(server, deque(chosen), frozenset([only] if only else server.targets))
    stopped: Failed | None = None
    try:
        while handover.left:
            handover.hand_in()
    except smtplib.SMTPResponseException as error:
        reason = f"the server answered {_server_answer(error.smtp_code, error.smtp_error)}"
        stopped = Failed(reason, Cause.CHANNEL)
    except smtplib.SMTPServerDisconnected as error:
        # It may have been because of this letter: some filters do so.
        reason = f"{server.host} ended the session: {plain(str(error))}"
        stopped = Failed(reason, Cause.UNKNOWN)
    except TimeoutError:
        stopped = Failed(f"no answer from {server.host} within {TIMEOUT:.0f} s", Cause.CHANNEL)
    except (OSError, smtplib.SMTPException) as error:
        reason = f"{server.host} could not be reached: {plain(str(error))}"
        stopped = Failed(reason, Cause.CHANNEL)
    return handover.outcome(stopped)


@contextmanager
def _session(server: Server) -> Iterator[smtplib.SMTP]:
    """A session with the server, encrypted and logged in as the URL says."""
    context = ssl.create_default_context()
    if not server.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    smtp: smtplib.SMTP
    if server.security == "ssl":
        smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        if server.user and server.password:
            smtp.login(server.user, server.password)
        yield smtp
        # What it has taken stays taken, whatever it answers to our goodbye.
        with suppress(smtplib.SMTPException):
            smtp.quit()
    finally:
        smtp.close()


def _submit(smtp: smtplib.SMTP, sender: str, recipient: str, letter: bytes) -> _Refusal | None:
    """How the recipient was refused for good or for now, if at all: the next may have room, or
    another filter. Raises if the session ends."""
    answer: bytes | str
    try:
        smtp.sendmail(sender, [recipient], letter)
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = error.recipients[recipient]
        is_of_content = False
    except smtplib.SMTPDataError as error:
        code, answer, is_of_content = error.smtp_code, error.smtp_error, True
    else:
        return None
    if code == _ENDS:
        raise smtplib.SMTPResponseException(code, answer)
    return _Refusal(code, _server_answer(code, answer), is_of_content)


def letters(message: Message, server: Server) -> Iterator[tuple[bytes, str]]:
    """A letter for each recipient, as bytes, and the address that it goes to.

    Copies are the first reader's letter, each handed in by itself, so that a refusal of one does
    not affect another. The bytes depend only on the message and the URL.
    """
    for address in server.targets:
        yield _letter(message, server, address), address
    copies = sorted({*server.cc, *server.bcc} - {*server.targets})
    if copies and server.targets:
        first = _letter(message, server, server.targets[0])
        for address in copies:
            yield first, address


def _letter(message: Message, server: Server, address: str) -> bytes:
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = _address(server, server.sender)
    letter["To"] = _address(server, address)
    if server.cc:
        letter["Cc"] = [_address(server, one) for one in server.cc]
    if server.reply_to:
        letter["Reply-To"] = [_address(server, one) for one in server.reply_to]
    # A line break would end the header and begin another one; `plain` leaves none.
    letter["Subject"] = plain(message.subject)
    letter["Date"] = format_datetime(message.created_at)
    domain = _domain(server.sender)
    first = message_id(message.thread, domain)
    if message.opens:
        letter["Message-ID"] = first
    else:
        letter["Message-ID"] = message_id(message.key, domain)
        letter["In-Reply-To"] = first
        letter["References"] = first
    letter[KEY_HEADER] = message.key
    # RFC 2919: lets a mail program sort all of this into one folder.
    letter["List-Id"] = f"wirewatch <wirewatch.{domain}>"
    # RFC 3834: so that no out-of-office reply answers it.
    letter["Auto-Submitted"] = "auto-generated"
    for header, value in sorted(server.headers.items()):
        if re.fullmatch(r"[!-9;-~]+", header) and header.lower() not in _OWN_HEADERS:
            letter[header] = plain(value)
    letter.set_content(message.text + "\n")
    letter.add_alternative(as_html_page(message.body), subtype="html")
    # By default a boundary is random, but a repeat has to be the same bytes. A longer one would
    # be folded in a way that not every mail program reads.
    letter.set_boundary(f"=_{message.key[:32]}")
    return letter.as_bytes()


def message_id(key: str, domain: str) -> str:
    """The Message-ID for a message's key or, for the first of a conversation, for its `thread`."""
    return f"<{key}@{domain}>"


def _address(server: Server, address: str) -> Address:
    return Address(display_name=plain(server.names.get(address, "")), addr_spec=address)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].encode("idna").decode() or "localhost"


def _server_answer(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {plain(text)}".strip()
