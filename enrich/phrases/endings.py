"""Where a piece of evidence begins and ends.

A phrase begins and ends where it was found, and a clause in context where it was cut before it was
read. Neither may be shown as "spies kept phone records of" or "Former analyst": it is shown in its
part of the sentence, and in all of the sentence if that part says little. What was found, and what
it counts, stay as they are: only what is shown is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from enrich.phrases.attributions import tells
from enrich.phrases.clauses import opens_with_that
from enrich.phrases.cuts import (
    begins_clause,
    begins_part,
    begins_sentence,
    extent,
    without_ends,
)
from enrich.phrases.links import is_followed, joins
from enrich.phrases.phrasing import MAX_ADDED, Bounds, within
from enrich.phrases.phrasing_words import (
    AND_ABROAD,
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
    PREPOSITIONS,
    PRONOUNS,
    RELATIVE,
    RELATIVE_GERMAN,
    SMALL_ABROAD,
    SUBJECTS,
    TELLING,
    TOLD_BY_ABROAD,
    VERBS,
)
from enrich.phrases.quotations import quoted
from enrich.words import Words

MAX_PART = 36
"""Maximum words of a part of a sentence that a piece is shown in."""

MAX_PARTS = 40
"""Maximum words of several parts that are shown together."""

MAX_SHORT = 6
"""Maximum words of a part that says little without the others."""

MAX_LISTED = 3
"""Maximum words of a part that only begins what the next one says: "Journalists, activists among
targets of spyware"."""

MAX_GAP = 1
"""Maximum words between two pieces that are shown as one."""

_INSERTING = RELATIVE | {"according", "who", "whom", "where"}
"""Words with which a part describes what was just named, or names who says so."""

_PARTICIPLES = ("ed", "ing")
"""Endings of further such words in English."""

_INSERTING_ABROAD = CLAUSES_ABROAD | RELATIVE_GERMAN | TOLD_BY_ABROAD
"""The same in other languages than English: ", dass er mitlas"."""

_LEANING = AUXILIARIES | PREPOSITIONS | TELLING | VERBS
"""Further words with which a part goes on with the one before: ", has sold tickets"."""

_OPENING = JOINING | {"of"}
"""Words that an English piece is shown without at its beginning."""

_LOOSE_ENDS = JOINING | {"even", "just", "only"}
"""Words that an English clause is shown without at its end: "the app follows them [even] when"."""

_AND = frozenset(("and", "or"))
_AND_ABROAD = (AND_ABROAD - {"en"}) | {"oder", "ou"}
"""Words before the last thing of a list; "en" mostly means "in", but in Dutch."""

_NO_ITEM = AUXILIARIES | TELLING | SUBJECTS | TOLD_BY_ABROAD
"""Words that are in no thing of a list: "Ana and Bo say so"."""

_DUTCH_ARTICLES = frozenset(("de", "een", "het"))
"""Before these "en" is the Dutch "and", and no other word of French or Spanish."""

_ENDS = (OPEN_ABROAD | AND_FIRST_ABROAD) - OF_ABROAD


def finish(words: Words, start: int, end: int) -> Bounds:
    """The bounds to show for a piece of evidence.

    It is shown in its part of the sentence. If that is long, it gets as much of it as there is room
    for, and ends with what its last word needs, or without that word.
    """
    first, last = within(words, start, end)
    if last < first:
        return start, end
    of_long_part = _of_long_part if words.english else _of_long_part_abroad
    begin, stop = _parts(words, first, last) or of_long_part(words, first, last)
    while stop - begin > 1 and _opens_with_and(words, begin):
        begin += 1
    if (begin, stop) != (first, last + 1):
        start = start if begin == first else words.starts[begin]
        end = end if stop == last + 1 else words.ends[stop - 1]
        start, end = quoted(words, start, end)
    end = _end_of_signs(words, start, end)
    return _start_of_signs(words, start, end), end


def with_others(words: Words, found: Bounds, beside: Sequence[Bounds]) -> Bounds:
    """A part of a phrase with those of its others that stand in the same part of the sentence, near
    enough to be shown with it."""
    start, end = found
    for other in beside:
        both = min(start, other[0]), max(end, other[1])
        first, last = within(words, *both)
        apart = (begins_part(words, place) for place in range(first + 1, last + 1))
        if last - first < MAX_PART and not any(apart):
            start, end = both
    return start, end


def follows(words: Words, one: Bounds, other: Bounds) -> bool:
    """Whether a piece goes on where another ends, in its sentence, and both together are short
    enough to be shown as one."""
    (first, end), (begin, last) = within(words, *one), within(words, *other)
    if begin - end - 1 > MAX_GAP or last + 1 - first > MAX_PARTS:
        return False
    return not any(begins_sentence(words, place) for place in range(end + 1, begin + 1))


def _parts(words: Words, first: int, last: int) -> tuple[int, int] | None:
    """The part of a sentence that some words are in, or more of the sentence if that says little.
    None if the part is long."""
    begin, stop = _extent(words, first, last, begins_part)
    if stop - begin > MAX_PART:
        return None
    if _says_little(words, begin, stop):
        begin, stop = _with_other_parts(words, begin, stop)
    stop = _end_of_list(words, begin, stop)
    loose = JOINING if words.english else AND_FIRST_ABROAD
    while stop > first + 1 and words.words[stop - 1] in loose:
        stop -= 1
    return begin, stop


def _says_little(words: Words, begin: int, stop: int) -> bool:
    """Whether a part of a sentence says little without the others: it is short, says who says so,
    or goes on with what the part before began."""
    if stop - begin <= MAX_SHORT or not tells(words, begin, stop):
        return True
    if begins_sentence(words, begin):
        return _awaits_verb(words, begin, stop)
    before = _extent(words, begin - 1, begin - 1, begins_part)[0]
    # "Vik, whose men it paid, [buys the calls]": what stands before the insertion is who does.
    inserted = not begins_sentence(words, before) and _is_inserted(words, before)
    return begin - before <= MAX_LISTED or inserted or _leans(words, begin)


def _leans(words: Words, place: int) -> bool:
    """Whether a part that begins with a word goes on with the one before."""
    leaning = _LEANING if words.english else OF_ABROAD
    return words.forms[place] in leaning or _is_inserted(words, place)


def _is_inserted(words: Words, place: int) -> bool:
    """Whether a part that begins with a word describes what was just named: ", which reads calls",
    ", fitted in schools", ", sold by two firms"."""
    if not words.english:
        return words.forms[place] in _INSERTING_ABROAD
    word = words.words[place]
    if word[0].islower() and word.endswith(_PARTICIPLES):
        return True
    is_by_somebody = word in VERBS and words.forms[place + 1 : place + 2] == ["by"]
    return is_by_somebody or words.forms[place] in _INSERTING


def _awaits_verb(words: Words, begin: int, stop: int) -> bool:
    """Whether the first part of a sentence only names who or what does something, which is told
    behind an insertion and near enough: "A petition of two groups, which met in May, [was signed by
    millions]"."""
    if not words.english or any(_may_be_verb(words, place) for place in range(begin, stop)):
        return False
    if stop == len(words) or begins_sentence(words, stop) or not _is_inserted(words, stop):
        return False
    after = _extent(words, stop, stop, begins_part)[1]
    if after == len(words) or begins_sentence(words, after):
        return False
    end = _extent(words, after, after, begins_part)[1]
    return end - begin <= MAX_PARTS and words.forms[end - 1] not in AUXILIARIES


def _may_be_verb(words: Words, place: int) -> bool:
    """Whether a word in English may be the verb of its part: no participle, as in "signed by"."""
    form = words.forms[place]
    if form in AUXILIARIES | VERBS | TELLING:
        return True
    following = words.forms[place + 1] if place + 1 < len(words) else ""
    return form.endswith("ed") and following not in PREPOSITIONS


def _with_other_parts(words: Words, begin: int, stop: int) -> tuple[int, int]:
    """A part of a sentence, and as many other parts as there is room for: all of them, those before
    it, or, if it opens the sentence, some that follow it."""
    start, end = _extent(words, begin, stop - 1, begins_sentence)
    if end - start <= MAX_PARTS:
        return start, end
    if begin > start:
        goes_on = tells(words, begin, stop) and stop - start <= MAX_PARTS
        return (start if goes_on else begin), stop
    while True:
        further = _extent(words, stop, stop, begins_part)[1]
        if further - begin > MAX_PARTS:
            return begin, stop
        stop = further


def _end_of_list(words: Words, begin: int, stop: int) -> int:
    """Where a part ends with the rest of a list that it ends in: "It counts every key[, movement
    and pause of clerks]"."""
    ands = _AND if words.english else _AND_ABROAD
    end = stop
    while end < len(words) and not begins_sentence(words, end):
        after = _extent(words, end, end, begins_part)[1]
        if after - begin > MAX_PART or words.forms[end] in PREPOSITIONS:
            break
        if not _NO_ITEM.isdisjoint(words.forms[end:after]):
            break
        if not ands.isdisjoint(words.forms[end : min(end + MAX_LISTED, after - 1) + 1]):
            return after if words.forms[end] not in ands or after - end <= MAX_LISTED else stop
        if after - end > MAX_LISTED:
            break
        end = after
    return stop


def _extent(
    words: Words, first: int, last: int, begins: Callable[[Words, int], bool]
) -> tuple[int, int]:
    """The indices of the first word around some words and of the one after the last; where these
    are far away, they are further apart than what is shown."""
    return extent(words, first, last, begins, MAX_PARTS + 1)


def _opens_with_and(words: Words, begin: int) -> bool:
    """Whether a piece begins with an "and" or the like, which joins it to what is not shown."""
    if words.english:
        if words.forms[begin : begin + 2] == ["as", "of"] or opens_with_that(words, begin):
            return False
        return words.forms[begin] in _OPENING
    if not is_followed(words, begin):
        return False
    is_dutch = words.forms[begin] == "en" and words.forms[begin + 1] in _DUTCH_ARTICLES
    return is_dutch or words.forms[begin] in AND_FIRST_ABROAD


def _start_of_signs(words: Words, start: int, end: int) -> int:
    """Where a piece begins with the mark that opens its quotation before a space: "[«] aucun visage
    »"."""
    shown, before = words.between(start, end), words.between(max(start - 2, 0), start)
    is_closed = shown.count("\u00bb") > shown.count("\u00ab")
    return start - 2 if is_closed and before[:1] == "\u00ab" and before[1:].isspace() else start


def _end_of_signs(words: Words, start: int, end: int) -> int:
    """Where a piece ends with the full stop of an abbreviation, "in the U.S[.]", or with the mark
    that closes its quotation after a space, as in French: "« aucun visage [»]"."""
    if words.between(end, end + 1) == "." and words.between(end - 2, end - 1) == ".":
        return end + 1
    shown, after = words.between(start, end), words.between(end, end + 2)
    is_open = shown.count("\u00ab") > shown.count("\u00bb")
    return end + 2 if is_open and after[:1].isspace() and after[1:] == "\u00bb" else end


def _of_long_part(words: Words, first: int, last: int) -> tuple[int, int]:
    """Some words of a long part in their clause; or else with what follows them there, and with
    what stands before them, as far as there is room."""
    begin, stop = _extent(words, first, last, begins_clause)
    stop = without_ends(words, last + 1, stop, _LOOSE_ENDS)
    if last + 1 < stop <= begin + MAX_PART and _closes(words, last + 1, stop):
        return begin, stop
    stop = _end_of_rest(words, first, last)
    if stop == last + 1:
        stop = without_ends(words, first + 2, stop, AUXILIARIES)
    if words.forms[stop - 2 : stop + 1] == ["as", "well", "as"] and stop - first > 2:
        stop -= 2
    return (begin if stop - begin <= MAX_PART else first), stop


def _end_of_rest(words: Words, first: int, last: int) -> int:
    """Where the part ends that some words are in, or else the clause, if there is room and what is
    left closes them well; else where they end."""
    for begins in (begins_part, begins_clause):
        stop = _extent(words, last, last, begins)[1]
        stop = without_ends(words, last + 1, stop, _LOOSE_ENDS)
        if last + 1 < stop <= first + MAX_PART and _closes(words, last + 1, stop):
            return stop
    return last + 1


def _closes(words: Words, first: int, stop: int) -> bool:
    """Whether the rest of a part ends a piece well: not with a word that needs another, nor with
    who says so."""
    told = next((one for one in range(first, stop) if words.forms[one] not in AUXILIARIES), first)
    if words.forms[told] in TELLING | CALLING:
        return False
    return words.forms[stop - 1] not in TELLING | (LEADING - PRONOUNS) | AUXILIARIES | SUBJECTS


def _of_long_part_abroad(words: Words, first: int, last: int) -> tuple[int, int]:
    """The same in other languages than English: some words with what follows them, or else what
    stands before them and what the last word needs."""
    begin, stop = _extent(words, first, last, begins_part)
    if stop - first <= MAX_PART:
        begin = first
    elif last + 1 - begin <= MAX_PART:
        stop = last + 1
    else:
        begin, stop = first, last + 1
    begin = _with_its_head(words, begin)
    if stop == last + 1:
        stop = _closed(words, stop) if _is_open(words, stop) else _with_its_name(words, stop)
    while stop - begin > 1 and _is_open(words, stop):
        stop -= 1
    return begin, stop


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


def _closed(words: Words, stop: int) -> int:
    """Where to end instead of with a small word: before the next one."""
    if words.forms[stop - 1] in AND_FIRST_ABROAD | CLAUSES_ABROAD:
        return stop  # half of what they say would be no better than nothing
    for end in range(stop + 1, min(stop + MAX_ADDED, len(words))):
        if not is_followed(words, end - 1):
            break
        if words.forms[end] in _ENDS and words.forms[end - 1] not in OPEN_ABROAD:
            return end
    return stop


def _with_its_name(words: Words, stop: int) -> int:
    """Where words end with the "of" that follows them and its noun or name: "Ciudad [del Este]"."""
    if stop == len(words) or words.forms[stop] not in OF_ABROAD:
        return stop
    for place in range(stop, min(stop + MAX_ADDED, len(words))):
        if not is_followed(words, place - 1):
            break
        if words.words[place] not in OPEN_ABROAD and not words.words[place].isdigit():
            return _end_of_name(words, place)
    return stop


def _end_of_name(words: Words, place: int) -> int:
    """Where a noun ends with the name that follows it: "clinique [San Procolo]"."""
    for end in range(place + 1, min(place + MAX_ADDED, len(words))):
        named = is_followed(words, end - 1) and words.words[end][0].isupper()
        if not named and not joins(words, end - 1):
            return end
    return place + 1


def _with_its_head(words: Words, begin: int) -> int:
    """Where words that open with an "of" begin with what it belongs to: "[la Comisión] de la
    Verdad"."""
    if words.forms[begin] not in OF_ABROAD:
        return begin
    for place in reversed(range(max(begin - MAX_ADDED, 0), begin)):
        if not is_followed(words, place):
            break
        before = "" if begins_part(words, place) else words.forms[place - 1]
        if words.forms[place] not in SMALL_ABROAD and (
            not before or before in SMALL_ABROAD - OF_ABROAD
        ):
            return place
    return begin
