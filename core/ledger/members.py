"""Members of stories in the ledger: what is kept of each threaded article, to thread others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select, update

from core.ledger.tables import entries, members, stories
from core.records import Article, Entry, Record, State

NEWS_AT = case(
    (and_(entries.c.historic, entries.c.published < entries.c.first_seen), entries.c.published),
    else_=entries.c.first_seen,
)
"""An entry's `Entry.news_at`."""


class StoredMember(Record):
    """What the window remembers of a threaded article, and why it joined its story.

    `first_seen` is `Entry.news_at`: of an article from a feed's history, when it was published.
    `profile` is what other articles are compared with, packed as the threader does it; None for an
    article that was threaded before there were profiles.
    """

    article: str
    story: str
    first_seen: datetime
    profile: bytes | None
    similarity: float
    why: tuple[tuple[str, float], ...] = ()


def waiting_times(tx: Connection) -> list[datetime]:
    """When the articles that wait for their stories were news (`Entry.news_at`), the earliest
    first."""
    news_at = NEWS_AT.label("news_at")
    query = select(news_at).where(entries.c.state == State.EXTRACTED).distinct()
    return list(tx.execute(query.order_by(news_at)).scalars())


def window(tx: Connection, times: Iterable[datetime], reach: timedelta) -> Iterator[StoredMember]:
    """The threaded articles that others can be compared with and that were news at most `reach`
    before or after one of some times, given in order."""
    for since, until in _periods(times, reach):
        comparable = members.c.first_seen.between(since, until), members.c.profile.is_not(None)
        for row in tx.execute(select(*_columns()).where(*comparable)):
            yield StoredMember(**row._mapping)


def _periods(times: Iterable[datetime], reach: timedelta) -> list[tuple[datetime, datetime]]:
    """What is at most `reach` away from one of some times, as periods that do not overlap."""
    periods: list[tuple[datetime, datetime]] = []
    for moment in times:
        since, until = moment - reach, moment + reach
        if periods and since <= periods[-1][1]:
            since, _ = periods.pop()
        periods.append((since, until))
    return periods


def retitle(tx: Connection, article: Article) -> bool:
    """Give a threaded article the new headline of its outlet; False if it is unchanged, or the
    article is not threaded. Call `stories.settle` of its story afterwards."""
    other = and_(members.c.article == article.id, members.c.title != article.title)
    changed = update(members).where(other).values(title=article.title, language=article.language)
    return tx.execute(changed).rowcount > 0


def retag(tx: Connection, article: Article) -> bool:
    """Give a threaded article what is found in it now; False if it is not threaded. Call `rescore`
    of its story afterwards."""
    found = {
        "language": article.language,
        "score": article.score,
        "countries": list(article.country),
        "mentions": list(article.mention),
    }
    changed = update(members).where(members.c.article == article.id).values(found)
    return tx.execute(changed).rowcount > 0


def rescore(tx: Connection, story: str) -> None:
    """Give a story the highest score of its present articles, as far as all of these are known."""
    here = select(func.max(members.c.score), func.count() - func.count(members.c.score)).where(
        members.c.story == story
    )
    score, unknown = tx.execute(here).one()
    if score is not None and not unknown:
        tx.execute(update(stories).where(stories.c.id == story).values(score=score))


def headlines(tx: Connection, story: str) -> list[tuple[str, str]]:
    """Titles and languages of a story's threaded articles, in the order of their times."""
    query = (
        select(members.c.title, members.c.language)
        .where(members.c.story == story)
        .order_by(members.c.first_seen, members.c.article)
    )
    return [(row.title, row.language) for row in tx.execute(query)]


def get(tx: Connection, article: str) -> StoredMember | None:
    """What is remembered of an article; None if it was not threaded."""
    row = tx.execute(select(*_columns()).where(members.c.article == article)).one_or_none()
    return None if row is None else StoredMember(**row._mapping)


def threaded(tx: Connection, *named: Entry | None) -> set[str]:
    """Of the ids of some entries and of their stories, those of threaded articles and of stories
    that hold one."""
    ids = [value for entry in named if entry for value in (entry.id, entry.story) if value]
    query = select(members.c.article, members.c.story).where(
        or_(members.c.article.in_(ids), members.c.story.in_(ids))
    )
    return {value for row in tx.execute(query) for value in row} & set(ids)


def _columns() -> list[Any]:
    return [members.c[name] for name in StoredMember.model_fields]
