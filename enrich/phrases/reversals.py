"""What denies or forbids something before a phrase: without it, the phrase would say the opposite.

"May not order firms to", "voted against", "would have", "no evidence that", "niega haber".
"""

from __future__ import annotations

from collections.abc import Container

from enrich.phrases.links import gap, is_followed
from enrich.phrases.phrasing_words import (
    AUXILIARIES,
    CLEARING,
    DENYING_ABROAD,
    HYPOTHETICAL,
    KNOWING,
    NEGATIONS,
    NO_PROOF,
    NO_PROOF_ABROAD,
    OF_PROOF,
    PREPOSITIONS,
    PROOF,
    PROOF_ABROAD,
    REFUSING,
    REFUSING_ABROAD,
    REFUSING_PARTICLES,
    SPANISH,
)
from enrich.words import Words

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

_NOT_OF_PROOF = PREPOSITIONS - {"for", "of"}
"""Behind evidence, these do not say of what: "no sign in the files"."""

MAX_REVERSALS = 3
"""Maximum times that a phrase is reversed: "dropped a ban on cameras"."""


def with_reversals(words: Words, first: int) -> int:
    """The index of the first of the words that reverse an English phrase, or else of its own."""
    for _ in range(MAX_REVERSALS):
        turning = _turning(words, first)
        if turning is None:
            break
        first = turning
    return first


def with_reversal_abroad(words: Words, first: int) -> int:
    """The same in other languages: "niega haber ordenado escuchas", "zonder toestemming"."""
    unproven = _unproven(words, first, PROOF_ABROAD, NO_PROOF_ABROAD)
    if unproven is not None:
        return unproven
    is_behind_comma = False
    for before in reversed(range(max(first - FOREIGN_REFUSAL_REACH, 0), first)):
        if not is_followed(words, before):
            if is_behind_comma or gap(words, before + 1) != ", ":
                break
            is_behind_comma = True
        if is_behind_comma:
            reverses = words.forms[before] in DENYING_ABROAD
        else:
            reverses = _reverses_abroad(words, before, first)
        if reverses:
            return before
    return first


def _reverses_abroad(words: Words, place: int, first: int) -> bool:
    """Whether a word in another language than English reverses a phrase right behind it."""
    form = words.forms[place].removeprefix("qu'").removeprefix("d'")  # "qu'aucun visage"
    if form == "no":
        return not SPANISH.isdisjoint(words.forms[place + 1 : first + 1])
    return form in REFUSING_ABROAD or form.startswith("n'")  # "n'utilisera pas"


def _turning(words: Words, first: int) -> int | None:
    """Where the words begin that reverse a phrase, a few words before it. None if nothing does."""
    unproven = _unproven(words, first, PROOF, NO_PROOF)
    if unproven is not None:
        return unproven
    cleared = _cleared(words, first)
    return _refused(words, first) if cleared is None else cleared


def _cleared(words: Words, first: int) -> int | None:
    """Where it begins that somebody is cleared of what a phrase says."""
    if not first or words.forms[first - 1] != "of":
        return None
    for before in reversed(range(max(first - PROOF_REACH, 0), first)):
        if not is_followed(words, before):
            break
        if words.forms[before] in CLEARING:
            return before
    return None


def _refused(words: Words, first: int) -> int | None:
    """Where it begins that what a phrase says is not so, is forbidden, or only would be so."""
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
        if words.forms[place] not in proof or following in _NOT_OF_PROOF:
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
