"""What ledger and index together know of stories: who is in them, who denies them, and where each
was told first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from alert.developments import denials
from core.ledger import stories
from core.ledger.followed import coverage
from core.ledger.utc import hour_of
from core.query import parse
from core.records import SURVEILLANCE, Article, Development, StatementKind, Story
from core.spelling import quoted
from wirewatch.house import House

MAX_ARTICLES = 500
"""Most articles of a story with a denial that are read, newest first."""

NAMED = (
    *("agency", "vendor", "programme", "technology", "law", "court", "person"),
    "country",
)
"""Fields of articles whose values are gathered for their story, beside its topics."""


class StoryFacts(NamedTuple):
    """A story; the values that its articles have in `topic` and the fields of `NAMED`, the most
    frequent first; who denies it; and the address of its first article."""

    story: Story
    values: Mapping[str, Sequence[str]]
    denials: tuple[Development, ...]
    url: str


def facts_of(house: House, listed: Sequence[Story]) -> Iterator[StoryFacts]:
    """The facts of some stories, in their order, without those that were erased meanwhile.

    Raises:
        IndexUnavailableError: the index does not answer.
    """
    with house.ledger.read() as tx:
        standing = coverage(tx, stories.ids_of(tx, [story.id for story in listed]))
    for story in listed:
        if story.id not in standing:
            continue
        query = parse(f"story:{quoted(story.id)} -duplicate_of:*")
        found = house.index.search(query, size=0, facets=["topic", "statement", *NAMED]).facets
        values = {field: list(found[field]) for field in NAMED}
        # The root topic, which all stories share, says nothing.
        values["topic"] = [topic for topic in found["topic"] if topic != SURVEILLANCE]
        is_denied = StatementKind.DENIAL in found["statement"]
        denied = denials_of(house, story.id) if is_denied else ()
        yield StoryFacts(story, values, denied, standing[story.id].first.url)


def denials_of(house: House, story: str) -> tuple[Development, ...]:
    """Who denies a story, as digests and drafts tell it.

    Raises:
        IndexUnavailableError: the index does not answer.
    """
    query = f"story:{quoted(story)} statement:{StatementKind.DENIAL} -duplicate_of:*"
    hits = house.index.search(parse(query), size=MAX_ARTICLES, sort="newest")
    return denials(sorted(hits.articles, key=_by_arrival))


def _by_arrival(article: Article) -> tuple[datetime, datetime, str]:
    """A sort key: what one hour brought is in the order of publication."""
    published = article.published or article.first_seen
    return hour_of(article.first_seen), published, article.id
