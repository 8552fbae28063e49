"""What an outlet changed between two revisions, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from core.records import Article

MAX_WORDS = 2_000
"""A passage with more words and spaces than this is not compared word by word, but shown as
replaced. `SequenceMatcher` ignores frequent elements in long texts; without that, a hostile text
takes a minute."""

MAX_PARAGRAPHS = 10_000
"""A text with more paragraphs than this is shown as replaced, for the same reason."""

MIN_SHARE = 1 / 3
"""A passage that has less of the shorter text's letters in common is shown as replaced: two texts
that share only "the" and "of" cannot be read as one."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Change(NamedTuple):
    """Characters that both revisions have, or only one of them."""

    what: Literal["same", "added", "removed"]
    text: str


class Passage(NamedTuple):
    """Neighbouring paragraphs: unchanged ones are only counted, others are in `changes`."""

    unchanged: int
    changes: tuple[Change, ...] = ()


def changed(before: str, after: str) -> list[Change]:
    """Both texts in one: same and removed parts make up the first, same and added the second."""
    if before == after:
        return [Change("same", before)] if before else []
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MAX_WORDS:
        return [Change("removed", before), Change("added", after)]
    changes = [change for change in _compared(old, new) if change.text]
    same = sum(_letters(change.text) for change in changes if change.what == "same")
    if same < MIN_SHARE * min(_letters(before), _letters(after)):
        changes = [Change("removed", before), Change("added", after)]
    return changes


def by_notice(before: Article, after: Article, notice: str | None) -> bool:
    """Whether one of two revisions is a notice from the site, so that the difference is no edit.

    `notice` is the fingerprint of the notice that the article's page had (`Entry.notice`).
    """
    return notice is not None and notice in (before.fingerprint, after.fingerprint)


def passages(before: Article, after: Article) -> list[Passage]:
    """What changed in an article's text, paragraph by paragraph."""
    old, new = before.text.split("\n"), after.text.split("\n")
    if max(len(old), len(new)) > MAX_PARAGRAPHS:
        old, new = [before.text], [after.text]
    found = []
    for what, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        if what == "equal":
            found.append(Passage(sum(bool(line.strip()) for line in old[i:j])))
        else:
            found.append(Passage(0, tuple(changed("\n".join(old[i:j]), "\n".join(new[k:m])))))
    return found


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    i = k = 0
    for at, there, length in SequenceMatcher(None, old, new).get_matching_blocks():
        same = "".join(old[at : at + length])
        if length and same.isspace():
            continue  # only a space between two changed words
        yield Change("removed", "".join(old[i:at]))
        yield Change("added", "".join(new[k:there]))
        yield Change("same", same)
        i, k = at + length, there + length


def _letters(text: str) -> int:
    return sum(not letter.isspace() for letter in text)
