"""Decide where an article belongs. Pure, except for the threader's memory."""

from __future__ import annotations

import logging
from collections.abc import Container
from dataclasses import dataclass, replace

from core.ledger.members import StoredMember
from core.records import Article, Entry
from enrich.copies.duplicates import SHARE
from enrich.meanings import MeaningError, unpack_meaning
from enrich.stories.placement import Piece, Placement
from enrich.stories.round_ups import is_round_up
from enrich.stories.threader import Threader

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Original:
    """The article that another is a copy of: its entry, and the share of the shorter text that the
    two have in common; None if that can no longer be computed."""

    entry: Entry
    overlap: float | None


@dataclass(frozen=True, slots=True)
class Linked:
    """The article's story, the article it is a copy of, and what threading remembers of it (None if
    it was not threaded). `merges` are stories that merge into this one."""

    story: str
    duplicate_of: str | None = None
    overlap: float | None = None
    member: StoredMember | None = None
    merges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Linker:
    """Decides the story of one article after another.

    `threader` remembers the threaded articles of the window; with `everything`, articles off topic
    are threaded too.
    """

    threader: Threader
    everything: bool = False

    def link(
        self,
        article: Article,
        entry: Entry,
        original: Original | None,
        threaded: Container[str] = (),
    ) -> Linked:
        """Decide the story of an article.

        An edited article keeps its story, and stays a copy as long as it still has its original's
        text. A copy belongs to its original's story. An article on topic is threaded; one near the
        topic joins the story that it clearly follows, if there is one. Any other stands alone, as a
        story with its own id: most articles do, and threading them would be expensive and would
        join articles that are similar but not about the same event. So does a round-up: in a story,
        its other affairs would be told as that one's news, and others would join by it.

        Args:
            article: as extracted and tagged.
            entry: its entry, with the story of an earlier revision if there was one.
            original: the linked article that had the text first, if there is one; for an edited
                copy, the article that it was a copy of.
            threaded: which of the ids of `article`, `original` and their stories are threaded.
        """
        if entry.story is not None:
            return self._link_again(article, entry, original, threaded)
        if original is None:
            return self._placed(article)
        story = original.entry.story or original.entry.id
        # The same text may be on topic only under this headline: then its story is threaded now.
        member = None if story in threaded else self._member(article, story)
        return Linked(story, original.entry.id, original.overlap, member)

    def _link_again(
        self, article: Article, entry: Entry, original: Original | None, threaded: Container[str]
    ) -> Linked:
        """Decide again for an article of a story, whose text has changed."""
        story = entry.story or article.id
        if original is not None and (original.overlap is None or original.overlap >= SHARE):
            return Linked(story, original.entry.id, original.overlap)
        if article.id in threaded:
            return Linked(story)
        if story in threaded or entry.placed_at is not None:
            # It was a copy, and now has a text of its own; or a person wants it there.
            return Linked(story, member=self._member(article, story))
        linked = self._placed(article)
        if story == article.id != linked.story:
            # It stood alone, perhaps with copies; they move with it.
            return replace(linked, merges=(*linked.merges, story))
        # A copy of what is off topic stays with that until it is threaded itself.
        return linked if linked.member is not None else Linked(story)

    def _member(self, article: Article, story: str) -> StoredMember | None:
        """What threading remembers of an article of a known story; None if it is not threaded."""
        if is_round_up(article.title) or not (self.everything or article.tags):
            return None
        return self._threaded(article, story=story).member

    def _placed(self, article: Article) -> Linked:
        """Where an article belongs that is not a copy and has no story yet."""
        if is_round_up(article.title):
            return Linked(story=article.id)
        if not article.tags:
            piece = _piece(article)
            if piece.meaning and (followed := self.threader.follow(piece)):
                return _linked(article, followed)
            if not self.everything:
                return Linked(story=article.id)
        return self._threaded(article)

    def _threaded(self, article: Article, *, story: str | None = None) -> Linked:
        """An article threaded into a story, by default the one that it joins or opens."""
        piece = _piece(article)
        if not article.tags:
            # The meaning of one near the topic is too weak for more than following.
            piece = replace(piece, meaning="")
        return _linked(article, self.threader.place(piece, story=story))


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


def _piece(article: Article) -> Piece:
    """What threading reads of an article; without its meaning if that is damaged."""
    meaning = article.meaning
    try:
        if meaning:
            unpack_meaning(meaning)
    except MeaningError as error:
        log.warning("article %s is compared by its words alone: %s", article.id, error)
        meaning = ""
    return Piece(
        article.id, article.title, article.text, article.first_seen, article.language, meaning
    )
