"""Spans of words or characters: which overlap, found without comparing each with each."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import TypeVar

Span = tuple[int, int]
"""The first index, and the index after the last."""

_Spanned = TypeVar("_Spanned")


class Spans:
    """Spans in order, with the length of the longest."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(set(spans))
        self._longest = max((end - start for start, end in self._spans), default=0)

    def over(self, start: int, end: int) -> list[Span]:
        """Those that overlap a given one."""
        # Spans that begin earlier than this cannot reach it, nor can later ones.
        near, stop = (bisect_left(self._spans, (at,)) for at in (start - self._longest, end))
        return [one for one in self._spans[near:stop] if start < one[1]]


def apart(found: Iterable[_Spanned], span_of: Callable[[_Spanned], Span]) -> list[_Spanned]:
    """Things without overlaps, in order: of those that overlap the longest wins, then the first
    given."""

    def shortness(one: _Spanned) -> int:
        start, end = span_of(one)
        return start - end

    starts: list[int] = []
    kept: list[_Spanned] = []
    for one in sorted(found, key=shortness):
        start, end = span_of(one)
        place = bisect_right(starts, start)
        begins_apart = not place or span_of(kept[place - 1])[1] <= start
        if begins_apart and (place == len(kept) or end <= starts[place]):
            starts.insert(place, start)
            kept.insert(place, one)
    return kept
