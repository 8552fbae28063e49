"""How likely two on-topic articles tell one event, by their meanings, titles and times.

Words alone keep apart what one event is told in: "TikTok fires back at Forbes" and "ByteDance
planned to track specific Americans" share two. The cosine of the meanings knows better, and one
title's words found in the other article keep apart what is of one kind: another state that sues
another firm; so do hours. More figures, and trees over them, did no better in cross-validation by
thread (docs/decisions/0012): there are some hundred threads to learn from.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MODEL_FILE = "closeness.json"

MOST_HOURS = 48
"""Hours from which on more of them say nothing: most of what is written of an event comes within
two days, and an affair goes on for months."""


class ClosenessError(ValueError):
    """The bytes are no closeness."""


@dataclass(frozen=True, slots=True)
class Closeness:
    """A line: what adds to the log-odds.

    Attributes:
        meaning: for each unit of the cosine of the two meanings.
        title: for each unit of the share of one title's weight that the other article has, the
            greater of the two shares (`title_covered_most` of `enrich.pairs`).
        hours: for each unit of the logarithm of 1 + the hours between the two, of `MOST_HOURS` at
            most.
        bias: in any case.
    """

    meaning: float
    title: float
    hours: float
    bias: float

    def log_odds(self, alike: Floats, covered: Floats, hours: Floats) -> Floats:
        """Of some pairs, by the cosines of their meanings, what of a title is found, and the
        logarithms of 1 + the hours between."""
        apart = soon(hours)
        odds: Floats = self.meaning * alike + self.title * covered + self.hours * apart + self.bias
        return odds

    def share_of_meaning(self, alike: float, covered: float) -> float:
        """How much of what speaks for a pair is its meaning, 0 to 1."""
        by_meaning, by_title = self.meaning * max(alike, 0.0), self.title * covered
        return by_meaning / (by_meaning + by_title) if by_meaning else 0.0

    def dump(self) -> bytes:
        """The closeness as a file's bytes."""
        return json.dumps(asdict(self), indent=2).encode() + b"\n"

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read a file's bytes. Raises `ClosenessError` where they are none."""
        try:
            told = json.loads(content)
            names = ("meaning", "title", "hours", "bias")
            read = cls(**{name: float(told[name]) for name in names})
        except (ValueError, TypeError, KeyError) as error:
            raise ClosenessError(f"{MODEL_FILE} cannot be read: {error!r}") from error
        if not all(map(math.isfinite, asdict(read).values())):
            raise ClosenessError(f"{MODEL_FILE} has a weight that is no number")
        return read


def soon(hours: Floats) -> Floats:
    """Logarithms of 1 + some hours, of `MOST_HOURS` at most."""
    return np.minimum(hours, np.log1p(MOST_HOURS))


@cache
def shipped() -> Closeness:
    """The closeness that comes with the package."""
    return Closeness.parse(files("enrich.model").joinpath(MODEL_FILE).read_bytes())
