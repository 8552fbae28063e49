"""The profile of an article, for comparing others with it: numbers only, no text."""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Self
from zlib import crc32

import numpy as np
import numpy.typing as npt

from enrich.meanings import ENGLISH_WIDTH, MEANING_WIDTH, Meaning
from enrich.stories import whitening

Hashes = npt.NDArray[np.uint32]
Columns = npt.NDArray[np.float32]

FULL, TITLE, LEAD, NAMES, LEAD_NAMES, OTHER, IDF = range(7)
"""The columns of a profile's weights. The first six are vectors of length 1 (or empty): the whole
article, its title, its first words, its names, the names in title and first words, and the terms
that are no names. The last is the rarity (IDF) of each term."""

NUMBER, YEAR, DAY = (kind << 28 for kind in (1, 2, 3))
"""The kind of a mark, in its upper four bits."""
KIND = 0xF << 28
SERVICE = 4 << 28
"""The mark of a service article: a ranking, a comparison, an offer."""

MAX_PAIRS = 96
MAX_MARKS = 48

_STORED = (FULL, TITLE, LEAD, IDF)
_HEAD = struct.Struct("<BHHHI")
_PLAIN, _HALF_MEANT, _RAW_MEANT, _MEANT = 1, 2, 3, 4
"""Versions of stored profiles: without a meaning; with half of one, or a raw whole one, both from
older releases; and with a whitened one. A half is ignored: such articles are compared by their
words alone. A raw whole one is whitened when read."""


_WIDTHS = {_PLAIN: 0, _HALF_MEANT: ENGLISH_WIDTH, _RAW_MEANT: MEANING_WIDTH, _MEANT: MEANING_WIDTH}
"""Bytes of the meaning in a profile of each version."""


class ProfileError(ValueError):
    """The bytes are not a profile, or are of another version."""


def hashed(term: str) -> int:
    """A term hashed to 32 bits, the same in every process."""
    return crc32(term.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """An article as numbers.

    Attributes:
        terms: hashes of its terms, ascending.
        weights: a row for each term, with the seven columns above.
        named: whether each term is a name.
        pairs: hashes of neighbouring terms, ascending.
        marks: its numbers, years and days, each with its kind, ascending.
        words: how many words it has.
        is_service: whether it advises readers rather than reports an event.
        title_names: share of names in the title's weight (squares of its vector).
        meaning: its meaning (`enrich.meanings`), whitened (`enrich.stories.whitening`), if it is on
        topic.
    """

    terms: Hashes
    weights: Columns
    named: npt.NDArray[np.bool_]
    pairs: Hashes
    marks: Hashes
    words: int
    title_names: float
    is_service: bool
    meaning: Meaning | None = None

    @classmethod
    def of(
        cls,
        terms: Sequence[int],
        weights: Sequence[Sequence[float]],
        names: Sequence[bool],
        *,
        pairs: Collection[str],
        numbers: Collection[str],
        years: Collection[int],
        days: Collection[int],
        words: int,
        service: bool,
    ) -> Self:
        """A profile from what was read; of two terms with one hash the first counts.

        Args:
            terms: hashes of the article's terms.
            weights: four rows: each term's weight in the whole, the title and the lead, before
                scaling, and its rarity.
            names: whether each term is a name.
            pairs: neighbouring terms.
            numbers: the article's numbers.
            years: years that it names.
            days: days that it names, as month * 32 + day.
            words: how many words it has.
            service: whether it advises its readers.
        """
        order, first = np.unique(np.array(terms, dtype=np.uint32), return_index=True)
        stored = np.array(weights, dtype=np.float64).T[first]
        stored[:, :3] = _unit(stored[:, :3])
        marks = sorted(
            {NUMBER | hashed(number) >> 4 for number in numbers}
            | {YEAR | year for year in years}
            | {DAY | day for day in days}
        )
        return cls._from_stored(
            order,
            stored.astype(np.float16),
            np.array(names, dtype=np.bool_)[first],
            np.array(sorted(set(map(hashed, pairs)))[:MAX_PAIRS], dtype=np.uint32),
            np.array(marks[:MAX_MARKS] + [SERVICE] * service, dtype=np.uint32),
            min(words, 0xFFFF),
        )

    @classmethod
    def _from_stored(
        cls,
        terms: Hashes,
        stored: npt.NDArray[np.float16],
        named: npt.NDArray[np.bool_],
        pairs: Hashes,
        marks: Hashes,
        words: int,
    ) -> Self:
        """Compute all columns from the rounded ones, so that a profile survives being stored."""
        weights = np.empty((len(terms), 7), dtype=np.float32)
        weights[:, _STORED] = stored
        full, lead = weights[:, FULL], np.maximum(weights[:, TITLE], weights[:, LEAD])
        weights[:, NAMES] = full * named
        weights[:, LEAD_NAMES] = lead * named
        weights[:, OTHER] = full * ~named
        weights[:, NAMES:IDF] = _unit(weights[:, NAMES:IDF])
        title_names = float(np.square(weights[named, TITLE], dtype=np.float64).sum())
        is_service = bool(len(marks)) and int(marks[-1]) == SERVICE
        return cls(terms, weights, named, pairs, marks, words, title_names, is_service)

    def with_meaning(self, meaning: Meaning) -> Self:
        """The same profile, with a meaning."""
        return replace(self, meaning=meaning)

    def pack(self) -> bytes:
        """The profile as bytes: some hundred for a feed item, a kilobyte for a full article."""
        version = _PLAIN if self.meaning is None else _MEANT
        head = _HEAD.pack(version, len(self.terms), len(self.pairs), len(self.marks), self.words)
        return b"".join(
            [
                head,
                self.terms.astype("<u4").tobytes(),
                self.weights[:, _STORED].astype("<f2").tobytes(),
                self.named.tobytes(),
                self.pairs.astype("<u4").tobytes(),
                self.marks.astype("<u4").tobytes(),
                b"" if self.meaning is None else self.meaning.tobytes(),
            ]
        )

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """The profile that `pack` made bytes of.

        Raises:
            ProfileError: the bytes are not a profile, or are of another version.
        """
        try:
            version, terms, pairs, marks, words = _HEAD.unpack_from(packed)
        except struct.error as error:
            raise ProfileError("a stored profile is cut short") from error
        sizes = [_HEAD.size, 4 * terms, 2 * len(_STORED) * terms, terms, 4 * pairs, 4 * marks]
        sizes.append(_WIDTHS.get(version, 0))
        if version not in _WIDTHS or len(packed) != sum(sizes):
            raise ProfileError(
                f"a stored profile of version {version} and {len(packed)} bytes does not fit this"
                f" program, which knows versions {_PLAIN} to {_MEANT}"
            )
        parts = [packed[start:end] for start, end in pairwise(accumulate(sizes))]
        profile = cls._from_stored(
            np.frombuffer(parts[0], "<u4"),
            np.frombuffer(parts[1], "<f2").reshape(-1, len(_STORED)),
            np.frombuffer(parts[2], np.bool_),
            np.frombuffer(parts[3], "<u4"),
            np.frombuffer(parts[4], "<u4"),
            words,
        )
        if version not in (_RAW_MEANT, _MEANT):
            return profile
        meaning = np.frombuffer(parts[5], np.int8)
        return profile.with_meaning(
            meaning if version == _MEANT else whitening.shipped().of(meaning)
        )


def _unit(columns: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Each column scaled to length 1; one of zeros stays as it is."""
    lengths = np.sqrt(np.square(columns).sum(axis=0))
    return columns / np.where(lengths > 0, lengths, 1)
