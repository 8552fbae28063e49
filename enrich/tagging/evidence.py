"""Evidence: the phrases that a score rests on, each with what it adds to the log-odds.

There are three kinds, strongest first: a phrase of a positive **sense**; a clause read **in
context** by the encoder, found by how far the score drops without it; and a single **learnt** word.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from core.records import Evidence, TextField
from enrich.phrases.clauses import clauses, halves, in_clause, is_in_a_refusal
from enrich.phrases.clauses import sentences as sentences_of
from enrich.phrases.endings import finish, finish_english
from enrich.phrases.phrasing import Bounds, is_content, is_content_form, is_name, whole
from enrich.phrases.phrasing_words import MISTAKEN_NAMES
from enrich.senses import Match, Senses
from enrich.tagging.features import Block, Featuriser, Reading, place_of
from enrich.tagging.weights import Weights
from enrich.words import Words

_CONDITION = "condition of "
_NEXT_SENTENCE = re.compile(r"\d\. (?:An?|But|He|If|In|It|She|The|They|This|We)\b")
"""The words of a sentence are numbered as if a number before a full stop went on, as an ordinal
does in German."""

_LEANING = re.compile("(?:d|dell|dall|all|nell|sull|qu)['\u2019](?=\\w\\w)")
"""Small words that lean on the one after them, without which it is shown: "d'[Amnesty]"."""

Span = tuple[TextField, int, int]
"""A field, and the start and end of a part of it."""

SAYS_SO = "by what it says here"
"""Why a clause is shown in which no phrase was found: it was read in context."""

MAX_EVIDENCE = 6
"""Maximum pieces of evidence on a tag: what a reader takes in at a glance."""

ENOUGH_EVIDENCE = 2
"""If senses give fewer pieces than this, context and learnt words make up the number."""

MIN_SENSE_GAIN = 0.1
MIN_WORD_GAIN = 0.4
MIN_CONTEXT_GAIN = 0.3
"""Log-odds below which a sense, a word or a clause in context is not worth showing."""

MIN_FURTHER_GAIN = 1.0
"""Log-odds below which a clause in context is not shown beside other evidence that says enough:
many clauses below this say little about the topic."""

MAX_CLAUSES = 10
"""Maximum clauses that are tried in context, by the polyglot at least."""

MAX_SENTENCES = 3
"""Sentences tried where no single clause matters, as where several say the same."""


MIN_SENTENCE_SHARE = 0.6
"""Share of the strongest sentence's log-odds that the title, or a part of the sentence, must
account for to be shown instead."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A candidate for evidence: a span of a field and what it adds to the log-odds.

    `core` is the part of it that was found. Where the whole overlaps something stronger, `phrase`
    is shown, which is the core as it reads, or else the core; nothing if that is only a word.
    `beside` are other spans of the field, too far away to be shown with it, without which it would
    be no reason.
    """

    field: TextField
    start: int
    end: int
    gain: float
    why: str
    beside: tuple[Bounds, ...] = ()
    core: Bounds | None = None
    phrase: Bounds | None = None
    is_word: bool = False


def sense_reasons(
    reading: Reading, featuriser: Featuriser, gains: Callable[[str], float], *, english: bool
) -> list[Reason]:
    """The positive senses found, once per sense and field, strongest first.

    `gains` gives the log-odds that a sense column, such as `title spyware`, adds at its full value;
    phrases of English items are made whole.
    """
    kind = featuriser.senses.kind
    reasons: dict[tuple[str, str], Reason] = {}
    for field, matches in reading.senses.items():
        words = reading.fields[field]
        # Objectors are shown only as a last resort: they are not evidence of what is done.
        objects = [_objects(featuriser.senses, words, match) for match in matches]
        for match, is_objector in sorted(
            zip(matches, objects, strict=True), key=lambda pair: pair[1]
        ):
            if kind[match.sense] != "positive" or is_no_reason(words, match):
                continue
            place = place_of(field, match)
            # Its part of the column for any positive sense, which one sense fills half-way.
            shared = gains(f"{place} positive senses") / 2
            gain = gains(f"{place} {match.sense}") + shared
            known = reasons.get((match.sense, field))
            found = known.core if known and known.core else (0, 0)
            longer = match.end - match.start > found[1] - found[0] and not is_objector
            if gain >= MIN_SENSE_GAIN and (known is None or (longer and gain >= known.gain)):
                what = f"sense: {match.sense}"
                reasons[match.sense, field] = reason_of(
                    what, field, words, match, gain, english=english
                )
    return ranked(reasons.values())


def _objects(senses: Senses, words: Words, match: Match) -> bool:
    """Whether a part of a phrase names only those who object."""
    part = words.between(match.start, match.end)
    return any((found.start, found.end) == (0, len(part)) for found in senses.objectors.find(part))


def is_no_reason(words: Words, match: Match) -> bool:
    """Whether a phrase stands where it says nothing: somebody would not comment, or be named; it
    goes on in the next sentence, or its sense takes a name for something else."""
    return (
        _is_of_a_source(words, match)
        or is_in_a_refusal(words, match.start, match.end)
        or _NEXT_SENTENCE.search(words.between(match.start, match.end)) is not None
        or not MISTAKEN_NAMES.get(match.sense, frozenset()).isdisjoint(_parts(words, match))
    )


def _parts(words: Words, match: Match) -> list[str]:
    return [words.between(*one) for one in ((match.start, match.end), *match.beside)]


def _is_of_a_source(words: Words, match: Match) -> bool:
    """Whether a phrase only says that a source is not named: "on condition of anonymity"."""
    before = words.between(max(match.start - len(_CONDITION), 0), match.start)
    return before.casefold() == _CONDITION


def reason_of(
    what: str, field: TextField, words: Words, match: Match, gain: float, *, english: bool
) -> Reason:
    """A phrase that was found, as a reason: made whole, and a single word shown in its clause."""
    beside = tuple(whole(words, start, end, english=english) for start, end in match.beside)
    core = (match.start, match.end)
    bounds = in_clause(words, *core, english=english, is_part=bool(beside))
    phrase = whole(words, *core, english=english)
    is_word = not any(map(str.isspace, words.between(*phrase)))
    return Reason(field, *bounds, gain, f"{what} ({gain:+.1f})", beside, core, phrase, is_word)


def clauses_of(
    reading: Reading, within: Mapping[TextField, Bounds], *, english: bool = True
) -> list[Span]:
    """The clauses of title and text that begin within bounds, in reading order."""
    found: list[Span] = []
    for field, words in reading.fields.items():
        found += [(field, *bounds) for bounds in clauses(words, *within[field], english=english)]
    return found[:MAX_CLAUSES]


def sentences(reading: Reading, within: Mapping[TextField, Bounds]) -> list[Span]:
    """The title and the first sentences of the text that begin within bounds."""
    found: list[Span] = []
    if len(reading.title):
        found.append(("title", reading.title.starts[0], reading.title.ends[-1]))
    words = reading.text
    found += [
        ("text", words.starts[first], words.ends[end - 1])
        for first, end in sentences_of(words, *within["text"])
    ]
    return found[: 1 + MAX_SENTENCES]


def split_sentence(reading: Reading, reason: Reason) -> list[Span]:
    """The two halves of a long sentence; empty for a short one."""
    words = reading.fields[reason.field]
    return [(reason.field, *half) for half in halves(words, reason.start, reason.end) or ()]


def context_reasons(spans: Sequence[Span], gains: Sequence[float], min_gain: float) -> list[Reason]:
    """Spans as reasons, by the log-odds lost without them, if at least `min_gain`."""
    return ranked(
        Reason(field, start, end, gain, f"{SAYS_SO} ({gain:+.1f})")
        for (field, start, end), gain in zip(spans, gains, strict=True)
        if gain >= min_gain
    )


def learnt_reasons(
    reading: Reading, row: Mapping[int, float], featuriser: Featuriser, weights: Weights
) -> list[Reason]:
    """Content words by the weight that training gave them, best first."""
    gains = _word_gains(reading, row, featuriser, weights)
    best: dict[str, Reason] = {}
    found = [(field, token) for field, words in reading.fields.items() for token in words.tokens]
    # A text with only short and common words still has to give a reason.
    for field, token in [pair for pair in found if is_content(pair[1])] or found:
        gain = gains[token.form]
        why = f"a word of such stories ({gain:+.1f})"
        best.setdefault(token.form, Reason(field, token.start, token.end, gain, why))
    return [_around(reading, reason) for reason in ranked(best.values())[:MAX_EVIDENCE]]


def _around(reading: Reading, reason: Reason) -> Reason:
    """A reason of a single word, extended to a phrase."""
    words, core = reading.fields[reason.field], (reason.start, reason.end)
    start, end = in_clause(words, *core)
    return replace(reason, start=start, end=end, core=core, is_word=True)


def strongest(candidates: Sequence[Reason], chosen: Sequence[Reason], limit: int) -> list[Reason]:
    """`chosen` and the first candidates that overlap nothing chosen, `limit` in all."""
    kept = list(chosen)
    for reason in candidates:
        if len(kept) >= limit:
            break
        bounds: list[Bounds | None] = [(reason.start, reason.end)]
        if not reason.is_word:
            bounds += [reason.phrase, reason.core]
        free = next((one for one in bounds if one and is_free(reason.field, one, kept)), None)
        if free:
            kept.append(replace(reason, start=free[0], end=free[1]))
    return kept


def says_enough(reading: Reading, chosen: Sequence[Reason]) -> bool:
    """Whether reasons tell what a story is about: not so if they weigh little, or are only names of
    those who object or watch over it, as in many other stories."""
    if sum(reason.gain for reason in chosen) < MIN_FURTHER_GAIN:
        return False
    return any(not _is_a_name(reading.fields[one.field], one) for one in chosen)


def _is_a_name(words: Words, reason: Reason) -> bool:
    first = bisect_left(words.starts, reason.start)
    return is_name(words, first, bisect_right(words.ends, reason.end) - 1)


def _is_a_word(words: Words, reason: Reason) -> bool:
    first, stop = bisect_left(words.starts, reason.start), bisect_right(words.ends, reason.end)
    return sum(map(is_content_form, words.forms[first:stop])) <= 1


def telling(reading: Reading, reasons: Sequence[Reason]) -> list[Reason]:
    """The reasons that are more than a word or a name, which many other stories have."""
    return [
        one
        for one in reasons
        if not _is_a_name(reading.fields[one.field], one)
        and not _is_a_word(reading.fields[one.field], one)
    ]


def is_free(field: TextField, bounds: Bounds, kept: Sequence[Reason]) -> bool:
    """Whether a part of a field overlaps none of the reasons kept."""
    start, end = bounds
    return all(field != one.field or end <= one.start or start >= one.end for one in kept)


def without_repeats(reasons: Sequence[Reason], title: str, text: str) -> list[Reason]:
    """Of reasons found by the same words, such as a name in title and text, only the first; of the
    parts of one phrase, too, since the reason for one names the others."""
    whole = {"title": title, "text": text}
    first: dict[str, Reason] = {}
    for reason in reasons:
        start, end = reason.core or (reason.start, reason.end)
        if any(_is_of_one_phrase(reason, other) for other in first.values()):
            continue
        first.setdefault(whole[reason.field][start:end].casefold(), reason)
    return list(first.values())


def _is_of_one_phrase(one: Reason, other: Reason) -> bool:
    """Whether two reasons are parts of a phrase, each beside the other."""
    return one.field == other.field and _is_beside(one, other) and _is_beside(other, one)


def _is_beside(one: Reason, other: Reason) -> bool:
    start, end = one.core or (one.start, one.end)
    return any(first < end and start < last for first, last in other.beside)


def finished(reading: Reading, reasons: Sequence[Reason], *, english: bool) -> list[Reason]:
    """The reasons of an item in another language than English, with sensible ends. None overlaps
    another, since each grows only into what the others leave."""
    done: list[Reason] = []
    for reason in sorted(reasons, key=lambda one: one.start):
        words = reading.fields[reason.field]
        beside = [one for one in (*reasons, *done) if one.field == reason.field]
        room = (
            max((one.end for one in beside if one.start < reason.start), default=0),
            min((one.start for one in beside if one.start > reason.start), default=sys.maxsize),
        )
        if english:
            start, end = finish_english(words, reason.start, reason.end, room)
        else:
            is_cut = reason.why.startswith(SAYS_SO)
            start, end = finish(words, reason.start, reason.end, room, is_cut=is_cut)
        done.append(replace(reason, start=start, end=end))
    return done


def evidence(reasons: Sequence[Reason], title: str, text: str) -> tuple[Evidence, ...]:
    """Reasons as records, in reading order."""
    fields = {"title": title, "text": text}
    found = []
    for reason in sorted(reasons, key=lambda r: (r.field != "title", r.start, r.end)):
        whole = fields[reason.field]
        leaning = _LEANING.match(whole, reason.start)
        start = leaning.end() if leaning else reason.start
        found.append(
            Evidence(
                field=reason.field,
                start=start,
                end=reason.end,
                phrase=whole[start : reason.end],
                why=_why(reason, whole),
            )
        )
    return tuple(found)


def _why(reason: Reason, whole: str) -> str:
    others = [
        f'"{whole[start:end]}"'
        for start, end in reason.beside
        if not reason.start <= start < end <= reason.end
    ]
    return f"{reason.why}, with {' and '.join(others)}" if others else reason.why


def masked(title: str, text: str, spans: Sequence[Span]) -> tuple[str, str]:
    """Title and text with spans blanked out; all offsets stay the same."""
    fields = {"title": title, "text": text}
    for field, start, end in spans:
        whole = fields[field]
        fields[field] = whole[:start] + " " * (end - start) + whole[end:]
    return fields["title"], fields["text"]


def ranked(reasons: Iterable[Reason]) -> list[Reason]:
    """Reasons, the strongest first; of equal ones that of the title, then the earlier."""
    return sorted(reasons, key=lambda one: (-one.gain, one.field != "title", one.start))


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
