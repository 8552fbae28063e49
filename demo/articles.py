"""Many articles without outlets, for benchmarks and drills of what follows extraction.

Each is some 500 words of the sample newsroom's English articles, in a random order.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice

from sqlalchemy import update

from core.ledger import entries, feeds, segments
from core.ledger.tables import entries as entries_table
from core.records import Article, Evidence, FeedItem, Listed, State, Tag, content_id
from demo.outlets import outlets
from wirewatch.house import House

PARAGRAPHS = 8
"""Paragraphs of an article: some 500 words, as in news."""
ON_TOPIC = 50
"""One article in this many is tagged, some two in a hundred as in real news."""

FEED = "http://made.localhost/feed"
START = datetime(2026, 10, 20, tzinfo=UTC)
EVERY = timedelta(minutes=2)
"""Between two articles: 20,000 of them fall into two calendar months."""


@cache
def stock() -> tuple[str, ...]:
    """Paragraphs of the sample newsroom's English articles, to make other articles from."""
    return tuple(
        dict.fromkeys(
            paragraph
            for outlet in outlets()
            if outlet.language == "en"
            for piece in outlet.published(3)
            for paragraph in piece.version(3).body
        )
    )


def sample_article(number: int) -> Article:
    """One article, always the same for the same number."""
    chance = random.Random(number)  # noqa: S311 - to be the same every time
    url = f"http://made.localhost/{number}"
    paragraphs = chance.sample(stock(), PARAGRAPHS)
    title = " ".join(chance.sample(" ".join(paragraphs).split(), 8))
    why = Evidence(field="title", start=0, end=5, phrase=title[:5], why="made up")
    tag = Tag(topic="surveillance", score=0.9, evidence=(why,))
    return Article(
        id=content_id(url),
        url=url,
        site="made.localhost",
        outlet="Made Up",
        feeds=(FEED,),
        title=title,
        text="\n\n".join(paragraphs),
        authors=("A. Writer",),
        first_seen=START + number * EVERY,
        language="en",
        score=0.9 if number % ON_TOPIC == 0 else 0.02,
        tags=(tag,) if number % ON_TOPIC == 0 else (),
        story=content_id(url),
        fingerprint=content_id(title)[:16],
    )


def leave_linked(house: House, articles: Iterable[Article]) -> None:
    """Put new articles into archive and ledger, as a pass leaves them before it indexes them. The
    ledger must know none of them."""
    remaining = iter(articles)
    while batch := list(islice(remaining, house.settings.segment_items)):
        segment = house.archive.write_articles(batch)
        now = batch[-1].first_seen
        with house.ledger.write() as tx:
            feeds.add_all(tx, [Listed(url=FEED)], now)
            (feed,) = feeds.listed(tx)
            items = [FeedItem(url=one.url, title=one.title) for one in batch]
            entries.record_items(tx, feed, items, now)
            for one in batch:
                tx.execute(
                    update(entries_table)
                    .where(entries_table.c.id == one.id)
                    .values(state=State.LINKED, revision=one.revision, story=one.story)
                )
            segments.add(tx, segment, now)
            segments.set_position(tx, segment)
