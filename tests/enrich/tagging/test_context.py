from __future__ import annotations

import numpy as np

from core.records import TextField
from enrich.arrays import Floats32
from enrich.meanings import COMMON_WIDTH, from_common_half
from enrich.tagging.context import (
    MAX_FULL_READINGS,
    MAX_SENTENCES,
    MIN_CONTEXT_GAIN,
    Context,
    context_reasons,
    masked,
    sentence_spans,
)
from enrich.tagging.encoder import Encoded, Encoder, encoder_input
from enrich.tagging.features import Reading
from enrich.tagging.passages import lead_of
from enrich.tagging.reasons import Reason, Span
from enrich.words import Words

TITLE = "Harbour news"
CLAUSES = ("the mayor opened the hall", "agents tapped the phones", "children sang", "a fair came")
TEXT = "; ".join(CLAUSES)
WITHIN: dict[TextField, tuple[int, int]] = {"title": (0, 600), "text": (0, 600)}


class _Weighing(Encoder):
    """Adds up the weights of known words, at most `most`, and records its inputs; in the common
    half a word weighs its square."""

    def __init__(self, weights: dict[str, float], most: float = 99.0) -> None:
        super().__init__()
        self._weights = weights
        self._most = most
        self.read: list[str] = []
        self.glanced: list[str] = []

    def encode(self, text: str, *, english: bool) -> Encoded:
        if english:
            self.read.append(text)
            return Encoded(self._sum(text, 1), _nothing)
        self.glanced.append(text)
        return self._in_common(self._sum(text, 2))

    def _sum(self, text: str, power: int) -> float:
        found = [weight**power for word, weight in self._weights.items() if word in text]
        return min(sum(found), self._most)

    def _in_common(self, weight: float) -> Encoded:
        half = np.zeros(COMMON_WIDTH, np.float32)
        half[0] = weight
        return Encoded(weight, lambda: from_common_half(half))


def _nothing() -> Floats32:
    raise AssertionError("no meaning was asked for")


def _spans(*clauses: str) -> list[Span]:
    return [("text", TEXT.index(one), TEXT.index(one) + len(one)) for one in clauses]


def _context(encoder: _Weighing, *, english: bool = True) -> Context:
    whole = encoder.encode(encoder_input(TITLE, TEXT), english=english)
    encoder.read.clear()
    encoder.glanced.clear()
    return Context(encoder, TITLE, TEXT, lead_of(TEXT), whole, english=english)


def _log_odds(encoded: Encoded) -> float:
    return encoded.log_odds


def _first(half: Floats32) -> float:
    return float(half[0])


def _phrases(context: Context, min_gain: float = 0.5) -> list[tuple[str, float]]:
    found = context.reasons(_spans(*CLAUSES), _log_odds, _first, min_gain)
    return [(TEXT[one.start : one.end], one.gain) for one in found]


def test_the_sentence_that_lowers_the_score_most_when_removed_comes_first() -> None:
    context = _context(_Weighing({"tapped": 3.0, "agents": 1.0, "sang": 1.0, "fair": 0.2}))
    assert _phrases(context) == [
        ("agents tapped the phones", 4.0),
        ("children sang", 1.0),
    ]


def test_only_clauses_ranked_highest_by_the_common_half_are_read_in_full() -> None:
    encoder = _Weighing({"mayor": 1.0, "tapped": 3.0, "sang": 2.0, "fair": 1.5})
    found = _phrases(_context(encoder))
    assert [phrase for phrase, _ in found] == [CLAUSES[1], CLAUSES[2], CLAUSES[3]]
    assert len(encoder.read) == MAX_FULL_READINGS < len(CLAUSES)


def test_a_clause_that_overlaps_a_chosen_reason_is_not_read_in_full() -> None:
    encoder = _Weighing({"mayor": 1.0, "tapped": 3.0, "sang": 2.0})
    (clause,) = _spans("tapped the phones")
    chosen = [Reason(*clause, gain=0.5, why="sense: taps")]
    context = _context(encoder)
    found = context.reasons(_spans(*CLAUSES), _log_odds, _first, 0.5, chosen=chosen)
    assert [TEXT[one.start : one.end] for one in found] == [CLAUSES[2], CLAUSES[0]]
    assert len(encoder.read) == MAX_FULL_READINGS - 1


def test_a_clause_that_repeats_a_stronger_one_is_none_even_if_that_is_not_shown() -> None:
    encoder = _Weighing({"Agents": 3.0, "agents": 1.0})
    title, text = "Agents Tapped the Phones", "agents tapped the phones"
    whole = encoder.encode(encoder_input(title, text), english=True)
    context = Context(encoder, title, text, lead_of(text), whole, english=True)
    chosen = [Reason("title", 7, len(title), gain=0.5, why="sense: taps")]
    spans: list[Span] = [("title", 0, len(title)), ("text", 0, len(text))]
    found = context.reasons(spans, _log_odds, _first, 0.5, chosen=chosen)
    assert [one.field for one in found] == ["title"]


def test_in_other_languages_all_clauses_are_read_by_the_common_half() -> None:
    encoder = _Weighing({"mayor": 1.0, "tapped": 3.0, "sang": 2.0, "fair": 1.5})
    found = _phrases(_context(encoder, english=False))
    assert len(found) == len(CLAUSES)
    assert encoder.read == []


def test_each_clause_is_read_once() -> None:
    encoder = _Weighing({"tapped": 3.0})
    context = _context(encoder)
    assert _phrases(context) == _phrases(context)
    assert len(encoder.read) == MAX_FULL_READINGS
    assert len(encoder.glanced) == len(CLAUSES)


def test_the_fewest_sentences_that_are_missed_together_share_what_is_lost() -> None:
    context = _context(_Weighing({"mayor": 0.5, "tapped": 4.5, "sang": 4.0, "fair": 0.5}, most=4.0))
    assert _phrases(context) == []
    found = context.joint_reasons(_spans(*CLAUSES), _log_odds)
    assert [(TEXT[one.start : one.end], one.gain) for one in found] == [
        (CLAUSES[1], 1.5),
        (CLAUSES[2], 1.5),
    ]


def test_where_no_sentences_are_missed_together_only_the_first_is_a_reason() -> None:
    context = _context(_Weighing({"Harbour": 4.0, "tapped": 4.0, "sang": 4.0}, most=4.0))
    (found,) = context.joint_reasons(_spans(*CLAUSES), _log_odds)
    assert (TEXT[found.start : found.end], found.gain) == (CLAUSES[0], 0.0)
    assert context.joint_reasons([], _log_odds) == []


def _reading(title: str, text: str) -> Reading:
    return Reading(Words(title), Words(text), [], [])


def test_sentences_come_from_the_title_and_the_lead() -> None:
    reading = _reading("Cameras read faces", "Police in the city read faces, too. " * 40)
    found = sentence_spans(reading, WITHIN)
    assert found[:2] == [("title", 0, 18), ("text", 0, 34)]
    assert len(found) == MAX_SENTENCES
    assert sentence_spans(reading, WITHIN | {"text": (36, 72)}) == [found[0], ("text", 36, 70)]
    assert sentence_spans(_reading("", ""), WITHIN) == []


def test_a_sentence_of_a_word_or_two_is_tried_only_if_there_are_no_others() -> None:
    assert sentence_spans(_reading("Cameras read faces | CNET", "By Ana"), WITHIN) == [
        ("title", 0, 18)
    ]
    assert sentence_spans(_reading("Watched", "By Ana"), WITHIN) == [
        ("title", 0, 7),
        ("text", 0, 6),
    ]


def test_masking_keeps_all_offsets() -> None:
    title, text = masked("Spies listen", "They listen.", [("title", 0, 5), ("text", 5, 11)])
    assert (title, text) == ("      listen", "They       .")


def test_a_phrase_with_little_gain_is_not_a_reason() -> None:
    spans: list[tuple[TextField, int, int]] = [("title", 0, 3), ("text", 0, 3), ("text", 4, 9)]
    reasons = context_reasons(spans, [0.1, 0.9, 1.4], MIN_CONTEXT_GAIN)
    assert [(reason.field, reason.start) for reason in reasons] == [("text", 4), ("text", 0)]
    assert (reasons[0].why, reasons[0].gain) == ("by what it says here", 1.4)
