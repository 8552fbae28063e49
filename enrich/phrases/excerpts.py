"""Which part of a text is shown for what was found in it, and which parts are tried as reasons.

That is the sentence, or of a long one the part between commas and similar marks, with as many parts
beside it as there is room for. Signs alone decide, so that it is the same in every language.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from enrich.phrases.quotations import quoted
from enrich.words import OF_FIRMS, Words

Bounds = tuple[int, int]
"""The start and end of a part of a text."""

MAX_WORDS = 45
"""Maximum words of a sentence that is shown whole, and of what is shown of a longer one."""

_JOINING = frozenset("&+")
"""Signs between two words that stand for one: "Smith & Sons"."""

MAX_LETTERS = 100
"""Maximum characters of a word of a sentence; a longer one is a picture written as text, say."""

_MARKS = frozenset(",;:\u2013\u2014")
"""Marks that end a part of a sentence; there may be a space on either side."""

_WITHIN = _MARKS | frozenset(
    "()'\u2018\u2019\"\u201c\u201d\u201e\u00ab\u00bb-\u2010\u2011.&%$\u20ac\u00a3@[] \u00a0"
)
"""What may stand between two words of a sentence; anything else is not prose."""

_INNER_SPACE = re.compile("(?<=\u00ab)[^\\S\n]|[^\\S\n](?=\u00bb)")
"""The space inside French quotation marks."""


def excerpt(words: Words, start: int, end: int) -> Bounds:
    """The bounds to show for what was found between two offsets.

    That is its sentence without the full stop; of a sentence of more than `MAX_WORDS` the part that
    it is in, with parts before it and then behind it as long as all have no more words. A quotation
    that begins or ends beside them keeps both of its marks.
    """
    first, stop = bisect_right(words.ends, start), bisect_left(words.starts, end)
    if first >= stop:
        return start, end
    begin, stop = _to_show(words, first, stop)
    last = words.ends[stop - 1]
    start, end = min(start, words.starts[begin]), max(end, _with_sign(words, last))
    return quoted(words, start, end)


def sentences(words: Words, since: int, before: int) -> list[Bounds]:
    """The sentences of a text that begin between two offsets, in order; one of more than
    `MAX_WORDS` is cut, if possible behind a comma or similar mark."""
    found: list[Bounds] = []
    first = bisect_left(words.starts, since)
    while first < len(words) and words.starts[first] < before:
        stop = _end_of_sentence(words, first)
        found.append((words.starts[first], words.ends[stop - 1]))
        first = stop
    return found


def part_of(words: Words, start: int, end: int) -> Bounds:
    """The bounds of the part of a sentence, between commas and similar marks, that two offsets are
    in."""
    first, stop = bisect_right(words.ends, start), bisect_left(words.starts, end)
    begin, stop = _extent(words, first, stop, _begins_part)
    return words.starts[begin], words.ends[stop - 1]


def _to_show(words: Words, first: int, stop: int) -> tuple[int, int]:
    """The indices of the first of the words to show for some words, and of the one after the last
    of them."""
    begin, end = _extent(words, first, stop, _begins_sentence)
    if end - begin <= MAX_WORDS:
        return begin, end
    part = _extent(words, first, stop, _begins_part)
    if part[1] - part[0] > MAX_WORDS:
        return _around(first, stop, part)
    first, stop = part
    while first > begin:
        further = _extent(words, first - 1, first, _begins_part)[0]
        if stop - further > MAX_WORDS:
            break
        first = further
    while stop < end:
        further = _extent(words, stop, stop + 1, _begins_part)[1]
        if further - first > MAX_WORDS:
            break
        stop = further
    return first, stop


def _around(first: int, stop: int, part: tuple[int, int]) -> tuple[int, int]:
    """Some words of a very long part with its beginning, or else with its end or as many words
    before them as behind them."""
    room = max(MAX_WORDS - (stop - first), 0)
    begin = min(first - room // 2, part[1] - MAX_WORDS)
    if stop - part[0] <= MAX_WORDS:
        begin = part[0]
    return min(begin, first), max(begin + MAX_WORDS, stop)


def _extent(
    words: Words, first: int, stop: int, begins: Callable[[Words, int], bool]
) -> tuple[int, int]:
    """The indices of the first word of what some words are in, and of the one after its last; each
    is looked for within more words than are shown."""
    begin, end = first, stop
    while begin > first - MAX_WORDS and not begins(words, begin):
        begin -= 1
    while end < min(stop + MAX_WORDS, len(words)) and not begins(words, end):
        end += 1
    return begin, end


def _end_of_sentence(words: Words, first: int) -> int:
    """The index of the word after the sentence that begins with a word, or after as much of it as
    is tried at once."""
    near = range(first + 1, min(first + MAX_WORDS, len(words) - 1) + 1)
    sentence = next((place for place in near if _begins_sentence(words, place)), None)
    if sentence is not None:
        return sentence
    if first + MAX_WORDS >= len(words):
        return len(words)
    return max((place for place in near if _begins_part(words, place)), default=near[-1])


def _begins_sentence(words: Words, place: int) -> bool:
    """Whether a word begins its text or a sentence, or follows something that is not prose."""
    if not place:
        return True
    is_of_firm = words.words[place - 1] in OF_FIRMS and words.words[place].islower()
    if words.sentence(place - 1) != words.sentence(place) and not is_of_firm:
        return True
    if any(len(words.words[one]) > MAX_LETTERS for one in (place - 1, place)):
        return True
    between = _INNER_SPACE.sub("", _gap(words, place))
    if between == "/" or (between.strip() in _MARKS | _JOINING and "\n" not in between):
        return False  # "since 9/11", "Asile : la police lit"
    spaces = sum(map(str.isspace, between))
    return spaces > 1 or not _WITHIN.issuperset(between)


def _begins_part(words: Words, place: int) -> bool:
    """Whether a word begins a sentence or follows a comma or similar mark, other than that of a
    number such as "1,000"."""
    if _begins_sentence(words, place):
        return True
    between = _gap(words, place)
    return not _MARKS.isdisjoint(between) and any(map(str.isspace, between))


def _gap(words: Words, place: int) -> str:
    """What stands between a word and the one before it."""
    return words.between(words.ends[place - 1], words.starts[place])


def _with_sign(words: Words, end: int) -> int:
    """Where a sentence ends with its question or exclamation mark, or with the full stop of an
    abbreviation: "in the U.S."."""
    sign = words.between(end, end + 1)
    is_shortened = sign == "." == words.between(end - 2, end - 1)
    return end + 1 if is_shortened or sign in ("?", "!") else end
