"""The desk's JSON API: the records behind its pages, for scripts; see `/api/openapi.json`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Response

from core.dates import A_DATE, beginning
from core.index import WINDOW, DateField, Sort
from core.ledger import accounting, alerts, dossiers, entries, feeds, stories
from core.ledger.accounting import Accounting
from core.ledger.stories import Order, Selection, StoryDate
from core.query import parse
from core.records import (
    Article,
    Dossier,
    State,
    StatementKind,
)
from desk.answers import (
    Alerts,
    DossierTold,
    Entries,
    FeedHealth,
    Found,
    Refusal,
    RuleTold,
    Sent,
    Stories,
    TellingOfStory,
)
from desk.health import Health, judge
from desk.known import KnownRule, KnownTopic
from desk.office import AtOffice, DossierId, Office, Words
from desk.parameters import OWN_PARAMETERS_ONLY
from desk.selection import MATCHES, select
from desk.stories_request import StoriesRequest
from wirewatch.presentation.channels import standings
from wirewatch.presentation.hints import why_no_hits
from wirewatch.presentation.shares import all_days

router = APIRouter(
    prefix="/api",
    dependencies=[OWN_PARAMETERS_ONLY],
    responses={
        422: {"model": Refusal, "description": "A parameter cannot be used"},
        503: {"model": Refusal, "description": "What the answer is made of cannot be read now"},
    },
    generate_unique_id_function=lambda route: route.name,
)

NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"model": Refusal, "description": "There is none with this id"}
}

Size = Annotated[int, Query(ge=1, le=1_000, description="How many to answer with, at most.")]
Offset = Annotated[
    int, Query(ge=0, le=WINDOW, description="How many to leave out, from the first on.")
]


class Period(NamedTuple):
    """From a moment to just before another; None leaves a side open."""

    since: datetime | None
    until: datetime | None


def _period(
    office: AtOffice,
    since: Annotated[
        str | None, Query(description=f"The first moment of the period: {A_DATE}. Times are UTC.")
    ] = None,
    until: Annotated[
        str | None,
        Query(description="The moment just after the period: `2026-12-01` ends with November."),
    ] = None,
) -> Period:
    begin, end = _moment(office, "since", since), _moment(office, "until", until)
    if begin is not None and end is not None and end <= begin:
        raise HTTPException(422, f"until: {until} is not after {since} (since)")
    return Period(begin, end)


def _moment(office: Office, name: str, value: str | None) -> datetime | None:
    try:
        return None if value is None else beginning(value, office.house.now())
    except (ValueError, OverflowError) as error:
        raise HTTPException(422, f"{name}: expected {A_DATE}") from error


InPeriod = Annotated[Period, Depends(_period)]
"""A period, as `wirewatch entries` takes it."""


@router.get("/search", summary="Search articles, and count them")
def search_articles(
    office: AtOffice,
    q: Annotated[
        str, Query(description="A search, in the language of docs/search.md; `*` finds everything.")
    ] = "*",
    size: Annotated[
        int,
        Query(ge=0, le=1_000, description="How many articles to answer with, at most; 0 for none."),
    ] = 20,
    offset: Offset = 0,
    sort: Annotated[
        Sort, Query(description="What comes first: what matches best, or what was first seen last.")
    ] = "newest",
    facet: Annotated[
        list[str],
        Query(
            description="A field whose values are counted, such as `topic`, `outlet` or `country`;"
            " may be repeated."
        ),
    ] = [],  # noqa: B006 - FastAPI copies it for each request
    days: Annotated[
        DateField | None, Query(description="By which date articles are counted per day.")
    ] = None,
) -> Found:
    """Articles that match a search, or only their number (`size=0`); with `days`, also how many
    were first seen, or published, on each day (UTC), and of how many articles."""
    index = office.house.index
    try:
        asked = office.house.at_present(parse(q))
        hits = index.search(asked, size=size, offset=offset, sort=sort, facets=facet, days=days)
        return Found(
            **dict(hits),
            all_days=all_days(index, asked, hits, days) if days else {},
            hint=None if hits.total else why_no_hits(office.house, asked),
        )
    except ValueError as error:
        raise HTTPException(422, str(error)) from error


@router.get("/articles/{article_id}", summary="An article", responses=NOT_FOUND)
def get_article(
    office: AtOffice,
    article_id: Annotated[str, Path(description="An article's id, as a search gives it.")],
) -> Article:
    """An article with everything found in it."""
    found = office.house.index.get(article_id)
    if found is None:
        raise HTTPException(404, "there is no article with this id in the index")
    return found


@router.get("/stories", summary="Stories")
def list_stories(
    office: AtOffice,
    period: InPeriod,
    topic: KnownTopic,
    q: Annotated[
        str, Query(description="A search that an article of the story matches; empty for any.")
    ] = "",
    statement: Annotated[
        StatementKind | None,
        Query(description="A kind of statement that is in an article of the story."),
    ] = None,
    by: Annotated[
        StoryDate,
        Query(
            description="What has to be in the period: when its latest article was seen, or when"
            " its first one was, so that no story is of two periods."
        ),
    ] = "last_seen",
    order: Annotated[
        Order, Query(description="What comes first: what was updated last, or has most outlets.")
    ] = "newest",
    size: Size = 20,
    offset: Offset = 0,
) -> Stories:
    """The stories about surveillance that the page of stories lists for the same words, topic and
    statement, of any time or of a period, and how many there are. A search's words, topic and
    statement may be in different articles of a story, each seen since the period began."""
    of_period = Selection(since=period.since, until=period.until, by=by)
    chosen, cut = select(office.house, StoriesRequest(q, topic, statement), of_period)
    if cut:
        raise HTTPException(
            422,
            f"{MATCHES:,} stories or more match, and the others would be missing: ask for fewer,"
            " such as those with an article of one month (q=topic:spyware first_seen:2026-03)",
        )
    with office.house.ledger.read() as tx:
        return Stories(
            total=stories.count(tx, chosen),
            stories=stories.listed(tx, chosen, order=order, limit=size, offset=offset),
        )


@router.get("/stories/{story_id}", summary="A story and its articles", responses=NOT_FOUND)
def get_story(
    office: AtOffice, story_id: Annotated[str, Path(description="The id of a story.")]
) -> TellingOfStory:
    """A story, by its id or by that of a story merged into it."""
    with office.house.ledger.read() as tx:
        found = stories.get(tx, story_id)
        if found is None:
            raise HTTPException(404, "there is no story with this id")
        return TellingOfStory(story=found, articles=tuple(stories.articles_of(tx, found.id)))


@router.get("/dossiers", summary="Dossiers")
def list_dossiers(office: AtOffice) -> list[Dossier]:
    """The dossiers: the one that a story was added to last comes first."""
    with office.house.ledger.read() as tx:
        return dossiers.listed(tx)


@router.get("/dossiers/{dossier_id}", summary="A dossier and its stories", responses=NOT_FOUND)
def get_dossier(office: AtOffice, dossier_id: DossierId) -> DossierTold:
    """A dossier and its stories, each with its note."""
    with office.house.ledger.read() as tx:
        found = dossiers.get(tx, dossier_id)
        if found is None:
            raise HTTPException(404, "there is no dossier with this id")
        return DossierTold(dossier=found, stories=tuple(dossiers.stories_of(tx, found.id)))


@router.get("/alerts", summary="Alerts and their deliveries")
def list_alerts(
    office: AtOffice,
    rule: KnownRule,
    size: Size = 20,
    offset: Offset = 0,
) -> Alerts:
    """Alerts, newest first, and how many there are."""
    with office.house.ledger.read() as tx:
        found = list(alerts.listed(tx, rule=rule or None, last=size, before=offset))
        return Alerts(
            total=alerts.count(tx, rule=rule or None),
            alerts=[Sent(alert=alert, deliveries=where) for alert, where in reversed(found)],
        )


@router.get("/rules", summary="Rules")
def list_rules(office: AtOffice) -> list[RuleTold]:
    """The rules; last, those that cannot be used."""
    rules = office.house.rulebook.rules()
    return [
        *(RuleTold(name=one.name, query=one.query.text, to=one.to) for one in rules.rules),
        *(
            RuleTold(name=one.name, wrong=str(one.error))
            for one in rules.mistakes
            if one.kind == "rule"
        ),
    ]


@router.get("/feeds", summary="Feeds and their health")
def list_feeds(office: AtOffice) -> list[FeedHealth]:
    """All feeds, with their health."""
    with office.house.ledger.read() as tx:
        return [FeedHealth.model_validate(feed, from_attributes=True) for feed in feeds.listed(tx)]


@router.get("/accounting", summary="How many entries ended how, and why")
def get_accounting(office: AtOffice, period: InPeriod) -> Accounting:
    """How many entries were seen, and how they ended and why: all, or those first seen since a
    time and before another."""
    with office.house.ledger.read() as tx:
        return accounting.account(tx, since=period.since, until=period.until)


@router.get("/entries", summary="Entries")
def list_entries(
    office: AtOffice,
    period: InPeriod,
    state: Annotated[
        State | None, Query(description="How far they have come, or how they ended.")
    ] = None,
    reason: Annotated[
        Words | None, Query(description="Why they ended so, as `/api/accounting` names it.")
    ] = None,
    size: Size = 20,
    offset: Offset = 0,
) -> Entries:
    """Entries, latest change of state first, and how many there are: all, or those first seen since
    a time and before another."""
    chosen = entries.Chosen(state=state, reason=reason, since=period.since, until=period.until)
    with office.house.ledger.read() as tx:
        return Entries(
            total=entries.count(tx, **chosen),
            entries=entries.latest(tx, limit=size, offset=offset, **chosen),
        )


@router.get(
    "/health",
    summary="Whether a person has to look",
    responses={503: {"model": Health | Refusal, "description": "Something is wrong"}},
)
def check_health(
    office: AtOffice,
    response: Response,
    hours: Annotated[
        float,
        Query(
            gt=0,
            le=168,
            description="How late a poll may be: longer than your passes are apart, and longer than"
            " the time in which slow feeds need no poll, if all are slow.",
        ),
    ] = 3.0,
) -> Health:
    """For a monitoring system: 200 if feeds are polled and channels take messages, else 503 and
    what is wrong."""
    house, longest = office.house, timedelta(hours=hours)
    now, rules = house.now(), house.rulebook.rules_if_any()
    with house.ledger.read() as tx:
        used = [
            one.health
            for one in standings(tx, rules).values()
            if one.channel is not None and one.health is not None
        ]
        late = feeds.count_due(tx, now - longest)
        are_polled = feeds.next_due(tx) is not None  # else all are paused
        polled_at = feeds.last_polled(tx) if are_polled else None
        found = judge(late, polled_at, now, longest, used, rules.mistakes)
    if found.wrong:
        response.status_code = 503
    return found
