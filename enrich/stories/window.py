"""The members of a window of days: those close to an article, those of a story, and how many there
are around an article."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from datetime import timedelta
from operator import itemgetter

import numpy as np

from enrich.stories.neighbours import Meanings
from enrich.stories.placement import Member
from enrich.stories.postings import Key, Postings, highest
from enrich.stories.profile import FULL, LEAD, TITLE, Profile

PROBED_TERMS = 12
INDEXED_TERMS = 40
POSTINGS = 200
CLOSEST_ARTICLES = 16
MIN_OVERLAP = 0.04
"""Limits of the search, so that its cost does not grow with the window: how many of the heaviest
terms are looked up, and by how many a member can be found; how many of the newest articles are
taken for each; how many of all those are compared in full; and the minimum overlap of terms.
Meanings are all scanned: 15 ms an article if the window has a hundred thousand on topic."""


class Window:
    """Members by id, by story, by time, by their heaviest terms and by meaning.

    Only members seen within `length` of an article, before it or after, are found for it.
    """

    def __init__(self, length: timedelta) -> None:
        self._length = length.total_seconds()
        self._members: dict[str, Member] = {}
        self._order: list[Key] = []
        self._postings = Postings()
        self._meanings = Meanings()
        self._by_story: defaultdict[str, list[Key]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._members)

    def get(self, member_id: str) -> Member | None:
        """The member with this id, if there is one."""
        return self._members.get(member_id)

    def add(self, member: Member) -> None:
        """Add a member. Raises `ValueError` if its id is already there."""
        if member.id in self._members:
            raise ValueError(f"member {member.id} is given twice")
        key = key_of(member)
        self._members[member.id] = member
        insort(self._order, key)
        insort(self._by_story[member.story], key)
        self._postings.add(key, *_heaviest_terms(member.profile, INDEXED_TERMS))
        if member.profile.meaning is not None:
            self._meanings.add(key, member.profile.meaning)

    def move(self, story: str, into: str) -> None:
        """Move a story's members to another story."""
        keys = self._by_story.pop(story)
        for key in keys:
            member = self._members[key[1]]
            self._members[key[1]] = member.model_copy(update={"story": into})
        self._by_story[into] = sorted(self._by_story[into] + keys)

    def of_story(self, story: str, article: Member) -> list[Member]:
        """A story's members in the window around an article, oldest first."""
        keys = self._by_story[story]
        since, until = self._span(article)
        start = bisect_left(keys, since, key=_time_of)
        within = keys[start : bisect_right(keys, until, key=_time_of)]
        return [self._members[key[1]] for key in within]

    def close_to(self, article: Member) -> list[Member]:
        """The members that share most of an article's heaviest terms or are closest in meaning."""
        keys = self._by_terms(article)
        if article.profile.meaning is not None:
            near = self._meanings.nearest(
                article.profile.meaning, *self._span(article), CLOSEST_ARTICLES
            )
            keys = list(dict.fromkeys([*keys, *near]))
        return [self._members[key[1]] for key in keys]

    def crowd(self, article: Member, days: float, *, by_meaning: bool) -> int:
        """How many members are at most some days away from an article: all, or with a meaning."""
        since, until = self._span(article, days * 86_400)
        if by_meaning:
            return self._meanings.within(since, until)
        first = bisect_left(self._order, since, key=_time_of)
        return bisect_right(self._order, until, key=_time_of) - first

    def _by_terms(self, article: Member) -> list[Key]:
        """The members that share most of an article's heaviest terms, closest first."""
        since, until = self._span(article)
        terms, weights = _heaviest_terms(article.profile, PROBED_TERMS)
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
        keys = self._postings.keys
        return highest(overlap, lambda one: keys[distinct[one]], CLOSEST_ARTICLES, MIN_OVERLAP)

    def _span(self, article: Member, max_seconds: float = math.inf) -> tuple[float, float]:
        """The first and last second of the window around an article, or of a smaller one."""
        at, reach = article.first_seen.timestamp(), min(self._length, max_seconds)
        return at - reach, at + reach


_time_of = itemgetter(0)


def key_of(member: Member) -> Key:
    """The key by which members are ordered."""
    return member.first_seen.timestamp(), member.id


def _heaviest_terms(profile: Profile, limit: int) -> tuple[list[int], list[float]]:
    """A profile's heaviest terms over title, lead and whole text, with their combined weights."""
    columns = profile.weights.T
    weights = (columns[FULL] + columns[TITLE] + columns[LEAD]) / 3
    order = np.argsort(-weights, kind="stable")[:limit]
    return profile.terms[order].tolist(), weights[order].tolist()
