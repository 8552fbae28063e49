"""Extend a phrase that was found so that it reads as a whole.

What finds a phrase stops where it is sure: "use of Predator", "apps track your". A reader wants
"use of Predator spyware", "apps track your movements". English only, by word forms: a
part-of-speech tagger would be larger than all the rest of tagging.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Sequence

from enrich.phrases.phrasing_words import (
    AUXILIARIES,
    BEHIND_NOUNS,
    CLEARING,
    COMPOUND_HEADS,
    CUT_OFF,
    DENYING_ABROAD,
    DETERMINING,
    HYPOTHETICAL,
    KNOWING,
    LEADING,
    MAY_BE_VERBS,
    MODIFYING,
    NEGATIONS,
    NO_PROOF,
    NO_PROOF_ABROAD,
    OBJECTS,
    OF_PROOF,
    PREPOSITIONS,
    PRONOUNS,
    PROOF,
    PROOF_ABROAD,
    REFUSING,
    REFUSING_ABROAD,
    REFUSING_PARTICLES,
    SECOND_PARTS,
    SPANISH,
    STOP_WORDS,
)
from enrich.phrases.quotations import QUOTE_REACH, QUOTES, marks, quoted
from enrich.words import Token, Words

Bounds = tuple[int, int]
"""The start and end of a phrase in its text."""

MAX_ADDED = 4
"""Maximum words by which a phrase grows."""

REFUSAL_REACH = 4
"""How many words before a phrase to look for one that denies or forbids it."""

FOREIGN_REFUSAL_REACH = 6
"""The same in other languages, which use more articles: "nega che i servizi abbiano
sorvegliato"."""

NEGATION_REACH = 3
"""How many words before it to look for a negation: "may not order operators to keep records"."""

PROOF_REACH = 8
"""How many words before it to look for the evidence that there is not: "no evidence that since last
May the service had"."""

NAME_REACH = 8
"""How many words on either side of a phrase show whether capitals mark names there."""

MAX_REVERSALS = 3
"""Maximum times that a phrase is reversed: "dropped a ban on cameras"."""

_WITHIN_NAMES = frozenset(("and", "for", "of"))
"""Small words within names: "General Intelligence and Security Service"."""

_NAMES_BEGIN = frozenset(("New", "US"))
"""Names begin with these, though they are mostly small words: "New Zealand's GCSB"."""

_HYPHENS = frozenset("-\u2010\u2011")
_APOSTROPHES = frozenset("'\u2019")
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")


def is_content(word: Token) -> bool:
    """Whether a word can be a reason for a reader."""
    return is_content_form(word.form)


def is_content_form(form: str) -> bool:
    """Whether a word of this form can be a reason for a reader."""
    return form not in STOP_WORDS and len(form) >= 3 and not form.isdigit()


def whole(words: Words, start: int, end: int, *, english: bool = True) -> Bounds:
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
    if english:
        first, last = _first(words, _first_of_name(words, first)), _last(words, first, last)
    else:
        first, last = _first_abroad(words, first), _end_of_word(words, last)
    return quoted(words, min(start, words.starts[first]), words.ends[last])


def _first_of_name(words: Words, first: int) -> int:
    """The index of the first word of the name that a phrase begins in: "[National] Security Agency
    listens"."""
    begun = first
    while first - begun < MAX_ADDED and begun and _is_name(words, begun):
        before = begun - 1
        if words.forms[before] in _WITHIN_NAMES and before:
            before -= 1
        is_one = all(is_followed(words, place) for place in range(before, begun))
        small = words.forms[before] in STOP_WORDS and words.words[before] not in _NAMES_BEGIN
        if not is_one or not _is_name(words, before) or small:
            break
        begun = before
    return begun if _has_small(words, begun, first) else first


def _first(words: Words, first: int) -> int:
    """The index of the word that a phrase should begin with."""
    for _ in range(MAX_REVERSALS):
        turning = _turning(words, first)
        if turning is None:
            break
        first = turning
    return first


def _first_abroad(words: Words, first: int) -> int:
    """The same in other languages: "niega haber ordenado escuchas", "zonder toestemming"."""
    unproven = _unproven(words, first, PROOF_ABROAD, NO_PROOF_ABROAD)
    if unproven is not None:
        return unproven
    is_behind_comma = False
    for before in reversed(range(max(first - FOREIGN_REFUSAL_REACH, 0), first)):
        form = words.forms[before]
        if not is_followed(words, before):
            between = words.between(words.ends[before], words.starts[before + 1])
            if is_behind_comma or between != ", ":
                break
            is_behind_comma = True
        if is_behind_comma:
            denies = form in DENYING_ABROAD
        else:
            denies = (
                form in REFUSING_ABROAD
                or form.startswith("n'")  # "n'utilisera pas"
                or (form == "no" and not SPANISH.isdisjoint(words.forms[before + 1 : first + 1]))
            )
        if denies:
            return before
    return first


def _turning(words: Words, first: int) -> int | None:
    """Where the words begin that reverse a phrase, a few words before it: "may not order firms to",
    "voted against", "would have", "no evidence that". None if nothing does."""
    unproven = _unproven(words, first, PROOF, NO_PROOF)
    if unproven is not None:
        return unproven
    if first and words.forms[first - 1] == "of":
        for before in reversed(range(max(first - PROOF_REACH, 0), first)):
            if not is_followed(words, before):
                break
            if words.forms[before] in CLEARING:
                return before
    for before in reversed(range(max(first - REFUSAL_REACH, 0), first)):
        if not is_followed(words, before):
            break
        form, apart = words.forms[before], first - before
        verb = before - 1 if before and is_followed(words, before - 1) else before
        if _negates(form) and apart <= NEGATION_REACH and not _is_of_knowing(words, before, first):
            return verb if words.forms[verb] in AUXILIARIES else before
        if form in HYPOTHETICAL and all(map(_is_auxiliary, words.forms[before + 1 : first])):
            return before
        if form in REFUSING:
            return before
        if form in REFUSING_PARTICLES:
            return verb
    return None


def _is_of_knowing(words: Words, negation: int, first: int) -> bool:
    """Whether a negation is only of knowing what a phrase says: "were not told that cameras read
    faces", but not "no known cameras" nor "were not told to read faces"."""
    return any(
        words.forms[place] in KNOWING
        and words.forms[place + 1] != "to"
        and words.forms[place - 1] != "no"
        for place in range(negation + 1, first)
    )


def _unproven(
    words: Words, first: int, proof: Container[str], no_proof: Container[str]
) -> int | None:
    """Where it begins that there is no evidence of what a phrase says: "[found no evidence that
    the service] tapped phones"."""
    for place in reversed(range(max(first - PROOF_REACH, 0), first)):
        if words.sentence(place) != words.sentence(first):
            break
        following = words.forms[place + 1]
        if not is_followed(words, place) and following not in OF_PROOF:
            break
        if words.forms[place] not in proof or following in PREPOSITIONS - {"for", "of"}:
            continue
        for before in reversed(range(max(place - NEGATION_REACH, 0), place)):
            if not is_followed(words, before):
                break
            if words.forms[before] in no_proof or _negates(words.forms[before]):
                return before - (before > 0 and words.forms[before - 1] in AUXILIARIES)
    return None


def _is_auxiliary(form: str) -> bool:
    return form in AUXILIARIES or form.endswith("ly")


def _negates(form: str) -> bool:
    return form in NEGATIONS or form.endswith("n't")


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
    return not QUOTES.keys().isdisjoint(words.between(words.ends[place], words.starts[place + 1]))


def _end_of_word(words: Words, place: int) -> int:
    """The index of the last part of a hyphenated word."""
    for _ in range(MAX_ADDED):
        if place + 1 == len(words) or not joins(words, place):
            break
        place += 1
    return place


def joins(words: Words, place: int) -> bool:
    """Whether only a hyphen stands between a word and the next."""
    return words.between(words.ends[place], words.starts[place + 1]) in _HYPHENS


def is_followed(words: Words, place: int) -> bool:
    """Whether the next word follows directly, within the sentence."""
    if place + 1 == len(words) or words.sentence(place) != words.sentence(place + 1):
        return False
    between = words.between(words.ends[place], words.starts[place + 1])
    return _is_gap(between) or _is_possessive(words, place)


def _is_gap(between: str) -> bool:
    """Whether only one space stands between two words: blanked-out markup and addresses leave more,
    and a line break may begin another paragraph."""
    return len(between) == 1 and between.isspace() and between not in _LINE_ENDS


def _is_possessive(words: Words, place: int) -> bool:
    """Whether a word is a possessive with what is possessed after it: "agency's", "users' "."""
    word = words.words[place]
    if word.endswith(("'s", "\u2019s")):
        return is_content_form(words.forms[place])
    if place + 1 == len(words) or not word.endswith("s"):
        return False
    end = words.ends[place]
    between = words.between(end, words.starts[place + 1])
    if between[:1] not in _APOSTROPHES or not _is_gap(between[1:]):
        return False
    # Otherwise the apostrophe ends a quotation.
    mark = between[0]
    opening = next(one for one, other in QUOTES.items() if other == mark)
    since = max(end - QUOTE_REACH, 0)
    opened = marks(words, opening, since, end, opens=True)
    return opened <= marks(words, mark, since, end, opens=False)


def _has_to_follow(words: Words, first: int, last: int, *, names: bool) -> bool:
    """Whether a phrase that ends in a word needs the next one; a name after any, if `names`."""
    form, following = words.forms[last], words.forms[last + 1]
    if _awaits_second(words.forms[first : last + 2]):
        return True
    if words.words[last] == "US":  # the country, no pronoun: "track US citizens"
        return is_content_form(following) and not _is_name(words, last + 1)
    if following in OBJECTS and is_content_form(form):
        return True
    if following in AUXILIARIES and _awaits_its_verb(words.forms[first : last + 1]):
        return True
    if form in LEADING:
        return following in LEADING or following in PRONOUNS or is_content_form(following)
    if form in SECOND_PARTS and joins(words, last - 1):
        return is_content_form(following)
    if _is_possessive(words, last) or following in COMPOUND_HEADS:
        return True
    if following in MAY_BE_VERBS:
        return not is_followed(words, last + 1) or words.forms[last + 2] in BEHIND_NOUNS
    if not is_content_form(following):
        return False
    if form.endswith(MODIFYING) and form not in COMPOUND_HEADS | MAY_BE_VERBS:
        return True
    named = names or _is_name(words, last)
    return named and _is_name(words, last + 1) and _has_small(words, first, last)


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


def _is_name(words: Words, place: int) -> bool:
    return words.words[place][0].isupper()


def is_name(words: Words, first: int, last: int) -> bool:
    """Whether some words are nothing but a name: "Bits of Freedom"."""
    content = [one for one in range(first, last + 1) if is_content_form(words.forms[one])]
    named = all(_is_name(words, one) for one in content)
    return len(content) > 1 and named and _has_small(words, first, last)


def _has_small(words: Words, first: int, last: int) -> bool:
    """Whether a content word near a phrase is in lower case: where all have capitals, as in some
    headlines, capitals do not mark names."""
    near = range(max(first - NAME_REACH, 0), min(last + NAME_REACH + 1, len(words)))
    return any(
        words.sentence(one) == words.sentence(last)
        and is_content_form(words.forms[one])
        and words.words[one][0].islower()
        for one in near
    )
