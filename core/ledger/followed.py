"""Stories that rules follow: what readers have heard of each, and how it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, select

from core.ledger.chunks import rows_with
from core.ledger.ledger import upsert
from core.ledger.stories import headline_languages
from core.ledger.tables import alerts, entries, followed, members, stories
from core.ledger.utc import hour_of
from core.records import Coverage, Followed, Known, Telling

StoryIds = Mapping[str, frozenset[str]]
"""All ids of each story, by its id: its own, and those of stories that were merged into it."""

_TOLD = ("id", "title", "url", "outlet", "first_seen", "published", "story", "duplicate_of")
"""What is read of an article to tell how its story stands."""

_CREDIBLE = timedelta(days=7)
"""How much older than the opener an article may say that it is, to count as its story's first: some
feeds date new items years back."""


def followed_by(tx: Connection, ids: StoryIds) -> dict[tuple[str, str], Followed]:
    """What was told of some stories, by rule and story; merged stories count together."""
    story_of = _by_any_id(ids)
    found: dict[tuple[str, str], Followed] = {}
    for row in rows_with(tx, select(followed), followed.c.story, story_of):
        key = row.rule, story_of[row.story]
        here, there = Followed.model_validate(row, from_attributes=True), found.get(key)
        found[key] = here if there is None else _merge(here, there)
    return found


def follow(tx: Connection, rule: str, told: Mapping[str, Followed], ids: StoryIds) -> None:
    """Record what a rule's readers were told, by story, and drop the records of merged stories."""
    for story, one in told.items():
        values = one.model_dump(mode="json")
        statement = upsert(tx, followed).values(rule=rule, story=story, **values)
        tx.execute(statement.on_conflict_do_update(index_elements=["rule", "story"], set_=values))
        merged = followed.c.story.in_(ids[story] - {story})
        tx.execute(delete(followed).where(followed.c.rule == rule, merged))


def forget_unheard(tx: Connection, rule: str, ids: Collection[str]) -> None:
    """Let a rule no longer follow a story, given all its ids, if it has raised no alert of it but
    one that was held back and is gone: then the story is new to its readers."""
    heard = select(alerts.c.id).where(alerts.c.rule == rule, alerts.c.story.in_(ids))
    tx.execute(
        delete(followed).where(
            followed.c.rule == rule, followed.c.story.in_(ids), ~heard.correlate(None).exists()
        )
    )


def coverage(tx: Connection, ids: StoryIds) -> dict[str, Coverage]:
    """How some stories stand: all entries of each count, duplicates too."""
    story_of = _by_any_id(ids)
    rows: dict[str, list[Any]] = {story: [] for story in ids}
    for row in articles_of(tx, story_of):
        rows[story_of[row.story]].append(row)
    titled = rows_with(tx, select(stories.c.id, stories.c.title), stories.c.id, ids)
    titles = {row.id: row.title for row in titled}
    languages = headline_languages(tx, titles)
    return {
        story: build_coverage(story, titles.get(story), languages.get(story, ""), several)
        for story, several in rows.items()
        if several
    }


def articles_of(tx: Connection, named: Iterable[str]) -> Iterator[Row[Any]]:
    """The articles of some stories, copies too; `headline` and `language` of those that joined by
    what they say are as the story has them."""
    told = [entries.c[name] for name in _TOLD]
    query: Select[Any] = select(*told, members.c.title.label("headline"), members.c.language)
    query = query.join(members, members.c.article == entries.c.id, isouter=True)
    return rows_with(tx, query, entries.c.story, named)


def build_coverage(
    story: str, title: str | None, language: str, articles: Sequence[Row[Any]]
) -> Coverage:
    """How a story stands, given its articles, in any order, and its title and the title's language,
    if it has them."""
    rows = _first_then_by_time(story, articles)
    first = rows[0]
    # A feed may give no headline, and nobody but its page does to an article that a person added.
    first_title = first.headline or first.title
    return Coverage(
        story=story,
        headline=title or first_title,
        language=language,
        first=Telling(
            article=first.id,
            title=first_title,
            url=first.url,
            outlet=first.outlet,
            language=first.language or "",
            first_seen=first.first_seen,
            published=first.published,
        ),
        outlets=tuple(dict.fromkeys(row.outlet for row in rows)),
        copies=sum(row.duplicate_of is not None for row in rows),
    )


def _by_any_id(ids: StoryIds) -> dict[str, str]:
    """The stories by each of their ids."""
    return {one: story for story, several in ids.items() for one in several}


def _first_then_by_time(story: str, rows: Sequence[Any]) -> list[Any]:
    """A story's articles, with its first one before all others: the one that opened it, unless
    another that we had by then says that it is older. The others of one hour come as published."""
    opener = min(rows, key=lambda row: (row.id != story, row.first_seen, row.id))

    def publication_order(row: Any) -> tuple[datetime, str]:
        known = row.published is not None and opener.published is not None
        credible = known and row.published >= opener.published - _CREDIBLE
        # Without a credible date, an article counts as published when it was first seen.
        return (row.published if credible else row.first_seen), row.id

    candidates = [row for row in rows if row.first_seen <= opener.first_seen and opener.published]
    first = min(candidates, key=publication_order, default=opener)

    def order(row: Any) -> tuple[bool, datetime, tuple[datetime, str]]:
        return row is not first, hour_of(row.first_seen), publication_order(row)

    return sorted(rows, key=order)


def _merge(one: Followed, other: Followed) -> Followed:
    known = [each.known for each in (one, other) if each.known is not None]
    return Followed(
        known=Known(
            said=frozenset().union(*(each.said for each in known)),
            countries=frozenset().union(*(each.countries for each in known)),
            agencies=frozenset().union(*(each.agencies for each in known)),
            outlets=max(each.outlets for each in known),
            latest=max((each.latest for each in known if each.latest), default=None),
        )
        if len(known) == 2
        else None,
        alerts=one.alerts + other.alerts,
    )
