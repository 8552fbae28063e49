"""Extract and enrich: pages → articles. The work on one page is in `wirewatch.passes.work`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import Connection

from core.archive import ArchiveError
from core.ledger import copies, entries, erasures, segments, walls
from core.ledger.segments import Segment
from core.records import ENDS, Article, Entry, Extraction, Page, State, content_id
from ingest.pages.aliases import disputed, is_other_article
from ingest.pages.articles import NewRevision, article_from_feed, missing_page
from ingest.pages.essence import essence
from ingest.pages.kept import (
    IN_TURN,
    follow_page,
    keep_headline,
    keep_whole,
    may_hold_back,
    restore,
)
from ingest.pages.outcomes import Quarantined, Rejected, Unchanged
from ingest.pages.repeats import Notice, notices
from ingest.pages.revisit import next_try_at, revisit_at
from ingest.pages.workers import Died, Done, TooLong, Workers
from ingest.web.addresses import article_address
from wirewatch.house import House
from wirewatch.newsroom.own import own_files
from wirewatch.passes.lost import fetch_again
from wirewatch.passes.work import Work, Worked, work_on
from wirewatch.presentation.wording import copy_reason
from wirewatch.progress import Progress, silent
from wirewatch.revisions import revisions

CREDIBLE = timedelta(days=30)
"""How old an article may say that it is when it is first seen: some feeds date new items years
back."""

OUT_OF_PATIENCE = "not read: other pages of its feed took too long"


def ready_to_extract(house: House) -> None:
    """Start the workers, without waiting until they are ready.

    Raises:
        WirewatchError: a file of the newsroom's own names, topics or corrections cannot be read.
    """
    own_files(house.settings.home)
    _workers(house).begin()


def pages_to_extract(house: House) -> list[Segment]:
    """Page segments that wait for extraction."""
    with house.ledger.read() as tx:
        return segments.to_extract(tx)


def extract_pages(house: House, segment: Segment, progress: Progress = silent) -> int:
    """Make tagged articles of a segment's pages; return how many articles came of them."""
    made, withdrawn = _extract(house, segment, progress)
    # Entries that had a notice as their article should not wait for the next pass.
    return made if withdrawn is None else made + extract_pages(house, withdrawn, progress)


def _extract(house: House, segment: Segment, progress: Progress) -> tuple[int, Segment | None]:
    """Return how many articles came of a segment's pages, and the segment of withdrawn articles."""
    with house.lease(f"segment:{segment.id}") as taken:
        if not taken:
            return 0, None
        try:
            pages = list(house.archive.read_pages(segment))
        except ArchiveError as error:
            fetch_again(house, segment, error)
            return 0, None
        own = own_files(house.settings.home)
        with house.ledger.read() as tx:
            known = entries.get(tx, (page.id for page in pages))
        # An entry not in `fetched` was moved on by a run that died after its transaction.
        work = [
            Work(entry, page, own, _of_before(house, entry, page))
            for page in pages
            if (entry := known.get(page.id)) and entry.state is State.FETCHED
        ]
        worked: list[Worked] = []
        for one in _work_on(house, work):
            worked.append(one)
            progress("extract", len(worked), len(work))
        seen = _notices(house, worked)
        worked = [one if one.entry.id in seen else _kept(house, one) for one in worked]
        again = list(_again(house, work, worked, seen))
        instead = {one.entry.id: one for one in _work_on(house, again)}
        worked = [instead.get(one.entry.id, one) for one in worked]
        return _record(house, segment, _at_their_own(house, work, worked), seen)


def _workers(house: House) -> Workers[Work, Worked]:
    return house.workers(work_on, preload="wirewatch.passes.readers")


def _work_on(house: House, work: Sequence[Work]) -> Iterator[Worked]:
    """What became of each page, in order."""
    longest = house.settings.extract_timeout
    outcomes = _workers(house).map(_in_patience(house, work))
    for one, outcome in zip(work, outcomes, strict=True):
        cost = outcome.value.cost if isinstance(outcome, Done) else longest
        house.patience.charge(one.entry, cost)
        yield _worked(one, outcome)


def _in_patience(house: House, work: Iterable[Work]) -> Iterator[Work]:
    """The work; pages of a feed for which no time is left are treated as missing."""
    for one in work:
        if one.page.missing is None and house.patience.is_over(one.entry):
            yield replace(one, page=one.page.model_copy(update={"missing": OUT_OF_PATIENCE}))
        else:
            yield one


def _worked(work: Work, outcome: Done[Worked] | TooLong | Died) -> Worked:
    match outcome:
        case Done(worked):
            return worked
        case TooLong(seconds):
            end = Quarantined(f"extraction took more than {seconds:.0f} s")
            return Worked(work.entry, article_from_feed(work.entry, work.page, end), seconds)
        case Died(detail):
            end = Quarantined(f"extraction killed its worker: {detail}")
            return Worked(work.entry, article_from_feed(work.entry, work.page, end), 0.0)


def _notices(house: House, worked: Sequence[Worked]) -> dict[str, Notice]:
    """The articles that are a notice from their site, by entry id: those made here, and those made
    before."""
    pairs = [(one.entry, one.new.article) for one in worked if one.new]
    with house.ledger.read() as tx:
        known = walls.with_text(
            tx, {article.fingerprint for _, article in pairs}, {entry.site for entry, _ in pairs}
        )
    return notices(pairs, known)


def _unread(house: House, work: Work, seen: Notice) -> Work:
    """The work on a page that is a notice, treated as a missing page."""
    page = work.page.model_copy(update={"missing": seen.reason})
    entry = work.entry
    if entry.fingerprint == seen.fingerprint:
        entry = entry.model_copy(update={"notice": seen.fingerprint})
    return replace(work, entry=entry, page=page, instead=_of_before(house, entry, page))


def _kept(house: House, worked: Worked) -> Worked:
    """What became of a page; if not all of it is an edit, with what is kept of the article."""
    entry, new = worked.entry, worked.new
    if new is None or not entry.revision:
        return worked
    is_new = _is_new(worked)
    may_be_cut = entry.was_read and is_new and may_hold_back(new.article)
    is_headed_otherwise = bool(new.headline) and new.headline != new.article.title
    may_be_in_turn = entry.revision >= IN_TURN and is_new
    # A live blog has too many revisions to read them all each hour.
    if not (may_be_cut or ((is_headed_otherwise or may_be_in_turn) and not new.live)):
        return worked
    known = revisions(house, entry).articles
    if not known or known[-1].revision != entry.revision:
        return worked  # its file cannot be read
    if is_headed_otherwise:
        new = follow_page(known, new)
    kept = (keep_whole(known[-1], new) if may_be_cut else None) or new
    if isinstance(kept, NewRevision):
        kept = keep_headline(known, kept) or kept
    return replace(worked, result=kept)


def _again(
    house: House, work: Sequence[Work], worked: Sequence[Worked], seen: Mapping[str, Notice]
) -> Iterator[Work]:
    """The work to do a second time: pages that are notices, and pages that keep an earlier text."""
    for before, after in zip(work, worked, strict=True):
        if before.entry.id in seen:
            yield _unread(house, before, seen[before.entry.id])
        elif after.new and after.new.reason and before.instead is None:
            # The earlier text under the present headline.
            yield replace(before, instead=after.new)


def _at_their_own(house: House, work: Sequence[Work], worked: Sequence[Worked]) -> list[Worked]:
    """What became of the pages, with each new article at an address that no other article has."""
    pairs = [(one.entry, one.new.article) for one in worked if one.new and not one.entry.revision]
    with house.ledger.read() as tx:
        known = {
            article.url: [same]
            for entry, article in pairs
            if (same := copies.same_article(tx, entry, article.url)) is not None
        }
        # An erased article has no text to compare a page with, only its headline.
        apart = {
            entry.id
            for entry, article in pairs
            for same in known.get(article.url, ())
            if same.state is State.ERASED and not erasures.had_headline(tx, same.id, entry.title)
        }
    others = disputed(pairs, known) | apart
    settled = []
    for before, after in zip(work, worked, strict=True):
        if after.new and after.entry.id in others:
            own = article_address(before.entry.url, before.page.url, ())
            article = after.new.article.model_copy(update={"url": own})
            after = replace(after, result=replace(after.new, article=article))
        settled.append(after)
    return settled


def _of_before(house: House, entry: Entry, page: Page) -> NewRevision | None:
    """The article that a page had before a notice replaced it, if there was one."""
    if page.missing is None or not entry.holds_notice or entry.revision < 2:
        return None
    return restore(entry, revisions(house, entry).articles, page.missing)


def _record(
    house: House, pages: Segment, worked: list[Worked], seen: Mapping[str, Notice]
) -> tuple[int, Segment | None]:
    """Record what became of a segment's pages, and withdraw notices among articles made before.

    Returns how many articles were made, and the segment of the withdrawn ones.
    """
    articles = _as_published([one.new.article for one in worked if one.new and _is_new(one)])
    written = house.archive.write_articles(articles) if articles else None
    with house.ledger.read() as tx:
        others = entries.get(tx, seen.keys() - {one.entry.id for one in worked}).values()
    had = [entry for entry in others if entry.state in ENDS]
    now = house.now()
    missing = [missing_page(entry, seen[entry.id].reason, now) for entry in had]
    withdrawn = house.archive.write_pages(missing) if missing else None
    with house.ledger.write() as tx:
        entries.lock(tx, {one.entry.id for one in worked} | seen.keys())
        if written is not None:
            segments.add(tx, written, now)
        walls.record(tx, {key: notice.fingerprint for key, notice in seen.items()}, now)
        for one in worked:
            _settle(tx, one, now)
        if withdrawn is not None:
            segments.add(tx, withdrawn, now)
        for entry in had:
            entries.transition(tx, entry, State.FETCHED, now=now, reason=seen[entry.id].reason)
        segments.set_done(tx, pages, now)
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


def _settle(tx: Connection, one: Worked, now: datetime) -> None:
    """Move one entry to the state that its page led to."""
    took: dict[str, Any] = {"now": now, "seconds": one.seconds}
    match one.result:
        case NewRevision():
            _settle_article(tx, one, one.result, took)
        case Unchanged(reason):
            again = next_try_at(one.entry, now)
            entries.restore_end(tx, one.entry, **took, reason=reason, revisit_at=again)
        case Rejected(reason):
            entries.transition(tx, one.entry, State.REJECTED, **took, reason=reason)
        case Quarantined(reason):
            entries.transition(tx, one.entry, State.QUARANTINED, **took, reason=reason)
        case _:
            # Of another version's worker, if wirewatch was upgraded meanwhile: with its page done,
            # the entry would wait for ever.
            assert_never(one.result)


def _settle_article(tx: Connection, one: Worked, new: NewRevision, took: dict[str, Any]) -> None:
    article, entry = new.article, one.entry
    same = None if entry.revision else copies.same_article(tx, entry, article.url)
    if same is not None and same.state is State.ERASED:
        erasures.erase(tx, [entry], why="another address of an erased article", now=took["now"])
        return
    if same is not None and not is_other_article(entry, article.text, same):
        reason = "another address of a known article"
        known: dict[str, Any] = {"duplicate_of": same.id, "address": article.url}
        entries.transition(tx, entry, State.DUPLICATE, **took, reason=reason, **known)
        return
    again = revisit_at(
        article.first_seen,
        article.published,
        entry.visits,
        matters=bool(article.tags),
        live=new.live,
        now=took["now"],
    )
    if not _is_new(one):
        ended = copy_reason(entry.overlap) if entry.duplicate_of else article.caveat
        entries.restore_end(tx, entry, **took, reason=new.reason or ended, revisit_at=again)
        return
    if entry.holds_notice and entry.revision == 1:
        walls.forget(tx, entry.id)
        if entry.duplicate_of is not None:
            # It was a copy only because of the notice: its story has to be found again.
            took |= {"duplicate_of": None, "overlap": None, "story": None}
    entries.transition(
        tx,
        entry,
        State.EXTRACTED,
        **took,
        reason=new.reason,
        revision=article.revision,
        text_hash=_text_hash(article),
        fingerprint=article.fingerprint or None,
        address=None if article.extraction is Extraction.FEED else article.url,
        visits=entry.visits + (1 if entry.revision else 0),
        revisit_at=again,
    )


def _is_new(worked: Worked) -> bool:
    """Whether a page brought a new article or an edited one."""
    if worked.new is None:
        return False
    article = worked.new.article
    # Older versions recorded the hash of all words as they are.
    before = content_id(f"{article.title}\n{article.text}")
    return worked.entry.text_hash not in (_text_hash(article), before)


def _text_hash(article: Article) -> str:
    return content_id(essence(article))
