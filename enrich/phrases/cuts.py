"""Where a sentence, a clause or a part of one begins, and where to cut some words in two."""

from __future__ import annotations

import re
from collections.abc import Callable, Container

from enrich.phrases.content import is_content_form
from enrich.phrases.links import gap
from enrich.phrases.phrasing_words import (
    ASKING,
    AUXILIARIES,
    CLAUSES,
    JOINTS,
    PREPOSITIONS,
    STOP_WORDS,
)
from enrich.words import Words

CLAUSE_REACH = 24
"""How many words on either side of a phrase to search for the ends of its clause."""

_CLAUSE_MARKS = frozenset(",;:()\u2013\u2014")
_SPACED_MARKS = frozenset((",", ":", ";", "\u2013", "\u2014"))
"""Of these marks the ones that may have a space on either side within a sentence."""

_INNER_SPACE = re.compile("(?<=\u00ab)[^\\S\n]|[^\\S\n](?=\u00bb)")
"""The space inside French quotation marks."""

_WITHIN_CLAUSE = frozenset(
    "'\u2018\u2019\"\u201c\u201d\u201e\u00ab\u00bb-\u2010\u2011.&%$\u20ac\u00a3@[] \u00a0"
)
"""What may stand between two words of a clause; anything else is not prose."""


def begins_sentence(words: Words, place: int) -> bool:
    """Whether a word begins its text or a sentence, or follows something that is not prose."""
    if not place or words.sentence(place - 1) != words.sentence(place):
        return True
    between = _INNER_SPACE.sub("", gap(words, place))
    if words.words[place - 1].isdigit() and between == ". ":
        # No ordinal, as before a German noun: "lost by 41 to 6. The law".
        return words.forms[place] in STOP_WORDS and words.words[place][0].isupper()
    if between == "/" or (between.strip() in _SPACED_MARKS and "\n" not in between):
        return False  # "since 9/11", "Asile : la police lit"
    spaces = sum(map(str.isspace, between))
    return spaces > 1 or not _WITHIN_CLAUSE.issuperset(set(between) - _CLAUSE_MARKS)


def begins_part(words: Words, place: int) -> bool:
    """Whether a word begins a sentence or follows a comma or similar mark, other than the brackets
    around a single word: "National Security Agency (NSA) began"."""
    if begins_sentence(words, place):
        return True
    between = gap(words, place)
    if is_in_brackets(words, place) or (between == ") " and is_in_brackets(words, place - 1)):
        return False
    return is_apart(words, place)


def begins_clause(words: Words, place: int) -> bool:
    """The same, or whether a clause may begin at it."""
    if begins_part(words, place):
        return True
    return not _is_one_word(words, place) and is_clause(words, place)


def extent(
    words: Words,
    first: int,
    last: int,
    begins: Callable[[Words, int], bool],
    reach: int = CLAUSE_REACH,
) -> tuple[int, int]:
    """The indices of the first word of what some words are in, and of the one after its last: a
    sentence, clause or part, by what `begins` there; each is looked for within `reach` words."""
    begin, stop = first, last + 1
    while begin > first - reach and not begins(words, begin):
        begin -= 1
    while stop < min(last + 1 + reach, len(words)) and not begins(words, stop):
        stop += 1
    return begin, stop


def without_ends(words: Words, least: int, stop: int, dropped: Container[str]) -> int:
    """Where some words end without the last of them that are among `dropped`, but no earlier than
    `least`."""
    while stop > least and words.forms[stop - 1] in dropped:
        stop -= 1
    return stop


def middle(words: Words, first: int, end: int) -> int | None:
    """Where to cut some words in two: where a clause begins, else at another joining word, else
    between two words as loosely joined as possible; of these, the nearest to the middle. None if
    only signs separate the words."""

    def merit(place: int) -> tuple[bool, bool, int, float]:
        form = words.forms[place]
        joins = form in JOINTS and not _is_joined(words, place)
        distance = abs(place - (first + end) / 2)
        return not is_clause(words, place), not joins, _looseness(words, place), distance

    places = [place for place in range(first + 2, end - 1) if not _is_one_word(words, place)]
    return min(places, key=merit, default=None)


def _looseness(words: Words, place: int) -> int:
    """How little a cut before a word suits, where no clause and no phrase begins: 0 before a small
    word, 1 before "of", which belongs with what precedes it ("30 victims of Pegasus"), 2 between
    two other words, 3 after a small word."""
    form = words.forms[place]
    if not is_content_form(words.forms[place - 1]):
        return 3
    if is_content_form(form) or form.isdigit():
        return 2
    return int(form == "of")


def _is_joined(words: Words, place: int) -> bool:
    """Whether a word belongs with the one before: "have to", "Immigration and Customs"."""
    if words.forms[place - 1] in AUXILIARIES:
        return True
    beside = [words.words[one] for one in (place - 1, place + 1) if one < len(words)]
    return words.forms[place] == "and" and all(one[0].isupper() for one in beside)


def is_clause(words: Words, place: int) -> bool:
    """Whether a clause may begin at a word."""
    if has_mark(words, place):
        return True
    form, before = words.forms[place], words.forms[place - 1]
    following = words.forms[place + 1] if place + 1 < len(words) else ""
    if form in ASKING and before in PREPOSITIONS:
        return False
    return form in CLAUSES or (form in PREPOSITIONS and following in ASKING)


def has_mark(words: Words, place: int) -> bool:
    """Whether a comma or similar mark stands before a word."""
    return not _CLAUSE_MARKS.isdisjoint(gap(words, place))


def is_apart(words: Words, place: int) -> bool:
    """Like `has_mark`, but false within a number such as "1,000"."""
    return has_mark(words, place) and not _is_one_word(words, place)


def is_in_brackets(words: Words, place: int) -> bool:
    """Whether a word is in brackets by itself: "Ana Prado (Lab) said"."""
    around = words.between(words.starts[place] - 1, words.ends[place] + 1)
    return around[:1] == "(" and around[-1:] == ")"


def _is_one_word(words: Words, place: int) -> bool:
    """Whether only signs, such as the full stops of "U.S.", separate a word from the one before."""
    return not any(map(str.isspace, gap(words, place)))
