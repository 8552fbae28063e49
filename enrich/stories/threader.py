"""Threading: decide once, when an article arrives, which story it joins.

`Threader` remembers the articles of a window of days. It compares an arriving article with those
that share its heaviest terms, then with the stories of the closest ones. The article joins the best
story if that is close enough; otherwise it opens its own. How likely two articles report the same
event is judged by decision trees over what they have in common (`enrich/stories/pairs.py`) and, if
both are on topic, also by their meanings (`enrich/stories/closeness.py`), which then find
candidates as well. A decision depends only on the article and on the members within its window,
never on how the stream was cut into batches.

If an article clearly belongs to two stories, these become one: the younger is merged into the
older.

Off topic, an article that tells its story in other words or in another language opens a second
story: joining too much would hide alerts, which is worse than an alert too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from enrich.arrays import Floats
from enrich.meanings import unpack_meaning
from enrich.stories.judge import Judge, shipped
from enrich.stories.parted import Parted
from enrich.stories.placement import BEST_SHARE, Candidate, Member, Piece, Placement, reasons
from enrich.stories.terms import ArticleTerms, read_terms
from enrich.stories.window import Window, key_of

WINDOW = timedelta(days=60)
"""How far apart in time two articles may be to be compared. Of 50 threads that people made, 13 have
a gap of more than a week, and some of more than a month."""


class Merge(NamedTuple):
    """When two stories become one: the minimum score of both with an article that connects them (a
    minimum above 1 is never reached), and the minimum mean score between their members."""

    score: float
    cohesion: float


MERGE, MERGE_BY_MEANING = Merge(0.9, 0.5), Merge(0.6, 0.3)


@dataclass(frozen=True, slots=True)
class ThreadingParameters:
    """Parameters of threading. The defaults were chosen by cross-validation (docs/stories.md).

    Attributes:
        threshold: minimum score to join a story, the same for short and long texts.
        merge: when an article shows two stories to be one.
        merge_by_meaning: the same if it is compared with both by meaning: what is first told from
            two sides is soon told from both.
    """

    threshold: float = 0.42
    merge: Merge = MERGE
    merge_by_meaning: Merge = MERGE_BY_MEANING


DEFAULT_PARAMETERS = ThreadingParameters()

FOLLOW_THRESHOLD = 0.75
"""Minimum score with a story for an article that is near the topic, but not on it, to follow it. Of
69 such items of a month's stream 8 reached it: 7 belonged to the story they were put into, 1 was in
doubt. Of the 3 others that scored at least .6, 2 did not belong."""

SERVICE_PENALTY = 2.5
"""Log-odds taken from a pair of two service articles: rankings, comparisons and offers are alike by
nature. English headlines only."""

CROWD = 400
"""Up to this many members are not a crowd. Among ten times as many articles ten times as many look
alike by chance, but no more belong together: the odds of each pair are a tenth. The crowd of a pair
are the members at most as many days away from the article as the pair is apart, since news is told
in the same days: an older pair has more strangers to stand out from. For pairs judged by meaning,
only members that have one count."""

CROWD_DAYS = 3
"""Minimum number of days that a crowd is counted over. Of 100 joins of a month's stream, read one
by one, 94 were right with 3, and 89 with 1, which makes two fifths more joins."""

CLOSEST_STORIES = 5
STORY_MEMBERS = 8
"""Limits of the search (`enrich.stories.window` has others): how many stories of the closest
articles are compared in full, and how many members, the newest, represent a story."""


class Threader:
    """Places articles, one at a time, among the stories of a window.

    `members` are those of earlier placements, in any order. Ones outside the window of the articles
    to come make no difference and may be left out. `parted` are pairs of stories that never become
    one, by their ids.
    """

    def __init__(
        self,
        members: Iterable[Member] = (),
        *,
        parted: Iterable[tuple[str, str]] = (),
        window: timedelta = WINDOW,
        parameters: ThreadingParameters = DEFAULT_PARAMETERS,
        judge: Judge | None = None,
    ) -> None:
        self._parameters = parameters
        self._judge = judge or shipped()
        self._parted = Parted(parted)
        self._window = Window(window)
        # In order, since adding the newest is fastest.
        for member in sorted(members, key=key_of):
            self._window.add(member)

    def __len__(self) -> int:
        return len(self._window)

    def place(self, piece: Piece, *, story: str | None = None) -> Placement:
        """Decide which story an article belongs to, and remember it.

        If its `story` is known, the article is only remembered as a member of that one.

        Only members seen within the window of `first_seen`, before it or after, are considered.
        An article that is already a member keeps its story, even if its text has changed.
        """
        if known := self._known(piece):
            return known
        article, member = self._read(piece, story or piece.id)
        candidates = [] if story is not None else self._candidates(member)
        if not candidates or candidates[0].score < self._parameters.threshold:
            self._window.add(member)
            return Placement(story=member.story, score=0.0, why=(), member=member)
        into, *merges = self._one_story(candidates, member)
        for merged in merges:
            self._window.move(merged, into)
            self._parted.merge(merged, into)
        return self._joined(member, article, candidates[0], into, merges)

    def follow(self, piece: Piece) -> Placement | None:
        """Place an article that is near the topic in the story that it clearly follows, and
        remember it; None if there is no such story. It never merges stories.

        As in `place`, one that is already a member keeps its story.
        """
        if known := self._known(piece):
            return known
        article, member = self._read(piece, piece.id)
        candidates = self._candidates(member)
        if not candidates or candidates[0].score < FOLLOW_THRESHOLD:
            return None
        return self._joined(member, article, candidates[0], candidates[0].story)

    def _read(self, piece: Piece, story: str) -> tuple[ArticleTerms, Member]:
        """An article's terms, and what is remembered of it in a story."""
        terms = read_terms(piece.title, piece.text, piece.language)
        if piece.meaning:
            whitened = self._judge.whitening.of(unpack_meaning(piece.meaning))
            terms = ArticleTerms(terms.profile.with_meaning(whitened), terms.words)
        member = Member(
            id=piece.id, story=story, first_seen=piece.first_seen, profile=terms.profile
        )
        return terms, member

    def _known(self, piece: Piece) -> Placement | None:
        """The placement of an article that is already a member."""
        known = self._window.get(piece.id)
        if known is None:
            return None
        return Placement(story=known.story, score=1.0, why=(), member=known)

    def _joined(
        self,
        member: Member,
        terms: ArticleTerms,
        best: Candidate,
        story: str,
        merges: Sequence[str] = (),
    ) -> Placement:
        """Remember an article in the story it joined, and give the placement. `best` explains
        it."""
        share = self._judge.share_of_meaning(
            terms.profile, best.closest.profile, _hours_between(member, best.closest)
        )
        why = reasons(best, terms, share)
        # It may have been a story of its own that was parted from others.
        self._parted.merge(member.id, story)
        member = member.model_copy(update={"story": story})
        self._window.add(member)
        return Placement(
            story=story, score=best.score, why=why, member=member, merges=tuple(merges)
        )

    def _candidates(self, article: Member) -> list[Candidate]:
        """The stories closest to an article, best first; ties by lowest id."""
        nearest = self._window.close_to(article)
        if not nearest:
            return []
        score_of = self._score_of(article, nearest)
        # A story's score is at most that of its closest member.
        best_of: dict[str, float] = {}
        for member in nearest:
            best_of[member.story] = max(best_of.get(member.story, 0.0), score_of[member.id])
        possible = [
            story
            for story in sorted(best_of, key=lambda story: (-best_of[story], story))
            if best_of[story] >= self._parameters.threshold
            and not self._parted.has(article.story, story)
        ][:CLOSEST_STORIES]
        representatives = {
            story: self._representatives(story, article, score_of) for story in possible
        }
        unscored = [
            m for members in representatives.values() for m in members if m.id not in score_of
        ]
        if unscored:
            score_of |= self._score_of(article, unscored)
        candidates = [
            self._candidate(story, members, [score_of[member.id] for member in members])
            for story, members in representatives.items()
        ]
        return sorted(candidates, key=lambda one: (-one.score, one.story))

    def _score_of(self, article: Member, members: Sequence[Member]) -> dict[str, float]:
        """The scores of an article with some members, by their ids."""
        ids = [member.id for member in members]
        return dict(zip(ids, self._scores(article, members).tolist(), strict=True))

    def _candidate(
        self, story: str, members: Sequence[Member], scores: Sequence[float]
    ) -> Candidate:
        best = max(scores)
        score = BEST_SHARE * best + (1 - BEST_SHARE) * sum(scores) / len(scores)
        return Candidate(score, story, members[scores.index(best)], tuple(members))

    def _representatives(
        self, story: str, article: Member, score_of: Mapping[str, float]
    ) -> list[Member]:
        """The newest members of a story within the window, always including the closest."""
        members = self._window.of_story(story, article)
        newest = members[-STORY_MEMBERS:]
        closest = max(
            (member for member in members if member.id in score_of),
            key=lambda member: (score_of[member.id], member.id),
        )
        return newest if closest in newest else [closest, *newest[1:]]

    def _scores(
        self, article: Member, members: Sequence[Member], *, placed: Member | None = None
    ) -> Floats:
        """How likely an article reports the same event as each of some members. The crowd is that
        around `placed`, the article being placed (by default `article`): around older ones part of
        the crowd may be forgotten."""
        hours = np.array([_hours_between(article, member) for member in members])
        opinion = self._judge.opinion(article.profile, [one.profile for one in members], hours)
        log_odds = opinion.log_odds - self._handicaps(placed or article, hours, opinion.by_meaning)
        if article.profile.is_service:
            log_odds -= SERVICE_PENALTY * np.array(
                [member.profile.is_service for member in members]
            )
        return _probability(log_odds)

    def _handicaps(
        self, article: Member, hours: Floats, by_meaning: npt.NDArray[np.bool_]
    ) -> Floats:
        """The log-odds that each pair loses because of its crowd."""
        days = np.maximum(np.ceil(hours / 24), CROWD_DAYS).tolist()
        pairs = list(zip(days, by_meaning.tolist(), strict=True))
        crowds = {
            (apart, meant): self._window.crowd(article, apart, by_meaning=meant)
            for apart, meant in set(pairs)
        }
        handicaps: Floats = np.log(np.maximum([crowds[pair] / CROWD for pair in pairs], 1.0))
        return handicaps

    def _one_story(self, candidates: Sequence[Candidate], article: Member) -> list[str]:
        """The best story and those that the article shows to be the same, oldest first."""
        best = candidates[0]
        stories = [best.story]
        for other in candidates[1:]:
            is_parted = any(self._parted.has(other.story, one) for one in stories)
            if not is_parted and self._are_one(best, other, article):
                stories.append(other.story)
        return sorted(stories, key=lambda s: key_of(self._window.of_story(s, article)[0]))

    def _are_one(self, one: Candidate, other: Candidate, article: Member) -> bool:
        """Whether an article shows two stories to be the same."""
        compared = (article, one.closest, other.closest)
        by_meaning = all(member.profile.meaning is not None for member in compared)
        merge = self._parameters.merge_by_meaning if by_meaning else self._parameters.merge
        return (
            min(one.score, other.score) >= merge.score
            and self._cohesion(one.members, other.members, article) >= merge.cohesion
        )

    def _cohesion(self, these: Sequence[Member], those: Sequence[Member], article: Member) -> float:
        """The mean score between the members of two stories that an article may show to be one."""
        return float(np.mean([self._scores(one, those, placed=article) for one in these]))


def _probability(log_odds: Floats) -> Floats:
    probability: Floats = 1 / (1 + np.exp(-log_odds))
    return probability


def _hours_between(one: Member, other: Member) -> float:
    return abs((one.first_seen - other.first_seen).total_seconds()) / 3600
