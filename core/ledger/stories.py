"""Stories in the ledger: which article belongs to which, and what threading has to remember."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, distinct, func, insert, or_, select, update

from core.ledger.ledger import upsert
from core.ledger.tables import entries, members, stories
from core.records import Article, Entry, Record, Story


class StoredMember(Record):
    """What the window remembers of a threaded article, and why it joined its story.

    `profile` is what others are compared with, packed as the threader does it; none for an article
    that was threaded before there were profiles.
    """

    article: str
    story: str
    first_seen: datetime
    profile: bytes | None
    similarity: float
    why: tuple[tuple[str, float], ...] = ()


def window(tx: Connection, since: datetime) -> Iterator[StoredMember]:
    """The threaded articles first seen since a time that others can be compared with."""
    query = select(members).where(members.c.first_seen >= since, members.c.profile.is_not(None))
    for row in tx.execute(query):
        yield StoredMember(**row._mapping)


def join(tx: Connection, article: Article, member: StoredMember) -> None:
    """Put an article into its story, which it opens where there is none."""
    seen = {"first_seen": article.first_seen, "last_seen": article.first_seen}
    new = upsert(tx, stories).values(
        id=member.story, title=article.title, size=1, score=article.score, **seen
    )
    greatest = func.max if tx.dialect.name == "sqlite" else func.greatest
    tx.execute(
        new.on_conflict_do_update(
            index_elements=["id"],
            set_={
                "size": stories.c.size + 1,
                "last_seen": greatest(stories.c.last_seen, new.excluded.last_seen),
                "score": greatest(stories.c.score, new.excluded.score),
            },
        )
    )
    tx.execute(insert(members).values(**_columns(member)))


def follow(tx: Connection, story: str, seen: datetime) -> None:
    """Note that a duplicate or an edit of a story's article came in."""
    tx.execute(
        update(stories)
        .where(stories.c.id == story, stories.c.last_seen < seen)
        .values(last_seen=seen)
    )


def listed(tx: Connection, *, limit: int | None = None) -> list[Story]:
    """Stories: most outlets first, then most articles, then the latest."""
    outlets = func.count(distinct(entries.c.outlet))
    query = (
        select(stories, outlets.label("outlets"))
        .join(entries, entries.c.story == stories.c.id)
        .group_by(*stories.c)
        .order_by(outlets.desc(), stories.c.size.desc(), stories.c.last_seen.desc(), stories.c.id)
        .limit(limit)
    )
    return [_story(tx, dict(row._mapping)) for row in tx.execute(query)]


def get(tx: Connection, story: str) -> Story | None:
    """A story by id; None if no article opened one of that id."""
    row = tx.execute(select(stories).where(stories.c.id == story)).one_or_none()
    return None if row is None else _story(tx, dict(row._mapping))


def member(tx: Connection, article: str) -> StoredMember | None:
    """What is remembered of an article; None if it was not threaded."""
    row = tx.execute(select(members).where(members.c.article == article)).one_or_none()
    return None if row is None else StoredMember(**row._mapping)


def threaded(tx: Connection, *named: Entry | None) -> set[str]:
    """Which of some entries were threaded, and which of their stories hold a threaded article."""
    ids = [value for entry in named if entry for value in (entry.id, entry.story) if value]
    query = select(members.c.article, members.c.story).where(
        or_(members.c.article.in_(ids), members.c.story.in_(ids))
    )
    return {value for row in tx.execute(query) for value in row} & set(ids)


def _story(tx: Connection, values: dict[str, Any]) -> Story:
    query = (
        select(entries.c.outlet)
        .where(entries.c.story == values["id"])
        .group_by(entries.c.outlet)
        .order_by(func.min(entries.c.first_seen), entries.c.outlet)
    )
    return Story(**{**values, "outlets": tuple(tx.execute(query).scalars())})


def _columns(member: StoredMember) -> dict[str, Any]:
    return {
        **member.model_dump(exclude={"why"}),
        "why": [list(pair) for pair in member.why],
    }
