"""Where an article belongs: the decision that links it. Pure, but for the threader's memory."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from core.ledger.stories import StoredMember
from core.records import Article, Entry
from enrich.threader import Threader


@dataclass(frozen=True, slots=True)
class Linked:
    """The article's story, the article whose text it repeats, and what threading remembers of it
    (none where it was not threaded)."""

    story: str
    duplicate_of: str | None = None
    member: StoredMember | None = None


def link_article(
    article: Article,
    entry: Entry,
    original: Entry | None,
    threader: Threader,
    *,
    threaded: Container[str],
) -> Linked:
    """Decide the story of an article.

    An edited article keeps its story. One whose text another had first belongs to that one's
    story. What is on topic is threaded. Anything else stands alone, as a story of its own id: the
    stream is mostly that, and threading it would cost much and join what is alike, not the same.

    Args:
        article: as it was extracted and tagged.
        entry: its entry, with the story of an earlier revision if there was one.
        original: the linked article that had its text first, if there is one.
        threader: remembers the threaded articles of the window.
        threaded: those of the ids `article`, `original` and their stories that are threaded.
    """
    if entry.story is not None:
        stood_alone = entry.story == article.id and article.id not in threaded
        if not (stood_alone and article.tags):
            return Linked(story=entry.story)
        return _threaded(article, threader)
    if original is not None:
        story = original.story or original.id
        if not article.tags or story in threaded:
            return Linked(story=story, duplicate_of=original.id)
        # The same text, found on topic under this headline only: now its story is threaded.
        return _threaded(article, threader, story=story, duplicate_of=original.id)
    if not article.tags:
        return Linked(story=article.id)
    return _threaded(article, threader)


def _threaded(
    article: Article,
    threader: Threader,
    *,
    story: str | None = None,
    duplicate_of: str | None = None,
) -> Linked:
    placement = threader.place(
        article.id,
        article.title,
        article.text,
        article.first_seen,
        article.language,
        story=story,
    )
    member = StoredMember(
        article=article.id,
        story=placement.story,
        first_seen=article.first_seen,
        profile=placement.member.profile.pack(),
        similarity=placement.score,
        why=tuple((reason.term, reason.weight) for reason in placement.why),
    )
    return Linked(story=placement.story, duplicate_of=duplicate_of, member=member)
