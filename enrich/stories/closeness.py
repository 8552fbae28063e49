"""How likely two on-topic articles report the same event, by logistic regression on the cosine of
their meanings and on the overlap of their titles.

Word overlap alone misses reports of one event: "TikTok fires back at Forbes" and "ByteDance planned
to track specific Americans" share two words. The cosine of their meanings does better, and how much
of one title is found in the other article separates events of one kind, such as another state suing
another firm. More features, and trees over them, did no better in cross-validation by thread
(docs/decisions/0012): there are only some hundred threads.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from enrich.arrays import Floats

MODEL_FILE = "closeness.json"


class ClosenessError(ValueError):
    """The bytes are not a closeness model."""


@dataclass(frozen=True, slots=True)
class Line:
    """A linear model of the log-odds.

    Attributes:
        meaning: weight of the cosine of the two meanings.
        title: weight of the share of one title's weight that the other article has, the greater of
            the two shares (`title_covered_most` of `enrich.stories.pairs`).
        bias: constant term.
    """

    meaning: float
    title: float
    bias: float

    def log_odds(self, cosine: Floats, title_share: Floats) -> Floats:
        """The log-odds of some pairs, from the cosines of their meanings and their title shares."""
        odds: Floats = self.meaning * cosine + self.title * title_share + self.bias
        return odds

    def share_of_meaning(self, cosine: float, title_share: float) -> float:
        """How much of the evidence for a pair is its meaning, 0 to 1."""
        by_meaning, by_title = self.meaning * max(cosine, 0.0), self.title * title_share
        return by_meaning / (by_meaning + by_title) if by_meaning else 0.0


@dataclass(frozen=True, slots=True)
class Closeness:
    """Two linear models: `english` for two English articles, and `common` for other pairs, compared
    by the half of the meaning that is common to languages."""

    english: Line
    common: Line

    def log_odds(self, cosine: Floats, title_share: Floats, english: NDArray[np.bool_]) -> Floats:
        """The log-odds of some pairs; `english` says which are of two English articles."""
        odds: Floats = np.where(
            english,
            self.english.log_odds(cosine, title_share),
            self.common.log_odds(cosine, title_share),
        )
        return odds

    def dump(self) -> bytes:
        """The model as a file's bytes."""
        return json.dumps(asdict(self), indent=2).encode() + b"\n"

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read a file's bytes. Raises `ClosenessError` if they are not a closeness model."""
        try:
            data = json.loads(content)
            model = cls(_line(data["english"]), _line(data["common"]))
        except (ValueError, TypeError, KeyError) as error:
            raise ClosenessError(f"{MODEL_FILE} cannot be read: {error!r}") from error
        if not all(map(math.isfinite, (*astuple(model.english), *astuple(model.common)))):
            raise ClosenessError(f"{MODEL_FILE} has a weight that is no number")
        return model


def _line(data: Mapping[str, Any]) -> Line:
    return Line(*(float(data[name]) for name in ("meaning", "title", "bias")))


@cache
def shipped() -> Closeness:
    """The model that comes with the package."""
    return Closeness.parse(files("enrich.model").joinpath(MODEL_FILE).read_bytes())
