"""What a person changes about stories: articles taken out of one, two made one.

Begin the transaction with `stories.lock`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from core.ledger import held_alerts, stories
from core.ledger.chunks import change_with, rows_with
from core.ledger.copies import with_copies
from core.ledger.followed import follow, followed_by
from core.ledger.ledger import upsert
from core.ledger.members import rescore
from core.ledger.tables import (
    alerts,
    entries,
    followed,
    members,
    moved,
    mutes,
    parted,
)
from core.ledger.tables import stories as story_rows
from core.records import Alert, Entry, alert_key


def split(tx: Connection, story: str, chosen: Sequence[Entry], now: datetime) -> str:
    """Make some articles of a story one of their own, which never becomes one with it again.

    Copies of the articles go with them. The new story has the id of the first of the articles, and
    its links if it had been a story before. Rules whose readers heard of one of them go on
    following it; for others it is new. So it is for the articles that stay. It is not muted.

    Args:
        tx: a transaction; call `stories.settle` of both stories in it afterwards.
        story: the present id of the story.
        chosen: the articles, in the order they arrived; neither copies nor the one that opened the
            story.
        now: when.

    Returns:
        The id of the new story.
    """
    new = chosen[0].id
    repeated = with_copies(tx, [entry.id for entry in chosen])
    going = [entry.id for entry in repeated if entry.story == story]
    heard = _heard(tx, story, new, going)
    stories.keep_id(tx, new)
    score = select(story_rows.c.score).where(story_rows.c.id == story).scalar_subquery()
    tx.execute(
        update(story_rows).where(story_rows.c.id == new).values(merged_into=None, score=score)
    )
    was_story = update(story_rows).where(story_rows.c.merged_into == story)
    change_with(tx, was_story.values(merged_into=new), story_rows.c.id, going)
    placed = {"story": new, "placed_at": now, "moves": entries.c.moves + 1}
    change_with(tx, update(entries).values(placed), entries.c.id, going)
    change_with(tx, update(members).values(story=new), members.c.article, going)
    tx.execute(upsert(tx, moved).on_conflict_do_nothing(), [{"article": one} for one in going])
    for one in (story, new):
        rescore(tx, one)
    low, high = sorted((story, new))
    two = {"story": low, "other": high, "parted_at": now}
    tx.execute(upsert(tx, parted).values(two).on_conflict_do_nothing())
    tx.execute(delete(mutes).where(mutes.c.story.in_(stories.ids_of(tx, [new])[new])))
    _follow(tx, story, new, heard)
    return new


def join(tx: Connection, story: str, into: str, now: datetime) -> None:
    """Make all articles of a story those of another, as a person wants it, even if they were split.

    Call `stories.settle` of the survivor afterwards.
    """
    tx.execute(update(entries).where(entries.c.story == story).values(placed_at=now))
    stories.keep_id(tx, into)
    stories.merge(tx, story, into)
    ids = stories.ids_of(tx, [into])[into]
    tx.execute(delete(parted).where(parted.c.story.in_(ids), parted.c.other.in_(ids)))


def pairs(tx: Connection) -> list[tuple[str, str]]:
    """The stories that stay apart, two at a time, by their present ids."""
    rows = tx.execute(select(parted.c.story, parted.c.other)).all()
    root = stories.roots(tx, {one for row in rows for one in row})
    return [(root[row.story], root[row.other]) for row in rows]


def parted_from(tx: Connection, story: str) -> list[str]:
    """The stories that a person keeps apart from one, by their present ids, as it has its own."""
    return sorted({one for pair in pairs(tx) if story in pair for one in pair} - {story})


def with_parted(tx: Connection, named: Iterable[str]) -> set[str]:
    """Some stories, those that they were split from and those that were split from them, however
    many splits ago, by their present ids. Alerts of any may be about an article of another."""
    found: set[str] = set()
    wave = set(stories.roots(tx, named).values())
    known = pairs(tx) if wave else []
    while wave:
        found |= wave
        near = {one for pair in known if not wave.isdisjoint(pair) for one in pair}
        wave = near - found
    return found


class _Heard(NamedTuple):
    """The rules whose readers heard of a part of a story: of what goes, and of what stays."""

    going: set[str]
    staying: set[str]


def _heard(tx: Connection, story: str, new: str, going: Collection[str]) -> _Heard:
    """The rules with an alert of a story, or of one that it was split from, that was about one of
    the articles that go, or that stay: one that it raised, that told of what is new in it, or that
    is named after it."""
    ours = tx.execute(select(entries.c.id).where(entries.c.story == story)).scalars()
    staying = {story, *ours}.difference([new, *going])
    ids = stories.ids_of(tx, with_parted(tx, [story])).values()
    heard = _Heard(set(), set())
    for alert in _alerts(tx, frozenset().union(*ids)):
        told = {alert.story, *alert.tellers}
        # One that waited while its story became part of another is named after that by now.
        if alert.key == alert_key(alert.rule, new) or not told.isdisjoint([new, *going]):
            heard.going.add(alert.rule)
        if not told.isdisjoint(staying):
            heard.staying.add(alert.rule)
    return heard


def _alerts(tx: Connection, ids: Collection[str]) -> Iterator[Alert]:
    """All alerts of some stories, by all their ids: those that went out, and those that wait."""
    for row in rows_with(tx, select(alerts.c.record), alerts.c.story, ids):
        yield Alert.model_validate(row.record)
    yield from (one.alert for one in held_alerts.listed(tx, of_stories=ids))


def _follow(tx: Connection, story: str, new: str, heard: _Heard) -> None:
    """Let some of the rules that follow a story follow both parts of it with the same knowledge.

    The number of alerts goes on as well: it is part of their keys, and either may have had some
    before they became one.
    """
    ids = stories.ids_of(tx, [story, new])
    whole = ids[story] | ids[new]
    known = followed_by(tx, {story: whole})
    change_with(tx, delete(followed), followed.c.story, whole)
    for (rule, _), one in known.items():
        if rule in heard.going:
            follow(tx, rule, {new: one}, ids)
        # If its alert was given up, or the story muted, it told of neither.
        if rule in heard.staying or rule not in heard.going:
            follow(tx, rule, {story: one}, ids)
