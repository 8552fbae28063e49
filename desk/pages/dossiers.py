"""Dossiers: stories put together under a name, in order, each with a note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException
from sqlalchemy import Connection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from alert.markup import Block, as_html, as_html_page, as_markdown_document
from alert.wording import draft_body
from core.index import IndexUnavailableError
from core.ledger import dossiers, stories
from core.records import Dossier, DraftStory
from desk.downloads import saved_as
from desk.headlines import headline_articles, telling_articles
from desk.office import PAGE, AtOffice, AtPage, DossierId, Office, Typed
from wirewatch import dossiers as changes
from wirewatch import drafting
from wirewatch.presentation import hints
from wirewatch.presentation.spreadsheet import file_name

router = APIRouter()

Name = Annotated[Typed, Form(max_length=1_000)]
Note = Annotated[Typed, Form(max_length=20_000)]
"""Longer than either may be: what is too long is told by `wirewatch.dossiers`, without white space
that is dropped."""

StoryId = Annotated[Typed, Form(max_length=64)]


@router.get("/dossiers")
def listed(office: AtOffice, done: str = "") -> HTMLResponse:
    """The dossiers: the one that a story was added to last comes first."""
    with office.house.ledger.read() as tx:
        found = dossiers.listed(tx)
    return office.page("dossiers.html", "dossiers", found=found, done=done)


@router.get("/dossiers/{dossier_id}")
def one(office: AtOffice, dossier_id: DossierId, page: AtPage, done: str = "") -> Response:
    """The stories of a dossier in its order, each with its note.

    While the index does not answer, they are without their evidence, which only it has.
    """
    house = office.house
    with house.ledger.read() as tx:
        dossier = _known(tx, dossier_id)
        if elsewhere := page.beyond(dossier.stories):
            return elsewhere
        found = dossiers.stories_of(tx, dossier.id, limit=PAGE, offset=page.offset)
        headed = stories.headline_articles(tx, [one.story for one in found])
    lacking = None
    try:
        headline = headline_articles(house, headed)
        telling = telling_articles(house, headline)
    except IndexUnavailableError as why:
        headline, telling, lacking = {}, {}, why
    return office.page(
        "dossier.html",
        "dossiers",
        dossier=dossier,
        found=found,
        headline=headline,
        telling=telling,
        lacking=lacking,
        page=page,
        max_name=changes.MAX_NAME,
        max_note=changes.MAX_NOTE,
        done=done,
    )


@router.get("/dossiers/{dossier_id}/draft")
def draft(office: AtOffice, dossier_id: DossierId) -> HTMLResponse:
    """A dossier as a text: as a mail shows it, and as Markdown."""
    dossier, told, body = _draft(office, dossier_id)
    return office.page(
        "draft.html",
        "dossiers",
        dossier=dossier,
        erased=dossier.stories - len(told),
        lacking=hints.lacking(office.house.index, office.house.account()),
        body=as_html(body),
        markdown=as_markdown_document(body),
    )


@router.get("/dossiers/{dossier_id}/draft.md")
def as_markdown(office: AtOffice, dossier_id: DossierId) -> Response:
    """The draft as a file of Markdown."""
    dossier, _, body = _draft(office, dossier_id)
    return _file(office, dossier, f"{as_markdown_document(body)}\n", "md", "text/markdown")


@router.get("/dossiers/{dossier_id}/draft.html")
def as_page(office: AtOffice, dossier_id: DossierId) -> Response:
    """The draft as a file of HTML, for a mail."""
    dossier, _, body = _draft(office, dossier_id)
    return _file(office, dossier, as_html_page(body, dossier.name), "html", "text/html")


@router.post("/stories/{story_id}/dossiers")
def add(office: AtOffice, story_id: str, name: Name, note: Note = "") -> RedirectResponse:
    """Add a story to the dossier of a name, which is made if there is none."""
    changes.add(office.house, name, story_id, note)
    return RedirectResponse(f"/stories/{story_id}?done=added", 303)


@router.post("/dossiers/{dossier_id}/add")
def add_listed(
    office: AtOffice, dossier_id: DossierId, story: StoryId, page: AtPage
) -> RedirectResponse:
    """Add a story from the list of stories, and go back to its place there; the address has what
    the list was narrowed by."""
    added = changes.add_to(office.house, dossier_id, story)
    return RedirectResponse(f"/{page.address(page.number)}&done={added.id}#{added.id}", 303)


@router.post("/dossiers/{dossier_id}/note")
def annotate(
    office: AtOffice, dossier_id: DossierId, story: StoryId, note: Note = "", was: Note = ""
) -> RedirectResponse:
    """Change the note of a story, unless it no longer is what it `was` on the page."""
    note = changes.note_of(note)
    with changes.changed(office.house, dossier_id) as tx:
        changes.annotate(tx, dossier_id, story, note, was="\n".join(was.splitlines()))
        return _back(tx, dossier_id, story, done=story)


@router.post("/dossiers/{dossier_id}/move")
def move(
    office: AtOffice, dossier_id: DossierId, story: StoryId, place: Annotated[int, Form()]
) -> RedirectResponse:
    """Put a story at another place, counted from 1."""
    with changes.changed(office.house, dossier_id) as tx:
        dossiers.move(tx, dossier_id, story, place)
        return _back(tx, dossier_id, story)


@router.post("/dossiers/{dossier_id}/take-out")
def take_out(office: AtOffice, dossier_id: DossierId, story: StoryId) -> RedirectResponse:
    """Take a story out, with its note."""
    with changes.changed(office.house, dossier_id) as tx:
        dossiers.take_out(tx, dossier_id, story)
    return RedirectResponse(f"/dossiers/{dossier_id}?done=taken-out", 303)


@router.post("/dossiers/{dossier_id}/rename")
def rename(office: AtOffice, dossier_id: DossierId, name: Name) -> RedirectResponse:
    """Give a dossier another name."""
    changes.rename(office.house, dossier_id, name)
    return RedirectResponse(f"/dossiers/{dossier_id}?done=renamed", 303)


@router.post("/dossiers/{dossier_id}/remove")
def remove(office: AtOffice, dossier_id: DossierId) -> RedirectResponse:
    """Remove a dossier with its notes. Its stories stay."""
    with changes.changed(office.house, dossier_id) as tx:
        dossiers.remove(tx, dossier_id)
    return RedirectResponse("/dossiers?done=removed", 303)


def _known(tx: Connection, dossier_id: int) -> Dossier:
    found = dossiers.get(tx, dossier_id)
    if found is None:
        raise HTTPException(404, "There is no dossier at this address. It may have been removed.")
    return found


def _draft(
    office: Office, dossier_id: int
) -> tuple[Dossier, Sequence[DraftStory], Sequence[Block]]:
    """A dossier, its stories as a draft tells them, and the draft."""
    with office.house.ledger.read() as tx:
        dossier = _known(tx, dossier_id)
    told = drafting.draft(office.house, dossier_id)
    return dossier, told, tuple(draft_body(told))


def _file(office: Office, dossier: Dossier, text: str, ending: str, kind: str) -> Response:
    name = file_name(dossier.name, office.house.now().date(), ending)
    return Response(text, media_type=f"{kind}; charset=utf-8", headers=saved_as(name))


def _back(tx: Connection, dossier_id: int, story: str, **told: str) -> RedirectResponse:
    """The page of a dossier, at the place where a story stands now."""
    present, order = stories.root(tx, story), dossiers.places(tx, dossier_id)
    if present not in order:
        raise HTTPException(404, "The story is not in this dossier any more.")
    query = urlencode({"page": order.index(present) // PAGE + 1} | told)
    return RedirectResponse(f"/dossiers/{dossier_id}?{query}#{present}", 303)
