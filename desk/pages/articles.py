"""An article: its text with what was found in it, its history, and what its outlet changed."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from sqlalchemy import Connection
from starlette.responses import HTMLResponse, RedirectResponse

from core.ledger import entries, replays, steps, stories
from core.records import Entry
from desk.marks import marks_of, paragraphs, pieces
from desk.office import AtOffice
from desk.pages.entries import REPLAYED
from desk.telling import names
from wirewatch.newsroom.verdicts import Label, Verdicts
from wirewatch.presentation.changes import by_notice, changed, passages
from wirewatch.revisions import revisions

router = APIRouter()


@router.get("/articles/{article_id}")
def one(office: AtOffice, article_id: str, done: str = "") -> HTMLResponse:
    """One article."""
    house = office.house
    with house.ledger.read() as tx:
        entry = _entry(tx, article_id)
        way = steps.of(tx, entry.id)
        story = stories.get(tx, entry.story) if entry.story else None
        told = stories.articles_of(tx, story.id) if story else []
    article = house.index.get(entry.id)
    return office.page(
        "article.html",
        "search",
        entry=entry,
        article=article,
        way=way,
        story=story,
        joined=next((each for each in told if each.article == entry.id), None),
        title=pieces(article.title, marks_of(article, "title")) if article else [],
        text=paragraphs(article.text, marks_of(article, "text")) if article else [],
        names=names([article]) if article else {},
        verdict=Verdicts(house.settings.home).of(entry.id),
        replayed=REPLAYED,
        done=done,
    )


@router.get("/articles/{article_id}/changes")
def changes(office: AtOffice, article_id: str) -> HTMLResponse:
    """What its outlet changed, revision by revision, latest first."""
    with office.house.ledger.read() as tx:
        entry = _entry(tx, article_id)
    known, made_at, damaged = revisions(office.house, entry)
    return office.page(
        "changes.html",
        "search",
        entry=entry,
        latest=known[-1] if known else None,
        edits=[
            (
                after,
                made_at.get(after.revision),
                made_at.get(before.revision),
                changed(before.title, after.title),
                [] if by_notice(before, after, entry.notice) else passages(before, after),
            )
            for before, after in pairwise(known)
        ][::-1],
        missing=entry.revision - len(known),
        damaged=damaged,
    )


@router.post("/articles/{article_id}/verdict")
def judge(
    office: AtOffice, article_id: str, label: Annotated[Label | None, Form()] = None
) -> RedirectResponse:
    """Keep a reader's verdict on an article for the tagger to learn; no label removes it."""
    with office.house.ledger.read() as tx:
        entry = _entry(tx, article_id)
    article = office.house.index.get(entry.id)
    if article is None:
        raise HTTPException(404, "The article is not in the index: there is no text to judge.")
    Verdicts(office.house.settings.home).keep(article, label)
    done = "judged" if label else "withdrawn"
    return RedirectResponse(f"/articles/{article.id}?done={done}", 303)


@router.post("/articles/{article_id}/replay")
def replay(office: AtOffice, article_id: str) -> RedirectResponse:
    """Process an entry that was rejected or quarantined again on the next pass; any other stays as
    it is, as after the first of two clicks."""
    with office.house.ledger.write() as tx:
        entry = _entry(tx, article_id)
        replays.replay(tx, now=office.house.now(), states=REPLAYED, entry=entry.id)
    return RedirectResponse(f"/articles/{entry.id}", 303)


def _entry(tx: Connection, article_id: str) -> Entry:
    entry = entries.get(tx, [article_id]).get(article_id)
    if entry is None:
        raise HTTPException(404, "There is no article with this id.")
    return entry
