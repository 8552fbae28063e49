"""The revisions of an article, from the archive: what its outlet changed."""

from __future__ import annotations

from typing import NamedTuple

from core.archive import ArchiveError
from core.ledger import segments, steps
from core.records import Article, Entry, State
from wirewatch.house import House

MAX_FILES = 20
"""Most files read for one revision: its own is the first or soon after."""


class Revisions(NamedTuple):
    """An article's revisions in the archive, oldest first, and the errors of unreadable files."""

    articles: tuple[Article, ...]
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
    return Revisions(tuple(found[one] for one in sorted(found)), tuple(damaged.values()))
