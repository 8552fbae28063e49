"""Linked articles: what a segment holds, with what the ledger has learnt of it since."""

from __future__ import annotations

from collections.abc import Iterator

from core.ledger import entries
from core.records import Article, Entry, Segment
from wirewatch.house import House


def linked_articles(house: House, segment: Segment) -> Iterator[tuple[Article, Entry]]:
    """A linked segment's articles as they are indexed: with story and `duplicate_of`, and without
    superseded revisions."""
    articles = list(house.archive.read_articles(segment))
    with house.ledger.read() as tx:
        known = entries.get(tx, (article.id for article in articles))
    for article in articles:
        entry = known[article.id]
        if entry.revision == article.revision:
            update = {
                "story": entry.story,
                "moves": entry.moves,
                "duplicate_of": entry.duplicate_of,
                "feeds": entry.feeds,
                # Only earlier stages need them; nobody searches by them.
                "meaning": "",
                "printed": False,
            }
            yield article.model_copy(update=update), entry
