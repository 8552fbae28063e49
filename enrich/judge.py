"""How likely two articles tell one event: by trees, and by their meanings where both have one."""

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
RARE_NAMES = list(FEATURES).index("names_shared")

ACROSS_FROM, ACROSS_FULL, ACROSS_MOST = 20.0, 40.0, 2.0
"""What articles in different languages gain by names that they share: nothing up to a rarity of so
much in sum, which is two rare names, rising to so much, in log-odds. The trees were taught by pairs
of one language, which share other words as well. Of 949 Polish feed items and the closest of 12,000
English ones of their month, 8 share more than 25: 7 tell the same event, the eighth stays apart."""


class Opinion(NamedTuple):
    """What is found of an article and others: the log-odds that each tells the same event, and
    for which of them their meanings were asked."""

    log_odds: Floats
    by_meaning: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges pairs of articles, by what makes them likelier: trees over what their words have in
    common or, as far as they are on topic and so have one, their meanings."""

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
        odds = self.forest.log_odds(rows)
        across = np.array([_are_apart(article.language, one.language) for one in others])
        odds += across * _by_names(rows[:, RARE_NAMES])
        meanings = [one.meaning for one in others if one.meaning is not None]
        if article.meaning is None or not meanings:
            return Opinion(odds, np.zeros(len(others), dtype=np.bool_))
        meant = np.array([one.meaning is not None for one in others])
        alike = cosines(article.meaning, meanings)
        told = self.closeness.log_odds(alike, rows[meant, TITLE])
        odds[meant] = np.maximum(odds[meant], told)
        return Opinion(odds, meant)

    def share_of_meaning(self, article: Profile, other: Profile, hours: float) -> float:
        """How much of what speaks for two articles being of one event is their meaning, 0 to 1."""
        if article.meaning is None or other.meaning is None:
            return 0.0
        rows = features(article, [other], np.array([hours]))
        alike, covered = cosines(article.meaning, [other.meaning]), rows[:, TITLE]
        if self.forest.log_odds(rows)[0] > self.closeness.log_odds(alike, covered)[0]:
            return 0.0
        return self.closeness.share_of_meaning(float(alike[0]), float(covered[0]))


def _are_apart(one: int | None, other: int | None) -> bool:
    """Whether two languages are known and differ."""
    return one is not None and other is not None and one != other


def _by_names(rarity: Floats) -> Floats:
    gained: Floats = np.clip((rarity - ACROSS_FROM) / (ACROSS_FULL - ACROSS_FROM), 0, 1)
    return ACROSS_MOST * gained


@cache
def shipped() -> Judge:
    """The judge that comes with the package."""
    trees = files("enrich.model").joinpath(MODEL_FILE).read_bytes()
    return Judge(Forest.unpack(trees), closeness.shipped())
