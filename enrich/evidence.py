"""Evidence: the phrases that a score is made of, with what each counts in log-odds.

Three kinds, the most telling first: a positive **sense** of a phrase; a clause that the encoder
read **in context**, known by what the score loses without it; and a single **learnt** word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from core.records import Evidence, TextField
from enrich.clauses import clauses, halves, in_clause
from enrich.clauses import sentences as sentences_of
from enrich.features import LEAD, Block, Featuriser, Reading
from enrich.phrasing import Bounds, is_content, whole
from enrich.senses import Match, Senses
from enrich.weights import Weights
from enrich.words import Words

Span = tuple[TextField, int, int]
"""A field, and where in it something starts and ends."""

SAYS_SO = "by what it says here"
"""Why a clause is shown that no phrase was found in: it was read in context."""

MOST_EVIDENCE = 6
"""Pieces of evidence a tag carries at most: what a reader takes in at a glance."""

ENOUGH_EVIDENCE = 2
"""Where senses give fewer pieces than this, context and learnt words fill up to it."""

LEAST_SENSE = 0.1
LEAST_LEARNT = 0.4
LEAST_CONTEXT = 0.3
"""Log-odds below which a sense, a word or a phrase is no reason worth showing."""

LEAST_BESIDE = 1.0
"""Log-odds below which a clause in context is no reason where there is a better one: up to there
many say little of the matter."""

MOST_CLAUSES = 10
"""Clauses that are tried in context, by the polyglot at least."""

MOST_SENTENCES = 3
"""Sentences that are tried where no clause matters: many that say the same hold one another up."""


LEAST_SHARE = 0.6
"""What the title, or a part of a sentence, has to bear of the sentence that bears the most to be
shown in its place."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A candidate for evidence: a span of a field and what it adds to the log-odds.

    `core` is the part of it that was found, shown where the whole overlaps something stronger;
    `beside` are the spans of the field without which it would be no reason, too far off to be
    shown as one.
    """

    field: TextField
    start: int
    end: int
    gain: float
    why: str
    beside: tuple[Bounds, ...] = ()
    core: Bounds | None = None


def sense_reasons(
    reading: Reading, featuriser: Featuriser, gains: Callable[[str], float], *, english: bool
) -> list[Reason]:
    """The positive senses found, once a sense and field, by what they add.

    `gains` gives the log-odds of a sense column, such as `title spyware`, where it is full; the
    phrases of an item in English are made whole.
    """
    kind = featuriser.senses.kind
    reasons: dict[tuple[str, str], Reason] = {}
    field: TextField
    for field, words, matches in (
        ("title", reading.title, reading.title_senses),
        ("text", reading.text, reading.text_senses),
    ):
        # Who objects is shown where nothing else is: it is no evidence of what is done.
        objects = [_objects(featuriser.senses, words, match) for match in matches]
        for match, is_objector in sorted(
            zip(matches, objects, strict=True), key=lambda pair: pair[1]
        ):
            if kind[match.sense] != "positive":
                continue
            place = "title" if field == "title" else "lead" if match.start < LEAD else "rest"
            # Its part in "some positive sense is here", which the first half-way fills.
            shared = gains(f"{place} positive senses") / 2
            gain = gains(f"{place} {match.sense}") + shared
            known = reasons.get((match.sense, field))
            found = known.core if known and known.core else (0, 0)
            longer = match.end - match.start > found[1] - found[0] and not is_objector
            if gain >= LEAST_SENSE and (known is None or (longer and gain >= known.gain)):
                what = f"sense: {match.sense}"
                reasons[match.sense, field] = reason_of(
                    what, field, words, match, gain, english=english
                )
    return sorted(reasons.values(), key=_strength)


def _objects(senses: Senses, words: Words, match: Match) -> bool:
    """Whether a part of a phrase names nothing but those who object."""
    part = words.between(match.start, match.end)
    return any((found.start, found.end) == (0, len(part)) for found in senses.objectors.find(part))


def reason_of(
    what: str, field: TextField, words: Words, match: Match, gain: float, *, english: bool
) -> Reason:
    """A phrase that was found, made whole, as a reason; a single word in its clause."""
    beside = tuple(whole(words, start, end, english=english) for start, end in match.beside)
    core = (match.start, match.end)
    bounds = in_clause(words, *core, english=english)
    return Reason(field, *bounds, gain, f"{what} ({gain:+.1f})", beside, core)


def clauses_of(reading: Reading, within: Mapping[TextField, Bounds]) -> list[Span]:
    """The clauses of title and text that begin within bounds, in reading order."""
    found: list[Span] = []
    for field, words in reading.fields.items():
        found += [(field, *bounds) for bounds in clauses(words, *within[field])]
    return found[:MOST_CLAUSES]


def sentences(reading: Reading, within: Mapping[TextField, Bounds]) -> list[Span]:
    """The title, and the first sentences of the text, of those that begin within bounds."""
    found: list[Span] = []
    if len(reading.title):
        found.append(("title", reading.title.starts[0], reading.title.ends[-1]))
    words = reading.text
    found += [
        ("text", words.starts[first], words.ends[end - 1])
        for first, end in sentences_of(words, *within["text"])
    ]
    return found[: 1 + MOST_SENTENCES]


def parted(reading: Reading, reason: Reason) -> list[Span]:
    """The halves of a long sentence; none of a short one."""
    words = reading.fields[reason.field]
    return [(reason.field, *half) for half in halves(words, reason.start, reason.end) or ()]


def context_reasons(spans: Sequence[Span], gains: Sequence[float], least: float) -> list[Reason]:
    """Clauses by what encoder and likeness lose without them, if it is so much at least."""
    return sorted(
        (
            Reason(field, start, end, gain, f"{SAYS_SO} ({gain:+.1f})")
            for (field, start, end), gain in zip(spans, gains, strict=True)
            if gain >= least
        ),
        key=_strength,
    )


def learnt_reasons(
    reading: Reading, row: Mapping[int, float], featuriser: Featuriser, weights: Weights
) -> list[Reason]:
    """Content words by the weight that training gave them, best first."""
    gains = _word_gains(reading, row, featuriser, weights)
    best: dict[str, Reason] = {}
    found = [(field, token) for field, words in reading.fields.items() for token in words.tokens]
    # A text of nothing but short and common words still has to give a reason.
    for field, token in [pair for pair in found if is_content(pair[1])] or found:
        gain = gains[token.form]
        why = f"a word of such stories ({gain:+.1f})"
        best.setdefault(token.form, Reason(field, token.start, token.end, gain, why))
    strongest_first = sorted(best.values(), key=_strength)
    return [_around(reading, reason) for reason in strongest_first[:MOST_EVIDENCE]]


def _around(reading: Reading, reason: Reason) -> Reason:
    """A reason of a single word with what makes it a phrase."""
    words, core = reading.fields[reason.field], (reason.start, reason.end)
    start, end = in_clause(words, *core)
    return replace(reason, start=start, end=end, core=core)


def strongest(candidates: Sequence[Reason], chosen: Sequence[Reason], most: int) -> list[Reason]:
    """`chosen` and the first candidates that overlap nothing chosen, `most` in all."""
    kept = list(chosen)
    for reason in candidates:
        if len(kept) >= most:
            break
        bounds = [(reason.start, reason.end), *([reason.core] if reason.core else [])]
        free = next((one for one in bounds if _is_free(reason.field, one, kept)), None)
        if free:
            kept.append(replace(reason, start=free[0], end=free[1]))
    return kept


def _is_free(field: TextField, bounds: Bounds, kept: Sequence[Reason]) -> bool:
    start, end = bounds
    return all(field != one.field or end <= one.start or start >= one.end for one in kept)


def said_once(reasons: Sequence[Reason], title: str, text: str) -> list[Reason]:
    """Of reasons that were found by the same words, such as a name in title and text, the first."""
    whole = {"title": title, "text": text}
    first: dict[str, Reason] = {}
    for reason in reasons:
        start, end = reason.core or (reason.start, reason.end)
        first.setdefault(whole[reason.field][start:end].casefold(), reason)
    return list(first.values())


def evidence(reasons: Sequence[Reason], title: str, text: str) -> tuple[Evidence, ...]:
    """Reasons as records, in reading order."""
    fields = {"title": title, "text": text}
    return tuple(
        Evidence(
            field=reason.field,
            start=reason.start,
            end=reason.end,
            phrase=fields[reason.field][reason.start : reason.end],
            why=_why(reason, fields[reason.field]),
        )
        for reason in sorted(reasons, key=lambda r: (r.field != "title", r.start, r.end))
    )


def _why(reason: Reason, whole: str) -> str:
    others = [
        f'"{whole[start:end]}"'
        for start, end in reason.beside
        if not reason.start <= start < end <= reason.end
    ]
    return f"{reason.why}, with {' and '.join(others)}" if others else reason.why


def masked(title: str, text: str, spans: Sequence[Span]) -> tuple[str, str]:
    """Title and text with spans blanked out, all else at its place."""
    fields = {"title": title, "text": text}
    for field, start, end in spans:
        whole = fields[field]
        fields[field] = whole[:start] + " " * (end - start) + whole[end:]
    return fields["title"], fields["text"]


def _strength(reason: Reason) -> tuple[float, bool, int]:
    return -reason.gain, reason.field != "title", reason.start


def _word_gains(
    reading: Reading, row: Mapping[int, float], featuriser: Featuriser, weights: Weights
) -> dict[str, float]:
    """What each word of a reading adds: itself, and half of each pair with it."""

    def part(block: Block, term: str) -> float:
        column = block.columns.get(term)
        if column is None:
            return 0.0
        return float(weights.by_column[column]) * row.get(column, 0.0) * weights.slope

    gains: dict[str, float] = {}
    fields = (reading.title.forms, reading.text.forms)
    for form in dict.fromkeys(chain(*fields)):
        gains[form] = part(featuriser.words, form) + part(featuriser.title, form)
    for first, second in {pair for forms in fields for pair in pairwise(forms)}:
        pair = f"{first} {second}"
        half = (part(featuriser.words, pair) + part(featuriser.title, pair)) / 2
        gains[first] += half
        gains[second] += half
    return gains
