"""Link: articles → stories. One at a time, since each decision rests on those before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from time import monotonic

from core.ledger import entries, segments, stories
from core.ledger.segments import Segment
from core.records import Article, Entry, State
from enrich.profile import Profile
from enrich.threader import NEVER, WAYS, Member, Threader
from wirewatch.house import House
from wirewatch.linking import link_article
from wirewatch.progress import Progress, silent


def link(house: House, progress: Progress = silent) -> int:
    """Put new articles into their stories, in recorded order; how many segments were linked."""
    with house.lease("link") as taken:
        if not taken:
            return 0
        window = timedelta(days=house.settings.window_days)
        with house.ledger.read() as tx:
            waiting = segments.to_link(tx)
            remembered = list(stories.window(tx, house.now() - window)) if waiting else []
        threader = Threader(
            (
                Member(
                    id=one.article,
                    story=one.story,
                    first_seen=one.first_seen,
                    profile=Profile.unpack(one.profile),
                )
                for one in remembered
                if one.profile is not None
            ),
            window=window,
            ways=replace(WAYS, merge=NEVER),  # the ledger cannot make two stories one yet
        )
        for number, segment in enumerate(waiting, 1):
            _link_segment(house, segment, threader)
            progress("link", number, len(waiting))
        return len(waiting)


def _link_segment(house: House, segment: Segment, threader: Threader) -> None:
    articles = list(house.archive.read_articles(segment))
    now = house.now()
    with house.ledger.write() as tx:
        known = entries.get(tx, (article.id for article in articles))
        for article in articles:
            entry = known[article.id]
            if entry.state is not State.EXTRACTED or entry.revision != article.revision:
                continue  # recorded again by a run that died, and linked already
            began = monotonic()
            original = entries.original(tx, article.id, article.fingerprint)
            threaded = stories.threaded(tx, entry, original)
            linked = link_article(article, entry, original, threader, threaded=threaded)
            entries.move(
                tx,
                entry,
                State.LINKED,
                now=now,
                seconds=monotonic() - began,
                duplicate_of=linked.duplicate_of,
                story=linked.story,
            )
            if linked.member is not None:
                stories.join(tx, article, linked.member)
            else:
                stories.follow(tx, linked.story, article.first_seen)
        segments.set_position(tx, segment)


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
                "duplicate_of": entry.duplicate_of,
                "feeds": entry.feeds,
            }
            yield article.model_copy(update=update), entry
