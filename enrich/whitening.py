"""Whitening: what reports of one affair differ in counts less when meanings are compared.

Two meanings are near each other for many reasons: one subject, one country, one manner of telling.
What tells affairs apart is not what the language models that make them were taught, and the first
report and the campaigners' letter differ in manner more than two affairs of one ministry do.
Within-class covariance normalisation (Hatch, Kajarekar and Stolcke, "Within-class covariance
normalization for SVM-based speaker recognition", Interspeech 2006) turns each half of a meaning so
that the reports of one affair differ evenly in all directions: learnt of affairs that were written
for it (`enrich.train.whitening`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self

import numpy as np

from enrich import arrays
from enrich.arrays import ArraysError
from enrich.meanings import (
    COMMON_WIDTH,
    ENGLISH_WIDTH,
    Floats32,
    Meaning,
    joined,
    stepped,
    unit,
)

MODEL_FILE = "whitening.npz"

KEPT = np.float16
"""Numbers as the file has them: what is compared is kept in bytes anyway."""


class WhiteningError(ValueError):
    """The bytes are no whitening."""


@dataclass(frozen=True, slots=True, eq=False)
class Whitening:
    """How the halves of a meaning are turned: a square matrix for each."""

    english: Floats32
    common: Floats32

    def of(self, meaning: Meaning) -> Meaning:
        """A meaning as it is compared; a half that it lacks stays so."""
        halves = np.split(meaning.astype(np.float32), [ENGLISH_WIDTH])
        english, common = (
            unit(half @ turned)
            for half, turned in zip(halves, (self.english, self.common), strict=True)
        )
        return stepped(joined(english, common))

    def dump(self) -> bytes:
        """The whitening as an `.npz` file; the same gives the same bytes."""
        return arrays.dump(
            {"english": self.english.astype(KEPT), "common": self.common.astype(KEPT)}
        )

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """The whitening of a file.

        Raises:
            WhiteningError: the bytes are none.
        """
        try:
            read = arrays.parse(content, "english", "common")
            english, common = (half.astype(np.float32) for half in read)
        except (ArraysError, ValueError) as error:
            raise WhiteningError(f"{MODEL_FILE} cannot be read: {error}") from error
        for half, width in ((english, ENGLISH_WIDTH), (common, COMMON_WIDTH)):
            if half.shape != (width, width) or not np.isfinite(half).all():
                raise WhiteningError(
                    f"{MODEL_FILE} does not fit meanings of {width} numbers a half"
                )
        return cls(english, common)


@cache
def shipped() -> Whitening:
    """The whitening that comes with the package."""
    return Whitening.parse(files("enrich.model").joinpath(MODEL_FILE).read_bytes())
