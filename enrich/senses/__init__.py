"""Senses: what a phrase means here, as readable data, found fast and with true offsets.

The data lies beside, a file each sense (`README.md` explains it); `enrich.senses.reader` reads it,
`enrich.phrasebook` compiles its phrases, and `enrich.sense_search` finds them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable

from enrich.phrasebook import Phrasebook, PhraseError
from enrich.sense_search import SenseSearch, Span, together
from enrich.senses.reader import Kind, Lists, Sense, read_folder
from enrich.words import Words

__all__ = ["Match", "Sense", "Senses"]

MOST_TOGETHER = 8
"""Words that the parts of an `A & B` may span to be shown as one, with what is between them."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase of a sense, found at `text[start:end]`.

    Of an `A & B` whose parts stand further apart each is a match, and the others are `beside` it,
    as starts and ends: it means nothing without them.
    """

    sense: str
    start: int
    end: int
    beside: tuple[tuple[int, int], ...] = ()


class Senses:
    """All senses, ready to be found in a text."""

    def __init__(self, senses: Sequence[Sense], lists: Lists) -> None:
        self.senses = tuple(senses)
        self._lists = lists
        self.kind: Mapping[str, Kind] = {sense.name: sense.kind for sense in senses}
        self._book = Phrasebook({sense.name: sense.phrases for sense in senses}, lists)

    @classmethod
    def load(cls) -> Senses:
        """Read the senses that come with the package. Raises `SenseError` on broken data."""
        return cls.read(files("enrich.senses"))

    @classmethod
    def read(cls, folder: Traversable) -> Senses:
        """Read a folder of senses.

        Raises `SenseError` on broken data; it names the file, the sense and the phrase.
        """
        found = read_folder(folder)
        try:
            return cls(found.senses, found.lists)
        except PhraseError as error:
            raise found.explained(error) from error

    def with_senses(self, senses: Sequence[Sense]) -> Senses:
        """Other senses, that may use the same lists of words."""
        return Senses(senses, self._lists)

    @cached_property
    def objectors(self) -> Senses:
        """What finds those who object to watching, as phrases of senses have them."""
        phrases = ("<rightsfolk>",)
        return self.with_senses([Sense("objectors", "positive", "Who objects.", phrases, (), ())])

    def find(self, text: str | Words) -> list[Match]:
        """Every phrase found, in order of offset; per sense, overlapping phrases count once.

        But for those of positive senses that a look-alike's phrase answers. "Disease surveillance
        law" is no surveillance law: a look-alike that is a run of words takes away what it overlaps
        and is no longer than itself, of an `A & B` all parts. Look-alikes of that form only speak
        beside.
        """
        words = Words(text) if isinstance(text, str) else text
        hits = list(SenseSearch(self._book, words).found())
        answered = [
            span
            for phrase, parts in hits
            if phrase.solid and self.kind[phrase.sense] == "lookalike"
            for span in parts[0]
        ]
        answers = _Answers(answered)
        found: dict[str, dict[Span, Sequence[Span]]] = {}
        for phrase, parts in hits:
            may_be_answered = answered and self.kind[phrase.sense] == "positive"
            for spans in together(parts, words.sentence):
                if may_be_answered and all(map(answers.overlap, spans)):
                    continue
                found.setdefault(phrase.sense, {}).update(_shown(spans))
        starts, ends = words.starts, words.ends
        matches = [
            Match(
                sense,
                starts[first],
                ends[end - 1],
                tuple((starts[other], ends[last - 1]) for other, last in beside[first, end]),
            )
            for sense, beside in found.items()
            for first, end in _apart(beside)
        ]
        return sorted(matches, key=lambda match: (match.start, match.end, match.sense))


def _shown(spans: Sequence[Span]) -> dict[Span, Sequence[Span]]:
    """The parts of a phrase as they are shown: as one, or each with the others beside it."""
    whole = min(first for first, _ in spans), max(end for _, end in spans)
    if len(spans) == 1 or whole[1] - whole[0] <= MOST_TOGETHER:
        return {whole: ()}
    return {one: [other for other in spans if other != one] for one in spans}


class _Answers:
    """What answers phrases: spans, in their order, and the length of the longest."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(set(spans))
        self._longest = max((end - first for first, end in self._spans), default=0)

    def overlap(self, span: Span) -> bool:
        """Whether one of them, at least as long, overlaps a span."""
        start, stop = span
        # None that begins earlier reaches it, none that begins later does.
        near = bisect_left(self._spans, (start - self._longest,))
        return any(
            start < end and stop - start <= end - first
            for first, end in self._spans[near : bisect_left(self._spans, (stop,))]
        )


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Spans that do not overlap: of those that do, the longest, then the first."""
    kept: list[Span] = []
    for first, end in sorted(set(spans), key=lambda span: (span[0] - span[1], span[0])):
        place = bisect_left(kept, (first, end))
        if (not place or kept[place - 1][1] <= first) and (
            place == len(kept) or end <= kept[place][0]
        ):
            kept.insert(place, (first, end))
    return kept
