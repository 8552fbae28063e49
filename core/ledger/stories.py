"""Stories in the ledger: their articles, how they are listed, and which of them became one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    distinct,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from core.ledger.chunks import rows_with
from core.ledger.ledger import upsert
from core.ledger.members import NEWS_AT, StoredMember
from core.ledger.prefixes import begins
from core.ledger.tables import entries, members, moved, mutes, stories
from core.ledger.utc import hour_of
from core.records import Article, State, Story, Telling

MENTIONS = 8
"""Names listed with a story, at most."""


class StoryArticle(Telling):
    """An article of a story: what it is a copy of, or why it joined (terms and their weights).

    `overlap` is the share of the shorter text that it has in common with `duplicate_of`.
    `similarity` is that to the story as it then was: 0 for the article that opened it, None for one
    that was not threaded. `placed_at` is when a person put it there.
    """

    duplicate_of: str | None = None
    overlap: float | None = None
    similarity: float | None = None
    why: tuple[tuple[str, float], ...] = ()
    placed_at: datetime | None = None


def join(tx: Connection, article: Article, member: StoredMember) -> None:
    """Put an article into its story, or open the story with it. Call `settle` afterwards."""
    seen = {"first_seen": article.first_seen, "last_seen": article.first_seen}
    new = upsert(tx, stories).values(
        id=member.story, title=article.title, size=1, score=article.score, **seen
    )
    greatest = func.max if tx.dialect.name == "sqlite" else func.greatest
    tx.execute(
        new.on_conflict_do_update(
            index_elements=["id"],
            set_={"score": greatest(stories.c.score, new.excluded.score)},
        )
    )
    tx.execute(
        insert(members).values(
            **member.model_dump(exclude={"why"}),
            why=[list(pair) for pair in member.why],
            title=article.title,
            language=article.language,
            score=article.score,
            countries=list(article.country),
            mentions=list(article.mention),
        )
    )


def lock(tx: Connection, named: Iterable[str]) -> None:
    """Lock all articles of some stories that are about to change, in the order of their ids, as
    `entries.lock` does: a pass may be indexing them or fetching their pages meanwhile."""
    ours = entries.c.story.in_(roots(tx, named).values())
    tx.execute(select(entries.c.id).where(ours).order_by(entries.c.id).with_for_update())


def merge(tx: Connection, story: str, into: str) -> None:
    """Merge two stories: all articles of `story` become those of `into`.

    The old id stays valid, as do ids merged into it before. Its articles are noted for indexing
    again. Call `settle` of the survivor afterwards. Nothing happens if they are one already.
    """
    story, into = root(tx, story), root(tx, into)
    if story == into:
        return
    lock(tx, [story])
    keep_id(tx, story)
    ours = entries.c.story == story
    tx.execute(
        upsert(tx, moved)
        .from_select(["article"], select(entries.c.id).where(ours, entries.c.revision > 0))
        .on_conflict_do_nothing()
    )
    tx.execute(update(entries).where(ours).values(story=into, moves=entries.c.moves + 1))
    tx.execute(update(members).where(members.c.story == story).values(story=into))
    tx.execute(
        update(stories)
        .where(or_(stories.c.id == story, stories.c.merged_into == story))
        .values(merged_into=into)
    )
    old = tx.execute(select(stories.c.score).where(stories.c.id == story)).scalar_one()
    tx.execute(update(stories).where(stories.c.id == into, stories.c.score < old).values(score=old))


def settle(tx: Connection, story: str, title: str) -> None:
    """Update a story's size and times from its articles, and set its title.

    An article from a feed's history counts as seen when it was published: its story is not new.
    """
    counted = and_(entries.c.story == story, entries.c.revision > 0)
    query = select(
        func.min(NEWS_AT).label("first_seen"),
        func.max(NEWS_AT).label("last_seen"),
        func.count().filter(entries.c.duplicate_of.is_(None)).label("size"),
    ).where(counted)
    found = tx.execute(query).one()._mapping
    tx.execute(update(stories).where(stories.c.id == story).values(**found, title=title))


def root(tx: Connection, story: str) -> str:
    """The present id of a story: its own, or that of the story it became part of."""
    query = select(stories.c.merged_into).where(stories.c.id == story)
    return tx.execute(query).scalar() or story


def roots(tx: Connection, named: Iterable[str]) -> dict[str, str]:
    """The present ids of some stories, by the ids given."""
    found = {story: story for story in named}
    merged = select(stories.c.id, stories.c.merged_into).where(stories.c.merged_into.is_not(None))
    rows = rows_with(tx, merged, stories.c.id, list(found))
    return found | {row.id: row.merged_into for row in rows}


def ids_of(tx: Connection, named: Iterable[str]) -> dict[str, frozenset[str]]:
    """For each of some stories, all its ids: its survivor's, and those of all stories merged into
    that."""
    survivors = roots(tx, named)
    ids = {survivor: {survivor} for survivor in survivors.values()}
    merged = select(stories.c.id, stories.c.merged_into)
    for row in rows_with(tx, merged, stories.c.merged_into, ids):
        ids[row.merged_into].add(row.id)
    return {story: frozenset(ids[survivor] | {story}) for story, survivor in survivors.items()}


def holding(tx: Connection, articles: Iterable[str]) -> dict[str, str]:
    """The present stories of some articles, by article; those in none are left out."""
    query = select(entries.c.id, entries.c.story).where(entries.c.story.is_not(None))
    return {row.id: row.story for row in rows_with(tx, query, entries.c.id, articles)}


def muted(tx: Connection, named: Iterable[str]) -> dict[str, datetime]:
    """Those of some stories that are muted, by the ids given, and since when.

    A story is muted if all stories that became part of it are (`core.ledger.mutes`).
    """
    ids = ids_of(tx, named)
    every = {one for several in ids.values() for one in several}
    since = {row.story: row.muted_at for row in rows_with(tx, select(mutes), mutes.c.story, every)}
    return {
        story: min(since[one] for one in several)
        for story, several in ids.items()
        if several <= since.keys()
    }


Order = Literal["outlets", "newest"]

StoryDate = Literal["last_seen", "first_seen"]
"""By which of its dates a story is of a period: that of its latest article, which moves on with the
story, or that of its first one."""


class Selection(NamedTuple):
    """Which stories are meant: those of the period from `since` to just before `until`, those among
    some ids (10,000 at most), those with at least a score."""

    since: datetime | None = None
    ids: Collection[str] | None = None
    min_score: float = 0.0
    until: datetime | None = None
    by: StoryDate = "last_seen"


ALL = Selection()


def listed(
    tx: Connection,
    chosen: Selection = ALL,
    *,
    order: Order = "outlets",
    limit: int | None = None,
    offset: int = 0,
) -> list[Story]:
    """Stories in order. `outlets`: most outlets first, then most articles, then the latest.
    `newest`: the latest article first; of stories that one poll brought, whose articles are all
    seen at once, the one published last."""
    query = select(stories).where(*_filters(chosen))
    if order == "outlets":
        outlets = _of_articles(func.count(distinct(entries.c.outlet)))
        query = query.order_by(outlets.desc(), stories.c.size.desc())
    published = _of_articles(func.max(entries.c.published))
    query = query.order_by(stories.c.last_seen.desc(), published.desc().nulls_last(), stories.c.id)
    return _told(tx, list(tx.execute(query.limit(limit).offset(offset))))


def _of_articles(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A value of the articles of each story in a query, copies included. Joined with them, SQLite
    would read all stories in the order of their ids, instead of those of a time."""
    of_story = select(value).where(entries.c.story == stories.c.id)
    return of_story.correlate(stories).scalar_subquery()


def count(tx: Connection, chosen: Selection = ALL) -> int:
    """How many stories `listed` has in all."""
    query = select(func.count()).select_from(stories).where(*_filters(chosen))
    return tx.execute(query).scalar_one()


def _filters(chosen: Selection) -> Iterator[ColumnElement[bool]]:
    # One that became part of another has no articles, like one whose articles are all erased.
    told = select(entries.c.id).where(entries.c.story == stories.c.id)
    yield told.correlate(stories).exists()
    if chosen.since is not None:
        yield stories.c[chosen.by] >= chosen.since
    if chosen.until is not None:
        yield stories.c[chosen.by] < chosen.until
    if chosen.ids is not None:
        yield stories.c.id.in_(chosen.ids)
    if chosen.min_score:
        yield stories.c.score >= chosen.min_score


def headline_articles(tx: Connection, listed: Iterable[Story]) -> dict[str, str]:
    """For some stories, the article whose headline each has: the first, if several have it."""
    found = _headline_sources(tx, [story.id for story in listed])
    return {story: article for story, (article, _) in found.items()}


def headline_languages(tx: Connection, ids: Iterable[str]) -> dict[str, str]:
    """For some stories, the language of each one's headline."""
    return {story: language for story, (_, language) in _headline_sources(tx, ids).items()}


def _headline_sources(tx: Connection, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """For some stories, the article whose headline each has, and its language."""
    query = (
        select(members.c.story, members.c.article, members.c.language)
        .join(stories, stories.c.id == members.c.story)
        .where(stories.c.title == members.c.title)
        .order_by(members.c.first_seen, members.c.article)
    )
    found: dict[str, tuple[str, str]] = {}
    for row in rows_with(tx, query, stories.c.id, ids):
        found.setdefault(row.story, (row.article, row.language))
    return found


def get(tx: Connection, story: str) -> Story | None:
    """A story by its id, or by one that was merged into it; None if there is none."""
    return by_id(tx, [story]).get(story)


def by_id(tx: Connection, named: Iterable[str]) -> dict[str, Story]:
    """Some stories, by the ids given, which may be of merged ones; unknown ids are left out."""
    survivors = roots(tx, named)
    rows = rows_with(tx, select(stories), stories.c.id, set(survivors.values()))
    found = {story.id: story for story in _told(tx, list(rows))}
    return {one: found[root] for one, root in survivors.items() if root in found}


def find(tx: Connection, prefix: str) -> list[str]:
    """Ids of stories that begin with a prefix, two at most: enough to tell one from several."""
    query = select(stories.c.id).where(begins(stories.c.id, prefix)).limit(2)
    return list(tx.execute(query).scalars())


def articles_of(tx: Connection, story: str) -> list[StoryArticle]:
    """The articles of a story, copies included, in the order they arrived."""
    query = (
        select(
            entries,
            members.c.similarity,
            members.c.why,
            members.c.title.label("headline"),
            members.c.language,
        )
        .join(members, members.c.article == entries.c.id, isouter=True)
        .where(entries.c.story == root(tx, story), entries.c.revision > 0)
    )
    return [
        StoryArticle(
            article=row.id,
            title=row.headline or row.title,
            url=row.url,
            outlet=row.outlet,
            language=row.language or "",
            first_seen=row.first_seen,
            published=row.published,
            duplicate_of=row.duplicate_of,
            overlap=row.overlap,
            similarity=row.similarity,
            why=row.why or (),
            placed_at=row.placed_at,
        )
        for row in sorted(tx.execute(query), key=_by_arrival)
    ]


def _by_arrival(row: Any) -> tuple[datetime, bool, datetime, str]:
    """A sort key: of the articles of one hour, the one that opened the story comes first, others as
    published."""
    return hour_of(row.first_seen), row.similarity != 0, row.published or row.first_seen, row.id


def to_move(tx: Connection, limit: int) -> list[str]:
    """Articles that came into another story, have to be indexed again and are not on their way
    already, in the order of ids."""
    settled = and_(
        entries.c.id == moved.c.article,
        entries.c.state.not_in((State.EXTRACTED, State.LINKED)),
    )
    query = select(moved.c.article).join(entries, settled).order_by(moved.c.article).limit(limit)
    return list(tx.execute(query).scalars())


def set_moved(tx: Connection, article: str, moves: int) -> None:
    """Record that the index has an article with this many moves; it stays noted if it has moved
    again."""
    same = select(literal(1)).where(entries.c.id == article, entries.c.moves == moves).exists()
    tx.execute(delete(moved).where(moved.c.article == article, same))


def keep_id(tx: Connection, story: str) -> None:
    """Make sure that a story has a row: an article that stood alone, off topic, had none."""
    entry = tx.execute(select(entries).where(entries.c.id == story)).one_or_none()
    if entry is None:
        return
    seen = {"first_seen": entry.first_seen, "last_seen": entry.first_seen}
    new = upsert(tx, stories).values(id=story, title=entry.title, size=1, score=0.0, **seen)
    tx.execute(new.on_conflict_do_nothing())


def _told(tx: Connection, rows: Sequence[Row[Any]]) -> list[Story]:
    """Rows of the table as records, with what their articles say."""
    ids = [row.id for row in rows]
    since = muted(tx, ids)
    of_outlets = (
        select(
            entries.c.story,
            entries.c.outlet,
            func.count(entries.c.duplicate_of).label("copies"),
            func.max(entries.c.published).label("published"),
        )
        .where(entries.c.revision > 0)
        .group_by(entries.c.story, entries.c.outlet)
        .order_by(func.min(entries.c.first_seen), entries.c.outlet)
    )
    outlets = _by_story(rows_with(tx, of_outlets, entries.c.story, ids))
    told = (members.c[name] for name in ("story", "language", "countries", "mentions"))
    in_order = select(*told).order_by(members.c.first_seen, members.c.article)
    threaded = _by_story(rows_with(tx, in_order, members.c.story, ids))
    return [_story(row, since.get(row.id), outlets[row.id], threaded[row.id]) for row in rows]


def _by_story(rows: Iterable[Row[Any]]) -> defaultdict[str, list[Row[Any]]]:
    """Rows by their story, those of each in their order."""
    found = defaultdict(list)
    for row in rows:
        found[row.story].append(row)
    return found


def _story(
    row: Row[Any], muted_at: datetime | None, outlets: list[Row[Any]], threaded: list[Row[Any]]
) -> Story:
    """A story, given what each of its outlets has, and its threaded articles."""
    named = Counter(name for one in threaded for name in one.mentions)
    shared = (name for name, number in named.most_common() if 2 * number > len(threaded))
    return Story(
        **row._mapping,
        muted_at=muted_at,
        outlets=tuple(one.outlet for one in outlets),
        copies=sum(one.copies for one in outlets),
        published=max((one.published for one in outlets if one.published), default=None),
        languages=_by_frequency(one.language for one in threaded if one.language),
        countries=_by_frequency(code for one in threaded for code in one.countries),
        mentions=tuple(islice(shared, MENTIONS)),
    )


def _by_frequency(values: Iterable[str]) -> tuple[str, ...]:
    """Distinct values, the most frequent first, then in the order they came."""
    return tuple(value for value, _ in Counter(values).most_common())
