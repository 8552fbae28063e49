"""Where an article belongs: the decision that links it. Pure, but for the threader's memory."""

from __future__ import annotations

import logging
from collections.abc import Container
from dataclasses import dataclass, replace

from core.ledger.stories import StoredMember
from core.records import Article, Entry
from enrich.duplicates import SHARE
from enrich.meanings import MeaningError, unpacked
from enrich.placement import Placement
from enrich.threader import Threader

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Original:
    """The article whose text another one has: its entry, and the share of the shorter text that
    the two have in common; None where that cannot be told any more."""

    entry: Entry
    overlap: float | None


@dataclass(frozen=True, slots=True)
class Linked:
    """The article's story, the article whose text it repeats, and what threading remembers of it
    (none where it was not threaded). `merges` are stories that end in this one."""

    story: str
    duplicate_of: str | None = None
    overlap: float | None = None
    member: StoredMember | None = None
    merges: tuple[str, ...] = ()


def link_article(
    article: Article,
    entry: Entry,
    original: Original | None,
    threader: Threader,
    *,
    threaded: Container[str],
    everything: bool = False,
) -> Linked:
    """Decide the story of an article.

    An edited article keeps its story, and is a copy as long as it still has the text of the same
    original. One whose text another had first belongs to that one's story. What is on topic is
    threaded; what is near the topic belongs to the story that it clearly follows, if there is one.
    Anything else stands alone, as a story of its own id: the stream is mostly that, and threading
    it would cost much and join what is alike, not the same.

    Args:
        article: as it was extracted and tagged.
        entry: its entry, with the story of an earlier revision if there was one.
        original: the linked article that had its text first, if there is one; of an edited copy,
            the one that it was a copy of.
        threader: remembers the threaded articles of the window.
        threaded: those of the ids `article`, `original` and their stories that are threaded.
        everything: whether what is off topic is threaded too.
    """
    wanted = everything or bool(article.tags)
    if entry.story is not None:
        return _link_again(article, entry, original, threader, threaded, everything=everything)
    if original is not None:
        story = original.entry.story or original.entry.id
        copy = Linked(story=story, duplicate_of=original.entry.id, overlap=original.overlap)
        if not wanted or story in threaded:
            return copy
        # The same text, found on topic under this headline only: now its story is threaded.
        return replace(copy, member=_threaded(article, threader, story=story).member)
    return _placed(article, threader, everything=everything)


def _link_again(
    article: Article,
    entry: Entry,
    original: Original | None,
    threader: Threader,
    threaded: Container[str],
    *,
    everything: bool,
) -> Linked:
    """Decide anew for an article whose text has changed."""
    assert entry.story is not None  # noqa: S101 - it was linked before
    kept = Linked(story=entry.story)
    if original is not None and (original.overlap is None or original.overlap >= SHARE):
        return replace(kept, duplicate_of=original.entry.id, overlap=original.overlap)
    if article.id in threaded:
        return kept
    if entry.story != article.id:
        if entry.story not in threaded or not (everything or article.tags):
            return kept
        # It was a copy, and is a piece of its own by now.
        return replace(kept, member=_threaded(article, threader, story=entry.story).member)
    linked = _placed(article, threader, everything=everything)
    if linked.story == article.id:
        return linked
    # It stood alone, with copies perhaps; they all go with it.
    return replace(linked, merges=(*linked.merges, article.id))


def _placed(article: Article, threader: Threader, *, everything: bool) -> Linked:
    """Where an article belongs that is no copy, and that no story has yet."""
    if article.tags:
        return _threaded(article, threader)
    if meaning := _readable_meaning(article):
        followed = threader.follow(
            article.id,
            article.title,
            article.text,
            article.first_seen,
            article.language,
            meaning=meaning,
        )
        if followed is not None:
            return _linked(article, followed)
    return _threaded(article, threader) if everything else Linked(story=article.id)


def _threaded(article: Article, threader: Threader, *, story: str | None = None) -> Linked:
    placement = threader.place(
        article.id,
        article.title,
        article.text,
        article.first_seen,
        article.language,
        # What is near the topic has one as well, too weak to join more than what it follows.
        meaning=_readable_meaning(article) if article.tags else "",
        story=story,
    )
    return _linked(article, placement)


def _linked(article: Article, placement: Placement) -> Linked:
    member = StoredMember(
        article=article.id,
        story=placement.story,
        first_seen=article.first_seen,
        profile=placement.member.profile.pack(),
        similarity=placement.score,
        why=tuple((reason.term, reason.weight) for reason in placement.why),
    )
    return Linked(story=placement.story, member=member, merges=placement.merges)


def _readable_meaning(article: Article) -> str:
    """Its meaning; none where that is damaged, so that it is compared by its words alone."""
    try:
        if article.meaning:
            unpacked(article.meaning)
    except MeaningError as error:
        log.warning("article %s is compared by its words alone: %s", article.id, error)
        return ""
    return article.meaning
