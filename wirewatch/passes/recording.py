"""What became of pages, recorded: their articles in the archive, their entries in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import Connection

from core.ledger import copies, entries, erasures, segments, site_notices
from core.records import ENDS, Article, Extraction, Segment, State
from ingest.pages.aliases import is_other_article
from ingest.pages.articles import NewRevision, missing_page
from ingest.pages.outcomes import Quarantined, Rejected, Unchanged
from ingest.pages.revisit import revisit_at
from ingest.pages.site_notices import SiteNotice
from wirewatch.house import House
from wirewatch.passes.ending import end_entry
from wirewatch.passes.work import Worked, text_hash
from wirewatch.presentation.wording import copy_reason

CREDIBLE = timedelta(days=30)
"""How old an article may say that it is when it is first seen: some feeds date new items years
back."""


def record(
    house: House, worked: Sequence[Worked], seen: Mapping[str, SiteNotice]
) -> tuple[int, list[Segment]]:
    """Record what became of pages, and withdraw notices among articles made before.

    Returns how many articles were made, and the segment of the withdrawn ones, if there are any.
    """
    articles = _as_published([new.article for one in worked if (new := one.edited)])
    written = house.archive.write_articles(articles) if articles else None
    with house.ledger.read() as tx:
        others = entries.get(tx, seen.keys() - {one.entry.id for one in worked}).values()
    had = [entry for entry in others if entry.state in ENDS]
    now = house.now()
    missing = [missing_page(entry, seen[entry.id].reason, now) for entry in had]
    withdrawn = [house.archive.write_pages(missing)] if missing else []
    with house.ledger.write() as tx:
        entries.lock(tx, {one.entry.id for one in worked} | seen.keys())
        if written is not None:
            segments.add(tx, written, now)
        site_notices.record(tx, {key: notice.fingerprint for key, notice in seen.items()}, now)
        for one in worked:
            _move_on(tx, one, now)
        for segment in withdrawn:
            segments.add(tx, segment, now)
        for entry in had:
            entries.transition(tx, entry, State.FETCHED, now=now, reason=seen[entry.id].reason)
    return len(articles), withdrawn


def _as_published(articles: Iterable[Article]) -> list[Article]:
    """Articles in the order of their times, those of one poll as they say that they were published:
    the first of those with one text is the original. In which order pages come is chance."""

    def time(article: Article) -> tuple[datetime, datetime]:
        seen, told = article.first_seen, article.published
        if told is None or not seen - CREDIBLE <= told <= seen:
            told = seen
        return seen, told

    return sorted(articles, key=time)


def _move_on(tx: Connection, one: Worked, now: datetime) -> None:
    """Move an entry to the state that its page led to."""
    entry = one.entry
    match one.result:
        case NewRevision() as new:
            if entry.revision or not _end_as_alias(tx, one, new.article, now):
                _move_on_with(tx, one, new, now)
        case Unchanged() | Rejected() | Quarantined() as result:
            end_entry(tx, entry, result, now=now, seconds=one.seconds)
        case _:
            # Of another version's worker, if wirewatch was upgraded meanwhile: with its page done,
            # the entry would wait for ever.
            assert_never(one.result)


def _end_as_alias(tx: Connection, one: Worked, article: Article, now: datetime) -> bool:
    """End an entry whose article is known by another address; return whether it is."""
    entry = one.entry
    same = copies.same_article(tx, entry, article.url)
    if same is None:
        return False
    if same.state is State.ERASED:
        erasures.erase(tx, [entry], why="another address of an erased article", now=now)
        return True
    if is_other_article(entry, article.text, same):
        return False
    entries.transition(
        tx,
        entry,
        State.DUPLICATE,
        now=now,
        seconds=one.seconds,
        reason="another address of a known article",
        duplicate_of=same.id,
        address=article.url,
    )
    return True


def _move_on_with(tx: Connection, one: Worked, new: NewRevision, now: datetime) -> None:
    """Move an entry on with its article; if that is as it was, back to its end."""
    article, entry = new.article, one.entry
    # A later alert says if it is old. What its feed gives no date, or a person added, has only its
    # page's.
    published = entry.published or article.published
    again = revisit_at(
        entry.model_copy(update={"published": published}).news_at,
        article.published,
        entry.visits,
        matters=bool(article.tags),
        live=new.live,
        now=now,
    )
    if not one.edited:
        ended = copy_reason(entry.overlap) if entry.duplicate_of else article.caveat
        reason = new.reason or ended
        entries.restore_end(
            tx, entry, now=now, seconds=one.seconds, reason=reason, revisit_at=again
        )
        return
    changes = entries.Changes(
        revision=article.revision,
        text_hash=text_hash(article),
        fingerprint=article.fingerprint or None,
        published=published,
        address=None if article.extraction is Extraction.FEED else article.url,
        visits=entry.visits + (1 if entry.revision else 0),
        revisit_at=again,
    )
    if entry.holds_notice and entry.revision == 1:
        site_notices.forget(tx, entry.id)
        if entry.duplicate_of is not None:
            # It was a copy only because of the notice: its story has to be found again, even if a
            # person had put that where it is.
            changes |= entries.Changes(duplicate_of=None, overlap=None, story=None, placed_at=None)
    entries.transition(
        tx,
        entry,
        State.EXTRACTED,
        now=now,
        seconds=one.seconds,
        reason=new.reason,
        **changes,
    )
