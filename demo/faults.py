"""The faults of the sample newsroom: where each one is, and what a good client does about it.

A fault lies over a healthy answer and spoils it, so the newsroom without faults is the same
newsroom. `FAULTS` is the table that tests and drills go through.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Literal

from demo.pages import consent_page

ENDLESS_BYTES = 200_000_000
ENDLESS_SECONDS = 60.0
SLOW_SECONDS = 20.0
RETRY_AFTER_SECONDS = 2
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
    """The request that meets a fault: how often its address was asked for before."""

    port: int
    earlier_today: int
    earlier: int
    stopping: threading.Event


@dataclass(frozen=True)
class Fault:
    """A fault at one address.

    `about` tells whether a feed or an article is hit. `lost`: nobody can read what the address
    had to say, so its article (or what only this feed lists) ends as rejected or quarantined.
    `usual`: it is there when faults are; the others are asked for by name.
    """

    name: str
    about: Literal["feed", "article"]
    host: str
    path: str
    does: str
    client: str
    spoil: Callable[[Reply, Visit], Reply]
    lost: bool = False
    usual: bool = True


def _status(status: int) -> Callable[[Reply, Visit], Reply]:
    return lambda _reply, _visit: Reply(status, body=f"{status}\n".encode())


def _moved(url: str) -> Callable[[Reply, Visit], Reply]:
    def spoil(_reply: Reply, visit: Visit) -> Reply:
        return Reply(301, headers={"Location": url.format(port=visit.port)})

    return spoil


def _busy(reply: Reply, visit: Visit) -> Reply:
    if visit.earlier_today:
        return reply
    return Reply(429, body=b"slow down\n", headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def _down_once(reply: Reply, visit: Visit) -> Reply:
    return reply if visit.earlier else Reply(503, body=b"try again later\n")


def _consent(reply: Reply, _visit: Visit) -> Reply:
    return replace(reply, body=consent_page().encode())


def _cut(reply: Reply, _visit: Visit) -> Reply:
    """Leave an ampersand bare and stop inside the title of the last item."""
    body = _bytes(reply).replace(b" and ", b" & ", 1)
    last = body.rindex(b"<item>") + len(b"<item>\n<title>")
    return replace(reply, body=body[: last + 12])


def _mislabelled(reply: Reply, _visit: Visit) -> Reply:
    """Send windows-1252 under a label that says UTF-8 (XML) or nothing (HTML)."""
    body = _bytes(reply).decode().encode("windows-1252")
    body = body.replace(b'<meta charset="utf-8" />\n', b"")
    return replace(reply, body=body, content_type=reply.content_type.partition(";")[0])


def _script(title: bytes) -> Callable[[Reply, Visit], Reply]:
    def spoil(reply: Reply, _visit: Visit) -> Reply:
        body = _bytes(reply)
        found = re.search(b"<title>(?=" + re.escape(title) + b")", body)
        if found is None:
            raise ValueError(f"no item is titled {title!r}")
        return replace(reply, body=body[: found.end()] + SCRIPT + b" " + body[found.end() :])

    return spoil


def _endless(reply: Reply, visit: Visit) -> Reply:
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


def _slow(reply: Reply, visit: Visit) -> Reply:
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


FAULTS = (
    Fault(
        name="article-missing",
        about="article",
        host="northquay.localhost",
        path="/notices/harbour-footbridge-closed.html",
        does="the article answers 404",
        client="reject the entry and say why; go on with the others",
        spoil=_status(404),
        lost=True,
    ),
    Fault(
        name="article-gone",
        about="article",
        host="sierraalta.localhost",
        path="/2026/09/14/horario-biblioteca-otono.html",
        does="the article answers 410",
        client="reject the entry for good; never ask again",
        spoil=_status(410),
        lost=True,
    ),
    Fault(
        name="article-down-once",
        about="article",
        host="lindenbote.localhost",
        path="/2026/09/14/linie-7-faehrt-wieder",
        does="the article answers 503 to the first request, then 200",
        client="try again later; the article comes in whole",
        spoil=_down_once,
    ),
    Fault(
        name="consent-wall",
        about="article",
        host="circuitrow.localhost",
        path="/posts/repair-cafe-index",
        does="the article's address shows a consent page with status 200",
        client="notice that this is no article; never index the wall's words",
        spoil=_consent,
        lost=True,
    ),
    Fault(
        name="endless-article",
        about="article",
        host="harbourpost.localhost",
        path="/2026/09/15/tide-tables-in-full",
        does="the article never stops sending (by itself after 200 MB or 60 s)",
        client="hang up at its own limit of size; go on with the others",
        spoil=_endless,
        lost=True,
    ),
    Fault(
        name="article-charset",
        about="article",
        host="leressac.localhost",
        path="/articles/donnees-de-connexion.html",
        does="the page's bytes are windows-1252 and nothing says so",
        client="find the encoding out: every accent is right",
        spoil=_mislabelled,
    ),
    Fault(
        name="feed-charset",
        about="feed",
        host="leressac.localhost",
        path="/rss.xml",
        does="the feed's bytes are windows-1252 while it declares UTF-8",
        client="find the encoding out: every accent in the titles is right",
        spoil=_mislabelled,
    ),
    Fault(
        name="feed-moved",
        about="feed",
        host="kuestenpost.localhost",
        path="/feed",
        does="the feed answers 301 to another host, where it is now",
        client="follow, and after repeated answers subscribe to the new address",
        spoil=_moved("http://kuestenblatt.localhost:{port}/rss.xml"),
    ),
    Fault(
        name="feed-gone",
        about="feed",
        host="oldmill.localhost",
        path="/feed.xml",
        does="the feed answers 410",
        client="mark the feed as gone and stop polling it",
        spoil=_status(410),
        lost=True,
    ),
    Fault(
        name="feed-busy",
        about="feed",
        host="ferrytown.localhost",
        path="/feed",
        does="the feed answers 429 with Retry-After: 2 to the first request of a day, then 200",
        client="wait at least as long as told, then poll again",
        spoil=_busy,
    ),
    Fault(
        name="feed-broken",
        about="feed",
        host="saltmarsh.localhost",
        path="/feed.xml",
        does="the feed has a bare ampersand and ends in the middle of its last item",
        client="take the whole items before the break; the feed stays subscribed",
        spoil=_cut,
    ),
    Fault(
        name="feed-script-title",
        about="feed",
        host="uplandherald.localhost",
        path="/rss",
        does="a title in the feed begins with an escaped <script>alert(1)</script>",
        client="show it as text or drop it; never as markup",
        spoil=_script(b"Council website"),
    ),
    Fault(
        name="slow-article",
        about="article",
        host="tidepool.localhost",
        path="/articles/the-slow-life-of-lichens",
        does="the page dribbles in over 20 s",
        client="wait no longer than its own limit of time; go on with the others",
        spoil=_slow,
        usual=False,
    ),
)

FEED_MOVED = next(fault for fault in FAULTS if fault.name == "feed-moved")
MOVED_TO = ("kuestenblatt.localhost", "/rss.xml")
"""Where the moved feed is now, as host and path."""


def usual_faults() -> set[Fault]:
    """The faults that a newsroom has unless told otherwise."""
    return {fault for fault in FAULTS if fault.usual}
