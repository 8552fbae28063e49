"""Placements: what the window remembers of an article, and why it joined its story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from pydantic import ConfigDict

from core.records import Record, Score, UtcTime
from enrich.stories.profile import FULL, NAMES, Profile
from enrich.stories.terms import ArticleTerms

REASONS = 6
"""How many shared terms a placement names."""

MIN_REASON_WEIGHT = 0.005
"""Minimum weight of a named term: less would be displayed as 0.00."""

MEANING = "alike meaning"
"""Stands among the shared terms for the similarity in meaning of two on-topic articles."""


BEST_SHARE = 0.8
"""Weight of the closest member in the score of a story; the rest is the mean over its members. The
closest alone lets stories grow along chains, the mean alone splits long ones."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What threading reads of an article.

    Without a `language` (a tag) it is taken for English. One on topic, or near it, has a `meaning`
    (`enrich.meanings.pack_meaning`).
    """

    id: str
    title: str
    text: str
    first_seen: datetime
    language: str = ""
    meaning: str = ""


class Member(Record):
    """What the window remembers of an article: enough to compare others with it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    id: str
    story: str
    first_seen: UtcTime
    profile: Profile


class Reason(NamedTuple):
    """A term that an article shares with its story, spelled as in the article, or `MEANING`.

    The weights of the meaning and of all shared terms, including unnamed ones, add up to the
    placement's score.
    """

    term: str
    weight: float


class Placement(Record):
    """The decision: `story` is the id of the article that opened it, the article's own if none
    fits.

    `score` is how likely the article belongs to the story it joined, 0 if it opened one. `member`
    is what a later `Threader` needs in order to know this article. `merges` are the stories that
    become part of `story` from now on: if you keep members, move theirs.
    """

    story: str
    score: Score
    why: tuple[Reason, ...]
    member: Member
    merges: tuple[str, ...] = ()


class Candidate(NamedTuple):
    """A story that an article may belong to: its score, its closest member and those compared."""

    score: float
    story: str
    closest: Member
    members: tuple[Member, ...]


def reasons(
    candidate: Candidate, article: ArticleTerms, share_of_meaning: float
) -> tuple[Reason, ...]:
    """The reasons for joining a story: its meaning, if it counts, and the strongest shared terms.

    Neither trees nor meanings weight single terms, so the rest of the score is divided among the
    terms by their shares of the cosines of whole texts and of names (so names count twice), in the
    score's mix of closest member and mean.

    Args:
        candidate: the story that is joined.
        article: the article's terms.
        share_of_meaning: how much of the evidence for that member is its meaning, 0 to 1.
    """
    profile = article.profile
    mean = (1 - BEST_SHARE) / len(candidate.members)
    added = np.zeros(len(profile.terms))
    for member in candidate.members:
        counts = mean + BEST_SHARE * (member is candidate.closest)
        _, mine, theirs = np.intersect1d(
            profile.terms, member.profile.terms, assume_unique=True, return_indices=True
        )
        product = profile.weights[mine] * member.profile.weights[theirs]
        added[mine] += counts * (product[:, FULL] + product[:, NAMES])
    total = float(added.sum())
    if share_of_meaning and not total:
        share_of_meaning = 1.0
    left = candidate.score * (1 - share_of_meaning)
    heaviest = [one for one in np.argsort(-added, kind="stable").tolist() if added[one] > 0]
    terms = [
        Reason(article.words[int(profile.terms[one])], round(left * float(added[one]) / total, 4))
        for one in heaviest[:REASONS]
    ]
    meaning = (
        [Reason(MEANING, round(candidate.score * share_of_meaning, 4))] if share_of_meaning else []
    )
    telling = [reason for reason in meaning + terms if reason.weight >= MIN_REASON_WEIGHT]
    return tuple(sorted(telling, key=lambda reason: -reason.weight))
