"""Evidence as it is shown to people: each phrase once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.records import Evidence

MOST = 2 / 3
"""The share of a headline's characters from which on a piece of it is said to be the headline."""


def repeats(words: str, headline: str) -> bool:
    """Whether words are most of the headline that they are shown below."""
    return words in headline and len(words) >= MOST * len(headline.strip())


def is_headline(piece: Evidence, headline: str) -> bool:
    """Whether a piece from a headline is most of the one that it is shown below."""
    return piece.field == "title" and repeats(piece.phrase, headline)


def distinct_phrases(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The phrases in order, each once, without those that a longer phrase contains as whole words.

    A phrase in the headline is never dropped for a longer one in the text, which counts for less.
    """
    phrases = [(" ".join(piece.phrase.casefold().split()), piece) for piece in evidence]
    kept: dict[str, Evidence] = {}
    for phrase, piece in phrases:
        within = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")
        longer = (one for other, one in phrases if other != phrase and within.search(other))
        if not any(piece.field == "text" or one.field == "title" for one in longer):
            kept.setdefault(phrase, piece)
    return list(kept.values())
