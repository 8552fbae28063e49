"""What a finder found, before it is settled which of two that overlap is meant."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from core.records import MentionKind
from enrich.mentions.gazetteer import Place
from enrich.mentions.names import Name


@dataclass(frozen=True, slots=True)
class Found:
    """A mention in the unified text. Of two of one length the lower `rank` is meant.

    One without a kind is no mention, and keeps what it overlaps from being one.
    """

    start: int
    end: int
    name: str
    kind: MentionKind | None
    rank: int
    uri: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None


OTHER, LISTED, FORMED, PERSON, PLACE, SHORT, TITLED = range(7)
"""Ranks: a name that is none of ours, a listed one, a body named after its place, a full name, a
place, a surname alone of somebody known, one behind a title of somebody who is not."""


def found_name(start: int, end: int, name: Name) -> Found:
    """A listed name."""
    return Found(start, end, name.name, name.kind, LISTED, name.link, name.country)


def found_place(start: int, end: int, place: Place) -> Found:
    """A listed place."""
    return Found(
        start,
        end,
        place.name,
        MentionKind.PLACE,
        PLACE,
        place.uri,
        place.country or None,
        place.latitude,
        place.longitude,
    )


def settled(found: Iterable[Found]) -> list[Found]:
    """Those that stay where several overlap, the longest first; in the order of the text."""
    starts: list[int] = []
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.rank, one.start)):
        place = bisect_right(starts, one.start)
        if place and kept[place - 1].end > one.start:
            continue
        if place < len(kept) and kept[place].start < one.end:
            continue
        starts.insert(place, one.start)
        kept.insert(place, one)
    return kept
