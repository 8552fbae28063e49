"""Evidence: the phrases that a score is made of, with what each counts in log-odds.

Three kinds, the most telling first: a positive **sense** of a phrase; a phrase that the encoder
read **in context**, known by what the score loses without it; and a single **learnt** word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Literal

from core.records import Evidence
from enrich.encoder import LEAD_CHARACTERS
from enrich.features import LEAD, Block, Featuriser, Reading
from enrich.senses import Match, Senses
from enrich.weights import Weights
from enrich.words import Token, Words

Field = Literal["title", "text"]

MOST_EVIDENCE = 6
"""Pieces of evidence a tag carries at most: what a reader takes in at a glance."""

ENOUGH_EVIDENCE = 2
"""Where senses give fewer pieces than this, context and learnt words fill up to it."""

LEAST_SENSE = 0.1
LEAST_LEARNT = 0.4
LEAST_CONTEXT = 0.3
"""Log-odds below which a sense, a word or a phrase is no reason worth showing."""

MOST_PHRASES = 10
LONGEST_PHRASE = 4
"""Phrases that are tried in context, and the words of the longest of them, stop words aside. Each
costs a reading."""

_STOP_WORDS = """
a about above according after again against all also am an and any are as at back be because been
before being below between both but by can could did do does doing down during each even ever every
few for from further get gets getting go goes going got had has have having he her here hers him his
how i if in into is it its itself just last let like made make makes making many may me might more
most much must my new no nor not now of off on once one only or other our out over own per put said
same say saying says see set she should so some still such take tell tells than that the their them
then there these they this those though three through to told too two under until up upon us use
used using very via want was way we were what when where which while who whom whose why will with
within without would year years yet you your won't don't it's i'm can't
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that carry weight in a sum but are no reason to a reader."""

_JOINING = frozenset(
    ("a", "an", "and", "her", "his", "its", "my", "of", "our", "the", "their", "your")
)
"""Those of them that a phrase may hold between its first word and its last."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A candidate for evidence: a span of a field and what it adds to the log-odds.

    `beside` are the spans of the field without which it would be no reason, too far off to be
    shown as one.
    """

    field: Field
    start: int
    end: int
    gain: float
    why: str
    beside: tuple[tuple[int, int], ...] = ()


def sense_reasons(
    reading: Reading, featuriser: Featuriser, gains: Callable[[str], float]
) -> list[Reason]:
    """The positive senses found, once a sense and field, by what they add.

    `gains` gives the log-odds of a sense column, such as `title spyware`, where it is full.
    """
    kind = featuriser.senses.kind
    reasons: dict[tuple[str, str], Reason] = {}
    field: Field
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
            longer = known and match.end - match.start > known.end - known.start and not is_objector
            if gain >= LEAST_SENSE and (known is None or (longer and gain >= known.gain)):
                reasons[match.sense, field] = _of_sense(field, match, gain)
    return sorted(reasons.values(), key=_strength)


def _objects(senses: Senses, words: Words, match: Match) -> bool:
    """Whether a part of a phrase names nothing but those who object."""
    part = words.between(match.start, match.end)
    return any((found.start, found.end) == (0, len(part)) for found in senses.objectors.find(part))


def _of_sense(field: Field, match: Match, gain: float) -> Reason:
    why = f"sense: {match.sense} ({gain:+.1f})"
    return Reason(field, match.start, match.end, gain, why, match.beside)


def phrases(reading: Reading, title: str, text: str) -> list[tuple[Field, int, int]]:
    """Runs of two content words and more within a sentence of the title and the lead, in reading
    order; single words where there is nothing else. Long ones are cut into parts of about the same
    length, so that no last word stands alone; none ends in a possessive."""
    runs: list[tuple[Field, list[Token]]] = []
    field: Field
    for field, words, whole in (("title", reading.title, title), ("text", reading.text, text)):
        run: list[Token] = []
        for word in words.tokens:
            if word.start >= LEAD_CHARACTERS:
                break
            if run and not _goes_on(run, word, whole):
                runs.append((field, run))
                run = []
            if is_content(word) or (run and word.form in _JOINING):
                run.append(word)
        if run:
            runs.append((field, run))
    found = [(field, part) for field, run in runs for part in _parts(run)]
    several = [(field, part) for field, part in found if len(part) > 1] or found
    return [(field, part[0].start, part[-1].end) for field, part in several[:MOST_PHRASES]]


def _goes_on(run: Sequence[Token], word: Token, whole: str) -> bool:
    """Whether a word belongs to the run before it."""
    if whole[run[-1].end : word.start].strip():
        return False
    return is_content(word) or word.form in _JOINING


def _parts(run: Sequence[Token]) -> list[Sequence[Token]]:
    """A run in parts of at most `LONGEST_PHRASE` content words, or more where they belong
    together."""
    content = [place for place, word in enumerate(run) if is_content(word)]
    number = -(-len(content) // LONGEST_PHRASE)
    has_names = not all(run[place].word[0].isupper() for place in content)
    starts = {0}
    for part in range(1, number):
        rest = content[part * len(content) // number :]
        start = next((place for place in rest if not _belongs(run, place, has_names)), None)
        if start is not None:
            starts.add(start)
    begin = sorted(starts)
    ends = [*begin[1:], len(run)]
    return [_between_content(run[start:end]) for start, end in zip(begin, ends, strict=True)]


def _belongs(run: Sequence[Token], place: int, has_names: bool) -> bool:
    """Whether a word belongs to the one before it: what is possessed, the rest of a name."""
    last, word = run[place - 1].word, run[place].word
    if last.endswith(("'s", "\u2019s")):
        return True
    return has_names and last[0].isupper() and word[0].isupper()


def _between_content(run: Sequence[Token]) -> Sequence[Token]:
    """A run without the joining words at its end."""
    return run[: 1 + max(place for place, word in enumerate(run) if is_content(word))]


def context_reasons(
    spans: Sequence[tuple[Field, int, int]], gains: Sequence[float]
) -> list[Reason]:
    """Phrases by what encoder and likeness lose without them, those that matter."""
    return sorted(
        (
            Reason(field, start, end, gain, f"in context ({gain:+.1f})")
            for (field, start, end), gain in zip(spans, gains, strict=True)
            if gain >= LEAST_CONTEXT
        ),
        key=_strength,
    )


def learnt_reasons(
    reading: Reading, row: Mapping[int, float], featuriser: Featuriser, weights: Weights
) -> list[Reason]:
    """Content words by the weight that training gave them, best first."""
    gains = _word_gains(reading, row, featuriser, weights)
    best: dict[str, Reason] = {}
    found: list[tuple[Field, Token]] = [("title", token) for token in reading.title.tokens]
    found += [("text", token) for token in reading.text.tokens]
    # A text of nothing but short and common words still has to give a reason.
    for field, token in [pair for pair in found if is_content(pair[1])] or found:
        gain = gains[token.form]
        why = f"weight {gain:+.1f} (learnt)"
        best.setdefault(token.form, Reason(field, token.start, token.end, gain, why))
    return sorted(best.values(), key=_strength)


def strongest(candidates: Sequence[Reason], chosen: Sequence[Reason], most: int) -> list[Reason]:
    """`chosen` and the first candidates that overlap nothing chosen, `most` in all."""
    kept = list(chosen)
    for reason in candidates:
        if len(kept) >= most:
            break
        if all(
            reason.field != other.field or reason.end <= other.start or reason.start >= other.end
            for other in kept
        ):
            kept.append(reason)
    return kept


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
    others = [f'"{whole[start:end]}"' for start, end in reason.beside]
    return f"{reason.why}, with {' and '.join(others)}" if others else reason.why


def masked(title: str, text: str, spans: Sequence[tuple[Field, int, int]]) -> tuple[str, str]:
    """Title and text with spans blanked out, all else at its place."""
    fields = {"title": title, "text": text}
    for field, start, end in spans:
        whole = fields[field]
        fields[field] = whole[:start] + " " * (end - start) + whole[end:]
    return fields["title"], fields["text"]


def is_content(token: Token) -> bool:
    """Whether a word can be a reason to a reader."""
    form = token.form
    return form not in STOP_WORDS and len(form) >= 3 and not form.isdigit()


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
