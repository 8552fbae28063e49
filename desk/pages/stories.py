"""Stories: those that moved lately, and a single one in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException
from fastapi import Query as Parameter
from pydantic import BeforeValidator
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from core.conditions import Keyword
from core.index import Hits, IndexUnavailableError
from core.ledger import alerts, dossiers, entries, held_alerts, mutes, splits, stories
from core.ledger.stories import Order, Selection
from core.query import QueryError, parse
from core.records import StatementKind
from core.spelling import quoted
from desk.days import DaysError
from desk.downloads import download
from desk.headlines import headline_articles, one_of, telling_articles
from desk.known import KnownTopic
from desk.office import PAGE, AtOffice, AtPage, Office, Typed
from desk.parameters import OWN_PARAMETERS_ONLY
from desk.search_request import SINCE, Since
from desk.selection import select
from desk.stories_request import StoriesRequest
from desk.telling import VOICES, names, speakers, topics, voices
from wirewatch import regrouping
from wirewatch.dossiers import MAX_NAME, MAX_NOTE
from wirewatch.presentation import hints
from wirewatch.presentation.spreadsheet import file_name, written_stories
from wirewatch.presentation.story_facts import facts_of
from wirewatch.presentation.wording import why_held

router = APIRouter()

ROWS = 1_000
"""Most stories of a spreadsheet: the index is asked about each."""

MAX_ARTICLES = 500
"""Most articles of a story, newest first, that names and statements are gathered from."""


StatementPicked = Annotated[StatementKind | None, BeforeValidator(lambda picked: picked or None)]
"""A kind of statement as a form sends it: empty for any."""


def stories_request(
    topic: KnownTopic,
    q: str = "",
    statement: StatementPicked = None,
    since: Since = "7d",
    order: Order = "newest",
    first: Annotated[str, Parameter(alias="from")] = "",
    last: Annotated[str, Parameter(alias="to")] = "",
) -> StoriesRequest:
    """The stories that an address asks for; its form has a time span beside days, too."""
    since = "any" if first or last else since
    return StoriesRequest(q, topic, statement, since, order, first=first, last=last)


StoriesRequested = Annotated[StoriesRequest, Depends(stories_request)]


@router.get("/")
def listed(office: AtOffice, asked: StoriesRequested, page: AtPage, done: str = "") -> Response:
    """The stories that moved lately, with their evidence and kinds of statements.

    While the index does not answer, they are listed without these, which only it has.
    """
    house = office.house
    error, wrong_days, lacking = None, None, None
    chosen, cut = Selection(ids=()), False
    try:
        chosen, cut = select(house, asked, asked.period(house.now()))
    except QueryError as wrong:
        error = wrong
    except DaysError as wrong:
        wrong_days = wrong
    with house.ledger.read() as tx:
        found = stories.listed(tx, chosen, order=asked.order, limit=PAGE, offset=page.offset)
        total = stories.count(tx, chosen)
        headed = stories.headline_articles(tx, found)
        holding = dossiers.holding(tx, [story.id for story in found])
        latest = dossiers.latest(tx)
    if elsewhere := page.beyond(total):
        return elsewhere
    try:
        headline = headline_articles(house, headed)
        telling = telling_articles(house, headline)
        said = _said(office, [story.id for story in found])
    except IndexUnavailableError as why:
        headline, telling, said, lacking = {}, {}, {}, why
    return office.page(
        "stories.html",
        "stories",
        422 if error or wrong_days else 200,
        found=found,
        total=total,
        cut=cut,
        headline=headline,
        telling=telling,
        said=said,
        dossiers=holding,
        latest=latest,
        done=done,
        lacking=lacking,
        topics=office.topics,
        voices={kind: heading for heading, kind in VOICES},
        asked=asked,
        periods=SINCE,
        rows=ROWS,
        page=page,
        error=error,
        wrong_days=wrong_days,
        hint=hints.lacking(house.index, house.account())
        if asked.conditions and not total
        else None,
    )


@router.get("/stories.csv", dependencies=[OWN_PARAMETERS_ONLY])
def as_spreadsheet(office: AtOffice, asked: StoriesRequested) -> Response:
    """The stories that the page lists for the same parameters, at most `ROWS`, as a spreadsheet."""
    chosen, _ = select(office.house, asked, asked.period(office.house.now()))
    with office.house.ledger.read() as tx:
        found = stories.listed(tx, chosen, order=asked.order, limit=ROWS)
    name = file_name(" ".join(["stories", *asked.conditions]), office.house.now().date())
    return download(written_stories(facts_of(office.house, found)), name)


@router.get("/stories/{story_id}")
def one(office: AtOffice, story_id: str, done: str = "") -> Response:
    """One story: its names, its statements, and its articles with why each is in it.

    While the index does not answer, it has its articles and alerts only.
    """
    house = office.house
    with house.ledger.read() as tx:
        story = stories.get(tx, story_id)
        # An article that stands alone is its own story, so alerts call it by the article's id.
        if story is None and entries.get(tx, [story_id]):
            return RedirectResponse(f"/articles/{story_id}", 307)
        if story is None:
            raise HTTPException(404, "There is no story with this id.")
        if story.id != story_id:
            return RedirectResponse(f"/stories/{story.id}", 308)
        told = stories.articles_of(tx, story.id)
        ids = stories.ids_of(tx, [story.id])[story.id]
        sent = list(alerts.listed(tx, of_stories=ids))
        held = held_alerts.listed(tx, of_stories=ids)
        headed = stories.headline_articles(tx, [story])
        holding = dossiers.holding(tx, [story.id]).get(story.id, [])
        every_dossier = dossiers.listed(tx)
        apart = [stories.get(tx, one) for one in splits.parted_from(tx, story.id)]
    held_by = {one.id for one in holding}
    rules = house.rulebook.rules_if_any()  # the page of rules says why there are none
    for_it_alone = {Keyword("story", one) for one in ids}
    lacking = None
    try:
        hits = house.index.search(
            parse(f"story:{quoted(story.id)}"), size=MAX_ARTICLES, sort="newest"
        )
        headline = headline_articles(house, headed)
        telling = telling_articles(house, headline)
    except IndexUnavailableError as why:
        hits, headline, telling, lacking = Hits(total=0, articles=()), {}, {}, why
    articles = sorted(hits.articles, key=lambda one: (one.first_seen, one.id))
    own = [article for article in articles if article.duplicate_of is None]
    language = headline[story.id].language if headline else ""
    # Readers of the headline can read statements in its language, so these come first.
    said = voices(sorted(own, key=lambda one: one.language != language))
    return office.page(
        "story.html",
        "stories",
        story=story,
        language=language,
        telling=telling.get(story.id),
        told=told,
        by_id={article.id: article for article in articles},
        topics=topics(own),
        names=names(own),
        voices=said,
        deniers=speakers(said.get("Denied", [])),
        sent=sent,
        held=held,
        why_held=lambda rule: why_held(rule, rules),
        followed_by=[rule.name for rule in rules.rules if rule.query.condition in for_it_alone],
        dossiers=holding,
        other_dossiers=[one.name for one in every_dossier if one.id not in held_by],
        apart=[one for one in apart if one is not None],
        max_name=MAX_NAME,
        max_note=MAX_NOTE,
        unread=max(0, len(told) - len(articles)),
        most=MAX_ARTICLES,
        lacking=lacking,
        done=done,
    )


@router.post("/stories/{story_id}/mute")
def mute(office: AtOffice, story_id: str) -> RedirectResponse:
    """Have no rule alert on a story any more."""
    with office.house.ledger.write() as tx:
        mutes.mute(tx, _known(tx, story_id), office.house.now())
    return RedirectResponse(f"/stories/{story_id}", 303)


@router.post("/stories/{story_id}/unmute")
def unmute(office: AtOffice, story_id: str) -> RedirectResponse:
    """Let rules alert on a story again."""
    with office.house.ledger.write() as tx:
        mutes.unmute(tx, _known(tx, story_id))
    return RedirectResponse(f"/stories/{story_id}", 303)


@router.post("/stories/{story_id}/split")
def split(
    office: AtOffice, story_id: str, article: Annotated[list[str], Form(default_factory=list)]
) -> RedirectResponse:
    """Take articles out of a story; shows the story that they are from now on."""
    new = regrouping.split(office.house, story_id, article)
    return RedirectResponse(f"/stories/{new}?done=split", 303)


@router.post("/stories/{story_id}/merge")
def merge(
    office: AtOffice, story_id: str, other: Annotated[Typed, Form(max_length=2000)]
) -> RedirectResponse:
    """Make two stories one. `other` is the id of one, its start, or the address of its page."""
    path = other.partition("#")[0].partition("?")[0]  # not parsed: a broken address raises
    named = path.strip().rstrip("/").rpartition("/")[2]
    with office.house.ledger.read() as tx:
        if len(found := stories.find(tx, named)) == 1:
            named = found[0]
    into = regrouping.merge(office.house, story_id, named)
    return RedirectResponse(f"/stories/{into}?done=merged", 303)


def _known(tx: Connection, story_id: str) -> str:
    if stories.get(tx, story_id) is None:
        raise HTTPException(404, "There is no story with this id.")
    return story_id


def _said(office: Office, ids: Sequence[str]) -> dict[str, list[str]]:
    """For each story, the headings of `VOICES` under which it has statements, without the last:
    officials who merely comment."""
    said: dict[str, list[str]] = {story: [] for story in ids}
    for heading, kind in VOICES[:-1] if ids else ():
        query = parse(f"({one_of('story', ids)}) statement:{kind}")
        for story in office.house.index.search(query, size=0, facets=["story"]).facets["story"]:
            said[story].append(heading)
    return said
