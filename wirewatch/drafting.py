"""Drafts: a dossier as a text, for a newsletter or a mail."""

from __future__ import annotations

from datetime import datetime

from alert.developments import denials
from core.ledger import dossiers, stories
from core.ledger.followed import coverage
from core.ledger.utc import hour_of
from core.query import parse
from core.records import Article, Development, DraftStory, StatementKind
from core.spelling import quoted
from wirewatch.house import House

MAX_ARTICLES = 500
"""Most articles of a story with a denial that are read, newest first."""


def draft(house: House, dossier: int) -> list[DraftStory]:
    """The stories of a dossier as a draft tells them, in its order, without those whose articles
    were all erased.

    Raises:
        IndexUnavailableError: the index does not answer, which knows who denies a story.
    """
    with house.ledger.read() as tx:
        told = {one.story.id: one.note for one in dossiers.stories_of(tx, dossier)}
        standing = coverage(tx, stories.ids_of(tx, told))
    return [
        DraftStory(standing=standing[story], note=note, denials=_denials(house, story))
        for story, note in told.items()
        if story in standing
    ]


def _denials(house: House, story: str) -> tuple[Development, ...]:
    query = f"story:{quoted(story)} statement:{StatementKind.DENIAL} -duplicate_of:*"
    hits = house.index.search(parse(query), size=MAX_ARTICLES, sort="newest")
    return denials(sorted(hits.articles, key=_by_arrival))


def _by_arrival(article: Article) -> tuple[datetime, datetime, str]:
    """A sort key: what one hour brought is in the order of publication."""
    published = article.published or article.first_seen
    return hour_of(article.first_seen), published, article.id
