"""How likely two articles tell one event: by trees, or by their meanings where both have one."""

from __future__ import annotations

import math
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
    """What is found of an article and others.

    `log_odds` that each tells the same event; `by_meaning` how much of what speaks for it is the
    meaning, 0 to 1, and NaN where trees have judged.
    """

    log_odds: Floats
    by_meaning: Floats

    @property
    def on_topic(self) -> npt.NDArray[np.bool_]:
        """Which pairs were judged by their meanings."""
        return ~np.isnan(self.by_meaning)


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
        odds, shares = np.empty(len(others)), np.full(len(others), np.nan)
        meant: list[int] = []
        if article.meaning is not None:
            meant = [place for place, one in enumerate(others) if one.meaning is not None]
        unmeant = np.setdiff1d(np.arange(len(others)), meant)
        if len(unmeant):
            odds[unmeant] = self.forest.log_odds(rows[unmeant])
        if article.meaning is not None and meant:
            meanings = [one.meaning for one in others if one.meaning is not None]
            alike, covered = cosines(article.meaning, meanings), rows[meant, TITLE]
            odds[meant] = self.closeness.log_odds(alike, covered)
            shares[meant] = [
                self.closeness.share_of_meaning(*pair)
                for pair in zip(alike.tolist(), covered.tolist(), strict=True)
            ]
        return Opinion(odds, shares)

    def by_meaning(self, article: Profile, other: Profile) -> float:
        """How much of what speaks for two articles being of one event is their meaning, 0 to 1."""
        (share,) = self.opinion(article, [other], np.zeros(1)).by_meaning.tolist()
        return 0.0 if math.isnan(share) else float(share)


@cache
def shipped() -> Judge:
    """The judge that comes with the package."""
    trees = files("enrich.model").joinpath(MODEL_FILE).read_bytes()
    return Judge(Forest.unpack(trees), closeness.shipped())
