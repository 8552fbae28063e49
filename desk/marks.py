"""A text cut into pieces with their marks: evidence, names, statements. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Literal, NamedTuple

from core.records import Article, Evidence, TextField

MarkKind = Literal["evidence", "found", "mention", "statement", "hit"]


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
        return "; ".join(dict.fromkeys(mark.says for mark in self.marks if mark.says))


def marks_of(article: Article, field: TextField) -> list[Mark]:
    """The marks on an article's title or text."""
    shown = [(tag, one) for tag in article.tags for one in tag.evidence if one.field == field]
    evidence = [
        Mark(one.start, one.end, "evidence", f"{tag.topic}: {one.why}") for tag, one in shown
    ]
    found = [mark for _, one in shown for mark in found_in(one)]
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
    return evidence + found + names + said


def found_in(evidence: Evidence) -> list[Mark]:
    """Marks on the words by which a piece of evidence was found."""
    return [Mark(start, end, "found", "") for start, end in evidence.found]


def emphasised(evidence: Evidence) -> list[Piece]:
    """A piece of evidence, cut into the words by which it was found and those between them."""
    return pieces(evidence.phrase, found_in(evidence), evidence.start)


def pieces(text: str, marks: Iterable[Mark], start: int = 0) -> list[Piece]:
    """A text cut into pieces, in order and complete; marks may overlap and reach beyond it.

    `start` is the position of this text within the text that the marks refer to.
    """
    end = start + len(text)
    within = [mark for mark in marks if max(mark.start, start) < min(mark.end, end)]
    begun: dict[int, list[int]] = {}
    for number, mark in enumerate(within):
        begun.setdefault(max(mark.start, start), []).append(number)
    places = sorted({start, end, *begun, *(min(mark.end, end) for mark in within)})
    found, there = [], list[int]()  # numbers of marks: they stay in the order in which they came
    for begin, behind in pairwise(places):
        there = sorted([n for n in there if within[n].end > begin] + begun.get(begin, []))
        piece = text[begin - start : behind - start]
        found.append(Piece(piece, tuple(within[n] for n in there)))
    return found


def paragraphs(text: str, marks: Iterable[Mark]) -> list[list[Piece]]:
    """The non-empty lines of a text, each cut into pieces."""
    lines: list[list[Piece]] = [[]]
    for piece in pieces(text, marks):
        first, *others = piece.text.split("\n")
        lines[-1].append(Piece(first, piece.marks))
        lines += [[Piece(other, piece.marks)] for other in others]
    kept = ([piece for piece in line if piece.text] for line in lines)
    return [line for line in kept if any(piece.text.strip() for piece in line)]
