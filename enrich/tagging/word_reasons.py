"""Single words as reasons, by what training found that they add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain, pairwise

from enrich.phrases.around import in_clause
from enrich.phrases.content import is_content_form
from enrich.tagging.features import Block, Featuriser, Reading
from enrich.tagging.reasons import MAX_EVIDENCE, Reason, ranked
from enrich.tagging.weights import Weights


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
    content = [reason for form, reason in best.items() if is_content_form(form)]
    found = ranked(content or best.values())[:MAX_EVIDENCE]
    return [_in_clause(reading, reason) for reason in found]


def _in_clause(reading: Reading, reason: Reason) -> Reason:
    """A reason of a single word, with the clause around it."""
    words, core = reading.fields[reason.field], (reason.start, reason.end)
    start, end = in_clause(words, *core)
    return replace(reason, start=start, end=end, core=core)


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
