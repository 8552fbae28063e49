"""Phrases that were found, as reasons: those of positive senses and those of topics."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.records import TextField
from enrich.phrases.excerpts import part_of
from enrich.senses import Match, Senses
from enrich.tagging.features import Featuriser, Reading, place_of
from enrich.tagging.reasons import Reason, ranked
from enrich.tagging.refusals import is_refusal_to_comment
from enrich.words import Words

MIN_SENSE_GAIN = 0.1
"""Log-odds below which a sense is not worth showing."""

MIN_PHRASE_WORDS = 3
"""Words that a phrase needs to say enough in a clause in which somebody would not comment."""

MISTAKEN_NAMES = {"workplace monitoring": frozenset(("Home Office",))}
"""Names that are no reason for a sense, though their words are those of its phrases."""

_CONDITION = "condition of "
_NEXT_SENTENCE = re.compile(r"\d\. (?:An?|But|He|If|In|It|She|The|They|This|We)\b")
"""The words of a sentence are numbered as if a number before a full stop went on, as an ordinal
does in German."""


def sense_reasons(
    reading: Reading, featuriser: Featuriser, gains: Callable[[str], float]
) -> list[Reason]:
    """The positive senses found, once per sense and field, strongest first.

    `gains` gives the log-odds that a sense column, such as `title spyware`, adds at its full value.
    """
    reasons: list[Reason] = []
    for field, matches in reading.senses.items():
        words = reading.fields[field]
        weighed = []
        for match in matches:
            place = place_of(field, match)
            # Its part of the column for any positive sense, which one sense fills half-way.
            shared = gains(f"{place} positive senses") / 2
            weighed.append((match, gains(f"{place} {match.sense}") + shared))
        for match, gain in _best_of_each_sense(words, weighed, featuriser.senses):
            reasons.append(reason_of(field, match, gain, f"sense: {match.sense}"))
    return ranked(reasons)


def _best_of_each_sense(
    words: Words, weighed: Sequence[tuple[Match, float]], senses: Senses
) -> list[tuple[Match, float]]:
    """Of phrases, each with what it adds, the one to show of each positive sense: the longest, if
    it adds as much as the one before it."""
    usable = [
        (match, gain)
        for match, gain in weighed
        if gain >= MIN_SENSE_GAIN
        and senses.kind[match.sense] == "positive"
        and not is_no_reason(words, match)
    ]
    # Objectors are shown only as a last resort: they are not evidence of what is done.
    objectors = {match for match, _ in usable if _objects(senses, words, match)}
    best: dict[str, tuple[Match, float]] = {}
    for match, gain in sorted(usable, key=lambda pair: pair[0] in objectors):
        known, known_gain = best.setdefault(match.sense, (match, gain))
        is_longer = match.end - match.start > known.end - known.start
        if is_longer and gain >= known_gain and match not in objectors:
            best[match.sense] = match, gain
    return list(best.values())


def _objects(senses: Senses, words: Words, match: Match) -> bool:
    """Whether a part of a phrase names only those who object."""
    part = words.between(match.start, match.end)
    return any((found.start, found.end) == (0, len(part)) for found in senses.objectors.find(part))


def is_no_reason(words: Words, match: Match) -> bool:
    """Whether a phrase stands where it says nothing: somebody would not comment, or be named; it
    goes on in the next sentence, or its sense takes a name for something else."""
    return (
        _is_of_a_source(words, match)
        or _is_in_a_refusal(words, match)
        or _NEXT_SENTENCE.search(words.between(match.start, match.end)) is not None
        or any(
            part.startswith(name) or part.endswith(name)
            for name in MISTAKEN_NAMES.get(match.sense, ())
            for part in _parts(words, match)
        )
    )


def _parts(words: Words, match: Match) -> list[str]:
    return [words.between(*one) for one in ((match.start, match.end), *match.beside)]


def _is_of_a_source(words: Words, match: Match) -> bool:
    """Whether a phrase only says that a source is not named: "on condition of anonymity"."""
    before = words.between(max(match.start - len(_CONDITION), 0), match.start)
    return before.casefold() == _CONDITION


def _is_in_a_refusal(words: Words, match: Match) -> bool:
    """Whether a phrase that says little is of a clause in which somebody would not comment."""
    if words.between(match.start, match.end).count(" ") + 1 >= MIN_PHRASE_WORDS:
        return False
    return is_refusal_to_comment(words.between(*part_of(words, match.start, match.end)))


def reason_of(field: TextField, match: Match, gain: float, why: str) -> Reason:
    """A phrase that was found, as a reason."""
    return Reason(field, match.start, match.end, gain, why, match.beside)
