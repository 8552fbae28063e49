"""Where a piece of evidence begins and ends.

A phrase ends where it was found, and a clause in context where it was cut before it was read.
Neither may be shown ending in "ordered a chain" or "afirma que": it gets the rest of its part of
the sentence, if that is short. What was found, and what it counts, stay as they are: only what is
shown is changed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from enrich.phrases.cuts import begins_clause, begins_part
from enrich.phrases.links import is_followed, joins
from enrich.phrases.phrasing import MAX_ADDED, Bounds
from enrich.phrases.phrasing_words import (
    AND_FIRST_ABROAD,
    AUXILIARIES,
    CALLING,
    CLAUSES_ABROAD,
    JOINING,
    LEADING,
    OF_ABROAD,
    OPEN_ABROAD,
    OPENING_ABROAD,
    PARTICLES,
    PRONOUNS,
    SMALL_ABROAD,
    SUBJECTS,
    TELLING,
    TOLD_BY_ABROAD,
)
from enrich.phrases.quotations import quoted
from enrich.words import Words

MAX_FINISHED = 16
"""Maximum words of a piece that is shown with the rest of its part of a sentence."""

_DUTCH_ARTICLES = frozenset(("de", "een", "het"))
"""Before these "en" is the Dutch "and", and no other word of French or Spanish."""

_ENDS = (OPEN_ABROAD | AND_FIRST_ABROAD) - OF_ABROAD


def finish(words: Words, start: int, end: int, room: Bounds, *, is_cut: bool) -> Bounds:
    """The bounds to show for a piece of evidence in another language than English, within `room`,
    which other pieces leave to it.

    Any piece gets the rest of its part of the sentence, and one that `is_cut` from a sentence what
    stands before it as well, if that is not too long; else what a small word at its end needs, or
    it loses that word. It loses a leading "and".
    """
    first, last = bisect_left(words.starts, start), bisect_right(words.ends, end) - 1
    if last < first:
        return start, end
    low, high = bisect_left(words.starts, room[0]), bisect_right(words.ends, room[1])
    begin, stop = first, last + 1
    if is_cut:
        begin, stop = _part(words, begin, stop, low, high)
        begin = _with_its_head(words, begin, low)
    rest = _rest(words, begin, stop, high)
    if rest is not None:
        stop = rest
    elif _is_open(words, stop):
        stop = _closed(words, stop, high)
    elif _goes_on(words, stop):
        stop = _with_its_name(words, stop, high)
    while stop - begin > 1 and _is_open(words, stop):
        stop -= 1
    if stop - begin > 1 and _opens_with_and(words, begin):
        begin += 1
    if (begin, stop) != (first, last + 1):
        start = start if begin == first else words.starts[begin]
        end = end if stop == last + 1 else words.ends[stop - 1]
        around = quoted(words, start, end)
        if room[0] <= around[0] and around[1] <= room[1]:
            start, end = around
    return start, min(_end_of_quotation(words, start, end), max(room[1], end))


def finish_english(words: Words, start: int, end: int, room: Bounds) -> Bounds:
    """The bounds to show for a piece in English: it gets the rest of its part of the sentence, or
    else of its clause, if that is not too long: "paid men to follow [fourteen of its clerks]". It
    loses a leading "of", and an auxiliary whose verb is cut off."""
    first, last = bisect_left(words.starts, start), bisect_right(words.ends, end) - 1
    if last < first:
        return start, end
    if last - first > 1 and words.forms[first] == "of" and is_followed(words, first):
        first += 1
        start = words.starts[first]
    high = bisect_right(words.ends, room[1])
    for begins in (begins_part, begins_clause):
        stop = last + 1
        while stop < high and not begins(words, stop):
            stop += 1
        is_whole = stop == len(words) or begins(words, stop)
        while stop > last + 1 and words.forms[stop - 1] in JOINING:
            stop -= 1
        if stop == last + 1 or not is_whole or not _closes(words, last + 1, stop):
            continue
        around = quoted(words, start, words.ends[stop - 1])
        is_short = len(words.between(*around).split()) <= MAX_FINISHED
        if is_short and room[0] <= around[0] and around[1] <= room[1]:
            return around
    while last - first > 1 and words.forms[last] in AUXILIARIES and is_followed(words, last):
        last -= 1
        end = words.ends[last]
    return start, end


def _opens_with_and(words: Words, begin: int) -> bool:
    """Whether a piece of several words in another language than English begins with "and"."""
    if not is_followed(words, begin):
        return False
    is_dutch = words.forms[begin] == "en" and words.forms[begin + 1] in _DUTCH_ARTICLES
    return is_dutch or words.forms[begin] in AND_FIRST_ABROAD


def _closes(words: Words, first: int, stop: int) -> bool:
    """Whether the rest of a part ends a piece well: not with a word that needs another, nor with
    who says so."""
    told = next((one for one in range(first, stop) if words.forms[one] not in AUXILIARIES), first)
    if words.forms[told] in TELLING | CALLING:
        return False
    return words.forms[stop - 1] not in TELLING | (LEADING - PRONOUNS) | AUXILIARIES | SUBJECTS


def _end_of_quotation(words: Words, start: int, end: int) -> int:
    """Where a piece ends with the mark that closes its quotation after a space, as in French:
    "« aucun visage [»]"."""
    shown, after = words.between(start, end), words.between(end, end + 2)
    is_open = shown.count("\u00ab") > shown.count("\u00bb")
    return end + 2 if is_open and after[:1].isspace() and after[1:] == "\u00bb" else end


def _part(words: Words, first: int, stop: int, low: int, high: int) -> tuple[int, int]:
    """The whole part of a sentence that some words are in; or only its rest, or its beginning."""
    begin, end = first, stop
    while begin > low and stop - begin <= MAX_FINISHED and not begins_part(words, begin):
        begin -= 1
    while end < high and end - first <= MAX_FINISHED and not begins_part(words, end):
        end += 1
    if begin and not begins_part(words, begin):
        begin = first
    if end < len(words) and not begins_part(words, end):
        end = stop
    for one in ((begin, end), (first, end), (begin, stop)):
        if one[1] - one[0] <= MAX_FINISHED:
            return one
    return first, stop


def _is_open(words: Words, stop: int) -> bool:
    """Whether words end in a small one that the next belongs to. What may be the second part of a
    verb, as in "die Kamera zählte [mit]", does so only before an article."""
    last = stop - 1
    word = words.words[last]  # not its form: "Ciudad del Este"
    if last and joins(words, last - 1):
        return False  # "check-in"
    if word in AND_FIRST_ABROAD:
        return True
    if word not in OPEN_ABROAD or not is_followed(words, last):
        return False
    return word not in PARTICLES or words.forms[last + 1] in OPENING_ABROAD


def _closed(words: Words, stop: int, high: int) -> int:
    """Where to end instead of with a small word: at the end of the part, or before its next one."""
    if words.forms[stop - 1] in AND_FIRST_ABROAD:
        return stop
    end = _end_of_part(words, stop, high)
    if end is not None or words.forms[stop - 1] in CLAUSES_ABROAD:
        return end or stop  # half of what they say would be no better than nothing
    for end in range(stop + 1, min(stop + MAX_ADDED, high)):
        if not is_followed(words, end - 1):
            break
        if words.forms[end] in _ENDS and words.forms[end - 1] not in OPEN_ABROAD:
            return end
    return stop


def _with_its_name(words: Words, stop: int, high: int) -> int:
    """Where words end with the "of" that follows them and its noun or name."""
    end = _end_of_part(words, stop, high)
    if end is not None:
        return end
    for place in range(stop, min(stop + MAX_ADDED, high)):
        if not is_followed(words, place - 1):
            break
        if words.words[place] not in OPEN_ABROAD and not words.words[place].isdigit():
            return _end_of_name(words, place, high)
    return stop


def _end_of_name(words: Words, place: int, high: int) -> int:
    """Where a noun ends with the name that follows it: "clinique [San Procolo]"."""
    for end in range(place + 1, min(place + MAX_ADDED, high)):
        named = is_followed(words, end - 1) and words.words[end][0].isupper()
        if not named and not joins(words, end - 1):
            return end
    return place + 1


def _rest(words: Words, begin: int, stop: int, high: int) -> int | None:
    """Where the part of a sentence ends that a piece is in, if what is left of it makes no long
    piece: "soll Minister abgehört [haben]"."""
    if stop == len(words) or begins_part(words, stop) or words.forms[stop] in TOLD_BY_ABROAD:
        return None
    return _end_of_part(words, stop, high, MAX_FINISHED - (stop - begin))


def _end_of_part(words: Words, stop: int, high: int, within: int = MAX_ADDED) -> int | None:
    """Where the part of a sentence ends, if that is near."""
    ends = range(stop + 1, min(stop + within, high) + 1)
    return next((end for end in ends if end == len(words) or begins_part(words, end)), None)


def _with_its_head(words: Words, begin: int, low: int) -> int:
    """Where words that open with an "of" begin with what it belongs to: "[la Comisión] de la
    Verdad"."""
    if words.forms[begin] not in OF_ABROAD:
        return begin
    for place in reversed(range(max(begin - MAX_ADDED, low), begin)):
        if not is_followed(words, place):
            break
        before = words.forms[place - 1] if place and not begins_part(words, place) else ""
        if words.forms[place] not in SMALL_ABROAD and (
            not before or before in SMALL_ABROAD - OF_ABROAD
        ):
            return place
    return begin


def _goes_on(words: Words, stop: int) -> bool:
    """Whether an "of" follows, which belongs to the last word: "Ciudad [del] Este"."""
    if stop + 1 >= len(words) or not is_followed(words, stop - 1):
        return False
    return words.forms[stop] in OF_ABROAD
