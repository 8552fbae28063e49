"""Articles that arrive in a house without a network: already extracted, in an archive segment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from factories import add_feed, an_article, get_feed
from sqlalchemy import update

from core.ledger import entries, feeds, segments, tables
from core.records import SURVEILLANCE, Article, Entry, FeedItem, State, Tag
from enrich.copies.fingerprint import fingerprint
from enrich.meanings import MEANING_WIDTH, pack_meaning
from wirewatch.house import House
from wirewatch.stages.index import articles_to_index, index_articles, index_moved
from wirewatch.stages.link import link
from wirewatch.stages.match import match

FEED = "https://news.example/rss"
TAGS = (Tag(topic=SURVEILLANCE, score=0.9),)
TEXT = (
    "Agents of Zubrovka have listened to the calls of the mayor of Lutz for a year, her office "
    "says. The mayor, who leads the opposition in the assembly, was told by the company that made "
    "the telephone. She has asked the court of Lutz to have the recordings handed over, and the "
    "assembly is to hear the chief of the agency on Friday."
)
OTHER = (
    "The railway of Borduria has bought four thousand cameras that know faces, and will hang them "
    "in its stations before the summer. The regulator was not asked, according to the minutes of "
    "a meeting in February, and the ministry of transport says that it was not told either."
)


def arrive(house: House, articles: Sequence[Article], *, historic: bool = False) -> None:
    """Let articles arrive from a feed or its history, extracted, in one segment of the archive."""
    with house.ledger.read() as tx:
        known = any(feed.url == FEED for feed in feeds.listed(tx))
    feed = get_feed(house.ledger, FEED) if known else add_feed(house.ledger, FEED)
    segment = house.archive.write_articles(articles)
    with house.ledger.write() as tx:
        segments.add(tx, segment, house.now())
        for article in articles:
            item = FeedItem(url=article.url, published=article.published)
            entries.record_items(tx, feed, [item], article.first_seen)
            (entry,) = entries.get(tx, [article.id]).values()
            entries.transition(
                tx,
                entry,
                State.EXTRACTED,
                now=house.now(),
                revision=article.revision,
                fingerprint=article.fingerprint or None,
            )
            tx.execute(
                update(tables.entries)
                .where(tables.entries.c.id == article.id)
                .values(
                    outlet=article.outlet,
                    site=article.site,
                    title=article.title,
                    historic=historic,
                )
            )


def piece(house: House, number: int, title: str, text: str, **changes: object) -> Article:
    site = f"site{number}.example"
    fields = {
        "title": title,
        "text": text,
        "site": site,
        "outlet": site,
        "language": "en",
        "tags": TAGS,
        "score": 0.9,
        "fingerprint": fingerprint(text),
        "first_seen": house.now() - timedelta(hours=1) + timedelta(minutes=number),
    }
    return an_article(number, **(fields | changes))


def meaning(*parts: float) -> str:
    """A meaning whose first few numbers are given; the rest are zero."""
    whole = np.zeros(MEANING_WIDTH, dtype=np.float32)
    whole[: len(parts)] = parts
    return pack_meaning(whole)


def index(house: House) -> None:
    for segment in articles_to_index(house):
        assert index_articles(house, segment) == 0
    assert index_moved(house) == 0


def pass_on(house: House) -> None:
    """Link, index and match what has arrived."""
    link(house)
    index(house)
    match(house)


def let_in(house: House, *articles: Article) -> None:
    """Let articles arrive, and pass them on."""
    arrive(house, articles)
    pass_on(house)


def entry_of(house: House, article: Article) -> Entry:
    with house.ledger.read() as tx:
        return entries.get(tx, [article.id])[article.id]
