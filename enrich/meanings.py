"""Meanings, the embeddings of on-topic articles: their layout, storage and cosines.

"Meaning" is the project's word for an embedding vector. It has two halves of equal length:
`enrich.tagging.encoder` computes one from English text, `enrich.tagging.polyglot` the other from
text in any language. Articles in other languages have only the second, so two meanings are compared
by the halves that both have; the second is always there.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from enrich.arrays import Floats, Floats32

ENGLISH_WIDTH = 256
COMMON_WIDTH = 256
"""Dimensions of each half: the main directions in which texts differ, of 768 and of 384."""

MEANING_WIDTH = ENGLISH_WIDTH + COMMON_WIDTH

HALF = np.float32(0.5**0.5)
"""The length of each half, so that both together have length 1."""

Meaning = npt.NDArray[np.int8]
"""`MEANING_WIDTH` integers (`quantise`)."""

STEPS = 200.0
"""Quantisation steps per unit: components of a meaning stay below two thirds."""

MAX_STEPS = 127


class MeaningError(ValueError):
    """The text is not a meaning."""


def join_halves(english: Floats32, shared: Floats32) -> Floats32:
    """A meaning from its two halves, each of length 1."""
    return np.concatenate([english, shared]) * HALF


def from_common_half(shared: Floats32) -> Floats32:
    """A meaning in a language other than English, from the half that is common to languages."""
    return join_halves(np.zeros(ENGLISH_WIDTH, np.float32), shared)


def common_half(meanings: Floats32) -> Floats32:
    """The half of a meaning, or of several as rows, that is common to languages: `COMMON_WIDTH`
    numbers of length 1."""
    half: Floats32 = meanings[..., ENGLISH_WIDTH:] / HALF
    return half


def unit(half: Floats32) -> Floats32:
    """A half scaled to length 1; one of zeros stays as it is."""
    length = np.linalg.norm(half)
    return half / length if length else half


def quantise(numbers: Floats32) -> npt.NDArray[np.int8]:
    """Quantise a meaning, a point that contains one (`enrich.tagging.likeness`), or several, to
    eight bits."""
    whole = np.clip(np.round(numbers * np.float32(STEPS)), -MAX_STEPS, MAX_STEPS)
    return whole.astype(np.int8)


def pack_meaning(meaning: Floats32) -> str:
    """A meaning as text: a byte per dimension, in base 64."""
    return b64encode(quantise(meaning).tobytes()).decode("ascii")


def unpack_meaning(text: str) -> Meaning:
    """The meaning that `pack_meaning` made text of.

    Raises:
        MeaningError: the text is not a meaning.
    """
    try:
        content = b64decode(text, validate=True)
    except ValueError as error:
        raise MeaningError(f"a meaning cannot be read: {error}") from error
    if len(content) != MEANING_WIDTH:
        raise MeaningError(f"a meaning has {len(content)} numbers instead of {MEANING_WIDTH}")
    return np.frombuffer(content, dtype=np.int8)


def cosines(meaning: Meaning, others: Sequence[Meaning]) -> Floats:
    """The cosines of a meaning with others, over the halves that both have, each -1 to 1."""
    rows = np.array(others, dtype=np.float32)
    return row_cosines(meaning, rows, row_squares(rows))


def both_english(meaning: Meaning, others: Sequence[Meaning]) -> npt.NDArray[np.bool_]:
    """Which of the others are compared with a meaning by both halves."""
    has = bool(meaning[:ENGLISH_WIDTH].any())
    return np.array([has and bool(one[:ENGLISH_WIDTH].any()) for one in others])


def row_cosines(meaning: Meaning, rows: Floats32, squares: Floats) -> Floats:
    """The cosines of a meaning with others, as rows, whose `row_squares` are known."""
    # Sums of products of such integers stay below 2 ** 24 and are exact in whatever order.
    # Row by row: for a product of this size OpenBLAS would keep all cores spinning.
    products = np.vecdot(rows, meaning.astype(np.float32))
    own = row_squares(meaning.astype(np.float32)[None])[0]
    # A half that only one of the two has does not count towards its length.
    english = (squares[:, 0] > 0) & (own[0] > 0)
    lengths = np.sqrt((squares[:, 0] * english + squares[:, 1]) * (own[0] * english + own[1]))
    similarity: Floats = products / np.maximum(lengths, 1.0)
    return similarity


def row_squares(rows: Floats32) -> Floats:
    """The squared length of each row's halves: two columns."""
    squared = np.square(rows.astype(np.float64))
    halves = [squared[:, :ENGLISH_WIDTH].sum(axis=1), squared[:, ENGLISH_WIDTH:].sum(axis=1)]
    return np.stack(halves, axis=1)
