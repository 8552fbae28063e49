"""Which stories match a request: the page and the API list the same ones."""

from __future__ import annotations

from typing import NamedTuple

from core.index import WINDOW
from core.ledger.stories import Selection
from core.query import parse
from core.records import NEAR_TOPIC
from desk.stories_request import StoriesRequest
from wirewatch.house import House

ON_TOPIC = 0.5
"""The score from which an article is on topic; the tagger scales its own threshold to this."""

MATCHES = WINDOW
"""Most stories that match a search: articles near the topic that are in no story count, too."""


class Selected(NamedTuple):
    """The stories that match; `cut` if there may be more, since an index counts no further."""

    chosen: Selection
    cut: bool = False


def select(house: House, asked: StoriesRequest, period: Selection) -> Selected:
    """The stories of a period that match every condition asked for. Each may be matched by a
    different article, on topic or near it: the article that denies a story may repeat little of it.
    It may have come after the period: who denied a story of March may have done so in April.

    Raises:
        QueryError: the words are no search; it points into them as they were typed.
        IndexUnavailableError: there are conditions, and the index does not answer.
    """
    parse(asked.words)
    recent = f'first_seen:>="{period.since.isoformat()}"' if period.since else ""
    found: list[set[str]] = []
    for one in asked.conditions:
        query = parse(f"{one} score:>={NEAR_TOPIC} {recent}")
        hits = house.index.search(house.at_present(query), size=0, facets=["story"], values=MATCHES)
        found.append(set(hits.facets["story"]))
    ids = set.intersection(*found) if found else None
    return Selected(
        Selection(period.since, ids, ON_TOPIC, period.until, period.by),
        cut=any(len(stories) >= MATCHES for stories in found),
    )
