"""Paragraphs with marked names, and how well a finder does on them.

A mark is `[[text|kind|name]]`. A mention that is found is right if a mark of its
kind covers some of the same characters, each mark counted once; it is exact if it covers the
same characters.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.records import Mention

_MARK = re.compile(r"\[\[([^|\]]+)\|(\w+)\|([^\]]+)\]\]")


@dataclass(frozen=True)
class Mark:
    start: int
    end: int
    kind: str
    name: str


@dataclass(frozen=True)
class Paragraph:
    id: str
    language: str
    text: str
    marks: tuple[Mark, ...]


def read_marked(file: Path) -> Iterator[Paragraph]:
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield Paragraph(str(row["id"]), row["language"], *unmarked(row["text"]))


def unmarked(text: str) -> tuple[str, tuple[Mark, ...]]:
    """The text without its marks, and the marks."""
    plain, marks, last = "", [], 0
    for match in _MARK.finditer(text):
        plain += text[last : match.start()]
        marks.append(Mark(len(plain), len(plain) + len(match[1]), match[2], match[3]))
        plain += match[1]
        last = match.end()
    return plain + text[last:], tuple(marks)


@dataclass
class Score:
    right: int = 0
    exact: int = 0
    found: int = 0
    marked: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.marked if self.marked else 1.0


@dataclass
class Scores:
    """Scores by kind, by language and overall, with the mistakes for people to read."""

    whole: Score = field(default_factory=Score)
    kinds: dict[str, Score] = field(default_factory=dict)
    languages: dict[str, Score] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    named: Counter[bool] = field(default_factory=Counter)

    def add(self, paragraph: Paragraph, mentions: Iterable[Mention]) -> None:
        left = list(paragraph.marks)
        for mark in left:
            self._count(paragraph, mark.kind, marked=1)
        for one in mentions:
            overlapping = [m for m in left if m.start < one.end and one.start < m.end]
            same = next((m for m in overlapping if m.kind == one.kind), None)
            self._count(paragraph, str(one.kind), found=1)
            if same is None:
                self.faults.append(f"{paragraph.id} wrong {_shown(paragraph, one)} {overlapping}")
                continue
            left.remove(same)
            self.named[same.name.casefold() == one.name.casefold()] += 1
            exact = (same.start, same.end) == (one.start, one.end)
            self._count(paragraph, str(one.kind), right=1, exact=int(exact))
        self.faults += [f"{paragraph.id} missed {_shown(paragraph, mark)}" for mark in left]

    def _count(self, paragraph: Paragraph, kind: str, **counts: int) -> None:
        for score in (
            self.whole,
            self.kinds.setdefault(kind, Score()),
            self.languages.setdefault(paragraph.language, Score()),
        ):
            for name, count in counts.items():
                setattr(score, name, getattr(score, name) + count)


def _shown(paragraph: Paragraph, one: Mark | Mention) -> str:
    text = paragraph.text
    before, after = text[max(0, one.start - 30) : one.start], text[one.end : one.end + 30]
    return f"{one.kind} {before}[[{text[one.start : one.end]}]]{after}"
