"""Search: hits with their evidence, values to narrow by, and how many there are over time, beside
those of other searches; also as Atom and as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, HTTPException
from fastapi import Query as Parameter
from starlette.responses import Response

from core.clauses import Explainer, matched_phrases
from core.index import FACET_VALUES, WINDOW, DateField, Hits, Index, Sort
from core.ledger import names, stories
from core.query import Query, QueryError, parse
from core.records import Article, Evidence
from desk.days import DaysError
from desk.downloads import download
from desk.known import is_rule
from desk.marks import pieces
from desk.office import PAGE, AtOffice, AtPage, Office
from desk.parameters import OWN_PARAMETERS_ONLY
from desk.search_request import (
    DAYS,
    FACETS,
    MAX_OTHERS,
    SINCE,
    MisreadError,
    SearchRequest,
    Since,
    read_others,
    read_picked,
)
from desk.snippets import marked, snippets, unseen
from desk.telling import reasons
from desk.volume import Chart, Counted, Row, bars, columns, highest, joint, period
from wirewatch.presentation.hints import why_no_hits
from wirewatch.presentation.outbound import feed_of_rule, feed_of_search
from wirewatch.presentation.shares import FEWEST, all_days, daily
from wirewatch.presentation.spreadsheet import (
    file_name,
    written,
    written_comparison,
    written_days,
)
from wirewatch.presentation.wording import undated

router = APIRouter()

VALUES = 8
"""Values of a facet that are shown at once; the others that the index counts unfold."""

AT_A_TIME = 500
"""Articles read at once for a spreadsheet."""

Picked = Annotated[list[str], Parameter()]

Others = Annotated[list[str], Parameter(alias="with", max_length=MAX_OTHERS)]


def search_request(
    q: str = "",
    pick: Picked = [],  # noqa: B006 - FastAPI copies it for each request
    since: Since = "any",
    sort: Sort = "newest",
    copies: bool = False,
    days: DateField = "first_seen",
    share: bool = False,
    first: Annotated[str, Parameter(alias="from")] = "",
    last: Annotated[str, Parameter(alias="to")] = "",
    others: Others = [],  # noqa: B006 - as `pick`
) -> SearchRequest:
    """The search that an address asks for: the page's and the spreadsheets' take the same one."""
    picked, compared = read_picked(pick), read_others(q, others)
    return SearchRequest(
        q, picked, since, sort, copies, days, share, compared, first=first, last=last
    )


SearchRequested = Annotated[SearchRequest, Depends(search_request)]


@router.get("/search")
def search(office: AtOffice, asked: SearchRequested, page: AtPage) -> Response:
    """A page of hits."""
    hits = Hits(total=0, articles=())
    error, wrong_days = None, None
    matched: dict[str, list[Evidence]] = {}
    volume, hint = None, None
    try:
        first, *others = asked.compared
        found = [
            _searched(office, first, size=PAGE, offset=page.offset, facets=FACETS),
            *(_searched(office, one) for one in others),
        ]
        hits = found[0].hits
        asked_for = office.house.at_present(parse(asked.query))
        matched = {
            one.id: list(matched_phrases(Explainer(one).explain(asked_for.condition)))
            for one in hits.articles
        }
        volume = _volume(office, asked, found)
        if not hits.total and not others:  # else the chart says it of each
            hint = why_no_hits(office.house, found[0].query)
    except MisreadError as wrong:
        error = wrong
    except DaysError as wrong:
        wrong_days = wrong
    if elsewhere := page.beyond(hits.total):
        return elsewhere
    with office.house.ledger.read() as tx:
        told = stories.by_id(tx, {one.story for one in hits.articles if one.story})
    why = {one.id: reasons(one, one.title) for one in hits.articles}
    places = {one.id: snippets(one.text, matched[one.id], why[one.id]) for one in hits.articles}
    return office.page(
        "search.html",
        "search",
        422 if error or wrong_days else 200,
        asked=asked,
        hits=hits,
        error=error,
        wrong_days=wrong_days,
        hint=hint,
        periods=SINCE,
        counted_by=DAYS,
        titled=lambda article: pieces(article.title, marked(matched[article.id], "title", "hit")),
        sizes={one: story.size for one, story in told.items()},
        snippets=places,
        reasons=lambda article: unseen(why[article.id], places[article.id]),
        facets=_facets(office, hits, asked),
        shown=VALUES,
        most_values=FACET_VALUES,
        volume=volume,
        fewest=FEWEST,
        max_others=MAX_OTHERS,
        page=page,
        window=WINDOW,
    )


@router.get("/search.atom", dependencies=[OWN_PARAMETERS_ONLY])
def as_atom(office: AtOffice, q: str = "*", title: str = "") -> Response:
    """A search's results as an Atom document, newest first."""
    return Response(feed_of_search(office.house, q, title), media_type="application/atom+xml")


@router.get("/rule.atom", dependencies=[OWN_PARAMETERS_ONLY])
def rule_as_atom(office: AtOffice, name: str) -> Response:
    """A rule's stories as an Atom document."""
    if not is_rule(office, name):
        raise HTTPException(404, f"There is no rule {name!r}, and no alerts from one of that name.")
    return Response(feed_of_rule(office.house, name), media_type="application/atom+xml")


@router.get("/search.csv", dependencies=[OWN_PARAMETERS_ONLY])
def as_spreadsheet(office: AtOffice, asked: SearchRequested) -> Response:
    """The search page's results for the same parameters, at most `WINDOW`, as a spreadsheet."""
    # "The last day" must mean the same day for all parts.
    searched = office.house.at_present(asked.parsed())
    lines = written(_all(office.house.index, searched, asked.sort))
    return download(lines, file_name(asked.query, office.house.now().date()))


@router.get("/days.csv", dependencies=[OWN_PARAMETERS_ONLY])
def days_as_spreadsheet(office: AtOffice, asked: SearchRequested) -> Response:
    """What the search page's chart counts for the same parameters, day by day, as a spreadsheet."""
    index = office.house.index
    found = [_searched(office, one) for one in asked.compared]
    days = [
        (one.asked.name, daily(one.hits.days, all_days(index, one.query, one.hits, asked.days)))
        for one in found
    ]
    lines = written_comparison(days) if asked.others else written_days(days[0][1])
    words = " ".join(one.query for one in asked.compared)
    return download(lines, file_name(f"days {words}", office.house.now().date()))


class Searched(NamedTuple):
    """A search, as it was understood, and what it finds."""

    asked: SearchRequest
    query: Query
    hits: Hits


def _searched(
    office: Office,
    asked: SearchRequest,
    *,
    size: int = 0,
    offset: int = 0,
    facets: Sequence[str] = (),
) -> Searched:
    """What a search finds, counted by day.

    Raises:
        MisreadError: its words are no search.
        DaysError: its days are no period.
    """
    try:
        query = office.house.at_present(asked.parsed())
        hits = office.house.index.search(
            query, size=size, offset=offset, sort=asked.sort, facets=facets, days=asked.days
        )
    except QueryError as wrong:
        raise MisreadError(asked.words, wrong) from wrong
    return Searched(asked, query, hits)


def _facets(
    office: Office, hits: Hits, asked: SearchRequest
) -> dict[str, list[tuple[str, int | None]]]:
    """The values that a reader may still pick, most frequent first; after the outlets, the labels
    of feeds and their folders, which are not counted."""
    found: dict[str, Mapping[str, int | None]] = {}
    for field in FACETS:
        found[field] = hits.facets.get(field, {})
        if field == "outlet":
            with office.house.ledger.read() as tx:
                found["label"] = dict.fromkeys(names.labels(tx))
    return {
        field: [one for one in values.items() if not asked.has_picked(field, one[0])]
        for field, values in found.items()
    }


def _volume(office: Office, asked: SearchRequest, found: Sequence[Searched]) -> Chart | None:
    """How much each search found over time, each bar linking to the articles of its days. None for
    a search alone that finds nothing, or whose only article would be the only bar; several articles
    of one day may be of several days by the other date."""
    has_shares = all(one.query.asks_of_content for one in found)
    counted = [
        Counted(
            one.hits.days,
            all_days(office.house.index, one.query, one.hits, asked.days)
            if asked.share and has_shares
            else None,
        )
        for one in found
    ]
    asked_for = joint([period(one.query.condition, asked.days) for one in found])
    several = bars(counted, office.house.now().date(), asked_for)
    total = sum(one.hits.total for one in found)
    if len(found) == 1 and (not total or (total == 1 and len(several[0]) <= 1)):
        return None
    most = highest(bar for row in several for bar in row)
    rows = [
        Row(
            one.asked.name,
            one.asked.address(),
            columns(row, most, one.asked.of_bar),
            undated(one.hits),
            None if one.hits.total else why_no_hits(office.house, one.query),
        )
        for one, row in zip(found, several, strict=True)
    ]
    return Chart(rows, asked.share and has_shares, has_shares)


def _all(index: Index, query: Query, sort: Sort) -> Iterator[Article]:
    """A search's results, as deep as an index reaches. In parts, since articles are large."""
    told: set[str] = set()
    for offset in range(0, WINDOW, AT_A_TIME):
        found = index.search(query, size=AT_A_TIME, offset=offset, sort=sort).articles
        # An article that comes in the meantime shifts the others.
        yield from (article for article in found if article.id not in told)
        told.update(article.id for article in found)
        if len(found) < AT_A_TIME:
            return
