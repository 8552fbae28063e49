"""Single words as reasons, by what training found that they add."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, pairwise

from enrich.tagging.features import Block, Featuriser, Reading
from enrich.tagging.reasons import MAX_EVIDENCE, Reason, ranked
from enrich.tagging.weights import Weights

_LISTED = """
a about above according after again against all also am among an and any are as at back be because
been before being below between both but by can could did do does doing down during each even ever
every few for from further get gets getting go goes going got had has have having he her here hers
him his how i if in into is it its itself just last let like made make makes making many may me
might more most much must my new no nor not now of off on once one only or other our out over own
per put said same say saying says see set she should so some still such take tell tells than that
the their them then there these they this those though three through to told too two under until up
upon us use used using very via want was way we were what when where which while who whom whose why
will with within without would year years yet you your won't don't i'm can't
"""
STOP_WORDS = frozenset(_LISTED.split())
"""Words that count in a score but give a reader no reason."""


def learnt_reasons(
    reading: Reading, row: Mapping[int, float], featuriser: Featuriser, weights: Weights
) -> list[Reason]:
    """Content words by the weight that training gave them, best first.

    `row` has the values of the reading's features, by column.
    """
    gains = _word_gains(reading, row, featuriser, weights)
    best: dict[str, Reason] = {}
    for field, words in reading.fields.items():
        for form, start, end in zip(words.forms, words.starts, words.ends, strict=True):
            reason = Reason(field, start, end, gains[form], "a word of such stories")
            best.setdefault(form, reason)
    # A text with only short and common words still has to give a reason.
    content = [reason for form, reason in best.items() if _is_content(form)]
    return ranked(content or best.values())[:MAX_EVIDENCE]


def _is_content(form: str) -> bool:
    """Whether a word of this form can be a reason for a reader."""
    return form not in STOP_WORDS and len(form) >= 3 and not form.isdigit()


def _word_gains(
    reading: Reading, row: Mapping[int, float], featuriser: Featuriser, weights: Weights
) -> dict[str, float]:
    """What each word of a reading adds: its own weight, and half of each pair that it is in."""

    def part(block: Block, term: str) -> float:
        column = block.columns.get(term)
        if column is None:
            return 0.0
        return float(weights.by_column[column]) * row.get(column, 0.0) * weights.slope

    gains: dict[str, float] = {}
    fields = (reading.title.forms, reading.text.forms)
    for form in dict.fromkeys(chain(*fields)):
        gains[form] = part(featuriser.words, form) + part(featuriser.title, form)
    # In their order: that of a set would make the last bits of a sum differ from run to run.
    for first, second in dict.fromkeys(pair for forms in fields for pair in pairwise(forms)):
        pair = f"{first} {second}"
        half = (part(featuriser.words, pair) + part(featuriser.title, pair)) / 2
        gains[first] += half
        gains[second] += half
    return gains
