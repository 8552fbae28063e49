"""Which story an article joins, decided once, when it arrives.

`Threader` remembers the articles of a window of days. An arriving article is compared with those
that share its heaviest terms, then with the stories of the closest ones; it joins the best story
if that one is close enough, else opens its own. A decision depends only on the article and on
the members within its window, never on how the stream was cut into batches.

Articles in different languages share few terms, so they rarely join. What an article tells in
other words than its story does opens a second story: over-joining would hide alerts, which is
worse than an alert too many.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from core.records import Record, Score, UtcTime
from enrich.terms import Terms, weigh

WINDOW = timedelta(days=7)
THRESHOLD = 0.24
"""Least similarity to join: the same for short and long texts.

Cross-validation (`enrich.measure_threads`) mostly chooses 0.22. This is a step more careful: it
costs under 0.01 of B-cubed F, and an article that joins a wrong story hides an alert."""

BEST_SHARE = 0.5
"""What the closest member counts in the similarity to a story; the rest is the mean over its
members. The closest alone lets stories grow along chains, the mean alone splits long ones."""

PROBED_TERMS = 12
POSTINGS = 150
CLOSEST_ARTICLES = 16
CLOSEST_STORIES = 5
STORY_MEMBERS = 8
"""Bounds of the search, so that its cost does not grow with the window: the heaviest terms that
are looked up, the newest articles taken of each, how many of all those and how many of their
stories are compared in full, and how many members, the newest, speak for a story."""

REASONS = 6
"""How many shared terms a placement names."""

Key = tuple[float, str]
"""Seconds since 1970 and id: what members are ordered by, whatever order they came back in."""

_time_of = itemgetter(0)


class Member(Record):
    """What the window remembers of an article: enough to compare others with it.

    `terms` are its heaviest terms, heaviest first, as a vector of length 1 (empty for an article
    without words).
    """

    id: str
    story: str
    first_seen: UtcTime
    terms: Mapping[str, float]


class Reason(NamedTuple):
    """A term that an article shares with its story, as the article spells it.

    The weights of all shared terms, named or not, add up to the placement's score.
    """

    term: str
    weight: float


class Placement(Record):
    """The decision: `story` is the id of the article that opened it, the own id if none fits.

    `score` is the similarity to the story joined, 0 for a story just opened. `member` is what
    a later `Threader` has to be given to know this article. `merges` are stories that this article
    shows to be one with `story`: they end in it.
    """

    story: str
    score: Score
    why: tuple[Reason, ...]
    member: Member
    merges: tuple[str, ...] = ()


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
        threshold: float = THRESHOLD,
    ) -> None:
        self._window = window.total_seconds()
        self._threshold = threshold
        self._members: dict[str, Member] = {}
        self._order: list[Key] = []
        self._by_term: defaultdict[str, list[Key]] = defaultdict(list)
        self._by_story: defaultdict[str, list[Key]] = defaultdict(list)
        for member in members:
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
        story: str | None = None,
    ) -> Placement:
        """Decide which story an article belongs to, and remember it.

        Where its `story` is known, the article is only remembered as a member of that one.

        Only members seen within the window of `first_seen`, before it or after, are considered.
        An article that is already a member keeps its story, whatever its text is by now.
        """
        known = self._members.get(id)
        if known is not None:
            return Placement(story=known.story, score=1.0, why=(), member=known)
        terms = weigh(title, text, language)
        member = Member(id=id, story=story or id, first_seen=first_seen, terms=terms.weights)
        if story is not None:
            self._remember(member)
            return Placement(story=story, score=0.0, why=(), member=member)
        story, shared = self._closest_story(member)
        score = min(sum(shared.values()), 1.0)  # rounded vectors can be a trace longer than 1
        if score < self._threshold:
            self._remember(member)
            return Placement(story=id, score=0.0, why=(), member=member)
        member = member.model_copy(update={"story": story})
        self._remember(member)
        return Placement(story=story, score=score, why=_reasons(shared, terms), member=member)

    def forget(self, before: datetime) -> int:
        """Drop the members first seen before a moment, to free their memory; how many."""
        gone = self._order[: bisect_left(self._order, before.timestamp(), key=_time_of)]
        del self._order[: len(gone)]
        for _, member_id in gone:
            member = self._members.pop(member_id)
            # The oldest go first, so each is by now the first of all its lists.
            _drop_first(self._by_story, member.story)
            for term in member.terms:
                _drop_first(self._by_term, term)
        return len(gone)

    def _remember(self, member: Member) -> None:
        if member.id in self._members:
            raise ValueError(f"member {member.id} is given twice")
        key = _key(member)
        self._members[member.id] = member
        insort(self._order, key)
        insort(self._by_story[member.story], key)
        for term in member.terms:
            insort(self._by_term[term], key)

    def _closest_story(self, article: Member) -> tuple[str, dict[str, float]]:
        """The story most similar to an article, and what each shared term adds to that.

        Of equally similar ones the story with the lowest id, so that the choice is fixed. The
        article itself, with nothing shared, where no story has any of its terms.
        """
        best: tuple[float, str, dict[str, float]] = (0.0, article.id, {})
        for story in self._candidate_stories(article):
            members = self._within(self._by_story[story], article)[-STORY_MEMBERS:]
            shared = similarity(article.terms, [self._members[key[1]].terms for key in members])
            total = sum(shared.values())
            if total > best[0]:
                best = (total, story, shared)
        return best[1], best[2]

    def _candidate_stories(self, article: Member) -> list[str]:
        """The stories of the articles that share most of the heaviest terms, in order of ids."""
        overlap: defaultdict[Key, float] = defaultdict(float)
        for term, weight in islice(article.terms.items(), PROBED_TERMS):
            for key in self._within(self._by_term.get(term, ()), article)[-POSTINGS:]:
                overlap[key] += weight * self._members[key[1]].terms[term]
        closest = sorted(overlap, key=lambda key: (-overlap[key], key))[:CLOSEST_ARTICLES]
        stories = dict.fromkeys(self._members[key[1]].story for key in closest)
        return sorted(islice(stories, CLOSEST_STORIES))

    def _within(self, keys: Sequence[Key], article: Member) -> Sequence[Key]:
        """Those of some ordered keys that lie no further from an article than the window."""
        at = article.first_seen.timestamp()
        start = bisect_left(keys, at - self._window, key=_time_of)
        return keys[start : bisect_right(keys, at + self._window, key=_time_of)]


def _key(member: Member) -> Key:
    return member.first_seen.timestamp(), member.id


def _drop_first(lists: defaultdict[str, list[Key]], name: str) -> None:
    del lists[name][0]
    if not lists[name]:
        del lists[name]


def similarity(
    terms: Mapping[str, float], members: Sequence[Mapping[str, float]]
) -> dict[str, float]:
    """What each shared term adds to the similarity of an article to a story's members.

    The sum is `BEST_SHARE` of the cosine to the closest member and the rest of the mean cosine;
    of equally close ones the first counts. There must be at least one member.
    """
    products = [
        {term: weight * member[term] for term, weight in terms.items() if term in member}
        for member in members
    ]
    closest = max(products, key=lambda product: sum(product.values()))
    added = {term: BEST_SHARE * weight for term, weight in closest.items()}
    each = (1 - BEST_SHARE) / len(products)
    for product in products:
        for term, weight in product.items():
            added[term] = added.get(term, 0.0) + each * weight
    return added


def _reasons(shared: Mapping[str, float], terms: Terms) -> tuple[Reason, ...]:
    heaviest = sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:REASONS]
    return tuple(Reason(terms.words[term], round(weight, 4)) for term, weight in heaviest)
