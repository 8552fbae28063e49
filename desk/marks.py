"""A text cut into pieces with their marks: evidence, names, statements. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from core.records import Article, TextField

MarkKind = Literal["evidence", "mention", "statement", "hit"]


class Mark(NamedTuple):
    """A note on the characters of a text from `start` up to `end`."""

    start: int
    end: int
    kind: MarkKind
    says: str


class Piece(NamedTuple):
    """Consecutive characters with the same marks."""

    text: str
    marks: tuple[Mark, ...] = ()

    @property
    def kinds(self) -> str:
        """The kinds of its marks, as CSS classes."""
        return " ".join(dict.fromkeys(mark.kind for mark in self.marks))

    @property
    def says(self) -> str:
        """The notes of its marks, each once."""
        return "; ".join(dict.fromkeys(mark.says for mark in self.marks))


def marks_of(article: Article, field: TextField) -> list[Mark]:
    """The marks on an article's title or text."""
    evidence = [
        Mark(one.start, one.end, "evidence", f"{tag.topic}: {one.why}")
        for tag in article.tags
        for one in tag.evidence
        if one.field == field
    ]
    names = [
        Mark(one.start, one.end, "mention", f"{one.kind}: {one.name}")
        for one in article.mentions
        if one.field == field
    ]
    said = [
        Mark(one.start, one.end, "statement", f"{one.kind}: {one.speaker or 'speaker not named'}")
        for one in article.statements
        if one.field == field
    ]
    return evidence + names + said


def pieces(text: str, marks: Iterable[Mark], start: int = 0) -> list[Piece]:
    """A text cut into pieces, in order and complete; marks may overlap and reach beyond it.

    `start` is the position of this text within the text that the marks refer to.
    """
    end = start + len(text)
    within = [mark for mark in marks if mark.start < end and mark.end > start]
    edges = {start, end}
    for mark in within:
        edges |= {max(mark.start, start), min(mark.end, end)}
    places = sorted(edges)
    return [
        Piece(
            text[begin - start : behind - start],
            tuple(mark for mark in within if mark.start <= begin and mark.end >= behind),
        )
        for begin, behind in pairwise(places)
    ]


def paragraphs(text: str, marks: Sequence[Mark]) -> list[list[Piece]]:
    """The non-empty lines of a text, each cut into pieces."""
    found = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            found.append(pieces(line, marks, start))
        start += len(line) + 1
    return found
