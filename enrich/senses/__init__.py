"""Senses: find phrases in a text and say what they mean here, with exact offsets.

Senses are data files in this folder, one each (explained in `README.md`). `enrich.senses.reader`
reads them, `enrich.senses.phrasebook` compiles their phrases, and `enrich.senses.search` finds
them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from operator import itemgetter

from enrich.senses.phrasebook import Phrasebook, PhraseError
from enrich.senses.reader import Kind, Lists, Sense, read_folder
from enrich.senses.search import SenseSearch, needs, together
from enrich.spans import Span, Spans, apart
from enrich.words import Words

__all__ = ["Match", "Sense", "Senses"]

MAX_TOGETHER = 8
"""Maximum words from the first part of an `A & B` to the last for it to be shown as one span."""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase of a sense, found at `text[start:end]`.

    If the parts of an `A & B` stand further apart, each is a match, with the others in `beside` as
    starts and ends: it means nothing without them.
    """

    sense: str
    start: int
    end: int
    beside: tuple[tuple[int, int], ...] = ()


class Senses:
    """All senses, ready to search texts."""

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
        """Other senses, which may use the same word lists."""
        return Senses(senses, self._lists)

    @cached_property
    def objectors(self) -> Senses:
        """Finds those who object to surveillance, as the phrases of senses do."""
        return self.with_senses([Sense("objectors", ("<rightsfolk>",))])

    def find(self, text: str | Words) -> list[Match]:
        """Every phrase found, ordered by offset; per sense, overlapping phrases count once.

        A look-alike's phrase can cancel those of positive senses: "disease surveillance law" is no
        surveillance law. To cancel, it must be a run of words and overlap the positive phrase (of
        an `A & B`, all its parts), which must not be longer. Other look-alikes cancel nothing; both
        count.
        """
        words = Words(text) if isinstance(text, str) else text
        hits = list(SenseSearch(self._book, words).found())
        if not hits:
            return []  # as in most texts, whose offsets are then never computed
        cancelling = Spans(
            span
            for phrase, parts in hits
            if phrase.solid and self.kind[phrase.sense] == "lookalike"
            for span in parts[0]
        )
        found: dict[str, dict[Span, Sequence[Span]]] = {}
        for phrase, parts in hits:
            is_positive = self.kind[phrase.sense] == "positive"
            for spans in together(parts, words.sentence):
                if is_positive and all(_is_cancelled(one, cancelling) for one in spans):
                    continue
                here = found.setdefault(phrase.sense, {})
                for one, beside in _shown(spans).items():
                    if one not in here or needs(one, beside) < needs(one, here[one]):
                        here[one] = beside
        starts, ends = words.starts, words.ends
        matches = [
            Match(
                sense,
                starts[first],
                ends[end - 1],
                tuple((starts[other], ends[last - 1]) for other, last in beside),
            )
            for sense, here in found.items()
            for (first, end), beside in apart(sorted(here.items()), itemgetter(0))
        ]
        return sorted(matches, key=lambda match: (match.start, match.end, match.sense))


def _shown(spans: Sequence[Span]) -> dict[Span, Sequence[Span]]:
    """The parts of a phrase as shown: as one span, or each with the others beside it."""
    whole = min(first for first, _ in spans), max(end for _, end in spans)
    if len(spans) == 1 or whole[1] - whole[0] <= MAX_TOGETHER:
        return {whole: ()}
    return {one: sorted(other for other in spans if other != one) for one in spans}


def _is_cancelled(span: Span, cancelling: Spans) -> bool:
    """Whether a cancelling span, at least as long, overlaps a given one."""
    return any(span[1] - span[0] <= end - first for first, end in cancelling.over(*span))
