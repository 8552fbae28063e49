"""Link: articles → stories. One at a time, since each decision depends on those before it.

The way of an article: `_original` finds whose text it has, if anybody's (`enrich.copies`). The
`Linker` decides from that which story is its own (`wirewatch.passes.linking`); for what is no copy
it asks the threader, which remembers the window (`enrich.stories.threader`). `_record` puts it
there. Last, the titles, sizes and times of all stories that have changed are settled.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import TypeVar

from sqlalchemy import Connection

from core.faults import Fault, tried
from core.ledger import copies, entries, members, mutes, segments, sketches, splits, stories
from core.ledger.ledger import RECORDING, one_at_a_time
from core.ledger.members import StoredMember
from core.records import Article, Entry, Extraction, Segment, Sketched, State
from enrich.copies.duplicates import Duplicates
from enrich.copies.sketch import Sketch, SketchError, sketch
from enrich.stories.placement import Member
from enrich.stories.profile import Profile, ProfileError
from enrich.stories.round_ups import is_round_up
from enrich.stories.threader import Threader
from ingest.pages.site_notices import is_notice
from wirewatch.attempts import OF_ALL
from wirewatch.house import House
from wirewatch.passes.linking import Linked, Linker, Original
from wirewatch.passes.lost import read_waiting
from wirewatch.passes.settling import settle
from wirewatch.progress import Progress, silent

log = logging.getLogger(__name__)

Stored = TypeVar("Stored", StoredMember, Sketched)
Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class Memory:
    """What linking remembers of the window: texts, and with the linker, threaded articles."""

    duplicates: Duplicates
    linker: Linker


def link(house: House, progress: Progress = silent) -> int:
    """Put new articles into stories, in recorded order; return how many segments were linked."""
    with house.lease("link") as taken:
        if not taken:
            return 0
        with house.ledger.read() as tx:
            waiting = segments.to_link(tx)
        if not waiting:
            return 0
        memory = _remember(house)
        for number, segment in enumerate(waiting, 1):
            _link_segment(house, segment, memory)
            progress("link", number, len(waiting))
        return len(waiting)


def _remember(house: House) -> Memory:
    """Load what was seen within the window of the waiting articles, and drop older sketches."""
    window = timedelta(days=house.settings.window_days)
    for_copies = timedelta(days=house.settings.copy_days)
    with house.ledger.write() as tx:
        # An article whose page came late, or was edited, is compared with others of the time it was
        # first seen; one from a feed's history with those of the time it was published.
        times = members.waiting_times(tx) or [house.now()]
        # Times of texts are whole seconds: a text of the same second still counts.
        copies_since = (min(times[0], house.now()) - for_copies).replace(microsecond=0)
        sketches.forget(tx, copies_since)
    with house.ledger.read() as tx:
        remembered = list(members.window(tx, times, window))
        parted = splits.pairs(tx)
        texts = sketches.window(tx, copies_since)
        known = _readable(texts, _text, "copies cannot be recognised by the text of")
        duplicates = Duplicates(known, window=for_copies)
    known_members = _readable(remembered, _member, "new articles cannot join stories through")
    threader = Threader(known_members, parted=parted, window=window)
    return Memory(duplicates, Linker(threader, everything=house.settings.thread == "all"))


def _readable(
    stored: Iterable[Stored], read: Callable[[Stored], Known], effect: str
) -> Iterator[Known]:
    """What is remembered of articles, as far as it can be read. What is damaged is skipped: its
    article stays as it is, and all others are linked."""
    unread: list[tuple[str, Exception]] = []
    for one in stored:
        try:
            known = read(one)
        except (ProfileError, SketchError) as error:
            unread.append((one.article, error))
        else:
            yield known
    if unread:
        # One line for all: each pass meets them again until their window has passed.
        article, why = unread[0]
        others = f" and {len(unread) - 1} more" if len(unread) > 1 else ""
        log.warning("%s article %s%s: %s", effect, article, others, why)


def _member(one: StoredMember) -> Member:
    """An article that threading compares with; all of the window have a profile."""
    profile = Profile.unpack(one.profile or b"")
    return Member(id=one.article, story=one.story, first_seen=one.first_seen, profile=profile)


def _text(one: Sketched) -> Sketched:
    """A text that copies are recognised by."""
    Sketch.unpack(one.sketch)
    return one


def _link_segment(house: House, segment: Segment, memory: Memory) -> None:
    articles = read_waiting(house, segment, house.archive.read_articles)
    if articles is None:
        return
    now = house.now()
    changed: set[str] = set()
    with house.ledger.write() as tx:
        # The articles of a story that becomes part of another are locked only then: a poll that
        # records them and these at the time, and this, would wait for each other.
        one_at_a_time(tx, RECORDING)
        entries.lock(tx, (article.id for article in articles))
        known = entries.get(tx, (article.id for article in articles))
        for article in articles:
            entry = known[article.id]
            if entry.state is not State.EXTRACTED or entry.revision != article.revision:
                continue  # recorded twice by a run that died, and already linked
            began = monotonic()
            linked, why = _linked(tx, article, entry, memory)
            _record(tx, article, linked)
            entries.transition(
                tx,
                entry,
                State.LINKED,
                now=now,
                seconds=monotonic() - began,
                reason=why,
                duplicate_of=linked.duplicate_of,
                overlap=linked.overlap,
                story=linked.story,
            )
            retitled = linked.member is None and members.retitle(tx, article)
            if linked.member is not None or linked.story != article.id or retitled:
                changed.add(linked.story)
        for story in sorted({stories.root(tx, one) for one in changed}):
            settle(tx, story)
        segments.set_position(tx, segment)


def _linked(
    tx: Connection, article: Article, entry: Entry, memory: Memory
) -> tuple[Linked, str | None]:
    """Where an article belongs; if finding that out meets a fault, the article keeps its story and
    what it is a copy of, or stands alone, with the reason: it is not lost and holds up no other."""
    if entry.story is not None:
        # An article of the same segment may have merged two stories.
        entry = entry.model_copy(update={"story": stories.root(tx, entry.story)})
    linked = tried(
        "linking",
        article.url,
        partial(_compared, tx, article, entry, memory),
        OF_ALL,
    )
    if isinstance(linked, Fault):
        story = entry.story or article.id
        kept = Linked(story, duplicate_of=entry.duplicate_of, overlap=entry.overlap)
        return kept, linked.reason
    return linked, None


def _compared(tx: Connection, article: Article, entry: Entry, memory: Memory) -> Linked:
    """Where an article belongs, according to the ledger and the memory of the window. If that
    raises, the transaction is as before: PostgreSQL would refuse all that follows in it."""
    # Else an affair of months ago would join what is told today, and its like.
    article = article.model_copy(update={"first_seen": entry.news_at})
    with tx.begin_nested():
        same = copies.original(tx, article.id, article.fingerprint)
        if same is not None and _is_other_item(article, entry, same):
            # A line that stands under every item says nothing about any of them.
            same, told = None, article.model_copy(update={"text": "", "meaning": ""})
        else:
            told = article
        original = _original(tx, article, entry, same, memory.duplicates)
        threaded = members.threaded(tx, entry, original.entry if original else None)
        return memory.linker.link(told, entry, original, threaded)


def _original(
    tx: Connection, article: Article, entry: Entry, same: Entry | None, duplicates: Duplicates
) -> Original | None:
    """The article that had a text first, exactly (`same`) or nearly; for an edited copy, the one
    that it was a copy of. The compared text is remembered."""

    def known(article_id: str) -> Entry:
        return entries.get(tx, [article_id])[article_id]

    if entry.story is not None:
        if entry.duplicate_of is None:
            return None
        before = known(entry.duplicate_of)
        if same is not None and same.id == before.id:
            return Original(same, 1.0)
        # The original may have left the window; the article's own first text was the same.
        own = sketch(article.text)
        shares = (duplicates.share(one, own) for one in (before.id, article.id))
        return Original(before, next((share for share in shares if share is not None), None))
    decided = duplicates.place(
        article.id,
        sketch(article.text),
        article.first_seen,
        article.site,
        original=same.id if same else None,
        is_other_piece=lambda other: (
            _is_other_item(article, entry, known(other))
            # A newsletter that begins with a report is no copy of it.
            or is_round_up(article.title) != is_round_up(known(other).title)
        ),
        is_headed_alike=lambda other: bool(entry.title) and entry.title == known(other).title,
    )
    if decided.sketched is not None:
        sketches.add(tx, decided.sketched)
    if decided.copy is None:
        return None
    return Original(same or known(decided.copy.original), decided.copy.share)


def _is_other_item(article: Article, entry: Entry, known: Entry) -> bool:
    """Whether two articles are different pieces whose equal text is only a line from the site.

    If a site refuses its pages, the text is the feed's, which may be the same line under each item.
    Only the titles differ then, so the articles join stories by their titles alone. The same holds
    for a notice from the site that extraction missed because its words vary a little or two
    workers met it at once.
    """
    if article.extraction is Extraction.FEED and known.address is None:  # it is the feed's as well
        return entry.site == known.site and entry.title != known.title
    return is_notice(article.text, entry, known)


def _record(tx: Connection, article: Article, linked: Linked) -> None:
    """Put an article into its story, and merge the stories that it shows to be one."""
    if linked.member is not None:
        stories.join(tx, article, linked.member)
    for story in linked.merges:
        if story == article.id:
            mutes.take_in(tx, linked.story, story)
        stories.merge(tx, story, linked.story)
