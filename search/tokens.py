"""Many texts cut into words at once, each word as a number: `core.words.words`, in arrays.

A word's letters are hashed as a polynomial modulo 2**64 with an odd factor drawn anew for each
process; from running sums over a block of texts the hash of every word in it is had by two
look-ups. Two of a million words share a hash once in some ten million processes.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.words import MAX_WORD, folded, words

Ints: TypeAlias = NDArray[np.int64]
Hashes: TypeAlias = NDArray[np.uint64]

_COMMON = 0x2100
"""Code points below are folded by table; texts with others, or with letters that fold to none or
several, are folded one by one."""

_ODD = 0xFFFF_FFFF
"""In the table: this letter does not become one letter or a space."""

_SPACE = 0

_SLOTS_LOG = 22
_SLOTS = 1 << _SLOTS_LOG
"""Places for words by the first bits of their hash; two that meet in one go into a dictionary."""

_FACTOR = secrets.randbits(64) | 1
_MIXER = np.uint64(0x9E37_79B9_7F4A_7C15)
_GAP = "\0"
_SEVERAL = {"ß": "ss", "œ": "oe", "æ": "ae"}
"""The commonest letters that fold to two, which the languages that have them are full of."""


class Tokens(NamedTuple):
    """The words of some texts, one after the other: their numbers, and the text of each."""

    numbers: Ints
    owners: Ints


class Vocabulary:
    """Numbers the distinct words of all texts it is given, from 0, as they come."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._slot_hashes = np.zeros(_SLOTS, np.uint64)
        self._slot_numbers = np.full(_SLOTS, -1, np.int32)
        self._others: dict[int, int] = {}

    def tokens(self, texts: Sequence[str]) -> Tokens:
        """The words of some texts, those of each in order."""
        codes, owners, odd = _codes(texts, _folding())
        quick = self._tokens(codes, owners)
        if not odd:
            return quick
        # Folding leaves letters and spaces, which fold to themselves.
        codes, within, _ = _codes([folded(texts[owner]) for owner in odd], None)
        slow = self._tokens(codes, np.array(odd, np.int64)[within])
        return Tokens(
            np.concatenate([quick.numbers, slow.numbers]),
            np.concatenate([quick.owners, slow.owners]),
        )

    def _tokens(self, codes: NDArray[np.uint32], owners: Ints) -> Tokens:
        """The words in letters that are folded, with `_SPACE` before, between and behind."""
        inside = codes != _SPACE
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        starts, ends = edges[0::2], edges[1::2]
        ends = np.minimum(ends, starts + MAX_WORD)
        powers, inverse = _powers(len(codes))
        sums = np.empty(len(codes) + 1, np.uint64)
        sums[0] = 0
        np.cumsum(codes * powers[: len(codes)], out=sums[1:])
        # Mixed, since the first letter alone would hardly show in the first bits.
        hashes = (sums[ends] - sums[starts]) * inverse[starts] * _MIXER
        slots = (hashes >> np.uint64(64 - _SLOTS_LOG)).astype(np.int64)
        numbers = self._slot_numbers[slots].astype(np.int64)
        numbers[self._slot_hashes[slots] != hashes] = -1
        unknown = np.flatnonzero(numbers < 0)
        if len(unknown):
            distinct, first, inverse_of = np.unique(
                hashes[unknown], return_index=True, return_inverse=True
            )
            at = unknown[first]
            text = codes.tobytes().decode("utf-32-le", "surrogatepass")
            spans = zip(distinct.tolist(), starts[at].tolist(), ends[at].tolist(), strict=True)
            found = [self._number(hashed, text, start, end) for hashed, start, end in spans]
            numbers[unknown] = np.array(found, np.int64)[inverse_of]
        return Tokens(numbers, owners[starts])

    def _number(self, hashed: int, text: str, start: int, end: int) -> int:
        """The number of a word that is in no slot: it may be one that shares its slot."""
        known = self._others.get(hashed)
        if known is not None:
            return known
        number = len(self.words)
        self.words.append(text[start:end])
        slot = hashed >> (64 - _SLOTS_LOG)
        if self._slot_numbers[slot] < 0:
            self._slot_hashes[slot], self._slot_numbers[slot] = hashed, number
        else:
            self._others[hashed] = number
        return number


def _codes(
    texts: Sequence[str], table: NDArray[np.uint32] | None
) -> tuple[NDArray[np.uint32], Ints, list[int]]:
    """The folded letters of some texts, the text of each letter, and the texts that the table
    cannot fold, in whose place stand spaces."""
    pieces = [_GAP, *(f"{_plain(text) if table is not None else text}{_GAP}" for text in texts)]
    lengths = np.array([len(piece) for piece in pieces])
    encoded = "".join(pieces).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(encoded, np.uint32)
    owners = np.repeat(np.arange(-1, len(texts)), lengths)
    if table is None:
        codes = np.where((codes == ord(" ")) | (codes == 0), np.uint32(_SPACE), codes)
        return codes, owners, []
    codes = table[np.minimum(codes, _COMMON)]
    odd = np.unique(owners[codes == _ODD])
    if len(odd):
        is_odd = np.zeros(len(texts) + 1, bool)
        is_odd[odd] = True
        codes[is_odd[owners]] = _SPACE
    return codes, owners, odd.tolist()


def _plain(text: str) -> str:
    if text.isascii():
        return text
    for letter, letters in _SEVERAL.items():
        text = text.replace(letter, letters)
    return text


@cache
def _folding() -> NDArray[np.uint32]:
    """What each common code point becomes: a letter, `_SPACE` or `_ODD`, which is all others."""
    table = np.full(_COMMON + 1, _ODD, np.uint32)
    for code in range(_COMMON):
        letters = folded(chr(code))
        if letters == " ":
            table[code] = _SPACE
        elif len(letters) == 1 and words(letters) == [letters]:
            table[code] = ord(letters)
    return table


_known_powers: list[tuple[Hashes, Hashes]] = []


def _powers(count: int) -> tuple[Hashes, Hashes]:
    """Powers of the factor from 0 to `count - 1` at least, and of its inverse."""
    if not _known_powers or len(_known_powers[0][0]) < count:
        inverse = pow(_FACTOR, -1, 1 << 64)
        _known_powers[:] = [(_series(_FACTOR, count), _series(inverse, count))]
    return _known_powers[0]


def _series(factor: int, count: int) -> Hashes:
    series = np.full(count, factor, np.uint64)
    series[0] = 1
    return np.cumprod(series, dtype=np.uint64)
