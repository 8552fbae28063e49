"""The sample newsroom: a small made-up internet of news sites, served over HTTP on loopback.

Each outlet is at `http://NAME.localhost:PORT/`. What is published depends on the day, 1 to 3,
which can be changed while the newsroom runs.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from time import monotonic
from typing import Literal, Self

from demo.faults import FAULTS, FEED_MOVED, MOVED_TO, Fault, usual_faults
from demo.feeds import feed_document, items, opml
from demo.outlets import (
    AMP,
    BOUNCER,
    DAYS,
    FIRST_DAY,
    MOBILE,
    FeedSpec,
    Outlet,
    Piece,
    outlets,
)
from demo.pages import (
    LEAD_IMAGE,
    MEDIA_TYPES,
    amp_page,
    article_page,
    article_pdf,
    front_page,
    robots_txt,
)
from demo.server import Request, Server
from demo.spoils import HTML, Reply, Visit
from ingest.extraction.kinds import PageKind

_DAY = re.compile(r"/\d{4}/\d\d/\d\d/")


@dataclass(frozen=True)
class LogEntry:
    """A request to an outlet, and the status of the answer. `time` is monotonic."""

    time: float
    method: str
    host: str
    path: str
    status: int
    user_agent: str
    if_none_match: str | None
    if_modified_since: str | None


@dataclass(frozen=True)
class Expected:
    """The truth about a published article, for tests.

    `url` is its own address; `links` are the addresses that feeds give for it. Neither has
    tracking parameters. `text` has a paragraph a line and is what its page shows; of a teaser it
    is the beginning. `feeds` names the feeds that list it, none if a fault hides it from every
    reader. `wire` names the agency text that it carries word for word, `arc` the running story
    that it belongs to. `fault` names the fault at its address, `lost` says that its text cannot
    be read, `allowed` what robots.txt says. `page` is what a reader finds at its address, empty
    if there is no page.
    """

    url: str
    links: tuple[str, ...]
    outlet: str
    language: str
    title: str
    text: str
    published: datetime
    kind: str
    arc: str
    wire: str
    edited: bool
    feeds: tuple[str, ...]
    fault: str
    lost: bool
    allowed: bool
    page: PageKind | Literal["", "PDF"]


class Newsroom:
    """A newsroom to run as a context manager, or by `start` and `stop`.

    It takes any free port. `active` is the set of active faults; it may be changed while the
    newsroom runs. `first_day` is the date of its day 1. Nothing is left running after `stop`.
    """

    def __init__(self, *, day: int = 1, faults: bool = True, first_day: date = FIRST_DAY) -> None:
        self.active: set[Fault] = usual_faults() if faults else set()
        self._outlets = {outlet.host: outlet.moved(first_day) for outlet in outlets()}
        self._later = first_day - FIRST_DAY
        self._lock = threading.Lock()
        self._log: list[LogEntry] = []
        self._seen: Counter[tuple[str, str]] = Counter()
        self._seen_today: Counter[tuple[str, str]] = Counter()
        self._stopping = threading.Event()
        self._server: Server | None = None
        self._day = 0
        self.day = day
        self.port = 0

    def start(self) -> Self:
        """Bind a port and serve in the background."""
        if self._server is not None:
            raise RuntimeError("the newsroom is already running")
        self._stopping.clear()
        self._server = Server(self._answer)
        self.port = self._server.server_port
        self._server.start()
        return self

    def stop(self) -> None:
        """Hang up on every client and end all threads. Does nothing if it is not running."""
        if self._server is None:
            return
        self._stopping.set()
        self._server.stop()
        self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def day(self) -> int:
        """The newsroom's current day, 1, 2 or 3, at its end."""
        return self._day

    @day.setter
    def day(self, day: int) -> None:
        if day not in DAYS:
            raise ValueError(f"the newsroom has days 1 to {DAYS[-1]}, not {day}")
        with self._lock:
            self._day = day
            self._seen_today.clear()

    @property
    def feeds(self) -> list[str]:
        """Every feed address that a reader would subscribe to, healthy or faulty."""
        return [url for _, url in self._subscriptions()]

    @property
    def log(self) -> list[LogEntry]:
        """A copy of the requests so far, in order."""
        with self._lock:
            return list(self._log)

    def opml(self) -> str:
        """The feeds as an OPML 2.0 subscription list, with a folder for each language."""
        return opml("The sample newsroom", self._subscriptions())

    def expected(self, day: int | None = None) -> list[Expected]:
        """The truth about every article published by the end of `day`, or of the current day."""
        day = self.day if day is None else day
        return [
            self._truth(outlet, piece, day)
            for outlet in self._outlets.values()
            for piece in outlet.published(day)
        ]

    def _base(self, outlet: Outlet) -> str:
        return f"http://{outlet.host}:{self.port}"

    def _fault_at(self, host: str, path: str) -> Fault | None:
        place = host, _DAY.sub(self._as_written, path)
        return next((f for f in FAULTS if f in self.active and (f.host, f.path) == place), None)

    def _as_written(self, found: re.Match[str]) -> str:
        """A day in an address, as the content files and faults write it."""
        try:
            day = datetime.strptime(found.group(), "/%Y/%m/%d/").replace(tzinfo=UTC)
        except ValueError:
            return found.group()
        return f"{day - self._later:/%Y/%m/%d/}"

    def _subscriptions(self) -> list[tuple[Outlet, str]]:
        return [
            (outlet, self._subscribed(outlet, feed))
            for outlet in self._outlets.values()
            for feed in outlet.feeds
        ]

    def _subscribed(self, outlet: Outlet, feed: FeedSpec) -> str:
        """The address by which readers know a feed: the old one if it moved."""
        if FEED_MOVED in self.active and (outlet.host, feed.path) == MOVED_TO:
            return f"http://{FEED_MOVED.host}:{self.port}{FEED_MOVED.path}"
        return self._base(outlet) + feed.path

    def _lists(self, outlet: Outlet, feed: FeedSpec, piece: Piece, day: int) -> bool:
        """Whether a reader of the feed can learn of an article."""
        listed = [item.id for item in items(outlet, feed, self.port, day)]
        fault = self._fault_at(outlet.host, feed.path)
        if fault is not None and fault.lost:
            return False
        if fault is not None and fault.name == "feed-broken":
            listed.pop()
        return outlet.link_to(piece, feed, self.port) in listed

    def _truth(self, outlet: Outlet, piece: Piece, day: int) -> Expected:
        path = outlet.path_of(piece)
        address = self._base(outlet) + path
        version = piece.version(day)
        fault = self._fault_at(outlet.host, path)
        listing = [feed for feed in outlet.feeds if self._lists(outlet, feed, piece, day)]
        links = (outlet.link_to(piece, feed, self.port) for feed in listing)
        shown = version.body[: fault.shows] if fault else version.body
        return Expected(
            url=address,
            links=tuple(dict.fromkeys(links)),
            outlet=outlet.title,
            language=outlet.language,
            title=version.title,
            text="\n".join(shown),
            published=piece.published,
            kind=piece.kind,
            arc=piece.arc,
            wire=piece.wire,
            edited=piece.edit is not None and version.modified > piece.published,
            feeds=tuple(self._subscribed(outlet, feed) for feed in listing),
            fault=fault.name if fault else "",
            lost=fault is not None and fault.lost,
            allowed=not path.startswith(outlet.disallow),
            page=_page(piece, fault),
        )

    def _answer(self, request: Request) -> Reply:
        path = request.path.partition("?")[0]
        with self._lock:
            day = self._day
            place = (request.host, path)
            conditional = {"If-None-Match", "If-Modified-Since"} & set(request.headers)
            visit = Visit(
                self.port,
                self._seen_today[place],
                self._seen[place],
                self._stopping,
                bool(conditional),
            )
            self._seen[place] += 1
            self._seen_today[place] += 1
        fault = self._fault_at(*place)
        reply = self._healthy(request.host, path, day)
        reply = fault.spoil(reply, visit) if fault else reply
        reply = request.conditional(reply)
        self._note(request, reply.status)
        return reply

    def _note(self, request: Request, status: int) -> None:
        entry = LogEntry(
            time=monotonic(),
            method=request.method,
            host=request.host,
            path=request.path,
            status=status,
            user_agent=request.headers.get("User-Agent", ""),
            if_none_match=request.headers.get("If-None-Match"),
            if_modified_since=request.headers.get("If-Modified-Since"),
        )
        with self._lock:
            self._log.append(entry)

    def _healthy(self, host: str, path: str, day: int) -> Reply:
        """What a site answers when nothing is wrong with it."""
        if host == BOUNCER:
            return self._bounce(path)
        outlet = self._outlets.get(host.removeprefix(MOBILE))
        if outlet is None:
            return Reply(404, body=b"no such site\n")
        if path == "/":
            return Reply(200, HTML, front_page(outlet, day).encode())
        if path == "/robots.txt":
            return Reply(200, body=robots_txt(outlet).encode())
        if path == "/static/lead.svg":
            return Reply(200, "image/svg+xml", LEAD_IMAGE)
        published = outlet.published(day)
        for feed in outlet.feeds:
            if feed.path == path:
                document = feed_document(outlet, feed, self.port, day)
                modified = max(piece.version(day).modified for piece in published)
                media = f"{MEDIA_TYPES[feed.format]}; charset=utf-8"
                return Reply(200, media, document.encode(), modified)
        for piece in published:
            if outlet.path_of(piece) == path.removesuffix(AMP):
                version = piece.version(day)
                if piece.media == "pdf":
                    body = article_pdf(piece, version)
                    return Reply(200, "application/pdf", body, version.modified)
                page = article_page(outlet, piece, version, self._base(outlet))
                page = amp_page(page) if path.endswith(AMP) else page
                return Reply(200, HTML, page.encode(), version.modified)
        return Reply(404, HTML, b"<h1>404</h1>\n")

    def _bounce(self, path: str) -> Reply:
        """Count a reader and redirect: first to itself, then to the article."""
        service, _, rest = path.lstrip("/").partition("/")
        outlet = self._outlets.get(f"{rest.partition('/')[0]}.localhost")
        if outlet is None or service not in ("~r", "~go"):
            return Reply(404, body=b"no such feed\n")
        if service == "~r":
            return Reply(301, headers={"Location": f"/~go/{rest}"})
        article = rest.removeprefix(outlet.name)
        counted = "?utm_source=feedbounce&utm_medium=rss"
        return Reply(302, headers={"Location": self._base(outlet) + article + counted})


def _page(piece: Piece, fault: Fault | None) -> PageKind | Literal["", "PDF"]:
    if fault is not None and fault.page is not None:
        return fault.page
    if fault is not None and fault.lost:
        return ""
    if piece.media == "pdf":
        return "PDF"
    return PageKind.LIVE_BLOG if piece.posts else PageKind.ARTICLE
