"""Which story an article joins, decided once, when it arrives.

`Threader` remembers the articles of a window of days. An arriving article is compared with those
that share its heaviest terms, then with the stories of the closest ones; it joins the best story
if that one is close enough, else opens its own. How likely two articles tell one event is said by
decision trees over what the two have in common (`enrich/pairs.py`) and, between articles that are
on topic, also by their meanings (`enrich/closeness.py`), by which those find one another, too. A
decision depends only on the article and on the members within its window, never on how the
stream was cut into batches.

Where an article is clearly of two stories, the two are one from then on: the younger one ends in
the older one.

Off topic, what an article tells in other words than its story does, or in another language, opens a
second story: over-joining would hide alerts, which is worse than an alert too many.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from enrich.forest import Floats
from enrich.judge import Judge, shipped
from enrich.meanings import Meanings, unpacked
from enrich.placement import Member, Near, Placement, reasons
from enrich.postings import Key, Postings
from enrich.profile import FULL, LEAD, TITLE, Profile
from enrich.terms import Reading, read

WINDOW = timedelta(days=60)
"""How far apart two articles may be compared. Of 50 threads that people made, 13 have a
gap of more than a week, and some of more than a month."""


class Merge(NamedTuple):
    """When two stories become one: the least score of both with an article that shows it (above 1
    none shows it), and the least mean score between their members."""

    score: float
    cohesion: float


MERGE, MERGE_BY_MEANING = Merge(0.9, 0.5), Merge(0.6, 0.3)


@dataclass(frozen=True, slots=True)
class Ways:
    """How pairs become stories. The defaults were chosen by cross-validation (docs/stories.md).

    Attributes:
        threshold: least score to join a story, the same for short and long texts.
        best_share: what the closest member counts in the score of a story; the rest is the mean
            over its members. The closest alone lets stories grow along chains, the mean alone
            splits long ones.
        merge: when an article shows two stories to be one.
        merge_by_meaning: the same where it is compared with both by meaning: what is first told
            from two sides is soon told from both.
    """

    threshold: float = 0.42
    best_share: float = 0.8
    merge: Merge = MERGE
    merge_by_meaning: Merge = MERGE_BY_MEANING


WAYS = Ways()

SERVICE_COSTS = 2.5
"""Log-odds that two service pieces lose: rankings, comparisons and offers are alike by their kind.
English headlines only."""

CROWD = 400
"""So many members or fewer are no crowd. Among ten times as many articles ten times as many look
alike by chance, and no more of them are: the odds of each pair are a tenth. The crowd of a pair are
the members that are no more days away from the article, since news is told in the same days: an
older pair has more strangers to stand out from. Of pairs that are judged by meaning it is those
members that have one."""

CROWD_DAYS = 3
"""Days that a crowd is of at least. Of 100 joins of a month's stream, read one by one, 94 were
right with 3, and 89 with 1, which makes two fifths more of them."""

PROBED_TERMS = 12
INDEXED_TERMS = 40
POSTINGS = 200
CLOSEST_ARTICLES = 16
CLOSEST_STORIES = 5
STORY_MEMBERS = 8
LEAST_OVERLAP = 0.04
"""Bounds of the search, so that its cost does not grow with the window: the heaviest terms that
are looked up, and those by which a member can be found; the newest articles taken of each; how
many of all those and how many of their stories are compared in full; how many members, the
newest, speak for a story; and below what share of common terms nothing is compared. Meanings are
all looked at: 15 ms an article where the window has a hundred thousand on topic."""


class Threader:
    """Places articles, one at a time, among the stories of a window.

    `members` are those of earlier placements, in any order. Ones outside of the window of the
    articles to come make no difference and may be left out.
    """

    def __init__(
        self,
        members: Iterable[Member] = (),
        *,
        window: timedelta = WINDOW,
        ways: Ways = WAYS,
        judge: Judge | None = None,
    ) -> None:
        self._window = window.total_seconds()
        self._ways = ways
        self._judge = judge or shipped()
        self._members: dict[str, Member] = {}
        self._slots: dict[str, int] = {}
        self._order: list[Key] = []
        self._postings = Postings()
        self._meanings = Meanings()
        self._by_story: defaultdict[str, list[Key]] = defaultdict(list)
        # In order, since what comes last is taken in fastest.
        for member in sorted(members, key=_key):
            self._remember(member)

    def __len__(self) -> int:
        return len(self._members)

    def place(
        self,
        id: str,  # noqa: A002  # the vocabulary's own word, as in every record
        title: str,
        text: str,
        first_seen: datetime,
        language: str = "",
        *,
        meaning: str = "",
        story: str | None = None,
    ) -> Placement:
        """Decide which story an article belongs to, and remember it.

        An article that is on topic has a `meaning` (`enrich.meanings.packed`).
        Where its `story` is known, the article is only remembered as a member of that one.

        Only members seen within the window of `first_seen`, before it or after, are considered.
        An article that is already a member keeps its story, whatever its text is by now.
        """
        reading = read(title, text, language)
        if meaning:
            profile = reading.profile.with_meaning(unpacked(meaning))
            reading = Reading(profile, reading.words)
        return self.place_reading(id, reading, first_seen, story=story)

    def place_reading(
        self,
        id: str,  # noqa: A002  # as in `place`
        reading: Reading,
        first_seen: datetime,
        *,
        story: str | None = None,
    ) -> Placement:
        """`place` for an article that was read already."""
        known = self._members.get(id)
        if known is not None:
            return Placement(story=known.story, score=1.0, why=(), member=known)
        member = Member(id=id, story=story or id, first_seen=first_seen, profile=reading.profile)
        if story is not None:
            self._remember(member)
            return Placement(story=story, score=0.0, why=(), member=member)
        near = self._near_stories(member)
        if not near or near[0].score < self._ways.threshold:
            self._remember(member)
            return Placement(story=id, score=0.0, why=(), member=member)
        best = near[0]
        share = self._judge.share_of_meaning(
            reading.profile, best.closest.profile, _hours_between(member, best.closest)
        )
        why = reasons(best, reading, self._ways.best_share, share)
        one = self._one_story(near, member)
        story = one[0]
        for merged in one[1:]:
            self._move(merged, story)
        member = member.model_copy(update={"story": story})
        self._remember(member)
        return Placement(
            story=story, score=best.score, why=why, member=member, merges=tuple(one[1:])
        )

    def forget(self, before: datetime) -> int:
        """Drop the members first seen before a moment, to free their memory; how many."""
        gone = self._order[: bisect_left(self._order, before.timestamp(), key=_time_of)]
        del self._order[: len(gone)]
        self._meanings.forget(before.timestamp())
        for _, member_id in gone:
            member = self._members.pop(member_id)
            # The oldest go first, so each is by now the first of all its lists.
            _drop_first(self._by_story, member.story)
            terms, _ = _probes(member.profile, INDEXED_TERMS)
            self._postings.drop(self._slots.pop(member_id), terms)
        return len(gone)

    def _remember(self, member: Member) -> None:
        if member.id in self._members:
            raise ValueError(f"member {member.id} is given twice")
        key = _key(member)
        self._members[member.id] = member
        insort(self._order, key)
        insort(self._by_story[member.story], key)
        self._slots[member.id] = self._postings.add(key, *_probes(member.profile, INDEXED_TERMS))
        if member.profile.meaning is not None:
            self._meanings.add(key, member.profile.meaning)

    def _move(self, story: str, into: str) -> None:
        keys = self._by_story.pop(story)
        for key in keys:
            member = self._members[key[1]]
            self._members[key[1]] = member.model_copy(update={"story": into})
        self._by_story[into] = sorted(self._by_story[into] + keys)

    def _near_stories(self, article: Member) -> list[Near]:
        """The stories closest to an article, best first; of equal ones the lowest id."""
        close = self._close_members(article)
        if not close:
            return []
        scores = self._scores(article, close)
        # A story's score is at most that of its closest member.
        best_of: dict[str, float] = {}
        for member, score in zip(close, scores, strict=True):
            best_of[member.story] = max(best_of.get(member.story, 0.0), float(score))
        possible = [
            story
            for story in sorted(best_of, key=lambda story: (-best_of[story], story))
            if best_of[story] >= self._ways.threshold
        ][:CLOSEST_STORIES]
        if not possible:
            return []
        score_of = {member.id: float(score) for member, score in zip(close, scores, strict=True)}
        speaking = {story: self._speaking(story, article, score_of) for story in possible}
        asked = [m for members in speaking.values() for m in members if m.id not in score_of]
        if asked:
            new = self._scores(article, asked)
            score_of |= {member.id: float(score) for member, score in zip(asked, new, strict=True)}
        near = [
            self._near(story, members, [score_of[member.id] for member in members])
            for story, members in speaking.items()
        ]
        return sorted(near, key=lambda one: (-one.score, one.story))

    def _near(self, story: str, members: Sequence[Member], scores: Sequence[float]) -> Near:
        best = max(scores)
        share = self._ways.best_share
        score = share * best + (1 - share) * sum(scores) / len(scores)
        return Near(score, story, members[scores.index(best)], tuple(members))

    def _speaking(self, story: str, article: Member, score_of: Mapping[str, float]) -> list[Member]:
        """The newest members of a story within the window, and the closest one of all."""
        keys = self._within(self._by_story[story], article)
        newest = [self._members[key[1]] for key in keys[-STORY_MEMBERS:]]
        closest = max(
            (self._members[key[1]] for key in keys if key[1] in score_of),
            key=lambda member: (score_of[member.id], member.id),
        )
        return newest if closest in newest else [closest, *newest[1:]]

    def _scores(
        self, article: Member, members: Sequence[Member], *, placed: Member | None = None
    ) -> Floats:
        """How likely an article is of one event with each of some members, in the crowd around the
        article that is being placed, itself unless told: of older ones part may be forgotten."""
        hours = np.array([_hours_between(article, member) for member in members])
        opinion = self._judge.opinion(article.profile, [one.profile for one in members], hours)
        odds = opinion.log_odds - self._handicaps(placed or article, hours, opinion.by_meaning)
        if article.profile.is_service:
            odds -= SERVICE_COSTS * np.array([member.profile.is_service for member in members])
        return _probability(odds)

    def _handicaps(
        self, article: Member, hours: Floats, by_meaning: npt.NDArray[np.bool_]
    ) -> Floats:
        """What each pair loses for the crowd that it is of."""
        days = np.maximum(np.ceil(hours / 24), CROWD_DAYS).tolist()
        pairs = list(zip(days, by_meaning.tolist(), strict=True))
        crowds = {pair: self._crowd(article, *pair) for pair in set(pairs)}
        lost: Floats = np.log(np.maximum([crowds[pair] / CROWD for pair in pairs], 1.0))
        return lost

    def _crowd(self, article: Member, days: float, by_meaning: bool) -> int:
        """How many members are no more days away from an article: all, or those with a meaning."""
        since, until = self._span(article, days * 86_400)
        if by_meaning:
            return self._meanings.within(since, until)
        first = bisect_left(self._order, since, key=_time_of)
        return bisect_right(self._order, until, key=_time_of) - first

    def _one_story(self, near: Sequence[Near], article: Member) -> list[str]:
        """The best story; and with it, oldest first, those that the article shows to be the
        same."""
        best = near[0]
        same = [other for other in near[1:] if self._are_one(best, other, article)]
        stories = [best.story, *(other.story for other in same)]
        return sorted(stories, key=lambda s: self._within(self._by_story[s], article)[0])

    def _are_one(self, one: Near, other: Near, article: Member) -> bool:
        """Whether an article shows two stories to be the same."""
        compared = (article, one.closest, other.closest)
        by_meaning = all(member.profile.meaning is not None for member in compared)
        merge = self._ways.merge_by_meaning if by_meaning else self._ways.merge
        return (
            min(one.score, other.score) >= merge.score
            and self._cohesion(one.members, other.members, article) >= merge.cohesion
        )

    def _cohesion(self, these: Sequence[Member], those: Sequence[Member], article: Member) -> float:
        """The mean score between the members of two stories, which an article shows to be one."""
        return float(np.mean([self._scores(one, those, placed=article) for one in these]))

    def _close_members(self, article: Member) -> list[Member]:
        """The members that share most of an article's heaviest terms or are nearest in meaning."""
        keys = self._by_terms(article)
        if article.profile.meaning is not None:
            near = self._meanings.nearest(
                article.profile.meaning, *self._span(article), CLOSEST_ARTICLES
            )
            keys = list(dict.fromkeys([*keys, *near]))
        return [self._members[key[1]] for key in keys]

    def _by_terms(self, article: Member) -> list[Key]:
        """The members that share most of an article's heaviest terms, closest first."""
        since, until = self._span(article)
        terms, weights = _probes(article.profile, PROBED_TERMS)
        slots, products = [], []
        for term, weight in zip(terms, weights, strict=True):
            found, theirs = self._postings.newest(term, since, until, POSTINGS)
            if len(found):
                slots.append(found)
                products.append(theirs * np.float32(weight))
        if not slots:
            return []
        distinct, place = np.unique(np.concatenate(slots), return_inverse=True)
        overlap = np.bincount(place, weights=np.concatenate(products))
        least = LEAST_OVERLAP
        if len(distinct) > CLOSEST_ARTICLES:
            least = max(least, np.partition(overlap, -CLOSEST_ARTICLES)[-CLOSEST_ARTICLES])
        chosen = np.flatnonzero(overlap >= least)
        keys = self._postings.keys
        far = (-overlap[chosen]).tolist()
        ranked = sorted(zip(far, map(keys.__getitem__, distinct[chosen].tolist()), strict=True))
        return [key for _, key in ranked[:CLOSEST_ARTICLES]]

    def _within(self, keys: Sequence[Key], article: Member) -> Sequence[Key]:
        """Those of some ordered keys that lie no further from an article than the window."""
        since, until = self._span(article)
        start = bisect_left(keys, since, key=_time_of)
        return keys[start : bisect_right(keys, until, key=_time_of)]

    def _span(self, article: Member, most: float = math.inf) -> tuple[float, float]:
        """The first and the last second of the window around an article, or of a smaller one."""
        at, apart = article.first_seen.timestamp(), min(self._window, most)
        return at - apart, at + apart


_time_of = itemgetter(0)


def _probability(log_odds: Floats) -> Floats:
    chances: Floats = 1 / (1 + np.exp(-log_odds))
    return chances


def _key(member: Member) -> Key:
    return member.first_seen.timestamp(), member.id


def _hours_between(one: Member, other: Member) -> float:
    return abs((one.first_seen - other.first_seen).total_seconds()) / 3600


def _drop_first(lists: defaultdict[str, list[Key]], name: str) -> None:
    del lists[name][0]
    if not lists[name]:
        del lists[name]


def _probes(profile: Profile, most: int) -> tuple[list[int], list[float]]:
    """A profile's heaviest terms of title, lead and all, with what each weighs together."""
    columns = profile.weights.T
    weights = (columns[FULL] + columns[TITLE] + columns[LEAD]) / 3
    order = np.argsort(-weights, kind="stable")[:most]
    return profile.terms[order].tolist(), weights[order].tolist()
