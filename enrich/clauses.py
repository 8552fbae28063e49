"""Split a text into clauses, and find the clause to show around a phrase.

Clauses end at commas and similar marks; only long ones are also cut elsewhere, at English words
that can begin a clause. In other languages punctuation alone separates them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

from enrich.phrasing import Bounds, is_content_form, is_name, quoted, whole
from enrich.phrasing_words import (
    AND_ABROAD,
    AUXILIARIES,
    CALLING,
    CLAUSES,
    JOINING,
    JOINTS,
    LOOSE,
    OPENING_ABROAD,
    PREPOSITIONS,
    REFUSALS_TO_COMMENT,
    RELATIVE,
    SAYING,
    SMALL_ABROAD,
    STOP_WORDS,
    TELLING,
    TIMES,
    TOLD_BY,
    TOLD_BY_ABROAD,
)
from enrich.words import Words

MAX_SHOWN = 12
"""A part of a sentence with at most this many words is not cut further."""

MIN_CLAUSE = 2
"""Minimum words of a clause between commas and similar marks."""

MAX_ATTRIBUTION = 8
"""Longer clauses are never dropped as mere attribution."""

MIN_PHRASE_WORDS = 3
"""Words that a phrase found by a single word needs to say enough alone: not "border officers"."""

MAX_CUT_OFF = 3
"""Words from a verb of saying to where a clause is cut, within which little is said."""

MAX_SHOWN_CROSSING = 16
"""Maximum words shown where a phrase crosses a comma and needs the clause around it."""

CLAUSE_REACH = 24
"""How many words on either side of a phrase to search for the ends of its clause."""

_BOUND = RELATIVE | {"least", "most"}
"""Before one of these a clause keeps its leading preposition: "at least"."""

_CLAUSE_MARKS = frozenset(",;:()\u2013\u2014")
_WITHIN_CLAUSE = frozenset(
    "'\u2018\u2019\"\u201c\u201d\u00ab\u00bb-\u2010\u2011.&%$\u20ac\u00a3@ \u00a0"
)
"""What may stand between two words of a clause; anything else is not prose."""


def sentences(words: Words, since: int, before: int) -> list[tuple[int, int]]:
    """The sentences of a text that begin between two offsets, as the index of their first word and
    the one after their last; the first may have begun earlier."""
    begun, read = bisect_left(words.starts, since), bisect_left(words.starts, before)
    end = next((place for place in words.breaks if place >= read), len(words))
    # A run of words without a full stop is cut.
    end = min(end, read + MAX_SHOWN)
    bounds = pairwise([begun, *(place for place in words.breaks if begun < place < read), end])
    return [(first, end) for first, end in bounds if first < end]


def clauses(words: Words, since: int, before: int) -> list[Bounds]:
    """The clauses of a text that begin between two offsets, in order.

    Clauses end at commas and similar marks; long ones are cut where a word begins another. A clause
    with fewer than two content words, or that only names who says so, is left out unless the text
    has no others.
    """
    found = [
        part
        for first, end in sentences(words, since, before)
        for cut in pairwise([first, *_cuts(words, first, end), end])
        for part in _short(words, *cut)
        if words.starts[part[0]] < before
    ]
    several = [one for one in found if _tells(words, *one)]
    return [
        quoted(words, words.starts[first], words.ends[end - 1]) for first, end in several or found
    ]


def _tells(words: Words, first: int, end: int) -> bool:
    """Whether a clause says enough to be shown as a reason."""
    forms = words.forms[first:end]
    if sum(map(is_content_form, forms)) < MIN_CLAUSE or _is_refusal_to_comment(words, first, end):
        return False
    if all(form in TIMES or not is_content_form(form) for form in forms):
        return False
    # Attribution after a comma: ", two reporters found", ", according to a suit".
    if not first or end - first > MAX_ATTRIBUTION or not _has_mark(words, first):
        return True
    if forms[0] in TOLD_BY or (forms[0] in TOLD_BY_ABROAD and forms[1] not in ("che", "que")):
        return False
    return forms[-1] not in SAYING or forms[0] in CLAUSES


def _cuts(words: Words, first: int, end: int) -> Iterator[int]:
    """The indices of a sentence's words that follow a comma or similar mark."""
    since = first
    for place in range(first + MIN_CLAUSE, end - MIN_CLAUSE + 1):
        if _is_apart(words, place) and place - since >= MIN_CLAUSE:
            yield place
            since = place


def _short(words: Words, first: int, end: int) -> list[tuple[int, int]]:
    """Split a clause into parts of at most `MAX_SHOWN` words, without leading joining words."""
    while end - first > 1 and (words.forms[first] in JOINING or _opens_loosely(words, first)):
        first += 1
    cut = _middle(words, first, end) if end - first > MAX_SHOWN else None
    if cut is None:
        return [(first, end)]
    return _short(words, first, cut) + _short(words, cut, end)


def _opens_loosely(words: Words, place: int) -> bool:
    """Whether a clause begins with a preposition that belongs to what was cut off before it."""
    if not place or words.sentence(place - 1) != words.sentence(place):
        return False
    return words.forms[place] in LOOSE and words.forms[place + 1] not in _BOUND | {"be", "have"}


def _is_refusal_to_comment(words: Words, first: int, end: int) -> bool:
    """Whether a clause only says that somebody would not comment, as most stories do."""
    clause = " ".join(words.forms[first:end])
    return any(refusal in clause for refusal in REFUSALS_TO_COMMENT)


def in_clause(
    words: Words, start: int, end: int, *, english: bool = True, is_part: bool = False
) -> Bounds:
    """The bounds to show for a phrase: made whole and, if it says little or crosses a comma, with
    the clause around it. A part of a phrase, without the others, says less than a whole one.

    "Court", "Citizen Lab", "files show" or "phones last year, most without a warrant" shows where
    something was found, but is not a reason by itself. If the clause would be too long, the phrase
    is shown as it is.
    """
    says_little = _says_little(words, start, end, english=english, is_part=is_part)
    start, end = whole(words, start, end, english=english)
    first, last = bisect_left(words.starts, start), bisect_right(words.ends, end) - 1
    goes_on = any(_is_apart(words, place) for place in range(first + 1, last + 1))
    if not goes_on and not says_little:
        return start, end
    if (
        words.forms[last] in TELLING
        and words.forms[last + 1 : last + 2]
        and _is_clause(words, last + 1)
    ):
        last += 1  # "slides describe how": what they describe is the reason
    least = max(MIN_CLAUSE, 1 + _count_content(words, first, last + 1) if says_little else 0)
    for begin, stop in _fitting(words, first, last, goes_on=goes_on, english=english):
        if _is_refusal_to_comment(words, begin, stop):
            break
        if _count_content(words, begin, stop) >= least:
            bounds = words.starts[begin], words.ends[stop - 1]
            around = whole(words, *bounds) if english else quoted(words, *bounds)
            return min(start, around[0]), max(end, around[1])
    return start, end


def is_in_a_refusal(words: Words, start: int, end: int) -> bool:
    """Whether a phrase that says little is of a clause in which somebody would not comment."""
    if words.between(start, end).count(" ") + 1 >= MIN_PHRASE_WORDS:
        return False
    first, last = bisect_left(words.starts, start), bisect_right(words.ends, end) - 1
    return _is_refusal_to_comment(words, *_around(words, first, last, partial(_begins_part, words)))


def _says_little(words: Words, start: int, end: int, *, english: bool, is_part: bool) -> bool:
    """Whether a phrase is no reason by itself: a word ("by face"), a name, or papers that
    "show"."""
    last = whole(words, start, end, english=english)[1]
    first, stop = bisect_left(words.starts, start), bisect_right(words.ends, last)
    if is_name(words, first, stop - 1) or (english and _count_content(words, first, stop) <= 1):
        return True
    if len(words.between(start, last).split()) >= MIN_PHRASE_WORDS:
        return False
    return is_part or _is_word(words, start, end) or words.forms[stop - 1] in TELLING


def _count_content(words: Words, begin: int, stop: int) -> int:
    return sum(map(is_content_form, words.forms[begin:stop]))


def _is_word(words: Words, start: int, end: int) -> bool:
    return not any(map(str.isspace, words.between(start, end)))


def _fitting(
    words: Words, first: int, last: int, *, goes_on: bool, english: bool
) -> Iterator[tuple[int, int]]:
    """What surrounds some words and is not too long, best first: all between two commas, the
    clause, the sentence, a part of the clause."""
    max_shown = MAX_SHOWN_CROSSING if goes_on else MAX_SHOWN
    for begins in (_begins_part, _begins_clause, _begins_sentence):
        begin, stop = _around(words, first, last, partial(begins, words))
        if stop - begin <= max_shown:
            if english:
                begin = _bare(words, begin, first)
            # Where the phrase crosses a comma, who says so is part of it.
            said = goes_on or begins is _begins_sentence
            yield begin, stop if said else _unsaid(words, last, stop)
    if english and not goes_on:
        around = _around(words, first, last, partial(_begins_clause, words))
        for begin, stop in _short(words, *around):
            if begin <= first < stop:
                yield _bare(words, begin, first), _unsaid(words, last, stop)
        if words.forms[last] in CLAUSES and last + 1 < around[1]:
            yield first, _short(words, last + 1, around[1])[0][1]
    if not english and not goes_on:
        yield _part_abroad(words, first, last)


def _part_abroad(words: Words, first: int, last: int) -> tuple[int, int]:
    """The part of a long clause around some words, cut where a small word begins another part:
    "Mails [einer Hilfsorganisation mit Sitz in Köln ausgewertet]"."""
    begin, stop = _around(words, first, last, partial(_begins_part, words))
    small = [
        place
        for place in range(begin + 1, stop)
        if words.forms[place] in SMALL_ABROAD and words.forms[place - 1] not in SMALL_ABROAD
    ]
    ends = [stop, *(place for place in small if place > last)]
    stop = max((place for place in ends if place - first <= MAX_SHOWN), default=last + 1)
    starts = [begin, *(place for place in small if place < first)]
    near = [place for place in starts if stop - place <= MAX_SHOWN]
    opening = [place for place in near if words.forms[place] in OPENING_ABROAD or place == begin]
    begin = min(opening or near, default=first)
    if begin < first and words.forms[begin] in SMALL_ABROAD - OPENING_ABROAD:
        begin += 1
    if begin < first and _joins_names(words, begin):
        begin -= 1
    return begin, stop


def _joins_names(words: Words, place: int) -> bool:
    """Whether an "and" of another language stands between two names: "Wien [und] Graz"."""
    if not place or words.forms[place] not in AND_ABROAD or _begins_part(words, place):
        return False
    return all(words.words[one][0].isupper() for one in (place - 1, place + 1))


def _around(words: Words, first: int, last: int, begins: Callable[[int], bool]) -> tuple[int, int]:
    """The indices of the first word around some words and of the one after the last."""
    begin, stop = first, last + 1
    while begin > max(first - CLAUSE_REACH, 0) and not begins(begin):
        begin -= 1
    while stop < min(last + 1 + CLAUSE_REACH, len(words)) and not begins(stop):
        stop += 1
    return begin, stop


def _begins_sentence(words: Words, place: int) -> bool:
    """Whether a word begins a sentence, or follows something that is not prose."""
    between = words.between(words.ends[place - 1], words.starts[place])
    if words.sentence(place - 1) != words.sentence(place):
        return True
    if words.words[place - 1].isdigit() and between == ". ":
        # No ordinal, as before a German noun: "lost by 41 to 6. The law".
        return words.forms[place] in STOP_WORDS and words.words[place][0].isupper()
    spaces = sum(map(str.isspace, between))
    return spaces > 1 or not _WITHIN_CLAUSE.issuperset(set(between) - _CLAUSE_MARKS)


def _begins_part(words: Words, place: int) -> bool:
    return _begins_sentence(words, place) or _is_apart(words, place)


def _begins_clause(words: Words, place: int) -> bool:
    if _begins_part(words, place):
        return True
    return not _is_one_word(words, place) and _is_clause(words, place)


def _bare(words: Words, begin: int, first: int) -> int:
    """Where a clause begins without leading words such as "and" or "with"; a sentence may begin
    with "in"."""
    opens = not begin or _begins_sentence(words, begin)
    if opens and words.forms[begin] in PREPOSITIONS:
        return begin
    while begin < first and words.forms[begin] in JOINING:
        begin += 1
    joins = words.forms[begin] in JOINTS | PREPOSITIONS
    if begin < first and joins and words.forms[begin + 1] not in _BOUND:
        begin += 1
    return begin


def _unsaid(words: Words, last: int, stop: int) -> int:
    """Where a clause ends without a final verb of saying, or word that joins it to the next:
    "filings at the tribunal [had shown and]"."""
    while stop - 1 > last and words.forms[stop - 1] in JOINING:
        stop -= 1
    if stop - 1 > last and words.forms[stop - 1] in SAYING:
        return _without_auxiliaries(words, last, stop - 1)
    if stop < len(words) and not _begins_part(words, stop):
        # What they say is cut off: "the union [said its members]" had asked.
        near = range(max(last + 1, stop - MAX_CUT_OFF), stop)
        verb = next((one for one in near if words.forms[one] in TELLING | CALLING), None)
        if verb is not None:
            return _unsaid(words, last, _without_auxiliaries(words, last, verb))
    return stop


def _without_auxiliaries(words: Words, last: int, stop: int) -> int:
    while stop - 1 > last and words.forms[stop - 1] in AUXILIARIES:
        stop -= 1
    return stop


def halves(words: Words, start: int, end: int) -> tuple[Bounds, Bounds] | None:
    """Cut a long sentence, or part of one, in two: where a clause begins, as near the middle as
    possible; None if it is short."""
    first, last = bisect_left(words.starts, start), bisect_left(words.ends, end)
    cut = _middle(words, first, last + 1) if last + 1 - first > MAX_SHOWN else None
    if cut is None:
        return None
    return (start, words.ends[cut - 1]), (words.starts[cut], end)


def _middle(words: Words, first: int, end: int) -> int | None:
    """Where to cut some words in two: where a clause begins, else at another joining word, else
    after a content word; of these, the nearest to the middle. None if only signs separate the
    words."""

    def merit(place: int) -> tuple[bool, bool, bool, float]:
        form = words.forms[place]
        small = not is_content_form(form) and not form.isdigit()
        ends = small and is_content_form(words.forms[place - 1])
        joins = form in JOINTS and not _is_joined(words, place)
        distance = abs(place - (first + end) / 2)
        return not _is_clause(words, place), not joins, not ends, distance

    places = [place for place in range(first + 2, end - 1) if not _is_one_word(words, place)]
    return min(places, key=merit, default=None)


def _is_joined(words: Words, place: int) -> bool:
    """Whether a word belongs with the one before: "have to", "Immigration and Customs"."""
    if words.forms[place - 1] in AUXILIARIES:
        return True
    beside = [words.words[one] for one in (place - 1, place + 1) if one < len(words)]
    return words.forms[place] == "and" and all(one[0].isupper() for one in beside)


def _is_clause(words: Words, place: int) -> bool:
    """Whether a clause may begin at a word."""
    if _has_mark(words, place):
        return True
    form, before = words.forms[place], words.forms[place - 1]
    following = words.forms[place + 1] if place + 1 < len(words) else ""
    if form in RELATIVE and before in PREPOSITIONS:
        return False
    return form in CLAUSES or (form in PREPOSITIONS and following in RELATIVE)


def _has_mark(words: Words, place: int) -> bool:
    """Whether a comma or similar mark stands before a word."""
    between = words.between(words.ends[place - 1], words.starts[place])
    return not _CLAUSE_MARKS.isdisjoint(between)


def _is_apart(words: Words, place: int) -> bool:
    """Like `_has_mark`, but false within a number such as "1,000"."""
    return _has_mark(words, place) and not _is_one_word(words, place)


def _is_one_word(words: Words, place: int) -> bool:
    """Whether only signs, such as the full stops of "U.S.", separate a word from the one before."""
    between = words.between(words.ends[place - 1], words.starts[place])
    return not any(map(str.isspace, between))
