"""Ways to spoil an answer, for the faults of the sample newsroom.

Each takes the healthy reply and the visit it is for, and returns the reply to send.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import unescape
from time import monotonic

from demo.pages import page_in_place

ENDLESS_BYTES = 200_000_000
ENDLESS_SECONDS = 60.0
SLOW_SECONDS = 20.0
HTML = "text/html; charset=utf-8"
TEASER_PARAGRAPHS = 2
BOLD = b"<b>on</b> "
BOLDS = 60_000
SCRIPT = b"&lt;script&gt;alert(1)&lt;/script&gt;"


@dataclass(frozen=True)
class Reply:
    """An answer before it is sent. A body that is an iterator is sent in chunks as it comes."""

    status: int
    content_type: str = "text/plain; charset=utf-8"
    body: bytes | Iterator[bytes] = b""
    modified: datetime | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """A request that meets a fault: how often its address was requested before, and whether the
    request is conditional."""

    port: int
    earlier_today: int
    earlier: int
    stopping: threading.Event
    conditional: bool


Spoil = Callable[[Reply, Visit], Reply]


def answering(status: int) -> Spoil:
    """Answer with a status, and nothing more."""
    return lambda _reply, _visit: Reply(status, body=f"{status}\n".encode())


def redirecting(status: int, url: str) -> Spoil:
    """Redirect to a URL, in which `{port}` is the newsroom's."""
    return lambda _reply, visit: Reply(status, headers={"Location": url.format(port=visit.port)})


def busy(status: int, seconds: int, *, daily: bool = False) -> Spoil:
    """Ask the first visitor, of each day or ever, to wait this many seconds."""

    def spoil(reply: Reply, visit: Visit) -> Reply:
        if visit.earlier_today if daily else visit.earlier:
            return reply
        return Reply(status, body=b"try again later\n", headers={"Retry-After": str(seconds)})

    return spoil


def showing(name: str, status: int = 200) -> Spoil:
    """Show another page in the article's place, with the article's title if the page has one."""

    def spoil(reply: Reply, _visit: Visit) -> Reply:
        title = re.search(b"<h1[^>]*>(.*?)</h1>", _bytes(reply))
        said = unescape(title[1].decode()) if title else ""
        page = page_in_place(name, said).encode()
        return replace(reply, status=status, content_type=HTML, body=page)

    return spoil


def teaser(reply: Reply, _visit: Visit) -> Reply:
    """Stop after the first paragraphs, and offer a subscription."""
    head, begin, rest = _bytes(reply).partition(b'<div class="entry-content">\n')
    body, end, tail = rest.partition(b"\n</div>")
    shown = b"\n".join(body.split(b"\n")[:TEASER_PARAGRAPHS])
    invitation = page_in_place("invitation").encode()
    return replace(reply, body=head + begin + shown + end + b"\n" + invitation + tail)


def frozen(reply: Reply, visit: Visit) -> Reply:
    """Say that nothing is new, even if something is."""
    return Reply(304) if visit.conditional else reply


def emptied(reply: Reply, _visit: Visit) -> Reply:
    """Leave out every item."""
    return replace(reply, body=re.sub(rb"<item>.*</item>\s*", b"", _bytes(reply), flags=re.DOTALL))


def laborious(reply: Reply, _visit: Visit) -> Reply:
    """Put a paragraph of single bold words first, which takes most parsers quadratic time."""
    head, begin, rest = _bytes(reply).partition(b"<article>\n")
    return replace(reply, body=head + begin + b"<p>" + BOLD * BOLDS + b"</p>\n" + rest)


def cut(reply: Reply, _visit: Visit) -> Reply:
    """Leave an ampersand bare and stop inside the title of the last item."""
    body = _bytes(reply).replace(b" and ", b" & ", 1)
    last = body.rindex(b"<item>") + len(b"<item>\n<title>")
    return replace(reply, body=body[: last + 12])


def mislabelled(reply: Reply, _visit: Visit) -> Reply:
    """Send windows-1252 under a label that says UTF-8 (XML) or nothing (HTML)."""
    body = _bytes(reply).decode().encode("windows-1252")
    body = body.replace(b'<meta charset="utf-8" />\n', b"")
    return replace(reply, body=body, content_type=reply.content_type.partition(";")[0])


def with_script(title: bytes) -> Spoil:
    """Put a script in front of a title; ValueError if nothing has that title."""

    def spoil(reply: Reply, _visit: Visit) -> Reply:
        body = _bytes(reply)
        found = re.search(b"<title>(?=" + re.escape(title) + b")", body)
        if found is None:
            raise ValueError(f"no item is titled {title!r}")
        return replace(reply, body=body[: found.end()] + SCRIPT + b" " + body[found.end() :])

    return spoil


def endless(reply: Reply, visit: Visit) -> Reply:
    """Send without end; stops by itself after a while."""

    def pour() -> Iterator[bytes]:
        yield _bytes(reply).partition(b"</main>")[0]
        chunk = b"<p>And another thing.</p>\n" * 2_500
        started, sent = monotonic(), 0
        while sent < ENDLESS_BYTES and monotonic() - started < ENDLESS_SECONDS:
            if visit.stopping.is_set():
                return
            yield chunk
            sent += len(chunk)

    return replace(reply, body=pour())


def slow(reply: Reply, visit: Visit) -> Reply:
    """Send a little at a time."""

    def dribble() -> Iterator[bytes]:
        body = _bytes(reply)
        size = len(body) // 40 + 1
        for start in range(0, len(body), size):
            if visit.stopping.wait(SLOW_SECONDS / 40):
                return
            yield body[start : start + size]

    return replace(reply, body=dribble())


def _bytes(reply: Reply) -> bytes:
    if not isinstance(reply.body, bytes):
        raise TypeError("a stream is already spoilt: one fault an address")
    return reply.body
