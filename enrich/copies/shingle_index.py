"""Find which texts contain a shingle: a growing in-memory inverted index of numeric arrays.

A dictionary of lists would take ten times the memory. So postings lie in sorted runs, as in a
log-structured merge tree: new ones go into a small dictionary, which becomes a run when it is large
enough, and two runs of similar size are merged. A look-up searches every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from enrich.copies.sketch import Hashes

LIMIT = 60
"""Maximum texts with a shingle for it to say anything: beyond that it is a phrase of the language,
or an outlet's own line under all its articles."""

FRESH = 1 << 16
"""Maximum postings in the dictionary."""

IN_BUCKET = 4
"""Approximate postings of a run that share the same first bits."""

_SECONDS = np.uint64(32)
_LATEST = np.uint64(0xFFFFFFFF)

Numbers = NDArray[np.int32]
Places = NDArray[np.intp]
Keys = NDArray[np.uint64]


class Postings(NamedTuple):
    """The postings of some shingles: for each, the index of its hash among those looked up and the
    number of the text; and which hashes are in more than `LIMIT` texts, whose postings are left
    out."""

    places: Places
    texts: Numbers
    frequent: NDArray[np.bool_]


class _Postings(NamedTuple):
    """Keys, which are `hash << 32 | seconds`, and the numbers of the texts."""

    keys: Keys
    texts: Numbers


class _Run:
    """Postings ordered by key, with a table of where each prefix of the hashes begins: a binary
    search over millions of keys would wait for memory at each step."""

    def __init__(self, postings: _Postings) -> None:
        self.keys, self.texts = postings
        bits = max(len(self.keys) // IN_BUCKET, 1).bit_length() - 1
        self._unused = np.uint64(32 - bits)
        firsts = np.arange(1, 1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
        self._begins = np.empty((1 << bits) + 1, dtype=np.int32)
        self._begins[0], self._begins[-1] = 0, len(self.keys)
        self._begins[1:-1] = np.searchsorted(self.keys, firsts)

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return self.keys.nbytes + self.texts.nbytes + self._begins.nbytes

    def find(self, hashes: Hashes, since: int) -> tuple[Places, Numbers]:
        """The postings of some hashes since a second: indices of the hashes, and texts."""
        buckets = (hashes.astype(np.uint64) >> self._unused).astype(np.intp)
        begins = self._begins[buckets]
        lengths = self._begins[buckets + 1] - begins
        places = np.repeat(np.arange(len(hashes)), lengths)
        at = np.arange(len(places)) + np.repeat(begins - (np.cumsum(lengths) - lengths), lengths)
        keys = self.keys[at]
        theirs = ((keys >> _SECONDS) == hashes[places]) & ((keys & _LATEST) >= since)
        return places[theirs], self.texts[at[theirs]]


class ShingleIndex:
    """An index of texts by their shingles, with the second at which each text was seen.

    Of a shingle in more than `LIMIT` texts only the newest postings are kept. A look-up never goes
    back beyond its time limit, so the dropped ones could not have changed its answer. It begins
    with `many`, each as `add` takes it.
    """

    def __init__(self, many: Iterable[tuple[Hashes, int, int]] = ()) -> None:
        postings = [_postings(*one) for one in many]
        self._runs = [_merged(postings)] if postings else []
        self._fresh: dict[int, list[tuple[int, int]]] = {}
        self._unsettled: list[_Postings] = []
        self._in_fresh = 0

    @property
    def nbytes(self) -> int:
        """Bytes of the runs' arrays."""
        return sum(run.nbytes for run in self._runs)

    def add(self, hashes: Hashes, seconds: int, text: int) -> None:
        """Record that a text contains some shingles. `seconds` count from 1970; the numbers of
        texts must ascend."""
        posting = (seconds, text)
        for key in hashes.tolist():
            self._fresh.setdefault(key, []).append(posting)
        self._unsettled.append(_postings(hashes, seconds, text))
        self._in_fresh += len(hashes)
        if self._in_fresh >= FRESH:
            self._settle()

    def look_up(self, hashes: Hashes, since: int) -> Postings:
        """Which texts, seen at `since` or later, contain some shingles."""
        fresh = [
            (place, text)
            for place, key in enumerate(hashes.tolist())
            for seconds, text in self._fresh.get(key, ())
            if seconds >= since
        ]
        found = [run.find(hashes, since) for run in self._runs]
        found.append(
            (
                np.array([place for place, _ in fresh], dtype=np.intp),
                np.array([text for _, text in fresh], dtype=np.int32),
            )
        )
        places = np.concatenate([places for places, _ in found])
        texts = np.concatenate([texts for _, texts in found])
        frequent = np.bincount(places, minlength=len(hashes)) > LIMIT
        if frequent.any():
            kept = ~frequent[places]
            places, texts = places[kept], texts[kept]
        return Postings(places, texts, frequent)

    def _settle(self) -> None:
        """Turn the fresh postings into a run, and merge runs of similar size."""
        self._runs.append(_merged(self._unsettled))
        self._fresh, self._unsettled, self._in_fresh = {}, [], 0
        while len(self._runs) > 1 and len(self._runs[-2].keys) < 2 * len(self._runs[-1].keys):
            self._runs[-2:] = [_merged(self._runs[-2:])]


def _postings(hashes: Hashes, seconds: int, text: int) -> _Postings:
    """The postings of one text."""
    keys = (hashes.astype(np.uint64) << _SECONDS) | np.uint64(seconds)
    return _Postings(keys, np.full(len(hashes), text, dtype=np.int32))


def _merged(several: Sequence[_Postings | _Run]) -> _Run:
    """Merge into one run, without the oldest postings of shingles that are frequent anyway."""
    keys = np.concatenate([one.keys for one in several])
    texts = np.concatenate([one.texts for one in several])
    order = np.argsort(keys, kind="stable")
    keys, texts = keys[order], texts[order]
    hashes = keys >> _SECONDS
    # If the posting `LIMIT + 1` further on has the same shingle, this one is not among the newest.
    newest = np.ones(len(keys), dtype=np.bool_)
    if len(keys) > LIMIT + 1:
        newest[: -(LIMIT + 1)] = hashes[: -(LIMIT + 1)] != hashes[LIMIT + 1 :]
    return _Run(_Postings(keys[newest], texts[newest]))
