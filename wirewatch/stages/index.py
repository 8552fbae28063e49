"""Index: articles → search."""

from __future__ import annotations

from time import monotonic

from core.index import Outcome, Written
from core.ledger import entries, segments
from core.ledger.segments import Segment
from core.records import Article, State
from wirewatch.house import House
from wirewatch.progress import Progress, silent
from wirewatch.stages.link import linked_articles


def articles_to_index(house: House) -> list[Segment]:
    """Article segments that wait for the index."""
    with house.ledger.read() as tx:
        return segments.to_index(tx)


def index_articles(house: House, segment: Segment, progress: Progress = silent) -> int:
    """Write a segment's articles into the index; how many it did not take yet."""
    with house.lease(f"segment:{segment.id}") as taken:
        if not taken:
            return 0
        linked = list(linked_articles(house, segment))
        known = {article.id: (article, entry) for article, entry in linked}
        failed = 0
        began = monotonic()
        results = house.index.write(article for article, _ in linked)
        written = []
        for number, one in enumerate(results, 1):
            written.append(one)
            progress("index", number, len(linked))
        seconds = (monotonic() - began) / max(len(written), 1)
        now = house.now()
        with house.ledger.write() as tx:
            for one in written:
                article, entry = known[one.id]
                state, reason = _end(one, article)
                failed += one.outcome is Outcome.FAILED
                if entry.state is State.LINKED:
                    # What the index refused is not to be taken for unchanged when it is replayed.
                    refused = {"text_hash": None} if state is State.QUARANTINED else {}
                    entries.move(
                        tx, entry, state, now=now, seconds=seconds, reason=reason, **refused
                    )
            if not failed:
                segments.set_done(tx, segment, now)
        return failed


def _end(one: Written, article: Article) -> tuple[State, str | None]:
    """The state that the outcome of writing means for an article's entry, and the reason."""
    if one.outcome is Outcome.FAILED:
        return State.LINKED, f"the index did not take it yet: {one.reason}"
    if one.outcome is Outcome.REJECTED:
        return State.QUARANTINED, f"the index refuses it: {one.reason}"
    if article.duplicate_of:
        return State.DUPLICATE, "same text as another article"
    return State.INDEXED, article.caveat
