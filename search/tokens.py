"""A faster `core.words.words` for many texts at once: each word is a number, in NumPy arrays.

A word is hashed four letters at a time: they are read off the block of texts as a 64-bit integer
and mixed with an odd factor drawn anew for each process. Words of up to four letters never share a
hash; two of a million longer ones do in about one of ten million processes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.words import MAX_WORD, fold, words

Ints: TypeAlias = NDArray[np.int64]
Codes: TypeAlias = NDArray[np.uint16]
Hashes: TypeAlias = NDArray[np.uint64]

_COMMON = 0x2100
"""Code points below this are folded by a table. Texts with others, or with letters that fold to
none or several, are folded one by one."""

_SPECIAL = 0xFFFF
"""In the table: a character that does not fold to one letter or a space."""

_SPACE = 0

_SLOTS_LOG = 22
_SLOTS = 1 << _SLOTS_LOG
"""Slots for words, by the first bits of their hashes; later words in a slot go into a
dictionary."""

_FACTOR = np.uint64(secrets.randbits(64) | 1)
_LETTERS = 4
"""Letters hashed at once: as many as fit into a 64-bit integer, at two bytes each."""

_MASKS = np.array([(1 << 16 * count) - 1 for count in range(_LETTERS + 1)], np.uint64)
"""The bits of such an integer that a word's letters fill, by how many of them are left."""

_GAP = b"\0\0"
_SEVERAL = {"ß": "ss", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"}
"""The commonest letters that fold to two; languages that have them use them often."""


class Tokens(NamedTuple):
    """The words of some texts, one after the other: the number of each, and the place of its
    text."""

    numbers: Ints
    owners: Ints


class Vocabulary:
    """Numbers the distinct words of all texts it is given, from 1; 0 is no word."""

    def __init__(self) -> None:
        self.words = [""]
        self._hashes = np.zeros(1, np.uint64)
        self._slots = np.zeros(_SLOTS, np.int32)
        self._others: dict[int, int] = {}

    def tokens(self, texts: Sequence[str]) -> Tokens:
        """The words of some texts, those of each in order."""
        codes, ends = _encode(map(_expand, texts))
        codes = _folding().take(codes, mode="clip")
        special = np.unique(
            np.searchsorted(ends, np.flatnonzero(codes == _SPECIAL), "right")
        ).tolist()
        for owner in special:
            codes[ends[owner - 1] if owner else 0 : ends[owner]] = _SPACE
        quick = self._tokens(codes, ends)
        if not special:
            return quick
        # Folding leaves only letters and spaces.
        codes, ends = _encode(fold(texts[owner]).replace(" ", "\0") for owner in special)
        slow = self._tokens(codes, ends)
        return Tokens(
            np.concatenate([quick.numbers, slow.numbers]),
            np.concatenate([quick.owners, np.array(special, np.int64)[slow.owners]]),
        )

    def _tokens(self, codes: Codes, text_ends: Ints) -> Tokens:
        """The words in folded letters, with `_SPACE` before, between and after them."""
        inside = codes != _SPACE
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        starts, ends = edges[0::2].copy(), edges[1::2].copy()  # contiguous arrays are faster
        for place in np.flatnonzero(ends - starts > MAX_WORD).tolist():
            # Cut by characters: some of them take two places.
            whole = codes[starts[place] : ends[place]].tobytes().decode("utf-16-le")
            ends[place] = starts[place] + len(whole[:MAX_WORD].encode("utf-16-le")) // 2
        hashes = _hashes(codes, starts, ends)
        numbers = self._slots[_slots(hashes)].astype(np.int64)
        unknown = np.flatnonzero(self._hashes[numbers] != hashes)
        if len(unknown):
            distinct, first, inverse_of = np.unique(
                hashes[unknown], return_index=True, return_inverse=True
            )
            at = unknown[first]
            letters = codes.tobytes()
            spans = zip((2 * starts[at]).tolist(), (2 * ends[at]).tolist(), strict=True)
            found = _GAP.join([letters[start:end] for start, end in spans])
            listed = found.decode("utf-16-le").split("\0")
            numbers[unknown] = self._assign_numbers(distinct, listed)[inverse_of]
        counts = np.diff(np.searchsorted(starts, text_ends), prepend=0)
        return Tokens(numbers, np.repeat(np.arange(len(counts)), counts))

    def _assign_numbers(self, hashes: Hashes, found: Sequence[str]) -> Ints:
        """The numbers of distinct words that are in no slot, in the order of their hashes. Such
        words are new, or share a slot with another."""
        numbers = np.array([self._others.get(one, 0) for one in hashes.tolist()], np.int64)
        new = np.flatnonzero(numbers == 0)
        numbers[new] = np.arange(len(new)) + len(self.words)
        self.words += [found[place] for place in new.tolist()]
        hashes, assigned = hashes[new], numbers[new]
        self._hashes = np.concatenate([self._hashes, hashes])
        slots = _slots(hashes)
        free = self._slots[slots] == 0
        free[1:] &= slots[1:] != slots[:-1]  # the first word in a slot gets it
        self._slots[slots[free]] = assigned[free]
        self._others.update(zip(hashes[~free].tolist(), assigned[~free].tolist(), strict=True))
        return numbers


def _encode(texts: Iterable[str]) -> tuple[Codes, Ints]:
    """The letters of some texts, with a gap before and after each, and where each text ends."""
    pieces = [_GAP, *(text.encode("utf-16-le", "surrogatepass") + _GAP for text in texts)]
    ends = np.cumsum([len(piece) // 2 for piece in pieces])[1:]
    # The last word is read as integers too, which reach beyond it.
    return np.frombuffer(b"".join([*pieces, _GAP * 2 * _LETTERS]), "<u2"), ends


def _expand(text: str) -> str:
    if text.isascii():
        return text
    for letter, letters in _SEVERAL.items():
        if letter in text:  # checking is faster than replacing nothing
            text = text.replace(letter, letters)
    return text


def _hashes(codes: Codes, starts: Ints, ends: Ints) -> Hashes:
    """The hashes of some words."""
    numbers = np.ndarray(len(codes) - _LETTERS + 1, "<u8", codes, strides=(2,))
    remaining = ends - starts
    hashes = _mix(numbers[starts] & _MASKS.take(remaining, mode="clip"))
    # Half of all words have more than four letters: picking them out would take longer.
    hashes = _mix(
        hashes + (numbers[starts + _LETTERS] & _MASKS.take(remaining - _LETTERS, mode="clip"))
    )
    step = 2 * _LETTERS
    longer = np.flatnonzero(remaining > step)
    while len(longer):
        beyond = remaining[longer] - step
        letters = numbers[starts[longer] + step] & _MASKS.take(beyond, mode="clip")
        hashes[longer] = _mix(hashes[longer] + letters)
        step += _LETTERS
        longer = longer[beyond > _LETTERS]
    return hashes


def _mix(numbers: Hashes) -> Hashes:
    """Each number mixed, so that every bit of the result depends on every bit of the number."""
    for shift in (32, 29):
        numbers ^= numbers >> np.uint64(shift)
        numbers *= _FACTOR
    numbers ^= numbers >> np.uint64(32)
    return numbers


def _slots(hashes: Hashes) -> Ints:
    return (hashes >> np.uint64(64 - _SLOTS_LOG)).view(np.int64)


@cache
def _folding() -> Codes:
    """What each common code point becomes: a letter, `_SPACE` or `_SPECIAL`. The last entry,
    `_SPECIAL`, is for all other code points."""
    table = np.full(_COMMON + 1, _SPECIAL, np.uint16)
    for code in range(_COMMON):
        letters = fold(chr(code))
        if letters == " ":
            table[code] = _SPACE
        elif len(letters) == 1 and words(letters) == [letters]:
            table[code] = ord(letters)
    return table
