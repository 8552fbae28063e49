"""Evidence: phrases that read as reasons, where they are, and which are chosen."""

import math
from dataclasses import replace
from functools import reduce
from operator import add

import as_shipped
import numpy as np
import pytest

from core.records import TextField
from enrich.senses import Match
from enrich.tagging.evidence import (
    MAX_CLAUSES,
    MIN_CONTEXT_GAIN,
    Reason,
    clauses_of,
    context_reasons,
    evidence,
    is_no_reason,
    learnt_reasons,
    masked,
    reason_of,
    says_enough,
    sense_reasons,
    sentences,
    strongest,
    telling,
    without_repeats,
)
from enrich.tagging.features import Block, Featuriser, Reading, read
from enrich.tagging.weights import Weights
from enrich.words import Words

WITHIN: dict[TextField, tuple[int, int]] = {"title": (0, 600), "text": (0, 600)}


def _reading(title: str, text: str) -> Reading:
    return Reading(Words(title), Words(text), [], [])


def _senses_shown(text: str, *, english: bool) -> list[str]:
    """The phrases shown in a text in which at least one was found."""
    featuriser = as_shipped.tagger().featuriser
    reading = read(featuriser.senses, "", text)
    assert reading.text_senses
    found = sense_reasons(reading, featuriser, lambda _: 1.0, english=english)
    return [text[one.start : one.end] for one in found]


def test_clauses_come_from_the_title_and_the_lead() -> None:
    reading = _reading("Cameras read faces", "Police in the city read faces, too. " * 40)
    found = clauses_of(reading, WITHIN)
    assert found[:2] == [("title", 0, 18), ("text", 0, 34)]
    assert len(found) == MAX_CLAUSES


def test_sentences_are_the_title_and_the_first_of_the_text() -> None:
    reading = _reading("They know.", "One saw it. Two did. Three wrote. Four read it.")
    found = ["They know", "One saw it", "Two did", "Three wrote"]
    whole = {"title": "They know.", "text": "One saw it. Two did. Three wrote. Four read it."}
    assert [whole[field][start:end] for field, start, end in sentences(reading, WITHIN)] == found
    assert sentences(_reading("", ""), WITHIN) == []


def test_a_reason_names_the_other_part_of_its_phrase() -> None:
    text = "The agency, its lawyers said, taps calls"
    reason = Reason("text", 4, 10, 1.0, "sense: interception (+1.0)", ((30, 40),))
    (piece,) = evidence([reason], "", text)
    assert (piece.phrase, piece.why) == ("agency", 'sense: interception (+1.0), with "taps calls"')


def test_masking_keeps_all_offsets() -> None:
    title, text = masked("Spies listen", "They listen.", [("title", 0, 5), ("text", 5, 11)])
    assert (title, text) == ("      listen", "They       .")


def test_of_overlapping_reasons_the_strongest_is_shown() -> None:
    strong = Reason("title", 0, 10, 2.0, "a")
    weak = Reason("title", 5, 12, 1.0, "b")
    apart = Reason("text", 5, 12, 0.5, "c")
    assert strongest([strong, weak, apart], [], 6) == [strong, apart]
    assert strongest([strong, weak, apart], [weak], 1) == [weak]


def test_a_phrase_with_little_gain_is_not_a_reason() -> None:
    spans: list[tuple[TextField, int, int]] = [("title", 0, 3), ("text", 0, 3), ("text", 4, 9)]
    reasons = context_reasons(spans, [0.1, 0.9, 1.4], MIN_CONTEXT_GAIN)
    assert [(reason.field, reason.start) for reason in reasons] == [("text", 4), ("text", 0)]
    assert reasons[0].why == "by what it says here (+1.4)"


def test_a_weaker_overlapping_reason_shrinks_to_the_part_found() -> None:
    strong = Reason("title", 12, 30, 2.0, "a")
    grown = Reason("title", 0, 20, 1.0, "b", core=(0, 10))
    assert strongest([strong, grown], [], 6)[1] == Reason("title", 0, 10, 1.0, "b", core=(0, 10))


def test_a_word_that_has_to_shrink_still_reads_as_a_phrase() -> None:
    strong = Reason("title", 12, 30, 2.0, "a")
    grown = Reason("title", 0, 20, 1.0, "b", core=(0, 4), phrase=(0, 10))
    (_, shown) = strongest([strong, grown], [], 6)
    assert (shown.start, shown.end) == (0, 10)


def test_of_a_single_word_nothing_is_left_to_shrink_to() -> None:
    strong = Reason("title", 12, 30, 2.0, "a")
    word = Reason("title", 0, 40, 1.0, "b", core=(31, 39), phrase=(31, 39), is_word=True)
    assert strongest([strong, word], [], 6) == [strong]
    assert strongest([word], [], 6) == [word]
    words = Words("Spies misled the judge, watchdog finds")
    match = Match("oversight", 24, 32)
    assert reason_of("a", "title", words, match, 1.0, english=True).is_word
    assert not reason_of(
        "a", "title", words, replace(match, start=0, end=12), 1.0, english=True
    ).is_word


def test_of_the_parts_of_one_phrase_one_is_a_reason() -> None:
    text = "Reporters, said the firm on Monday, were targets of spyware. Agents listened."
    parts = [
        Reason("text", 0, 9, 1.0, "a", ((53, 60),)),
        Reason("text", 53, 60, 1.0, "a", ((0, 9),)),
    ]
    apart = Reason("text", 61, 67, 1.0, "a", ((53, 60),))
    assert without_repeats([*parts, apart], "", text) == [parts[0], apart]


def test_a_leaning_preposition_is_not_part_of_the_phrase() -> None:
    text = "Un rapport d'Amnesty International"
    (piece,) = evidence([Reason("text", 11, len(text), 1.0, "a")], "", text)
    assert (piece.phrase, piece.start) == ("Amnesty International", 13)


def test_that_a_source_is_not_named_is_no_evidence() -> None:
    featuriser = as_shipped.tagger().featuriser
    text = "An official, speaking on condition of anonymity, praised the canteen."
    reading = read(featuriser.senses, "", text)
    assert any(match.sense == "privacy in general" for match in reading.text_senses)
    assert sense_reasons(reading, featuriser, lambda _: 1.0, english=True) == []


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Die Regierung wollte sich zu nachrichtendienstlichen Fragen nicht äußern.", False),
        ("Zu nachrichtendienstlichen Fragen spreche man nur in den zuständigen Gremien.", False),
    ],
)
def test_what_somebody_would_not_comment_on_is_no_evidence(text: str, *, english: bool) -> None:
    assert _senses_shown(text, english=english) == []


def test_a_ministry_is_no_place_of_work_and_a_phrase_ends_with_its_sentence() -> None:
    text = "The Home Office was being watched. They lost by 41 to 6. The law stands."
    words = Words(text)
    watched = Match("workplace monitoring", 20, 33, ((4, 15),))
    vote = Match("oversight", text.index("lost"), text.index(" stands"))
    assert is_no_reason(words, watched)
    assert not is_no_reason(words, replace(watched, sense="border"))
    assert is_no_reason(words, vote)
    assert not is_no_reason(words, replace(vote, end=text.index("6.") + 1))


def test_names_alone_do_not_say_enough() -> None:
    reading = _reading("", "The Data Protection Commission asked who tapped the phones.")
    name, phrase = Reason("text", 4, 30, 2.0, "a"), Reason("text", 41, 58, 2.0, "b")
    assert not says_enough(reading, [])
    assert not says_enough(reading, [name])
    assert says_enough(reading, [name, phrase])
    assert not says_enough(reading, [replace(phrase, gain=0.5)])
    assert telling(reading, [name, phrase, Reason("text", 52, 58, 2.0, "c")]) == [phrase]


def test_what_a_word_adds_is_summed_in_the_order_of_the_text() -> None:
    """In the order of a set, it differed in its last bits from run to run."""
    gains = [math.sin(number) for number in range(400)]
    columns = {f"{number} word": number for number in range(len(gains))}
    nothing = Block({}, np.zeros(0), 0.0, 0)
    block = Block(columns, np.ones(len(columns)), 0.0, 0)
    featuriser = Featuriser(as_shipped.tagger().featuriser.senses, (block, nothing), 1.0)
    weights = Weights(np.array(gains), 0.0, 1.0, 0.0)
    reading = _reading("", ", ".join(columns))
    found = learnt_reasons(reading, dict.fromkeys(columns.values(), 1.0), featuriser, weights)
    in_order = reduce(add, [gain / 2 for gain in gains])
    assert [one.gain for one in found] == [in_order]


def test_an_objector_is_not_evidence_if_there_is_other_evidence() -> None:
    title = "Iris scans taken from all residents of the valley"
    text = (
        "Human Rights Watch said that officials had gathered from everyone over twelve biometrics."
    )
    featuriser = as_shipped.tagger().featuriser
    reading = read(featuriser.senses, title, text)
    found = sense_reasons(reading, featuriser, lambda _: 1.0, english=True)
    shown = [(title if one.field == "title" else text)[one.start : one.end] for one in found]
    assert any("biometrics" in phrase for phrase in shown)
    assert "Human Rights Watch" not in shown
