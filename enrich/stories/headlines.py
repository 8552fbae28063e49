"""Choose a story's headline: the one most similar to all the others."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from enrich.stories.terms import language_code, rarities, split_words


class Headline(NamedTuple):
    """An article's title, and its language tag."""

    title: str
    language: str = ""


def most_central(headlines: Sequence[Headline]) -> int:
    """The index of the medoid: the headline with the greatest sum of cosines to all others.

    A headline is the set of its stemmed words, weighted by rarity: that two say "to" and "says"
    makes neither the story's. Of equally central ones the first wins, so give them in order of
    time; of two headlines, this is the first. An empty title is chosen only if there is no other.

    Raises:
        ValueError: there are no headlines.
    """
    if not headlines:
        raise ValueError("a story without headlines has none that is central")
    vectors = [_unit(one) for one in headlines]
    # With unit vectors, the sum of the products with all is the product with their sum.
    total: defaultdict[str, float] = defaultdict(float)
    for each in vectors:
        for term, weight in each.items():
            total[term] += weight
    central = [
        round(sum(total[term] * each[term] for term in sorted(each)), 9) if each else -1
        for each in vectors
    ]
    return central.index(max(central))


def _unit(headline: Headline) -> dict[str, float]:
    weights = rarities(split_words(headline.title), language_code(headline.language))
    length = math.sqrt(sum(weight**2 for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()}
