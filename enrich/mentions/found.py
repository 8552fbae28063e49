"""Candidate mentions, and the choice between those that overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from core.records import MentionKind
from enrich.mentions.gazetteer import Place
from enrich.mentions.names import Name
from enrich.spans import apart


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate mention in the unified text. Of two of equal length the lower `rank` wins.

    A candidate without a kind is not a mention, but blocks those that it overlaps.
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
"""Ranks: a name that is not a mention, a listed name, a body recognised by its form, a full name, a
place, the surname alone of somebody known, a surname after a title of somebody who is not."""


def found_name(start: int, end: int, name: Name) -> Found:
    """A listed name."""
    return Found(start, end, name.name, name.kind, LISTED, name.link, name.country)


def found_form(
    text: str, start: int, end: int, kind: MentionKind, country: str | None = None
) -> Found:
    """What is recognised by its form; its name is what the text says."""
    return Found(start, end, text[start:end], kind, FORMED, country=country)


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
    """Choose between candidates that overlap, the longest first; returned in text order."""
    by_rank = sorted(found, key=attrgetter("rank", "start"))
    return apart(by_rank, attrgetter("start", "end"))
