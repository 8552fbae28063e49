"""Search the words of one text for a phrasebook's phrases.

Sets of positions are bitsets: bit 5 stands for the sixth word, or for something that ends before
it. All positions where a phrase may begin are found at once, working from its last word to its
first. Only for those that remain is the end of the phrase computed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from enrich.senses.phrasebook import Item, Items, Phrase, Phrasebook
from enrich.spans import Span
from enrich.words import Words


class SenseSearch:
    """One search through the words of one text."""

    def __init__(self, book: Phrasebook, words: Words) -> None:
        self._book = book
        self._words = words
        of = book.globs.of
        self._numbers = [of[word] for word in words.words]
        self._places = _places(self._numbers)
        # Intersecting two sets is faster than a dictionary's keys with a set, which scans all of
        # the set, and word lists are long.
        self._present = set(self._places)
        self._anywhere = (2 << len(words)) - 1
        self._any_of: dict[frozenset[int], int] = {}
        self._known: dict[int, list[Span]] = {}
        self._spans: dict[str, dict[int, list[int]]] = {}

    def found(self) -> Iterator[tuple[Phrase, list[list[Span]]]]:
        """The phrases all of whose parts are in the text, with the spans of each part."""
        for phrase in self._candidates():
            parts = []
            for sequence in phrase.sequences:
                spans = self._sequence_spans(sequence)
                if not spans:
                    break
                parts.append(spans)
            else:
                yield phrase, parts

    def _candidates(self) -> Iterator[Phrase]:
        """The phrases all of whose needs are met by the text, each once."""
        by_need = self._book.by_need
        apart = self._present.isdisjoint
        seen: set[int] = set()
        for number in self._present & by_need.keys():
            for phrase in by_need[number]:
                for need in phrase.other_needs:
                    if apart(need):
                        break
                else:
                    if id(phrase) not in seen:
                        seen.add(id(phrase))
                        yield phrase

    def _sequence_spans(self, sequence: Items) -> list[Span]:
        """Where a sequence occurs. Many phrases share their sequences."""
        known = self._known.get(id(sequence))
        if known is None:
            starts = self._starts(sequence, self._anywhere)
            known = [(place, next(self._ends(sequence, 0, place))) for place in _bits(starts)]
            self._known[id(sequence)] = known
        return known

    def _starts(self, sequence: Items, ends: int) -> int:
        """Where a sequence can begin such that it ends at one of `ends`."""
        starts = 0
        for item in reversed(sequence):
            starts = self._item_starts(item, ends)
            if not starts and not item.optional:
                return 0
            # Where the item before may end: right before this one, or a gap away.
            before = starts & self._within
            for _ in range(item.gap):
                before = (starts | before >> 1) & self._within
            ends = before | ends if item.optional else before
        return starts

    def _item_starts(self, item: Item, ends: int) -> int:
        if item.group:
            return _bitset(
                place
                for place, after in self._group_spans(item.group).items()
                if any(ends >> end & 1 for end in after)
            )
        starts = self._any(item.words) & ends >> 1
        for choice in item.choices:
            starts |= self._starts(choice, ends)
        return starts

    def _any(self, numbers: frozenset[int]) -> int:
        """The positions of the words that have one of some numbers."""
        known = self._any_of.get(numbers)
        if known is None:
            known = 0
            for number in self._present & numbers:
                known |= self._places[number]
            self._any_of[numbers] = known
        return known

    @cached_property
    def _within(self) -> int:
        """The words that follow another one within their sentence."""
        return self._anywhere >> 1 & ~_bitset([0, *self._words.breaks])

    def _ends(self, sequence: Items, index: int, place: int) -> Iterator[int]:
        """Where `sequence[index:]`, beginning exactly at `place`, can end."""
        for end in self._item_ends(sequence[index], place):
            yield from self._rest(sequence, index + 1, end)

    def _rest(self, sequence: Items, index: int, end: int) -> Iterator[int]:
        """Where the rest of a sequence can end if the part before it ended at `end`."""
        if index == len(sequence):
            yield end
            return
        item = sequence[index]
        for place in range(end, end + item.gap + 1):
            if not self._within >> place & 1:
                break
            yield from self._ends(sequence, index, place)
        if item.optional:
            yield from self._rest(sequence, index + 1, end)

    def _item_ends(self, item: Item, place: int) -> Sequence[int]:
        if item.group:
            return self._group_spans(item.group).get(place, ())
        ends = [end for choice in item.choices for end in self._ends(choice, 0, place)]
        if not item.words.isdisjoint(self._numbers[place]):
            ends.append(place + 1)
        return ends

    def _group_spans(self, group: str) -> Mapping[int, list[int]]:
        """Where the entries of a list begin, and where they can end, longest first."""
        known = self._spans.get(group)
        if known is not None:
            return known
        spans: dict[int, set[int]] = {}
        by_need = self._book.list_by_need[group]
        for number in self._present & by_need.keys():
            for sequence in by_need[number]:
                for place in _bits(self._starts(sequence, self._anywhere)):
                    spans.setdefault(place, set()).update(self._ends(sequence, 0, place))
        # Longest first: "secret service agents" rather than "secret service".
        self._spans[group] = {place: sorted(ends)[::-1] for place, ends in spans.items()}
        return self._spans[group]


def together(parts: Sequence[Sequence[Span]], sentence: Callable[[int], int]) -> list[list[Span]]:
    """Where all parts of a phrase stand in one sentence: the closest combination, once per
    sentence. `sentence` gives the number of the sentence that a word stands in."""
    if len(parts) == 1:
        return [[span] for span in parts[0]]
    by_sentence: list[dict[int, list[Span]]] = []
    for spans in parts:
        here: dict[int, list[Span]] = {}
        for span in spans:
            here.setdefault(sentence(span[0]), []).append(span)
        by_sentence.append(here)
    shared = set.intersection(*map(set, by_sentence))
    return [_nearest([here[number] for here in by_sentence]) for number in sorted(shared)]


def _nearest(parts: Sequence[Sequence[Span]]) -> list[Span]:
    """One span for each part, each the nearest to a span of the first part, such that together they
    cover the fewest words."""
    tried = [[first, *(_nearest_to(first, spans) for spans in parts[1:])] for first in parts[0]]
    return min(tried, key=_cover)


def _nearest_to(one: Span, spans: Sequence[Span]) -> Span:
    """The first of some ordered spans that is nearest to another one.

    Only spans that can be as near as its neighbours are checked: a long text without a full stop
    has thousands.
    """

    def reach(span: Span) -> int:
        return _cover((one, span))

    place = bisect_left(spans, one)
    min_reach = min(map(reach, spans[max(place - 1, 0) : place + 1]))
    first, last = (
        bisect_left(spans, (one[1] - min_reach,)),
        bisect_left(spans, (one[0] + min_reach,)),
    )
    return min(spans[first:last], key=reach)


def needs(one: Span, beside: Sequence[Span]) -> tuple[int, int, Sequence[Span]]:
    """How much else a part of a phrase needs: how many other parts, how near, and which. Of several
    phrases that it is found by, the one that needs least says most."""
    return len(beside), _cover((one, *beside)), beside


def _cover(spans: Sequence[Span]) -> int:
    """The number of words from the first of some spans to the last."""
    return max(end for _, end in spans) - min(first for first, _ in spans)


def _places(numbers: Sequence[Sequence[int]]) -> dict[int, int]:
    """The positions at which each number stands."""
    places: dict[int, int] = {}
    for place, here in enumerate(numbers):
        if here:
            bit = 1 << place
            for number in here:
                places[number] = places.get(number, 0) | bit
    return places


def _bitset(places: Iterable[int]) -> int:
    found = 0
    for place in places:
        found |= 1 << place
    return found


def _bits(places: int) -> Iterator[int]:
    """The positions in a set, in order."""
    # Through its binary digits: clearing bit by bit in a large number takes quadratic time.
    digits = f"{places:b}"[::-1]
    place = digits.find("1")
    while place >= 0:
        yield place
        place = digits.find("1", place + 1)
