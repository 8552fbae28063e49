"""Extend a phrase that was found so that it reads as a whole.

What finds a phrase stops where it is sure: "use of Predator", "apps track your". A reader wants
"use of Predator spyware", "apps track your movements". By word forms, and mostly in English: a
part-of-speech tagger would be larger than all the rest of tagging. In other languages a phrase gets
whole words and what denies it; `enrich.phrases.endings` gives it its end.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from enrich.phrases.content import has_capital, has_small_words, is_content_form
from enrich.phrases.links import gap, is_followed, is_possessive, joins
from enrich.phrases.phrasing_words import (
    AUXILIARIES,
    BEHIND_NOUNS,
    COMPOUND_HEADS,
    CUT_OFF,
    DETERMINING,
    LEADING,
    MAY_BE_VERBS,
    MODIFYING,
    OBJECTS,
    PRONOUNS,
    SECOND_PARTS,
    STOP_WORDS,
)
from enrich.phrases.quotations import QUOTES, quoted
from enrich.phrases.reversals import with_reversal_abroad, with_reversals
from enrich.words import Words

Bounds = tuple[int, int]
"""The start and end of a phrase in its text."""

MAX_ADDED = 4
"""Maximum words by which a phrase grows."""

_WITHIN_NAMES = frozenset(("and", "for", "of"))
"""Small words within names: "General Intelligence and Security Service"."""

_NAMES_BEGIN = frozenset(("New", "US"))
"""Names begin with these, though they are mostly small words: "New Zealand's GCSB"."""


def within(words: Words, start: int, end: int) -> tuple[int, int]:
    """The indices of the first and the last word between two offsets."""
    return bisect_left(words.starts, start), bisect_right(words.ends, end) - 1


def whole(words: Words, start: int, end: int) -> Bounds:
    """Extend a phrase to whole words, and so that it reads as one.

    It gets the rest of a hyphenated word, and the partner of a quotation mark that it contains. In
    English it also gets what must follow an article, a preposition, a possessive or an adjective;
    the noun that a compound ends in; and the rest of a name, on either side; and it loses a
    trailing article that nothing follows. In any language it gets what denies or forbids it:
    without that it would say the opposite.
    """
    first, last = bisect_left(words.starts, start), bisect_left(words.ends, end)
    for _ in range(MAX_ADDED):
        if not first or not joins(words, first - 1):
            break
        first -= 1
    if words.english:
        begin, last = _first_of_name(words, first), _last(words, first, last)
        first = with_reversals(words, begin)
    else:
        first, last = with_reversal_abroad(words, first), _end_of_word(words, last)
    return quoted(words, min(start, words.starts[first]), words.ends[last])


def _first_of_name(words: Words, first: int) -> int:
    """The index of the first word of the name that a phrase begins in: "[National] Security Agency
    listens"."""
    begun = first
    while first - begun < MAX_ADDED and begun and has_capital(words, begun):
        before = begun - 1
        if words.forms[before] in _WITHIN_NAMES and before:
            before -= 1
        is_one = all(is_followed(words, place) for place in range(before, begun))
        small = words.forms[before] in STOP_WORDS and words.words[before] not in _NAMES_BEGIN
        if not is_one or not has_capital(words, before) or small:
            break
        begun = before
    return begun if has_small_words(words, begun, first) else first


def _last(words: Words, first: int, last: int) -> int:
    """The index of the word that a phrase should end with."""
    sound = last = _end_of_word(words, last)
    # "Phone of reporter [Ana Prado]"; one or two words are rather shown in their clause.
    names = last - first >= 2
    for _ in range(MAX_ADDED):
        if not is_followed(words, last) or not _has_to_follow(words, first, last, names=names):
            break
        last = _end_of_word(words, last + 1)
        form = words.forms[last]
        if (form not in LEADING and form != "and") or form in PRONOUNS:
            sound = last
    while sound > first and _dangles(words, sound):
        sound -= 1
    return sound


def _dangles(words: Words, place: int) -> bool:
    """Whether the last word of a phrase leaves it open: "the", but not in "who-is-who"."""
    if words.forms[place] in CUT_OFF:
        return _goes_on_quoted(words, place)
    return words.forms[place] in DETERMINING - PRONOUNS and not joins(words, place - 1)


def _goes_on_quoted(words: Words, place: int) -> bool:
    """Whether a quotation follows a word in its sentence: 'records of "fake electors"'."""
    if place + 1 == len(words) or words.sentence(place) != words.sentence(place + 1):
        return False
    return not QUOTES.keys().isdisjoint(gap(words, place + 1))


def _end_of_word(words: Words, place: int) -> int:
    """The index of the last part of a hyphenated word."""
    for _ in range(MAX_ADDED):
        if place + 1 == len(words) or not joins(words, place):
            break
        place += 1
    return place


def _has_to_follow(words: Words, first: int, last: int, *, names: bool) -> bool:
    """Whether a phrase that ends in a word needs the next one; a name after any, if `names`."""
    form, following = words.forms[last], words.forms[last + 1]
    if _awaits_second(words.forms[first : last + 2]):
        return True
    if words.words[last] == "US":  # the country, no pronoun: "track US citizens"
        return is_content_form(following) and not has_capital(words, last + 1)
    if following in OBJECTS and is_content_form(form):
        return True
    if following in AUXILIARIES and _awaits_its_verb(words.forms[first : last + 1]):
        return True
    if form in LEADING:
        return following in LEADING or following in PRONOUNS or is_content_form(following)
    if form in SECOND_PARTS and joins(words, last - 1):
        return is_content_form(following)
    if is_possessive(words, last) or following in COMPOUND_HEADS:
        return True
    if following in MAY_BE_VERBS:
        return not is_followed(words, last + 1) or words.forms[last + 2] in BEHIND_NOUNS
    if not is_content_form(following):
        return False
    if form.endswith(MODIFYING) and form not in COMPOUND_HEADS | MAY_BE_VERBS:
        return True
    named = names or has_capital(words, last)
    return named and has_capital(words, last + 1) and has_small_words(words, first, last)


def _awaits_second(forms: Sequence[str]) -> bool:
    """Whether a phrase, given with the word after it, names only the first of two things: "between
    the US [and the UK]"."""
    if "between" not in forms:
        return False
    two = list(forms[forms.index("between") + 1 :])
    if "and" not in two:
        return False
    named = two[two.index("and") + 1 :]
    return len(named) < 2 or (len(named) == 2 and named[0] in DETERMINING)


def _awaits_its_verb(forms: Sequence[str]) -> bool:
    """Whether a phrase tells of a place but not yet what is there: "recorded where its staff
    [were]"."""
    if "where" not in forms:
        return False
    told = forms[forms.index("where") + 1 :]
    return bool(told) and AUXILIARIES.isdisjoint(told)
