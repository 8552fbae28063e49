"""Feeds: which are healthy and which are not, since when and why; add, import, edit, pause and
remove them; export the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from core.ledger import feeds, gaps, names
from core.records import Feed, Listed
from desk.downloads import saved_as
from desk.office import AtOffice, Office, Typed, Words
from desk.parameters import OWN_PARAMETERS_ONLY
from ingest.characters import one_line
from ingest.feeds.finder import Found, FoundFeed, NotFound
from ingest.feeds.health import by_health, is_unwell, standing
from ingest.feeds.naming import labels_typed
from ingest.feeds.opml import FeedListError, read_list, write_opml
from wirewatch.finding import (
    TOO_LONG,
    feeds_at,
    is_too_long,
    left_out,
    sorted_out,
    web_address,
)
from wirewatch.presentation.feeds import paused_among
from wirewatch.presentation.wording import counted

router = APIRouter()

SHOWN_GAPS = timedelta(days=30)
"""How far back gaps are shown."""

Outlet = Annotated[Typed, Form(max_length=200)]
"""What an outlet is called."""

Labels = Annotated[Typed, Form(max_length=2_000)]
"""A feed's labels, one on each line."""

MAX_LIST = 20_000_000
"""Most bytes of a file of feeds; one of 10,000 feeds has some 2 MB."""

MAX_ROWS = 500
"""Most feeds shown, healthy and unwell each; `wirewatch feeds list` shows all."""


@router.get("/feeds")
def listed(office: AtOffice, done: str = "", q: Words = "") -> HTMLResponse:
    """All feeds, or those with some words in outlet, address, labels or state; those that need
    attention first."""
    return _page(office, done=done, words=q)


@router.post("/feeds/find")
def find(office: AtOffice, address: Annotated[Typed, Form()]) -> HTMLResponse:
    """The feeds at an address, to choose from."""
    asked = web_address(address)
    if asked is None:
        reason = f"{address!r} is not a web address; expected http:// or https://"
        return _page(office, address=address, error=reason, status=422)
    match feeds_at(office.house, asked):
        case Found(found):
            return _page(office, address=asked, found=found)
        case NotFound(reason, remedy):
            return _page(office, address=asked, error=f"{reason}. {remedy}.", status=422)


@router.post("/feeds/add")
def add(
    office: AtOffice, url: Annotated[Typed, Form()], outlet: Outlet = "", labels: Labels = ""
) -> RedirectResponse:
    """Add a feed to the list; the next pass polls it. Of one that is on it, nothing changes."""
    if (address := web_address(url)) is None:
        raise HTTPException(422, f"{url!r} is not a web address.")
    if is_too_long(address):
        raise HTTPException(422, f"{address[:80]}… is {TOO_LONG}.")
    house = office.house
    with house.ledger.write() as tx:
        asked = Listed(url=address, outlet=one_line(outlet), labels=_labels(labels))
        added = feeds.add_all(tx, [asked], house.now())
        known = "paused-before" if address in feeds.paused(tx) else "known"
    return _back("added" if added else known)


@router.post("/feeds/import")
def import_(office: AtOffice, file: UploadFile) -> HTMLResponse:
    """Add the feeds in an OPML file, with folders as labels, or in a text file of addresses. Of
    those on the list, nothing changes."""
    content = file.file.read(MAX_LIST + 1)
    if len(content) > MAX_LIST:
        error = f"The file is larger than {MAX_LIST // 1_000_000} MB. Is it a list of feeds?"
        return _page(office, error=error, status=422)
    try:
        listed = sorted_out(read_list(content))
    except FeedListError as wrong:
        name = file.filename or "The file"
        return _page(office, error=f"{name}: {wrong}", status=422)
    with office.house.ledger.write() as tx:
        paused = paused_among(tx, listed.usable, "the list below")
        added = feeds.add_all(tx, listed.usable, office.house.now())
    known = len(listed.usable) - added
    told = [f"{counted(added, 'feed')} added, {known:,} already on the list, as they were."]
    told += [paused] * bool(paused)
    told += ["The next pass polls what was added."] * bool(added)
    return _page(office, imported=told + left_out(listed))


@router.get("/feeds.opml", dependencies=[OWN_PARAMETERS_ONLY])
def export(office: AtOffice) -> Response:
    """The feed list as OPML, for another reader or another desk."""
    with office.house.ledger.read() as tx:
        document = write_opml(feeds.listed(tx))
    headers = saved_as("feeds.opml")
    return Response(document, media_type="text/x-opml; charset=utf-8", headers=headers)


@router.post("/feeds/edit")
def edit(
    office: AtOffice,
    url: Annotated[Typed, Form()],
    outlet: Outlet = "",
    labels: Labels = "",
    q: Words = "",
) -> RedirectResponse:
    """Change what a feed's outlet is called, and its labels, one on each line. Without a name, its
    next poll names it."""
    with office.house.ledger.write() as tx:
        if feeds.edit(tx, url, outlet=one_line(outlet), labels=_labels(labels)) is None:
            raise _unlisted(url)
    return _back("edited", q)


@router.post("/feeds/pause")
def pause(
    office: AtOffice,
    url: Annotated[Typed, Form()],
    why: Annotated[Typed, Form(max_length=500)] = "",
    q: Words = "",
) -> RedirectResponse:
    """Stop polling a feed until it is resumed."""
    reason = one_line(why)
    if not reason:
        raise HTTPException(422, "Give a reason: it is shown until the feed is resumed.")
    with office.house.ledger.write() as tx:
        if feeds.pause(tx, url, reason, office.house.now()) is None:
            raise _unlisted(url)
    return _back("paused", q)


@router.post("/feeds/resume")
def resume(office: AtOffice, url: Annotated[Typed, Form()], q: Words = "") -> RedirectResponse:
    """Poll a paused feed again, from the next pass on."""
    with office.house.ledger.write() as tx:
        before = feeds.resume(tx, url, office.house.now())
    if before is None:
        raise _unlisted(url)
    return _back("resumed" if before.paused_at else "not-paused", q)


@router.post("/feeds/remove")
def remove(office: AtOffice, url: Annotated[Typed, Form()], q: Words = "") -> RedirectResponse:
    """Remove a feed from the list. Its articles are kept."""
    with office.house.ledger.write() as tx:
        if not feeds.remove(tx, url):
            raise _unlisted(url)
    return _back("removed", q)


def _back(done: str, words: str = "") -> RedirectResponse:
    """To the list, or to what was found on it, with what was done."""
    return RedirectResponse(f"/feeds?done={done}{_asked(words, '&')}", 303)


def _asked(words: str, begin: str) -> str:
    """The end of an address that asks for some words, if there are any."""
    return f"{begin}{urlencode({'q': words})}" if words else ""


def _has(feed: Feed, words: str) -> bool:
    """Whether each of some words stands in a feed's outlet, address, labels or state."""
    told = " ".join((feed.outlet, feed.url, *feed.labels, standing(feed).state)).casefold()
    return all(word in told for word in words.casefold().split())


def _labels(typed: str) -> tuple[str, ...]:
    return labels_typed(typed.splitlines())


def _unlisted(url: str) -> HTTPException:
    return HTTPException(404, f"{url} is not on the feed list.")


def _page(
    office: Office,
    *,
    words: str = "",
    address: str = "",
    found: tuple[FoundFeed, ...] = (),
    imported: Sequence[str] = (),
    error: str | None = None,
    done: str = "",
    status: int = 200,
) -> HTMLResponse:
    with office.house.ledger.read() as tx:
        everything = sorted(feeds.listed(tx), key=by_health)
        lost = gaps.listed(tx, office.house.now() - SHOWN_GAPS)
        labels = names.labels(tx)
    listed = [feed for feed in everything if _has(feed, words)]
    return office.page(
        "feeds.html",
        "feeds",
        status,
        unwell=[feed for feed in listed if is_unwell(feed)],
        paused=[feed for feed in listed if feed.paused_at is not None],
        well=[feed for feed in listed if feed.paused_at is None and not is_unwell(feed)],
        gaps=lost,
        total=len(everything),
        number=len(listed),
        words=words,
        asked=_asked(words, "?"),
        most=MAX_ROWS,
        counts=Counter(standing(feed).state for feed in everything),
        standing=standing,
        labels=labels,
        known={feed.url: feed for feed in everything},
        now=office.house.now(),
        address=address,
        found=found,
        imported=imported,
        error=error,
        done=done,
    )
