"""The revisions of an article, from the archive: what its outlet changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from core.archive import ArchiveError
from core.ledger import segments, steps
from core.records import Article, Entry, State, UtcTime
from wirewatch.house import House

MAX_FILES = 20
"""Most files read for one revision: its own is the first or soon after."""


class DatedArticle(Article):
    """A revision of an article with when it was made, for scripts."""

    made_at: UtcTime | None = None


class Revisions(NamedTuple):
    """An article's revisions in the archive, oldest first, when each was made, by its number, and
    the errors of unreadable files.

    A revision is made when a visit to its page, or its feed, brings the text: an edit happened
    before.
    """

    articles: tuple[Article, ...]
    made_at: Mapping[int, datetime]
    damaged: tuple[str, ...]


def revisions(house: House, entry: Entry) -> Revisions:
    """All revisions of an entry's article; none before there is an article.

    A revision's segment was recorded with the step that moved its entry to extracted, or has since
    been merged with later ones. So finding a revision usually takes one file.
    """
    with house.ledger.read() as tx:
        made = [step.at for step in steps.of(tx, entry.id) if step.state is State.EXTRACTED]
        since = [segments.of_articles(tx, since=moment, limit=MAX_FILES) for moment in made]
    found: dict[int, Article] = {}
    damaged: dict[str, str] = {}
    for candidates in since:
        for segment in candidates:
            if len(found) >= entry.revision:
                break
            known = len(found)
            try:
                for article in house.archive.read_articles(segment):
                    if article.id == entry.id:
                        found[article.revision] = article
            except ArchiveError as error:
                damaged[segment.path] = str(error)
            if len(found) > known:
                break
    articles = tuple(found[one] for one in sorted(found))
    return Revisions(articles, dict(enumerate(made, start=1)), tuple(damaged.values()))
