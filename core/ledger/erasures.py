"""Erasures in the ledger: what a person had removed for good, and the little that is kept of it.

An erased entry keeps its address and the reason: its feeds may list it for years, and it must not
come back. Nothing that it said is kept, except a hash of its headline.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Table, Text, cast, delete, func, insert, select, update

from core.ledger import entries, members, stories, tables
from core.ledger.chunks import change_with
from core.ledger.followed import coverage, forget_unheard
from core.ledger.outboxes import ALERTS, MESSAGES, Outbox
from core.records import (
    Alert,
    AlertKind,
    Coverage,
    Digest,
    Entry,
    Record,
    State,
    Telling,
    content_id,
)

_Told = TypeVar("_Told", Alert, Digest)

ERASED_TEXT = "(erased)"
"""What replaces erased words."""

_BLANK: dict[str, Any] = {
    "title": "",
    "summary": "",
    "authors": [],
    "content": None,
    "revision": 0,
    "text_hash": None,
    "fingerprint": None,
    "notice": None,
    "duplicate_of": None,
    "overlap": None,
    "story": None,
    "placed_at": None,
    "attempts": 0,
    "next_attempt_at": None,
    "revisit_at": None,
}


def erase(tx: Connection, chosen: Iterable[Entry], *, why: str, now: datetime) -> bool:
    """End entries as erased, and forget what they said. The caller settles their stories.

    False if another worker has moved one of them meanwhile: then roll the transaction back.
    """
    chosen = list(chosen)
    gone = [entry.id for entry in chosen]
    entries.lock(tx, gone)
    for entry in chosen:
        if not entries.transition(tx, entry, State.ERASED, now=now, reason=why):
            return False
        this = update(tables.entries).where(tables.entries.c.id == entry.id)
        # Its feed may list it at ever new addresses: this hash lets `listings` recognise it.
        tx.execute(this.values(**_BLANK, item_hash=content_id(entry.title)))
    for table in (tables.members, tables.sketches, tables.moved):
        change_with(tx, delete(table), table.c.article, gone)
    # Why it took its earlier steps may quote its page: its headline, if that says "not found".
    earlier = update(tables.steps).where(tables.steps.c.state != State.ERASED)
    change_with(tx, earlier.values(reason=None), tables.steps.c.entry, gone)
    if gone:
        tx.execute(insert(tables.erased), [{"entry": entry, "at": now} for entry in gone])
    return True


def had_headline(tx: Connection, article: str, title: str) -> bool:
    """Whether an erased article had this headline in its feed."""
    query = select(tables.entries.c.item_hash).where(tables.entries.c.id == article)
    return tx.execute(query).scalar() == content_id(title)


def redact(
    tx: Connection, story_ids: Iterable[str], erased_ids: Collection[str], now: datetime
) -> None:
    """Remove what erased articles said from alerts and digests, whether sent or waiting.

    Alerts that an erased article raised are no longer sent, unless they have news of others, too;
    nor are updates and digests that have nothing left to tell. If that is the first that a rule's
    readers would have heard of a story, and its rate held it back, the story is new to them again.

    Args:
        tx: a transaction in which the stories are already settled.
        story_ids: the stories that the articles were in.
        erased_ids: ids of the articles.
        now: when the deliveries end.
    """
    story_ids = set(story_ids)
    _clear_titles(tx, story_ids)
    by_story = stories.ids_of(tx, story_ids)
    standing = coverage(tx, by_story)
    all_ids: dict[str, frozenset[str]] = {}
    present: dict[str, tuple[Coverage | None, frozenset[str]]] = {}
    for story, ids in by_story.items():
        headlines = frozenset(title for title, _ in members.headlines(tx, story))
        all_ids |= dict.fromkeys(ids, ids)
        present |= dict.fromkeys(ids, (standing.get(story), headlines))

    def redact_one(alert: Alert) -> Alert:
        if alert.story not in present:
            return alert
        return redact_alert(alert, erased_ids, *present[alert.story])

    _redact_raised(tx, all_ids.keys(), redact_one, now)
    _redact_held(tx, all_ids, redact_one)
    _redact_digests(tx, all_ids.keys(), redact_one, now)


def _redact_raised(
    tx: Connection, ids: Collection[str], redact_one: Callable[[Alert], Alert], now: datetime
) -> None:
    """Redact the alerts in the outbox, those of stories by all their ids."""
    table = tables.alerts
    rows = tx.execute(select(table.c.id, table.c.record).where(table.c.story.in_(ids)))
    for row, _, after in _redacted(rows.all(), Alert, redact_one):
        _rewrite(tx, table, row, after)
        if _left_to_send(after) is None:
            _cancel(tx, ALERTS, row, now)


def _redact_held(
    tx: Connection, all_ids: Mapping[str, frozenset[str]], redact_one: Callable[[Alert], Alert]
) -> None:
    """Redact the alerts that are held back, down to what is left of each, given all ids of a story
    by each of these."""
    table = tables.held_alerts
    rows = tx.execute(select(table.c.id, table.c.record))
    for row, before, after in _redacted(rows.all(), Alert, redact_one):
        if left := _left_to_send(after):
            _rewrite(tx, table, row, left)
            continue
        tx.execute(delete(table).where(table.c.id == row))
        if before.kind is AlertKind.STORY:
            forget_unheard(tx, before.rule, all_ids[before.story])


def _redact_digests(
    tx: Connection, ids: Collection[str], redact_one: Callable[[Alert], Alert], now: datetime
) -> None:
    """Redact the alerts in digests, those of stories by all their ids."""

    def redact_all(digest: Digest) -> Digest:
        return digest.model_copy(update={"alerts": tuple(map(redact_one, digest.alerts))})

    table = tables.messages
    # All are searched as text: to make records of a digest a day for years takes seconds.
    written = select(table.c.id, cast(table.c.record, Text).label("text"))
    digests = tx.execute(written.where(table.c.kind == "digest"))
    about = [row.id for row in digests if any(one in row.text for one in ids)]
    rows = tx.execute(select(table.c.id, table.c.record).where(table.c.id.in_(about)))
    for row, _, after in _redacted(rows.all(), Digest, redact_all):
        _rewrite(tx, table, row, after)
        if left_of_digest(after) is None:
            _cancel(tx, MESSAGES, row, now)


def _redacted(
    rows: Iterable[Row[Any, Any]], kind: type[_Told], redact_one: Callable[[_Told], _Told]
) -> Iterator[tuple[int, _Told, _Told]]:
    """The rows whose records change: the id of each, its record as it was and as it is to be."""
    for row, record in rows:
        before = kind.model_validate(record)
        after = redact_one(before)
        if after != before:
            yield row, before, after


def redact_alert(
    alert: Alert, erased_ids: Container[str], present: Coverage | None, headlines: Container[str]
) -> Alert:
    """An alert without what erased articles said.

    Args:
        alert: as it was raised.
        erased_ids: ids of the articles.
        present: how its story stands now; None if it has no articles left.
        headlines: those that the story's articles have.
    """

    def redact_telling(one: Telling) -> Telling:
        return one.model_copy(update={"title": ERASED_TEXT}) if one.article in erased_ids else one

    changes: dict[str, Any] = {
        "developments": tuple(
            one.model_copy(
                update={"what": ERASED_TEXT, "quote": "", "told_by": redact_telling(one.told_by)}
            )
            if one.told_by.article in erased_ids
            else one
            for one in alert.developments
        ),
    }
    if alert.first.article in erased_ids:
        changes["first"] = present.first if present else redact_telling(alert.first)
    if alert.headline not in headlines:
        changes["headline"] = present.headline if present else ERASED_TEXT
        changes["headline_language"] = present.language if present else ""
    if alert.article in erased_ids:
        changes |= {"title": ERASED_TEXT, "why": ()}
    return alert.model_copy(update=changes)


def left_of(alert: Alert) -> Alert | None:
    """What an alert still tells after erasures; None if its story has no articles left, or if it is
    an update and all its news are erased. If the article that raised it is erased, the one that
    told the first of the other news stands in its place, or else the story's first."""
    kept = tuple(one for one in alert.developments if one.what != ERASED_TEXT)
    has_no_news = alert.kind is AlertKind.DEVELOPMENT and alert.developments and not kept
    if alert.headline == ERASED_TEXT or has_no_news:
        return None
    if alert.title == ERASED_TEXT:
        alert = alert.as_told_by(kept[0].told_by if kept else alert.first)
    return alert.model_copy(update={"developments": kept})


def _left_to_send(alert: Alert) -> Alert | None:
    """What an alert that waits still tells; None also if only the article that raised it, which is
    erased, is known to match its rule."""
    left = left_of(alert)
    has_news = alert.title != ERASED_TEXT or (left is not None and left.developments)
    return left if has_news else None


def left_of_digest(digest: Digest) -> Digest | None:
    """What a digest still tells after erasures; None if that is nothing. One that had nothing to
    tell from the beginning stays as it is."""
    left = tuple(one for alert in digest.alerts if (one := left_of(alert)))
    return digest.model_copy(update={"alerts": left}) if left or not digest.alerts else None


def to_clear(tx: Connection) -> dict[str, datetime]:
    """Erased entries that files of the archive may still hold, and since when each.

    That is since they were first seen, or since an earlier step, if the clock was wrong.
    """
    gone, entry, step = tables.erased.c, tables.entries.c, tables.steps.c
    query = (
        select(gone.entry, entry.first_seen, func.min(step.at).label("stepped"))
        .join(tables.entries, entry.id == gone.entry)
        .join(tables.steps, step.entry == gone.entry)
        # By these ids: in the order of all entries' ids, SQLite would go through all entries.
        .group_by(gone.entry, entry.first_seen)
    )
    return {row.entry: min(row.first_seen, row.stepped) for row in tx.execute(query)}


def set_cleared(tx: Connection, before: datetime) -> None:
    """Record that no file of the archive holds what was erased up to a moment."""
    tx.execute(delete(tables.erased).where(tables.erased.c.at <= before))


def _clear_titles(tx: Connection, story_ids: Collection[str]) -> None:
    """Clear the titles of those of these stories that are empty now, and of all stories that became
    part of them."""
    story, entry = tables.stories.c, tables.entries.c
    left = select(entry.id).where(entry.story == story.id, entry.revision > 0)
    cleared = update(tables.stories).values(title=ERASED_TEXT, size=0)
    empty = cleared.where(~left.correlate(tables.stories).exists())
    change_with(tx, empty, story.id, story_ids)
    change_with(tx, cleared, story.merged_into, story_ids)


def _rewrite(tx: Connection, table: Table, row: int, record: Record) -> None:
    new = update(table).where(table.c.id == row)
    tx.execute(new.values(record=record.model_dump(mode="json")))


def _cancel(tx: Connection, outbox: Outbox, row: int, now: datetime) -> None:
    ended = update(outbox.deliveries).where(outbox.is_pending(), outbox.payload_id == row)
    tx.execute(ended.values(closed_at=now, reason="its article was erased"))
