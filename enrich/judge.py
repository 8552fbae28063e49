"""How likely two articles tell one event: by trees, or by their meanings where both have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from enrich import closeness
from enrich.closeness import Closeness
from enrich.forest import Floats, Forest
from enrich.meanings import cosines
from enrich.pairs import FEATURES, features
from enrich.profile import Profile

MODEL_FILE = "threads.npz"

TITLE = list(FEATURES).index("title_covered_most")


class Opinion(NamedTuple):
    """What is found of an article and others: the log-odds that each tells the same event, and
    which of them are told by their meanings, not by trees."""

    log_odds: Floats
    by_meaning: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges pairs of articles. Only what is on topic has a meaning, so trees judge the rest."""

    forest: Forest
    closeness: Closeness

    def opinion(self, article: Profile, others: Sequence[Profile], hours: Floats) -> Opinion:
        """What is found of an article and others, one or more.

        Args:
            article: that is to be placed.
            others: that it is compared with.
            hours: between it and each of them; 0 where not known.
        """
        rows = features(article, others, hours)
        meanings = [one.meaning for one in others if one.meaning is not None]
        meant = np.array([one.meaning is not None for one in others])
        if article.meaning is None or not meanings:
            return Opinion(self.forest.log_odds(rows), np.zeros(len(others), dtype=np.bool_))
        odds = np.empty(len(others))
        odds[meant] = self.closeness.log_odds(
            cosines(article.meaning, meanings), rows[meant, TITLE]
        )
        odds[~meant] = self.forest.log_odds(rows[~meant])
        return Opinion(odds, meant)

    def share_of_meaning(self, article: Profile, other: Profile) -> float:
        """How much of what speaks for two articles being of one event is their meaning, 0 to 1."""
        if article.meaning is None or other.meaning is None:
            return 0.0
        (alike,) = cosines(article.meaning, [other.meaning]).tolist()
        covered = features(article, [other], np.zeros(1))[0, TITLE]
        return self.closeness.share_of_meaning(alike, float(covered))


@cache
def shipped() -> Judge:
    """The judge that comes with the package."""
    trees = files("enrich.model").joinpath(MODEL_FILE).read_bytes()
    return Judge(Forest.unpack(trees), closeness.shipped())
