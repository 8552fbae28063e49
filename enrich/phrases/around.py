"""Find the clause to show around a phrase.

In English a clause may also end at words that can begin another; in other languages punctuation
alone separates clauses, and a part of one is shown with the ends that `enrich.phrases.endings`
gives it.
"""

from __future__ import annotations

from collections.abc import Iterator

from enrich.phrases.attributions import MIN_CLAUSE, is_refusal_to_comment
from enrich.phrases.clauses import BOUND, MAX_SHOWN, opens_with_that, shortened
from enrich.phrases.content import is_content_form, is_name
from enrich.phrases.cuts import (
    begins_clause,
    begins_part,
    begins_sentence,
    extent,
    is_apart,
    is_clause,
    without_ends,
)
from enrich.phrases.phrasing import Bounds, whole, within
from enrich.phrases.phrasing_words import (
    AND_ABROAD,
    AUXILIARIES,
    CALLING,
    CLAUSES,
    DETERMINING,
    JOINING,
    JOINTS,
    OFFICES,
    OPENING_ABROAD,
    PREPOSITIONS,
    SAYING,
    SMALL_ABROAD,
    TELLING,
)
from enrich.phrases.quotations import quoted
from enrich.words import Words

MIN_PHRASE_WORDS = 3
"""Words that a phrase found by a single word needs to say enough alone: not "border officers"."""

MAX_CUT_OFF = 3
"""Words from a verb of saying to where a clause is cut, within which little is said."""

MAX_SHOWN_CROSSING = 16
"""Maximum words shown where a phrase crosses a comma and needs the clause around it."""


def in_clause(words: Words, start: int, end: int, *, is_part: bool = False) -> Bounds:
    """The bounds to show for a phrase: made whole and, if it says little or crosses a comma, with
    the clause around it. A part of a phrase, without the others, says less than a whole one.

    "Court", "Citizen Lab", "files show" or "phones last year, most without a warrant" shows where
    something was found, but is not a reason by itself. If the clause would be too long, the phrase
    is shown as it is.
    """
    found = start, end
    start, end = whole(words, *found)
    says_little = _says_little(words, found, end, is_part=is_part)
    first, last = within(words, start, end)
    goes_on = any(is_apart(words, place) for place in range(first + 1, last + 1))
    if not goes_on and not says_little:
        return start, end
    if (
        words.forms[last] in TELLING
        and words.forms[last + 1 : last + 2]
        and is_clause(words, last + 1)
    ):
        last += 1  # "slides describe how": what they describe is the reason
    least = max(MIN_CLAUSE, 1 + _count_content(words, first, last + 1) if says_little else 0)
    for begin, stop in _fitting(words, first, last, goes_on=goes_on):
        if is_refusal_to_comment(words, begin, stop):
            break
        if _count_content(words, begin, stop) >= least and not _is_office(words, begin, stop):
            bounds = words.starts[begin], words.ends[stop - 1]
            around = whole(words, *bounds) if words.english else quoted(words, *bounds)
            return min(start, around[0]), max(end, around[1])
    return start, end


def is_in_a_refusal(words: Words, start: int, end: int) -> bool:
    """Whether a phrase that says little is of a clause in which somebody would not comment."""
    if words.between(start, end).count(" ") + 1 >= MIN_PHRASE_WORDS:
        return False
    first, last = within(words, start, end)
    return is_refusal_to_comment(words, *extent(words, first, last, begins_part))


def _says_little(words: Words, found: Bounds, end: int, *, is_part: bool) -> bool:
    """Whether a phrase, as it was found and made whole up to `end`, is no reason by itself: a word
    ("by face"), a name, or papers that "show"."""
    start = found[0]
    first, last = within(words, start, end)
    content = _count_content(words, first, last + 1)
    if is_name(words, first, last) or (words.english and content <= 1):
        return True
    if words.forms[last] in OFFICES and content == last + 1 - first:
        return True
    if len(words.between(start, end).split()) >= MIN_PHRASE_WORDS:
        return False
    return is_part or _is_word(words, *found) or words.forms[last] in TELLING


def _is_office(words: Words, begin: int, stop: int) -> bool:
    """Whether words only name who watches over watching: "The federal privacy commissioner"."""
    if words.forms[begin] not in DETERMINING or words.forms[stop - 1] not in OFFICES:
        return False
    return all(map(is_content_form, words.forms[begin + 1 : stop]))


def _count_content(words: Words, begin: int, stop: int) -> int:
    return sum(map(is_content_form, words.forms[begin:stop]))


def _is_word(words: Words, start: int, end: int) -> bool:
    return not any(map(str.isspace, words.between(start, end)))


def _fitting(words: Words, first: int, last: int, *, goes_on: bool) -> Iterator[tuple[int, int]]:
    """What surrounds some words and is not too long, best first: all between two commas, the
    clause, the sentence, a part of the clause."""
    max_shown = MAX_SHOWN_CROSSING if goes_on else MAX_SHOWN
    for begins in (begins_part, begins_clause, begins_sentence):
        begin, stop = extent(words, first, last, begins)
        if words.english and begins is begins_sentence:
            max_shown = MAX_SHOWN_CROSSING  # "The regulator, Ana Prado, has fined the firm"
        if stop - begin <= max_shown:
            if words.english:
                begin = _bare(words, begin, first)
            # Where the phrase crosses a comma, who says so is part of it.
            said = goes_on or begins is begins_sentence
            yield begin, stop if said else _unsaid(words, last, stop)
    if words.english and not goes_on:
        around = extent(words, first, last, begins_clause)
        for begin, stop in shortened(words, *around):
            if begin <= first < stop:
                yield _bare(words, begin, first), _unsaid(words, last, stop)
        if words.forms[last] in CLAUSES and last + 1 < around[1]:
            yield first, shortened(words, last + 1, around[1])[0][1]
    if not words.english and not goes_on:
        yield _part_abroad(words, first, last)


def _part_abroad(words: Words, first: int, last: int) -> tuple[int, int]:
    """The part of a long clause around some words, cut where a small word begins another part:
    "Mails [einer Hilfsorganisation mit Sitz in Köln ausgewertet]"."""
    begin, stop = extent(words, first, last, begins_part)
    small = [
        place
        for place in range(begin + 1, stop)
        if words.forms[place] in SMALL_ABROAD
        and words.forms[place - 1] not in SMALL_ABROAD
        and not _joins_numbers(words, place)
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


def _joins_numbers(words: Words, place: int) -> bool:
    """Whether a word stands between two numbers: "zwischen 2018 [und] 2022"."""
    beside = words.words[place - 1 : place + 2 : 2]
    return all(map(str.isdigit, beside))


def _joins_names(words: Words, place: int) -> bool:
    """Whether an "and" of another language stands between two names: "Wien [und] Graz"."""
    if words.forms[place] not in AND_ABROAD or begins_part(words, place):
        return False
    return all(words.words[one][0].isupper() for one in (place - 1, place + 1))


def _bare(words: Words, begin: int, first: int) -> int:
    """Where a clause begins without leading words such as "and" or "with"; a sentence may begin
    with "in"."""
    if words.forms[begin] in PREPOSITIONS and begins_sentence(words, begin):
        return begin
    while begin < first and words.forms[begin] in JOINING and not opens_with_that(words, begin):
        begin += 1
    joins = words.forms[begin] in JOINTS | PREPOSITIONS
    if begin < first and joins and words.forms[begin + 1] not in BOUND:
        begin += 1
    return begin


def _unsaid(words: Words, last: int, stop: int) -> int:
    """Where a clause ends without a final verb of saying, or word that joins it to the next:
    "filings at the tribunal [had shown and]"."""
    stop = without_ends(words, last + 1, stop, JOINING)
    if stop - 1 > last and words.forms[stop - 1] in SAYING:
        return without_ends(words, last + 1, stop - 1, AUXILIARIES)
    if stop < len(words) and not begins_part(words, stop):
        # What they say is cut off: "the union [said its members]" had asked.
        near = range(max(last + 1, stop - MAX_CUT_OFF), stop)
        verb = next((one for one in near if words.forms[one] in TELLING | CALLING), None)
        if verb is not None:
            return _unsaid(words, last, without_ends(words, last + 1, verb, AUXILIARIES))
    return stop
