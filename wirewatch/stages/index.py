"""Index: articles → search."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from time import monotonic

from core.index import IndexUnavailableError, Outcome, Written
from core.ledger import entries, segments, stories
from core.records import SEARCHABLE, Article, Entry, Segment, State
from wirewatch.house import House
from wirewatch.passes.lost import waiting_articles
from wirewatch.presentation.wording import copy_reason
from wirewatch.progress import Progress, silent

log = logging.getLogger(__name__)

BATCH = 500
"""Articles that came into another story and are written at once."""

_NOT_YET = "not yet in the index"


def articles_to_index(house: House) -> list[Segment]:
    """Article segments that wait for the index."""
    with house.ledger.read() as tx:
        return segments.to_index(tx)


def index_articles(house: House, segment: Segment, progress: Progress = silent) -> int:
    """Write a segment's articles into the index; return how many it has not taken yet."""
    with house.lease(f"segment:{segment.id}") as taken:
        if not taken:
            return 0
        linked = waiting_articles(house, segment)
        try:
            index = house.index
        except IndexUnavailableError as error:
            log.warning("%s", error)
            return len(linked)
        written: list[Written] = []
        began = monotonic()
        for one in index.write(article for article, _ in linked):
            written.append(one)
            progress("index", len(written), len(linked))
        return _record(house, segment, linked, written, monotonic() - began)


def _record(
    house: House,
    segment: Segment,
    linked: Sequence[tuple[Article, Entry]],
    written: Sequence[Written],
    seconds: float,
) -> int:
    """Record what became of a segment's articles, and how long writing all of them took; return how
    many the index has not taken yet."""
    known = {article.id: (article, entry) for article, entry in linked}
    failed = [one for one in written if one.outcome is Outcome.FAILED]
    now = house.now()
    with house.ledger.write() as tx:
        entries.lock(tx, known)
        for one in written:
            article, entry = known[one.id]
            state, reason = _end(one, article, entry)
            # While the index is away for days, each pass fails here: the first one is enough.
            if entry.state is State.LINKED and (state, reason) != (entry.state, entry.reason):
                entries.transition(
                    tx,
                    entry,
                    state,
                    now=now,
                    seconds=seconds / len(written),
                    reason=reason,
                    # One that the index refused must not count as unchanged when replayed.
                    text_hash=None if state is State.QUARANTINED else entry.text_hash,
                )
            elif one.outcome is Outcome.REJECTED and entry.state in SEARCHABLE:
                what = "the index refuses its new tags and keeps the former"
                log.error("%s: %s: %s", article.url, what, one.reason)
        if not failed:
            segments.set_done(tx, segment, now)
    if failed:
        # For the task's log: in the terminal, the accounting gives the reason.
        told = len(failed), len(linked), failed[0].reason
        log.info("%s of %s not yet in the index: %s", *told)
    return len(failed)


def why_waiting(house: House) -> str:
    """Why articles wait for the index, in the words of the last that it did not take."""
    with house.ledger.read() as tx:
        waiting = entries.latest(tx, state=State.LINKED, reason=_NOT_YET, limit=1)
    return next((one.reason for one in waiting if one.reason), _NOT_YET)


def index_moved(house: House) -> int:
    """Write indexed articles again that came into another story; return how many the index
    has not taken yet.

    Articles that are on their way to the index anyway wait until they are there. Whichever write
    comes last, the higher version wins.
    """
    with house.lease("moved") as taken:
        if not taken:
            return 0
        while True:
            with house.ledger.read() as tx:
                waiting = entries.get(tx, stories.to_move(tx, BATCH))
                files = segments.to_index(tx) if waiting else []
            for file in files:
                for article in house.archive.read_articles(file):
                    # It was tagged again, perhaps: the index has its old tags.
                    waiting.pop(article.id, None)
            try:
                index = house.index
                again = [
                    held.model_copy(update={"story": entry.story, "moves": entry.moves})
                    for entry in waiting.values()
                    if (held := index.get(entry.id)) is not None
                ]
            except IndexUnavailableError as error:
                log.warning("%s moved articles not yet in the index: %s", len(waiting), error)
                return len(waiting)
            results = {one.id: one.outcome for one in index.write(again)}
            failed = sum(outcome is Outcome.FAILED for outcome in results.values())
            with house.ledger.write() as tx:
                for entry in waiting.values():
                    if results.get(entry.id) is not Outcome.FAILED:
                        stories.set_moved(tx, entry.id, entry.moves)
            if failed or len(waiting) < BATCH:
                return failed


def _end(one: Written, article: Article, entry: Entry) -> tuple[State, str | None]:
    """The state of an article's entry after writing, and the reason."""
    if one.outcome is Outcome.FAILED:
        return State.LINKED, f"{_NOT_YET}: {one.reason}"
    if one.outcome is Outcome.REJECTED:
        return State.QUARANTINED, f"the index refuses it: {one.reason}"
    if article.duplicate_of:
        return State.DUPLICATE, copy_reason(entry.overlap)
    return State.INDEXED, article.caveat
