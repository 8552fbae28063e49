"""Erasures in the ledger: what a person had removed for good, and the little that is kept of it.

An erased entry keeps its address and the reason: its feeds may list it for years, and it must not
come back. Nothing that it said is kept, except a hash of its headline.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, func, insert, or_, select, true, update

from core.ledger import entries, stories, tables
from core.ledger.chunks import chunks
from core.ledger.outboxes import ALERTS
from core.records import Alert, Digest, Entry, Record, State, Telling, content_id

GONE = "(erased)"
"""What replaces erased words."""

_NOTHING: dict[str, Any] = {
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
    "attempts": 0,
    "next_attempt_at": None,
    "revisit_at": None,
}


def alike(tx: Connection, articles: Iterable[str]) -> list[Entry]:
    """The entries of articles and all that repeat their texts: copies, copies of copies, and other
    addresses of each."""
    found: dict[str, Entry] = {}
    wave = set(articles)
    while wave:
        found |= entries.get(tx, wave)
        wave = set(_copies(tx, wave)) - found.keys()
    return sorted(found.values(), key=lambda entry: (entry.first_seen, entry.id))


def erase(tx: Connection, chosen: Iterable[Entry], *, why: str, now: datetime) -> bool:
    """End entries as erased, and forget what they said. The caller settles their stories.

    False if another worker has moved one of them meanwhile: then roll the transaction back.
    """
    chosen = list(chosen)
    gone = [entry.id for entry in chosen]
    entries.hold(tx, gone)
    for entry in chosen:
        # Its feed may list it at ever new addresses: this hash lets `listings` recognise it.
        nothing = _NOTHING | {"item_hash": content_id(entry.title)}
        if not entries.move(tx, entry, State.ERASED, now=now, reason=why, **nothing):
            return False
    for some in chunks(gone):
        for table in (tables.members, tables.sketches, tables.moved):
            tx.execute(delete(table).where(table.c.article.in_(some)))
        tx.execute(insert(tables.erased), [{"entry": entry, "at": now} for entry in some])
    return True


def is_headed(tx: Connection, article: str, title: str) -> bool:
    """Whether an erased article had this headline in its feed."""
    query = select(tables.entries.c.item_hash).where(tables.entries.c.id == article)
    return tx.execute(query).scalar() == content_id(title)


def redact(tx: Connection, named: Iterable[str], gone: Collection[str], now: datetime) -> None:
    """Remove what erased articles said from alerts and digests, whether sent or waiting.

    Alerts that an erased article raised are no longer sent.

    Args:
        tx: a transaction in which the stories are already settled.
        named: the stories that the articles were in.
        gone: ids of the articles.
        now: when the deliveries end.
    """
    named = set(named)
    _unname(tx, named)
    standing: dict[str, tuple[str, frozenset[str]]] = {}
    for story, ids in stories.ids_of(tx, named).items():
        found = stories.get(tx, story)
        told = frozenset(title for title, _ in stories.headlines(tx, story))
        standing |= dict.fromkeys(ids, (found.title if found else GONE, told))

    def changed(alert: Alert) -> Alert:
        if alert.story not in standing:
            return alert
        title, told = standing[alert.story]
        return redacted(alert, gone, title, told)

    raised = tables.alerts, tables.alerts.c.story.in_(standing)
    held = tables.held_alerts, true()
    for table, chosen in (raised, held):
        for row in tx.execute(select(table.c.id, table.c.record).where(chosen)).all():
            before = Alert.model_validate(row.record)
            _rewrite(tx, table, row.id, before, changed(before))
            if before.article in gone:
                _send_no_more(tx, table, row.id, now)
    digests = select(tables.messages).where(tables.messages.c.kind == "digest")
    for row in tx.execute(digests).all():
        digest = Digest.model_validate(row.record)
        after = digest.model_copy(update={"alerts": tuple(map(changed, digest.alerts))})
        _rewrite(tx, tables.messages, row.id, digest, after)


def redacted(alert: Alert, gone: Container[str], title: str, told: Container[str]) -> Alert:
    """An alert without what erased articles said.

    Args:
        alert: as it was raised.
        gone: ids of the articles.
        title: its story's present title.
        told: the headlines that the story's articles have.
    """

    def teller(one: Telling) -> Telling:
        return one.model_copy(update={"title": GONE}) if one.article in gone else one

    changes: dict[str, Any] = {
        "first": teller(alert.first),
        "developments": tuple(
            one.model_copy(update={"what": GONE, "quote": "", "told_by": teller(one.told_by)})
            if one.told_by.article in gone
            else one
            for one in alert.developments
        ),
    }
    if alert.headline not in told:
        changes |= {"headline": title, "headline_language": ""}
    if alert.article in gone:
        changes |= {"title": GONE, "why": ()}
    return alert.model_copy(update=changes)


def to_clear(tx: Connection) -> dict[str, datetime]:
    """Erased entries that files of the archive may still hold, and since when each.

    That is since they were first seen, or since an earlier step, if the clock was wrong.
    """
    entry, step = tables.entries.c, tables.steps.c
    query = (
        select(entry.id, entry.first_seen, func.min(step.at).label("stepped"))
        .join(tables.erased, tables.erased.c.entry == entry.id)
        .join(tables.steps, step.entry == entry.id)
        .group_by(entry.id, entry.first_seen)
    )
    return {row.id: min(row.first_seen, row.stepped) for row in tx.execute(query)}


def set_cleared(tx: Connection, before: datetime) -> None:
    """Record that no file of the archive holds what was erased up to a moment."""
    tx.execute(delete(tables.erased).where(tables.erased.c.at <= before))


def _unname(tx: Connection, named: Collection[str]) -> None:
    """Clear the titles of those of these stories that are empty now, and of all stories that became
    part of them."""
    table, entry = tables.stories.c, tables.entries.c
    left = select(entry.id).where(entry.story == table.id, entry.revision > 0)
    for some in chunks(named):
        empty = and_(table.id.in_(some), ~left.correlate(tables.stories).exists())
        unnamed = update(tables.stories).where(or_(empty, table.merged_into.in_(some)))
        tx.execute(unnamed.values(title=GONE, size=0))


def _copies(tx: Connection, articles: Iterable[str]) -> Iterator[str]:
    for some in chunks(articles):
        query = select(tables.entries.c.id).where(tables.entries.c.duplicate_of.in_(some))
        yield from tx.execute(query).scalars()


def _rewrite(tx: Connection, table: Table, row: int, before: Record, after: Record) -> None:
    if after != before:
        new = update(table).where(table.c.id == row)
        tx.execute(new.values(record=after.model_dump(mode="json")))


def _send_no_more(tx: Connection, table: Table, row: int, now: datetime) -> None:
    if table is tables.held_alerts:
        tx.execute(delete(table).where(table.c.id == row))
    else:
        ended = update(tables.deliveries).where(ALERTS.waits(), ALERTS.thing == row)
        tx.execute(ended.values(closed_at=now, reason="its article was erased"))
