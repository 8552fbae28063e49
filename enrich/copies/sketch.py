"""The sketch of a text: a sample of its shingles that shows whether another text is a copy, even a
cut one.

A text is the set of its shingles, runs of three words (Broder, "On the resemblance and containment
of documents", 1997), each hashed to 32 bits. For a long text only hashes that are a multiple of a
power of two are kept. Every text keeps the same ones, so what two sketches share is an unbiased
sample of what the texts share (`0 mod m` sampling, ibid.; "FracMinHash").
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from core.words import words
from enrich.copies.fingerprint import MIN_WORDS, are_few

SHINGLE = 3
MAX_HASHES = 512
"""Approximate maximum of hashes in a sketch: for texts with more shingles a half is kept, a
quarter, and so on. Of a copy with a tenth of its words changed .73 of the shingles are left;
estimated from a hundred of them, that falls below .5 once in a million copies."""

LEAD = 64
"""Number of shingles at the beginning of a long text, all of which are kept: a cut copy begins like
the text it is cut from, and a quotation does not."""

OPENING = 120
"""Number of shingles that are an outlet's own news where another text has none of them: more than
another lead and an outlet's own paragraph on its town have together."""

Hashes = NDArray[np.uint32]

_HEADER = struct.Struct("<IHH")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_FOLDED_BYTES = bytes(
    ord(chr(code).lower()) if chr(code).isalnum() and code < 128 else 32 for code in range(256)
)
_FACTORS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64
)  # odd numbers of xxHash: words in another order give another hash


class SketchError(ValueError):
    """The bytes are not a sketch."""


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """The sampled shingles of a text.

    `size` counts the text's distinct shingles; `hashes` are those whose hash is a multiple of
    `scale`, ascending; `lead` are the first `LEAD` shingles of the text, also ascending. `opening`
    are the first `OPENING` of a longer text that has just been read; none of an unpacked one.
    """

    size: int
    scale: int
    hashes: Hashes
    lead: Hashes
    opening: Hashes | None = None

    def pack(self) -> bytes:
        """The sketch as bytes, for the ledger: little-endian on every machine."""
        lead = self.lead if self.size > LEAD else self.lead[:0]
        header = _HEADER.pack(self.size, self.scale, len(lead))
        return header + lead.astype("<u4").tobytes() + self.hashes.astype("<u4").tobytes()

    @classmethod
    def unpack(cls, packed: bytes) -> Sketch:
        """The sketch that `pack` made bytes of.

        Raises:
            SketchError: `pack` did not make these bytes.
        """
        numbered = len(packed) - _HEADER.size
        if numbered < 0 or numbered % 4:
            raise SketchError(f"a stored sketch of {len(packed)} bytes is cut short")
        size, scale, leading = _HEADER.unpack_from(packed)
        if scale < 1 or scale & (scale - 1) or 4 * leading > numbered:
            raise SketchError("a stored sketch has a damaged beginning")
        numbers = np.frombuffer(packed, dtype="<u4", offset=_HEADER.size)
        hashes = numbers[leading:]
        return cls(size, scale, hashes, numbers[:leading] if leading else hashes)

    def at(self, scale: int) -> Hashes:
        """The hashes that a coarser sample of the text would keep."""
        return self.hashes if scale <= self.scale else multiples(self.hashes, scale)


def sketch(text: str) -> Sketch | None:
    """The sketch of a text; None below `MIN_WORDS` words, since outlets put the same short line
    under different articles.

    An address counts as one word: otherwise two texts could share most of a long address.
    """
    if "://" in text or "www." in text:
        text = _ADDRESS.sub(_one_word, text)
    found = _encoded_words(text)
    if are_few([word.decode() for word in found[: 2 * MIN_WORDS]]):
        return None
    shingled = _shingles(found)
    distinct = np.unique(shingled)
    scale = 1
    while len(distinct) > MAX_HASHES * scale:
        scale *= 2
    hashes = multiples(distinct, scale) if scale > 1 else distinct
    lead = np.unique(shingled[:LEAD]) if len(distinct) > LEAD else hashes
    opening = np.unique(shingled[:OPENING]) if len(distinct) > OPENING else None
    return Sketch(len(distinct), scale, hashes, lead, opening)


def multiples(hashes: Hashes, scale: int) -> Hashes:
    """The hashes that a sample of one in `scale`, a power of two, keeps."""
    kept: Hashes = hashes[(hashes & np.uint32(scale - 1)) == 0]
    return kept


def common(one: Hashes, other: Hashes) -> int:
    """How many hashes two arrays without repetitions share."""
    return len(np.intersect1d(one, other, assume_unique=True))


def _encoded_words(text: str) -> list[bytes]:
    """The words of a text as split by `core.words.words`, in UTF-8.

    That function folds letter by letter. A text in Latin letters has few non-ASCII characters, so
    replacing these and folding the rest with a byte table is ten times faster.
    """
    if not text.isascii():
        for character in {each for each in text if each > "\x7f"}:
            folded = _folded(character)
            if not folded.isascii():
                return [word.encode() for word in words(text)]
            text = text.replace(character, folded)
    return text.encode().translate(_FOLDED_BYTES).split()


@lru_cache(maxsize=1 << 16)
def _folded(character: str) -> str:
    """What a character between two letters becomes, without the letters."""
    return " ".join(words(f"a{character}a")).removeprefix("a").removesuffix("a")


def _shingles(found: list[bytes]) -> Hashes:
    """The hashes of all runs of three words, in order.

    CRC-32 of each word, mixed as in MurmurHash3: the same on every machine and in every version.
    """
    each = np.array([crc32(word) for word in found], dtype=np.uint64)
    runs = len(each) - SHINGLE + 1
    mixed = np.zeros(runs, dtype=np.uint64)
    for place, factor in enumerate(_FACTORS):
        mixed += each[place : place + runs] * factor
    mixed ^= mixed >> np.uint64(33)
    mixed *= np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    return (mixed >> np.uint64(32)).astype(np.uint32)


def _one_word(match: re.Match[str]) -> str:
    # Lone surrogates, as in broken feeds, must not raise here.
    return f" address{crc32(match.group().encode('utf-8', 'surrogatepass')):08x} "
