"""Where an article was placed: what is remembered of it, and why it joined its story."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from pydantic import ConfigDict

from core.records import Record, Score, UtcTime
from enrich.profile import FULL, NAMES, Profile
from enrich.terms import Reading

REASONS = 6
"""How many shared terms a placement names."""

LEAST_REASON = 0.005
"""What one has to weigh: less is 0.00 where a person sees it."""

MEANING = "alike meaning"
"""What stands among the shared terms for the meanings of two articles on topic."""


class Member(Record):
    """What the window remembers of an article: enough to compare others with it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    id: str
    story: str
    first_seen: UtcTime
    profile: Profile


class Reason(NamedTuple):
    """A term that an article shares with its story, as the article spells it, or `MEANING`.

    The weights of the meaning and of all shared terms, named or not, add up to the placement's
    score.
    """

    term: str
    weight: float


class Placement(Record):
    """The decision: `story` is the id of the article that opened it, the own id if none fits.

    `score` is how likely the article is of the story joined, 0 for a story just opened. `member`
    is what a later `Threader` has to be given to know this article. `merges` are the stories that
    end in `story` from now on: whoever keeps members has to move theirs.
    """

    story: str
    score: Score
    why: tuple[Reason, ...]
    member: Member
    merges: tuple[str, ...] = ()


class Near(NamedTuple):
    """A story that an article may be of: how likely, by which member above all, by which all."""

    score: float
    story: str
    closest: Member
    members: tuple[Member, ...]


def reasons(
    near: Near, reading: Reading, best_share: float, share_of_meaning: float
) -> tuple[Reason, ...]:
    """The meaning, if it counts, and the shared terms that speak most for a story, names twice.

    Neither trees nor meanings have a weight for a term. What each adds to the cosines of whole
    texts and of names, in the mix of closest member and mean that the score is of, shares out what
    the meaning leaves.

    Args:
        near: the story that is joined.
        reading: of the article.
        best_share: what the closest member counts of the score.
        share_of_meaning: how much of what speaks for that member is its meaning, 0 to 1.
    """
    profile = reading.profile
    mean = (1 - best_share) / len(near.members)
    added = np.zeros(len(profile.terms))
    for member in near.members:
        counts = mean + best_share * (member is near.closest)
        _, mine, theirs = np.intersect1d(
            profile.terms, member.profile.terms, assume_unique=True, return_indices=True
        )
        product = profile.weights[mine] * member.profile.weights[theirs]
        added[mine] += counts * (product[:, FULL] + product[:, NAMES])
    total = float(added.sum())
    if share_of_meaning and not total:
        share_of_meaning = 1.0
    left = near.score * (1 - share_of_meaning)
    heaviest = [one for one in np.argsort(-added, kind="stable").tolist() if added[one] > 0]
    terms = [
        Reason(reading.words[int(profile.terms[one])], round(left * float(added[one]) / total, 4))
        for one in heaviest[:REASONS]
    ]
    meaning = [Reason(MEANING, round(near.score * share_of_meaning, 4))] if share_of_meaning else []
    telling = [reason for reason in meaning + terms if reason.weight >= LEAST_REASON]
    return tuple(sorted(telling, key=lambda reason: -reason.weight))
