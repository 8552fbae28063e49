"""Extract and enrich: pages → articles. The work on one page is in `wirewatch.passes.work`; what is
recorded in the end is in `wirewatch.passes.recording`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from core.faults import Fault, raise_if_common
from core.ledger import copies, entries, erasures, segments, site_notices
from core.records import Entry, Page, Segment, State
from ingest.pages.aliases import disputed
from ingest.pages.articles import NewRevision, without_text
from ingest.pages.kept import (
    IN_TURN,
    follow_page,
    keep_headline,
    keep_whole,
    may_hold_back,
    restore,
)
from ingest.pages.outcomes import Quarantined
from ingest.pages.site_notices import SiteNotice, notices
from ingest.pages.workers import Done, Lost, Workers
from ingest.web.addresses import article_address
from wirewatch.attempts import OF_ALL, tried_apart
from wirewatch.house import House
from wirewatch.newsroom.own import own_files
from wirewatch.passes.lost import read_waiting
from wirewatch.passes.recording import record
from wirewatch.passes.work import Report, Work, Worked, work_on
from wirewatch.progress import Progress, silent
from wirewatch.revisions import revisions

PASSED_ON = (*OF_ALL, AssertionError)
"""What each page would meet: an assertion means that the workers are of another version."""

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
    with house.lease(f"segment:{segment.id}") as taken:
        pages = read_waiting(house, segment, house.archive.read_pages) if taken else None
        if pages is None:
            return 0
        made, withdrawn = _recorded(house, segment, _work_on(house, _work(house, pages), progress))
    # Entries that had a notice as their article should not wait for the next pass.
    return made + sum(extract_pages(house, one, progress) for one in withdrawn)


def _recorded(
    house: House, segment: Segment, worked: Sequence[Worked]
) -> tuple[int, list[Segment]]:
    """Record what became of a segment's pages: all together, since they are compared with each
    other. If that meets a fault, each by itself, and one that meets it alone brings no text.

    Returns how many articles were made, and the segments of withdrawn ones.
    """
    made, withdrawn = 0, list[Segment]()
    for several, result in tried_apart(
        "recording",
        worked,
        partial(_compare_and_record, house),
        name=lambda one: one.entry.url,
        site=lambda one: one.entry.site,
        passed_on=PASSED_ON,
    ):
        if isinstance(result, Fault):
            end = Quarantined(result.reason)
            alone = [replace(one, result=without_text(one.entry, end)) for one in several]
            result = record(house, alone, {})
        made += result[0]
        withdrawn += result[1]
    with house.ledger.write() as tx:
        segments.set_done(tx, segment, house.now())
    return made, withdrawn


def _compare_and_record(house: House, first: Sequence[Worked]) -> tuple[int, list[Segment]]:
    """Compare pages with each other and with what is known, and record what became of them."""
    seen = _notices(house, first)
    return record(house, _at_their_own(house, _corrected(house, first, seen)), seen)


def _work(house: House, pages: Sequence[Page]) -> list[Work]:
    """The work on the pages that are still to be made articles."""
    own = own_files(house.settings.home)
    with house.ledger.read() as tx:
        known = entries.get(tx, (page.id for page in pages))
    # An entry not in `fetched` was moved on by a run that died after its transaction.
    return [
        Work(entry, page, own, _of_before(house, entry, page))
        for page in pages
        if (entry := known.get(page.id)) and entry.state is State.FETCHED
    ]


def _of_before(house: House, entry: Entry, page: Page) -> NewRevision | None:
    """The article that a page had before a notice replaced it, if there was one."""
    if page.missing is None or not entry.holds_notice or entry.revision < 2:
        return None
    return restore(entry, revisions(house, entry).articles, page.missing)


def _workers(house: House) -> Workers[Work, Report]:
    return house.workers(work_on, preload="wirewatch.passes.readers")


def _work_on(house: House, work: Sequence[Work], progress: Progress = silent) -> list[Worked]:
    """What became of each page, in order. Raises if all pages met a fault, of several sites."""
    worked = []
    met: list[tuple[str, Fault | None]] = []
    outcomes = _workers(house).map(_in_patience(house, work))
    for one, outcome in zip(work, outcomes, strict=True):
        cost, reason = house.settings.extract_timeout, ""
        if isinstance(outcome, Done):
            cost, reason = outcome.value.cost, outcome.value.met
        house.patience.charge(one.entry, cost)
        worked.append(_worked(one, outcome))
        # Not the exception itself, which need not survive the way from its process.
        met.append((one.entry.site, Fault("reading", RuntimeError(reason)) if reason else None))
        progress("extract", len(worked), len(work))
    raise_if_common(met)
    return worked


def _in_patience(house: House, work: Iterable[Work]) -> Iterator[Work]:
    """The work; pages of a feed for which no time is left are treated as missing."""
    for one in work:
        if one.page.missing is None and house.patience.is_over(one.entry):
            yield one.without_page(OUT_OF_PATIENCE)
        else:
            yield one


def _worked(work: Work, outcome: Done[Report] | Lost) -> Worked:
    if isinstance(outcome, Done):
        return Worked(work, outcome.value.result, outcome.value.seconds)
    lost = f"extraction {outcome.reason}"
    return Worked(work, without_text(work.entry, Quarantined(lost)), outcome.seconds, lost)


def _notices(house: House, worked: Sequence[Worked]) -> dict[str, SiteNotice]:
    """The articles that are a notice from their site, by entry id: those made here, and those made
    before."""
    pairs = [(one.entry, one.new.article) for one in worked if one.new]
    with house.ledger.read() as tx:
        known = site_notices.with_text(
            tx, {article.fingerprint for _, article in pairs}, {entry.site for entry, _ in pairs}
        )
    return notices(pairs, known)


def _corrected(
    house: House, worked: Sequence[Worked], seen: Mapping[str, SiteNotice]
) -> list[Worked]:
    """What became of the pages, without the notices and with what is kept of earlier revisions."""
    kept = [one if one.entry.id in seen else _kept(house, one) for one in worked]
    again = [work for one in kept if (work := _again(house, one, seen.get(one.entry.id)))]
    instead = {one.entry.id: one for one in _work_on(house, again)}
    return [instead.get(one.entry.id, one) for one in kept]


def _kept(house: House, worked: Worked) -> Worked:
    """What became of a page; if not all of it is an edit, with what is kept of the article."""
    entry, new = worked.entry, worked.new
    if new is None or not entry.revision:
        return worked
    is_edited = worked.edited is not None
    may_be_cut = entry.was_read and is_edited and may_hold_back(new.article)
    is_headed_otherwise = bool(new.headline) and new.headline != new.article.title
    may_be_in_turn = entry.revision >= IN_TURN and is_edited
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


def _again(house: House, before: Worked, notice: SiteNotice | None) -> Work | None:
    """The work to do a second time on a page, if any: it is a notice, was lost with its worker, or
    keeps an earlier text."""
    work = before.work
    if notice is not None:
        work, entry = work.without_page(notice.reason), work.entry
        if entry.fingerprint == notice.fingerprint:
            entry = entry.model_copy(update={"notice": notice.fingerprint})
        return replace(work, entry=entry, instead=_of_before(house, entry, work.page))
    if before.lost and work.page.missing is None:
        return work.without_page(before.lost)
    if before.new and before.new.reason and work.instead is None:
        # The earlier text under the present headline.
        return replace(work, instead=before.new)
    return None


def _at_their_own(house: House, worked: Sequence[Worked]) -> list[Worked]:
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
            if same.state is State.ERASED
            # One that a person added by its address has only its page's.
            and not erasures.had_headline(tx, same.id, entry.title or article.title)
        }
    others = disputed(pairs, known) | apart
    return [
        _at_its_own(one, one.new) if one.new and one.entry.id in others else one for one in worked
    ]


def _at_its_own(worked: Worked, new: NewRevision) -> Worked:
    """What became of a page, with the article that it brought at the page's own address."""
    own = article_address(worked.entry.url, worked.work.page.url, ())
    article = new.article.model_copy(update={"url": own})
    return replace(worked, result=replace(new, article=article))
