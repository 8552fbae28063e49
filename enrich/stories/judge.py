"""How likely two articles report the same event: by trees and, where both have one, by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from enrich.arrays import Floats
from enrich.meanings import Meaning, both_english, cosines
from enrich.stories import closeness, whitening
from enrich.stories.closeness import Closeness
from enrich.stories.forest import Forest
from enrich.stories.pairs import FEATURES, features
from enrich.stories.profile import Profile
from enrich.stories.whitening import Whitening

MODEL_FILE = "threads.npz"

TITLE = list(FEATURES).index("title_covered_most")

TREES_PENALTY = 1.0
"""Log-odds taken from the trees where meanings are compared as well: there trees err more often, on
two affairs of one firm or ministry. Of affairs in our own words they put some together that nothing
else did. Without the trees, threads lose articles that repeat the same words."""


class Opinion(NamedTuple):
    """The log-odds that an article reports the same event as each of some others, and for which of
    them their meanings were compared."""

    log_odds: Floats
    by_meaning: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges pairs of articles by the more favourable of two models: trees over what their words
    have in common and, if both are on topic and so have one, their meanings. The meanings in
    profiles are whitened."""

    forest: Forest
    closeness: Closeness
    whitening: Whitening

    def opinion(self, article: Profile, others: Sequence[Profile], hours: Floats) -> Opinion:
        """Compare an article with one or more others.

        Args:
            article: the article to be placed.
            others: the articles that it is compared with.
            hours: between it and each of them; 0 where unknown.
        """
        rows = features(article, others, hours)
        log_odds = self.forest.log_odds(rows)
        meanings = [one.meaning for one in others if one.meaning is not None]
        if article.meaning is None or not meanings:
            return Opinion(log_odds, np.zeros(len(others), dtype=np.bool_))
        has_meaning = np.array([one.meaning is not None for one in others])
        by_meaning = self._by_meaning(article.meaning, meanings, rows[has_meaning, TITLE])
        log_odds[has_meaning] = np.maximum(log_odds[has_meaning] - TREES_PENALTY, by_meaning)
        return Opinion(log_odds, has_meaning)

    def share_of_meaning(self, article: Profile, other: Profile, hours: float) -> float:
        """How much of the evidence that two articles are of one event is their meaning, 0 to 1."""
        one, two = article.meaning, other.meaning
        if one is None or two is None:
            return 0.0
        rows = features(article, [other], np.array([hours]))
        covered = rows[:, TITLE]
        by_meaning = self._by_meaning(one, [two], covered)
        if self.forest.log_odds(rows)[0] - TREES_PENALTY > by_meaning[0]:
            return 0.0
        line = self.closeness.english if both_english(one, [two])[0] else self.closeness.common
        return line.share_of_meaning(float(cosines(one, [two])[0]), float(covered[0]))

    def _by_meaning(self, meaning: Meaning, others: Sequence[Meaning], covered: Floats) -> Floats:
        """The log-odds of an article and others that all have a meaning."""
        cosine, english = cosines(meaning, others), both_english(meaning, others)
        return self.closeness.log_odds(cosine, covered, english)


@cache
def shipped() -> Judge:
    """The judge that comes with the package."""
    trees = files("enrich.model").joinpath(MODEL_FILE).read_bytes()
    return Judge(Forest.parse(trees), closeness.shipped(), whitening.shipped())
