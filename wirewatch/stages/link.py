"""Link: articles → stories. One at a time, since each decision rests on those before it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from sqlalchemy import Connection

from core.ledger import copies, entries, segments, sketches, stories
from core.ledger.segments import Segment
from core.ledger.stories import StoredMember
from core.records import Article, Entry, Extraction, Sketched, State
from enrich.duplicates import Duplicates
from enrich.headlines import Headline, most_central
from enrich.placement import Member
from enrich.profile import Profile, ProfileError
from enrich.sketch import Sketch, SketchError, sketch
from enrich.threader import Threader
from ingest.repeats import is_notice
from wirewatch.house import House
from wirewatch.linking import Linked, Original, link_article
from wirewatch.progress import Progress, silent

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Memory:
    """What linking remembers of the window: the texts, and the threaded articles."""

    duplicates: Duplicates
    threader: Threader


def link(house: House, progress: Progress = silent) -> int:
    """Put new articles into their stories, in recorded order; how many segments were linked."""
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
    """What was seen within the window of the articles that wait; older sketches are dropped."""
    window = timedelta(days=house.settings.window_days)
    for_copies = timedelta(days=house.settings.copy_days)
    with house.ledger.write() as tx:
        # An article whose page came late was seen long ago, and so was what it is compared with.
        waits_since = stories.waiting_since(tx) or house.now()
        # Texts are compared by whole seconds: one of the same second still counts.
        copies_since = (min(waits_since, house.now()) - for_copies).replace(microsecond=0)
        sketches.forget(tx, copies_since)
    with house.ledger.read() as tx:
        remembered = list(stories.window(tx, waits_since - window))
        texts = sketches.window(tx, copies_since)
        duplicates = Duplicates(_readable_texts(texts), window=for_copies)
    return Memory(duplicates, Threader(_readable_members(remembered), window=window))


def _readable_members(remembered: Iterable[StoredMember]) -> Iterator[Member]:
    """What threading compares with. A damaged profile is set aside: its article keeps the story
    that it is in, and all others are linked."""
    unread: dict[str, ProfileError] = {}
    for one in remembered:
        if one.profile is None:
            continue
        try:
            profile = Profile.unpack(one.profile)
        except ProfileError as error:
            unread[one.article] = error
            continue
        yield Member(id=one.article, story=one.story, first_seen=one.first_seen, profile=profile)
    _tell_unread(unread, "new articles are not joined to stories by way of")


def _readable_texts(texts: Iterable[Sketched]) -> Iterator[Sketched]:
    """What copies are known by. A damaged sketch is set aside: its article stays what it is."""
    unread: dict[str, SketchError] = {}
    for one in texts:
        try:
            Sketch.unpack(one.sketch)
        except SketchError as error:
            unread[one.article] = error
            continue
        yield one
    _tell_unread(unread, "copies are not known by the text of")


def _tell_unread(unread: Mapping[str, Exception], effect: str) -> None:
    """One line for all: they are met again in each pass until their window has passed."""
    if not unread:
        return
    article, error = next(iter(unread.items()))
    others = f" and {len(unread) - 1} more" if len(unread) > 1 else ""
    log.warning("%s article %s%s: %s", effect, article, others, error)


def _link_segment(house: House, segment: Segment, memory: Memory) -> None:
    articles = list(house.archive.read_articles(segment))
    now = house.now()
    everything = house.settings.thread == "all"
    changed: set[str] = set()
    with house.ledger.write() as tx:
        entries.hold(tx, (article.id for article in articles))
        known = entries.get(tx, (article.id for article in articles))
        for article in articles:
            entry = known[article.id]
            if entry.state is not State.EXTRACTED or entry.revision != article.revision:
                continue  # recorded again by a run that died, and linked already
            began = monotonic()
            linked = _linked(tx, article, entry, memory, everything=everything)
            _record(tx, article, linked)
            entries.move(
                tx,
                entry,
                State.LINKED,
                now=now,
                seconds=monotonic() - began,
                duplicate_of=linked.duplicate_of,
                overlap=linked.overlap,
                story=linked.story,
            )
            retitled = linked.member is None and stories.retitle(tx, article)
            if linked.member is not None or linked.story != article.id or retitled:
                changed.add(linked.story)
        for story in sorted({stories.root(tx, one) for one in changed}):
            _settle(tx, story)
        segments.set_position(tx, segment)


def _linked(
    tx: Connection, article: Article, entry: Entry, memory: Memory, *, everything: bool
) -> Linked:
    """Where an article belongs, by what the ledger and the window's memory know of others."""
    if entry.story is not None:
        # An article of the same segment may have shown two stories to be one.
        entry = entry.model_copy(update={"story": stories.root(tx, entry.story)})
    same = copies.original(tx, article.id, article.fingerprint)
    if same is not None and _is_other_item(article, entry, same):
        # A line that stands under each item tells of none.
        same, told = None, article.model_copy(update={"text": "", "meaning": ""})
    else:
        told = article
    original = _original(tx, article, entry, same, memory.duplicates)
    return link_article(
        told,
        entry,
        original,
        memory.threader,
        threaded=stories.threaded(tx, entry, original.entry if original else None),
        everything=everything,
    )


def _original(
    tx: Connection, article: Article, entry: Entry, same: Entry | None, duplicates: Duplicates
) -> Original | None:
    """The article that had a text first, as it is (`same`) or nearly; of an edited copy, the one
    that it was a copy of. What is compared is remembered."""

    def is_other_item(known: str) -> bool:
        return _is_other_item(article, entry, entries.get(tx, [known])[known])

    def is_headed_alike(known: str) -> bool:
        return bool(entry.title) and entry.title == entries.get(tx, [known])[known].title

    if entry.story is not None:
        if entry.duplicate_of is None:
            return None
        before = entries.get(tx, [entry.duplicate_of])[entry.duplicate_of]
        if same is not None and same.id == before.id:
            return Original(same, 1.0)
        return Original(before, duplicates.share(before.id, sketch(article.text)))
    decided = duplicates.place(
        article.id,
        sketch(article.text),
        article.first_seen,
        article.site,
        original=same.id if same else None,
        is_other_piece=is_other_item,
        is_headed_alike=is_headed_alike,
    )
    if decided.sketched is not None:
        sketches.add(tx, decided.sketched)
    if decided.copy is None:
        return None
    found = same or entries.get(tx, [decided.copy.original])[decided.copy.original]
    return Original(found, decided.copy.share)


def _is_other_item(article: Article, entry: Entry, known: Entry) -> bool:
    """Whether two articles are only what one site's feeds say of two pieces, or one notice of it.

    Where pages refuse us, the first may be a line that stands under each item: what it tells of is
    in the titles alone, and by these alone it is joined to stories. So is a notice that extraction
    has not told: its words differ a little each time, or two workers met it at once.
    """
    if article.extraction is Extraction.FEED and known.address is None:  # it is the feed's as well
        return entry.site == known.site and entry.title != known.title
    return is_notice(article.text, entry, known)


def _record(tx: Connection, article: Article, linked: Linked) -> None:
    """Put an article into its story, and the stories that it shows to be one together."""
    if linked.member is not None:
        stories.join(tx, article, linked.member)
    for story in linked.merges:
        stories.merge(tx, story, linked.story)


def _settle(tx: Connection, story: str) -> None:
    """Have a story say what its articles are by now; one that is not threaded says nothing."""
    told = [Headline(*one) for one in stories.headlines(tx, story)]
    if told:
        stories.settle(tx, story, told[most_central(told)].title)


def linked_articles(house: House, segment: Segment) -> Iterator[tuple[Article, Entry]]:
    """A linked segment's articles as they are indexed: with story and duplicate, and no
    revision that was overtaken."""
    articles = list(house.archive.read_articles(segment))
    with house.ledger.read() as tx:
        known = entries.get(tx, (article.id for article in articles))
    for article in articles:
        entry = known[article.id]
        if entry.revision == article.revision:
            update = {
                "story": entry.story,
                "moves": entry.moves,
                "duplicate_of": entry.duplicate_of,
                "feeds": entry.feeds,
                # Linking has made use of it, and nobody searches by it.
                "meaning": "",
            }
            yield article.model_copy(update=update), entry
