"""What the index has of the articles that show what stories are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.query import parse
from core.records import SURVEILLANCE, Article
from core.spelling import quoted
from wirewatch.house import House


def headline_articles(house: House, by_story: Mapping[str, str]) -> dict[str, Article]:
    """The articles of ids, under the same keys; those not in the index are left out.

    Raises:
        IndexUnavailableError: the index does not answer.
    """
    ids = list(by_story.values())
    if not ids:
        return {}
    hits = house.index.search(parse(one_of("id", ids)), size=len(ids))
    by_id = {article.id: article for article in hits.articles}
    return {story: by_id[one] for story, one in by_story.items() if one in by_id}


def telling_articles(house: House, headline: Mapping[str, Article]) -> dict[str, Article]:
    """For each story, the article whose topics and phrases show what it is about: the one with its
    headline, or, if that one is off topic, the newest on topic.

    Raises:
        IndexUnavailableError: the index does not answer.
    """
    telling = dict(headline)
    for story, article in headline.items():
        if not article.tags:
            query = parse(f"story:{quoted(story)} topic:{SURVEILLANCE}")
            others = house.index.search(query, size=1, sort="newest").articles
            telling[story] = next(iter(others), article)
    return telling


def one_of(field: str, values: Sequence[str]) -> str:
    """A search for articles that have one of some values in a field."""
    return " OR ".join(f"{field}:{quoted(one)}" for one in values)
