"""Whitening: give less weight, when comparing meanings, to how reports of one affair differ.

Two meanings are close for many reasons: one subject, one country, one manner of telling. The
language models behind them were not trained to separate affairs, and the first report on an affair
and a campaigners' letter differ in manner more than two affairs of one ministry do. Within-class
covariance normalisation (Hatch, Kajarekar and Stolcke, "Within-class covariance normalization for
SVM-based speaker recognition", Interspeech 2006) transforms each half of a meaning so that reports
of one affair differ equally in all directions. It is learnt from affairs that were written for it
(`enrich.train.whitening`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self

import numpy as np

from enrich import arrays
from enrich.arrays import Floats32
from enrich.meanings import COMMON_WIDTH, ENGLISH_WIDTH, Meaning, join_halves, quantise, unit

MODEL_FILE = "whitening.npz"

KEPT = np.float16
"""Precision in the file: meanings are compared as bytes anyway."""


class WhiteningError(ValueError):
    """The bytes are not a whitening model."""


@dataclass(frozen=True, slots=True, eq=False)
class Whitening:
    """The transformation of each half of a meaning: a square matrix."""

    english: Floats32
    common: Floats32

    def of(self, meaning: Meaning) -> Meaning:
        """Whiten a meaning; a half that is missing stays so."""
        halves = np.split(meaning.astype(np.float32), [ENGLISH_WIDTH])
        english, common = (
            unit(half @ turned)
            for half, turned in zip(halves, (self.english, self.common), strict=True)
        )
        return quantise(join_halves(english, common))

    def dump(self) -> bytes:
        """The whitening as an `.npz` file; equal ones give equal bytes."""
        return arrays.dump(
            {"english": self.english.astype(KEPT), "common": self.common.astype(KEPT)}
        )

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read a whitening from a file's bytes.

        Raises:
            WhiteningError: the bytes are not a whitening model.
        """
        try:
            read = arrays.parse(content, "english", "common")
            english, common = (half.astype(np.float32) for half in read)
        except ValueError as error:
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
